import { type Check, defineCheck, type Parts } from "@posture/core";
import { type PolicySource, user } from "@posture/resources-aws/iam";
import { z } from "zod";
import { administratorAccess, pathsText, pathText, surveyOf } from "../admin.ts";
import { boundaryText } from "../boundary.ts";
import { USER_ADMIN } from "../frameworks.ts";

const Params = z.object({
  includeGroups: z.boolean().default(true).describe("Count what comes through the user's groups."),
  includeEquivalent: z
    .boolean()
    .default(true)
    .describe("Count customer-managed and group policies that allow every action on every resource."),
  extraAdminPolicyArns: z.array(z.string().startsWith("arn:")).default([]).describe("Further policies that count as AdministratorAccess."),
  ignoreUserNames: z.array(z.string()).default([]).describe("User names; a suppression with a justification is better."),
});

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html */
export const userAdministratorAccess: Check = defineCheck({
  id: "iam/user-administrator-access",
  title: "User with AdministratorAccess policy",
  risk: "One stolen password or key of the user is the whole account.",
  severity: "high",
  frameworks: USER_ADMIN,
  resource: user,
  needs: ["permissions"],
  mayNeed: ["boundary"],
  params: Params,
  messages: { admin: "User {name} may do everything in the account through {through}." },
  remediation: {
    steps: [
      "Look at what {name} really did over the past 90 days: last-accessed services, CloudTrail.",
      "Write a policy with just those actions and resources, or let Access Analyzer draft one, and attach it to a group or a role.",
      "For occasional administration, offer a role that the user assumes with MFA for a limited session.",
      "Detach what the evidence names, or take the user out of the group that it names.",
      "Keep one or two break-glass administrators at most, and suppress those with a justification. Then Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
  },
  evaluate({ arn, name, permissions, boundary }, { params, pass, fail, notApplicable, unknown }) {
    if (params.ignoreUserNames.includes(name)) return notApplicable("The configuration leaves this user out.");
    const { paths, advisories, unread } = surveyOf(inScope(permissions, params.includeGroups), {
      adminArns: [administratorAccess(arn), ...params.extraAdminPolicyArns],
      documents: params.includeEquivalent,
    });
    if (paths.length > 0)
      return fail("admin", { evidence: { through: pathsText(paths), paths: paths.map(pathText), boundary: boundaryText(boundary) } });
    if (unread !== null) return unknown(unread, "permissions");
    return pass({ notes: [...advisories, ...escalations(permissions)] });
  },
});

/** The user's own inline policies are another check's: their finding is critical. */
function inScope(permissions: Parts<PolicySource>, includeGroups: boolean): Parts<PolicySource> {
  const isCounted = ({ kind, group }: PolicySource): boolean => (group === null ? kind === "managed" : includeGroups);
  return Object.fromEntries(Object.entries(permissions).filter(([, part]) => part.state === "unreadable" || isCounted(part.value)));
}

function escalations(permissions: Parts<PolicySource>): string[] {
  const full = Object.values(permissions).some(
    (part) => part.state === "known" && part.value.policy.endsWith(":iam::aws:policy/IAMFullAccess"),
  );
  return full ? ["IAMFullAccess lets the user become administrator."] : [];
}
