import { type Check, defineCheck } from "@posture/core";
import { isServiceLinked, role } from "@posture/resources-aws/iam";
import {
  allowsUnrecognised,
  assumptionsIn,
  describeConditions,
  isBounded,
  nameOf,
  openTrusts,
  type ParsedPolicy,
  parsePolicy,
  principals,
} from "@posture/resources-aws/policy";
import { z } from "zod";
import { OPEN_TRUST } from "../frameworks.ts";

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html */
const SHARED_ISSUERS = [
  "token.actions.githubusercontent.com",
  "gitlab.com",
  "app.terraform.io",
  "agent.buildkite.com",
  "oidc.vercel.com",
  "accounts.google.com",
  "cognito-identity.amazonaws.com",
  "www.amazon.com",
  "graph.facebook.com",
];

const Params = z.object({
  sharedOidcIssuers: z
    .array(z.string().toLowerCase())
    .default(SHARED_ISSUERS)
    .describe("OpenID Connect providers with many customers, whose own claim has to say which one is meant."),
  minIpv4Prefix: z.int().min(8).max(32).default(8).describe("In bits; a broader range of source addresses bounds nobody."),
  minIpv6Prefix: z.int().min(32).max(128).default(32).describe("In bits; a broader range of source addresses bounds nobody."),
});

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export const roleTrustsAnyone: Check = defineCheck({
  id: "iam/role-trusts-anyone",
  title: "Role assumable by any principal (Principal: *)",
  risk: "Anybody with an AWS account, or with an account at the identity provider, can act as the role.",
  severity: "critical",
  frameworks: OPEN_TRUST,
  resource: role,
  needs: ["trust"],
  params: Params,
  messages: {
    anyone: "Role {name} can be assumed by everyone ({principal}): {statement} {bound}.",
    "any-tenant": "Role {name} can be assumed by every account of {issuer}: {statement} {bound}.",
  },
  remediation: {
    steps: [
      "Replace the star in the trust policy of {name} by the exact roles or accounts that need the role.",
      "If the callers are spread over your organization, keep the star and require `aws:PrincipalOrgID` with your organization's id, by StringEquals without IfExists.",
      "For CI systems, fix the subject claim to your organization and repository, and to the branch or environment for deployments.",
      "Look in CloudTrail for AssumeRole calls from unknown accounts since it was opened; if there are any, treat it as an incident and revoke the sessions.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
  },
  evaluate({ arn, trust }, { params, pass, fail, notApplicable, unknown }) {
    if (isServiceLinked({ arn })) return notApplicable("The role is linked to a service and cannot be edited.");
    const policy = parsePolicy(trust);
    if (policy.state !== "parsed") return unknown(policy.state === "too-complex" ? "too-complex" : "malformed", "trust");

    const [open, ...more] = openTrusts(policy, params, params.sharedOidcIssuers);
    if (open) {
      const { statement, principal, why, issuer, deny } = open;
      return fail(why, {
        evidence: {
          principal,
          issuer,
          statement: nameOf(statement),
          bound: statement.conditions.length === 0 ? "has no condition" : `bounds nobody (${describeConditions(statement.conditions)})`,
          openStatements: 1 + more.length,
        },
        notes:
          deny === null
            ? []
            : [`A conditional Deny stands against it, which is not weighed: ${nameOf(deny)} (${describeConditions(deny.conditions)}).`],
      });
    }
    const unclear = policy.statements.some(
      (statement) => allowsUnrecognised(statement) && assumptionsIn(statement).length > 0 && !isBounded(statement, params),
    );
    return unclear ? unknown("malformed", "trust") : pass({ notes: issuersWithoutSubject(policy) });
  },
});

/** A provider of one's own has one tenant; a subject would narrow it further. */
function issuersWithoutSubject({ statements }: ParsedPolicy): string[] {
  const issuers = statements.flatMap((statement) => {
    if (statement.effect !== "Allow" || assumptionsIn(statement).length === 0) return [];
    const keys = statement.conditions.map(({ key }) => key.toLowerCase());
    return principals(statement).flatMap((who) =>
      who.kind === "oidc" && !keys.some((key) => key.startsWith(`${who.issuer.toLowerCase()}:`) && !key.endsWith(":aud"))
        ? [who.issuer]
        : [],
    );
  });
  return [...new Set(issuers)].map(
    (issuer) => `Every identity of ${issuer} may assume the role; a condition on its subject would narrow that.`,
  );
}
