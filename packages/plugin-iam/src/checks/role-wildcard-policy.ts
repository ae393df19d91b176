import { type Check, defineCheck } from "@posture/core";
import { isServiceLinked, pathOf, role } from "@posture/resources-aws/iam";
import type { Statement } from "@posture/resources-aws/policy";
import { z } from "zod";
import { administratorAccess, pathsText, pathText, surveyOf } from "../admin.ts";
import { ROLE_WILDCARD } from "../frameworks.ts";

const Params = z.object({
  serviceWildcards: z
    .enum(["ignore", "report"])
    .default("ignore")
    .describe("`report`: also fail where every action of one service is allowed on every resource."),
  skipSsoReservedRoles: z.boolean().default(false).describe("Leave out the roles that IAM Identity Center makes of permission sets."),
  ignoreConditional: z.boolean().default(false).describe("Do not report a statement that has a condition."),
  ignoreRolePaths: z.array(z.string().startsWith("/")).default([]).describe("Paths, `/deployment/`; what is below them is left out."),
  extraAdminPolicyArns: z.array(z.string().startsWith("arn:")).default([]).describe("Further policies that count as AdministratorAccess."),
});

const SSO_PATH = "/aws-reserved/sso.amazonaws.com/";

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html */
export const roleWildcardPolicy: Check = defineCheck({
  id: "iam/role-wildcard-policy",
  title: "Role with * in resource and action",
  risk: "Whoever may assume the role, or steals a session of it, may do everything in the account.",
  severity: "high",
  frameworks: ROLE_WILDCARD,
  resource: role,
  needs: ["permissions"],
  mayNeed: ["profile"],
  params: Params,
  messages: {
    wildcard: "Role {name} may do everything on everything through {through}.",
    service: "Role {name} may do everything that a service can do, on everything, through {through}.",
  },
  remediation: {
    steps: [
      "Use the last-accessed data of role {name}, or CloudTrail, to list the services and actions it really calls.",
      "Replace the wildcard statement by named actions, and name the resources, or at least limit them by account, tag or prefix.",
      "If the role has to stay powerful (deployment, break-glass), tighten who may assume it and for how long, add a permissions boundary, and suppress with a reason.",
      "For a role of IAM Identity Center, change the permission set and not the role.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html",
  },
  evaluate({ arn, permissions, profile }, { params, pass, fail, notApplicable, unknown }) {
    const path = pathOf({ arn });
    const isSso = path.startsWith(SSO_PATH);
    if (isServiceLinked({ arn })) return notApplicable("The role is linked to a service and cannot be edited.");
    if (isSso && params.skipSsoReservedRoles) return notApplicable("The configuration leaves out the roles of IAM Identity Center.");
    if (params.ignoreRolePaths.some((ignored) => path.startsWith(ignored))) return notApplicable("The configuration leaves out this path.");

    const rules = {
      adminArns: [administratorAccess(arn), ...params.extraAdminPolicyArns],
      documents: true,
      ignoreConditional: params.ignoreConditional,
    };
    const full = surveyOf(permissions, rules);
    const alsoBad = (statement: Statement): boolean =>
      allowsWholeService(statement) && !(params.ignoreConditional && statement.conditions.length > 0);
    const wide = params.serviceWildcards === "report" ? surveyOf(permissions, { ...rules, alsoBad }) : full;
    const { paths } = wide;
    if (paths.length > 0) {
      const evidence = {
        through: pathsText(paths),
        paths: paths.map(pathText),
        conditional: paths.every(({ conditional }) => conditional),
        boundary: profile.state === "known" ? (profile.value.boundary ?? "none") : "could not be read",
        lastUsed: profile.state === "known" ? profile.value.lastUsed : null,
        ...(isSso && { managedBy: "IAM Identity Center" }),
      };
      return fail(full.paths.length > 0 ? "wildcard" : "service", { evidence });
    }
    return wide.unread === null ? pass({ notes: wide.advisories }) : unknown(wide.unread, "permissions");
  },
});

/** `s3:*` on `*`. */
function allowsWholeService({ effect, actions, resources }: Statement): boolean {
  const isWhole = actions?.some((action) => /^[\w-]+:\*+$/.test(action)) ?? false;
  return effect === "Allow" && isWhole && (resources?.includes("*") ?? false);
}
