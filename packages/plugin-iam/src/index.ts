import { definePlugin, type Plugin } from "@posture/core";
import { accessKeyTooOld } from "./checks/access-key-too-old.ts";
import { accessKeyUnused } from "./checks/access-key-unused.ts";
import { roleCrossAccountNoExternalId } from "./checks/role-cross-account-no-external-id.ts";
import { roleTrustsAnyone } from "./checks/role-trusts-anyone.ts";
import { roleWildcardPolicy } from "./checks/role-wildcard-policy.ts";
import { rootAccessKeyActive } from "./checks/root-access-key-active.ts";
import { rootMfaDisabled } from "./checks/root-mfa-disabled.ts";
import { rootRecentlyUsed } from "./checks/root-recently-used.ts";
import { userAdministratorAccess } from "./checks/user-administrator-access.ts";
import { userConsoleNoMfa } from "./checks/user-console-no-mfa.ts";
import { userInlineWildcard } from "./checks/user-inline-wildcard.ts";

export {
  accessKeyTooOld,
  accessKeyUnused,
  roleCrossAccountNoExternalId,
  roleTrustsAnyone,
  roleWildcardPolicy,
  rootAccessKeyActive,
  rootMfaDisabled,
  rootRecentlyUsed,
  userAdministratorAccess,
  userConsoleNoMfa,
  userInlineWildcard,
};

const plugin: Plugin = definePlugin({
  name: "@posture/plugin-iam",
  namespace: "iam",
  checks: [
    rootAccessKeyActive,
    rootMfaDisabled,
    rootRecentlyUsed,
    userConsoleNoMfa,
    accessKeyTooOld,
    accessKeyUnused,
    userAdministratorAccess,
    userInlineWildcard,
    roleWildcardPolicy,
    roleTrustsAnyone,
    roleCrossAccountNoExternalId,
  ],
});
export default plugin;
