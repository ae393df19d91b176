import { type Check, defineCheck, type Parts, type UnknownReason } from "@posture/core";
import { type PolicySource, sourceName, user } from "@posture/resources-aws/iam";
import { deniesWithoutMfa, parsePolicy } from "@posture/resources-aws/policy";
import { z } from "zod";
import { CONSOLE_MFA } from "../frameworks.ts";

const Params = z.object({
  acceptMfaEnforcementPolicy: z
    .boolean()
    .default(false)
    .describe("Accept a policy, attached or of a group, that denies everything but MFA self-service to sessions without MFA."),
  ignoreUserNames: z.array(z.string()).default([]).describe("User names; a suppression with a justification is better."),
});

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html */
export const userConsoleNoMfa: Check = defineCheck({
  id: "iam/user-console-no-mfa",
  title: "Console user with no MFA",
  risk: "A password that was guessed, reused or phished is enough to act as the user.",
  severity: "high",
  frameworks: CONSOLE_MFA,
  resource: user,
  mayNeed: ["console", "mfa", "mfaPolicies"],
  params: Params,
  ask: ({ acceptMfaEnforcementPolicy }) => ({ mfaPolicies: { ask: acceptMfaEnforcementPolicy } }),
  messages: { without: "User {name} has a console password and no MFA device." },
  remediation: {
    steps: [
      "Ask whether the person behind {name} still needs an IAM user; with single sign-on, delete the console password instead.",
      "Have the user register a device under Security credentials, Assign MFA device: a passkey or a hardware key, if there is one.",
      "Attach a policy that denies everything except managing one's own MFA device unless `aws:MultiFactorAuthPresent` is true. Use BoolIfExists, so that long-term keys are covered.",
      "For programs, require a role session that was obtained with MFA rather than the raw key.",
      "Re-check. This closes when a device is registered, not when the policy is attached.",
    ],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html",
  },
  evaluate({ name, console, mfa, mfaPolicies }, { params, pass, fail, notApplicable, unknown }) {
    if (params.ignoreUserNames.includes(name)) return notApplicable("The configuration leaves this user out.");
    if (console.state === "known" && !console.value) return notApplicable("The user has no console password.");
    if (mfa.state === "known" && mfa.value) return pass();
    if (console.state === "unreadable") return unknown(console.reason, "console");
    if (mfa.state === "unreadable") return unknown(mfa.reason, "mfa");
    if (!params.acceptMfaEnforcementPolicy || mfaPolicies.state === "moot") return fail("without");
    if (mfaPolicies.state === "unreadable") return unknown(mfaPolicies.reason, "mfaPolicies");
    const { by, unread } = enforcement(mfaPolicies.value);
    if (by !== null) return pass({ notes: [`No device is registered; ${by} denies everything else to a session without MFA.`] });
    return unread === null ? fail("without") : unknown(unread, "mfaPolicies");
  },
});

function enforcement(policies: Parts<PolicySource>): { readonly by: string | null; readonly unread: UnknownReason | null } {
  let unread: UnknownReason | null = null;
  for (const part of Object.values(policies)) {
    if (part.state === "unreadable") unread ??= part.reason;
    else if (part.value.document !== null) {
      const policy = parsePolicy(part.value.document);
      if (policy.state !== "parsed") unread ??= policy.state === "too-complex" ? "too-complex" : "malformed";
      else if (policy.statements.some(deniesWithoutMfa)) return { by: sourceName(part.value), unread: null };
    }
  }
  return { by: null, unread };
}
