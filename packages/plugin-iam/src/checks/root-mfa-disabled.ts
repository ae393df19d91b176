import { type Check, defineCheck, type Reading } from "@posture/core";
import { type Account, account } from "@posture/resources-aws/iam";
import { z } from "zod";
import { ROOT_MFA } from "../frameworks.ts";

const Params = z.object({
  requireHardware: z.boolean().default(false).describe("Do not accept a virtual device; a passkey or a hardware key it must be."),
});

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html */
export const rootMfaDisabled: Check = defineCheck({
  id: "iam/root-mfa-disabled",
  title: "Root account MFA not enabled",
  risk: "A password that leaks, or a mailbox that is taken over, is enough to own the account.",
  severity: "critical",
  categories: ["iam"],
  frameworks: ROOT_MFA,
  resource: account,
  mayNeed: ["summary", "rootSignIn", "rootVirtualMfa"],
  params: Params,
  ask: ({ requireHardware }) => ({ rootVirtualMfa: { ask: requireHardware } }),
  messages: {
    off: "The root user of account {name} has no MFA; it has {credentials}.",
    virtual: "The root user of account {name} has a virtual MFA device only: {devices}.",
  },
  remediation: {
    steps: [
      "Decide whether account {name} needs root credentials at all: in an organization, prefer to remove them centrally.",
      "If root stays, sign in as root and open Security credentials, Multi-factor authentication.",
      "Register a device that cannot be phished (a passkey or a hardware key), and a second one that is kept elsewhere.",
      "Store what recovery needs (access to e-mail and phone), so that a lost device does not lock you out.",
      "Re-check. The account summary shows the device within seconds.",
    ],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html",
  },
  evaluate({ arn, summary, rootSignIn, rootVirtualMfa }, { params, pass, fail, notApplicable, unknown }) {
    if (summary.state === "unreadable" && rootSignIn.state !== "known") return unknown(summary.reason, "summary", "rootSignIn");
    const notes =
      summary.state === "unreadable" && rootSignIn.state === "known"
        ? [`Judged by the credential report of ${rootSignIn.asOf}; the account summary could not be read.`]
        : [];
    if (summary.state === "known" ? summary.value.mfaEnabled : rootSignIn.state === "known" && rootSignIn.value.mfa) {
      if (!params.requireHardware) return pass({ notes });
      if (rootVirtualMfa.state !== "known")
        return unknown(rootVirtualMfa.state === "unreadable" ? rootVirtualMfa.reason : "not-ready", "rootVirtualMfa");
      if (rootVirtualMfa.value.length > 0) return fail("virtual", { evidence: { devices: rootVirtualMfa.value.join(", ") }, notes });
      return pass({ notes });
    }
    const credentials = credentialsOf(summary, rootSignIn, arn.startsWith("arn:aws-us-gov:"));
    if (credentials.length === 0) return notApplicable("The root user has no credentials.");
    return fail("off", { evidence: { credentials: credentials.join(" and ") }, notes });
  },
});

/** What the root user can act with. A password that nobody can rule out is taken for there. */
function credentialsOf(summary: Reading<Account["summary"]>, signIn: Reading<Account["rootSignIn"]>, isGovCloud: boolean): string[] {
  const reported = signIn.state === "known" ? signIn.value : null;
  const said = summary.state === "known" ? summary.value : null;
  // Where the report says `not_supported`, the root user of GovCloud cannot sign in; elsewhere it is the report that cannot tell.
  const byReport = reported && (reported.password === "not-supported" ? !isGovCloud : reported.password === "yes");
  const password = said?.passwordPresent ?? byReport;
  const keys = said?.accessKeysPresent ?? reported?.accessKeys;
  const certificates = said?.signingCertificatesPresent ?? reported?.certificates;
  return [
    ...(password === null ? ["perhaps a password"] : password ? ["a password"] : []),
    ...(keys ? ["access keys"] : []),
    ...(certificates ? ["signing certificates"] : []),
  ];
}
