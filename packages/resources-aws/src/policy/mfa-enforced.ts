import type { Statement } from "./document.ts";
import { covers } from "./glob.ts";
import { operatorOf } from "./restricting.ts";
import { isOnlyStarsAnd } from "./text.ts";

/**
 * What somebody without MFA needs, to get MFA.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html
 */
const SELF_SERVICE = [
  "iam:*mfadevice*",
  "iam:changepassword",
  "iam:getaccountpasswordpolicy",
  "iam:getaccountsummary",
  "iam:getloginprofile",
  "iam:getuser",
  "iam:listaccountaliases",
  "iam:listusers",
  "sts:getsessiontoken",
];

/** Does the statement deny everything but MFA self-service to a session without MFA? */
export function deniesWithoutMfa({ effect, actions, notActions, resources, conditions: [entry, ...more] }: Statement): boolean {
  if (effect !== "Deny" || entry === undefined || more.length > 0) return false;
  const allActions = actions?.some((action) => isOnlyStarsAnd(action, ":")) ?? notActions?.every(isSelfService) ?? false;
  const allResources = resources?.some((resource) => isOnlyStarsAnd(resource, ":/")) ?? false;
  const { quantifier, base, ifExists } = operatorOf(entry.operator);
  // Without IfExists a long-term key, which has no such key in its context, passes by.
  const isWithoutMfa =
    entry.key.toLowerCase() === "aws:multifactorauthpresent" &&
    base === "bool" &&
    ifExists &&
    quantifier === null &&
    entry.values.length > 0;
  return allActions && allResources && isWithoutMfa && entry.values.every((value) => value.toLowerCase() === "false");
}

/** A pattern of the NotAction counts as written: `iam:*` spares more than self-service. */
function isSelfService(action: string): boolean {
  return SELF_SERVICE.some((pattern) => covers(pattern, action.toLowerCase()));
}
