import { judge } from "@posture/core";
import { checkTester, NOW, type Table, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { ACCOUNT, ADMIN_ARN, ALL, DEPLOY, inline, managed, policy, roleAt, unreadPart } from "../given.fixture.ts";
import { roleCrossAccountNoExternalId } from "./role-cross-account-no-external-id.ts";
import { roleTrustsAnyone } from "./role-trusts-anyone.ts";
import { roleWildcardPolicy as check } from "./role-wildcard-policy.ts";

const OPS = `arn:aws:iam::${ACCOUNT}:policy/ops`;
const SAYS = "Role deploy may do everything on everything through";
const INLINE = `${SAYS} inline policy all (statement 1).`;
const PROFILE = { boundary: null, lastUsed: null };
const S3 = { ...ALL, Action: "s3:*" };
const given = (...statements: readonly unknown[]): { given: { permissions: unknown } } => ({
  given: { permissions: inline("all", policy(...statements)) },
});

checkTester(
  check,
  {
    ref: DEPLOY,
    base: { permissions: inline("all", policy(ALL)), profile: PROFILE },
    pass: {
      "RWP-04: every action of one service is allowed on everything": given(S3),
      "RWP-05: every action is allowed on one bucket": given({ ...ALL, Resource: "arn:aws:s3:::b/*" }),
      "RWP-06: one action is allowed on everything": given({ ...ALL, Action: "s3:GetObject" }),
      "RWP-07: the two stars are in two statements": given({ ...ALL, Resource: "arn:aws:s3:::a/*" }, { ...ALL, Action: "s3:Get*" }),
      "RWP-13: everything but IAM is allowed": {
        ...given({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }),
        notes: ["inline policy all, statement 1: it allows every action except IAM's and a few."],
      },
      "RWP-15: ReadOnlyAccess is attached": { given: { permissions: managed("arn:aws:iam::aws:policy/ReadOnlyAccess") } },
      "there is a condition, and such are left out": {
        ...given({ ...ALL, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
        params: { ignoreConditional: true },
      },
    },
    fail: {
      "RWP-01: an inline policy allows * on *": { says: INLINE },
      "RWP-02: AdministratorAccess is attached": { given: { permissions: managed(ADMIN_ARN) }, says: `${SAYS} ${ADMIN_ARN}.` },
      "RWP-03: a customer's policy allows * on *": {
        given: { permissions: managed(OPS, policy(ALL)) },
        says: `${SAYS} ${OPS} (statement 1).`,
      },
      "RWP-04: every action of one service is allowed on everything, and that is to be reported": {
        ...given(S3),
        params: { serviceWildcards: "report" },
        says: "Role deploy may do everything that a service can do, on everything, through inline policy all (statement 1).",
      },
      "RWP-11: a boundary narrows it": { given: { profile: { boundary: OPS, lastUsed: null } }, says: INLINE },
      "RWP-12: nobody has used it for 400 days": {
        given: { profile: { boundary: null, lastUsed: "2024-11-27T00:00:00.000Z" } },
        says: INLINE,
      },
      "RWP-14: it is allowed under a condition": {
        ...given({ ...ALL, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
        says: `${SAYS} inline policy all (statement 1) under a condition.`,
      },
      "another policy and the profile are denied": {
        given: { permissions: { ...unreadPart(OPS, "denied", "GetPolicy"), ...inline("all", policy(ALL)) }, profile: unreadable("denied") },
        says: INLINE,
      },
    },
    notApplicable: { "the configuration leaves out the path": { params: { ignoreRolePaths: ["/"] } } },
    unknown: {
      "a policy is denied and the others are narrow": {
        given: { permissions: { ...unreadPart(OPS, "denied", "GetPolicyVersion"), ...inline("s3", policy(S3)) } },
        reason: "denied",
        missing: ["iam:GetPolicyVersion"],
      },
      "a policy makes no sense": { given: { permissions: inline("all", "[]") }, reason: "malformed" },
    },
  },
  { describe, it },
);

/** The same role under another path or name. */
function named(path: string, name: string, rest: Pick<Table, "fail" | "notApplicable">): void {
  describe(`a role ${path}${name}`, () => {
    checkTester(
      check,
      {
        ref: roleAt(path, name),
        base: { permissions: inline("all", policy(ALL)), profile: PROFILE },
        pass: { "it may read": given({ ...ALL, Action: "s3:Get*" }) },
        ...rest,
        fail: {
          ...rest.fail,
          "it may do all of S3, and that is to be reported": {
            ...given(S3),
            params: { serviceWildcards: "report" },
            says: `Role ${name} may do everything that a service can do, on everything, through inline policy all (statement 1).`,
          },
        },
      },
      { describe, it },
    );
  });
}
const says = (name: string): string => `Role ${name} may do everything on everything through inline policy all (statement 1).`;
const SSO = "AWSReservedSSO_AdministratorAccess_0123456789abcdef";
named("/aws-reserved/sso.amazonaws.com/", SSO, {
  fail: { "RWP-09: IAM Identity Center made it": { says: says(SSO) } },
  notApplicable: { "RWP-09: such roles are left out": { params: { skipSsoReservedRoles: true } } },
});
for (const name of ["OrganizationAccountAccessRole", "AWSControlTowerExecution", "cdk-hnb659fds-cfn-exec-role-111122223333-us-east-1"])
  named("/", name, { fail: { "RWP-10: it is so by design": { says: says(name) } } });

it("RWP-08: a role that is linked to a service does not count, for any check of roles", () => {
  const ref = roleAt("/aws-service-role/support.amazonaws.com/", "AWSServiceRoleForSupport");
  const known = (value: unknown): { readonly state: "known"; readonly value: unknown; readonly asOf: string } => ({
    state: "known",
    value,
    asOf: NOW,
  });
  const trust = policy({ Effect: "Allow", Principal: { AWS: ["*", "999988887777"] }, Action: "sts:AssumeRole" });
  const facets = { permissions: known(inline("all", policy(ALL))), profile: known(PROFILE), trust: known(trust) };
  for (const one of [check, roleTrustsAnyone, roleCrossAccountNoExternalId]) {
    const observation = { ref, asOf: NOW, seen: { first: NOW, baseline: true }, facets };
    expect(judge(one, observation, { now: NOW, params: one.params?.parse({}) }).status).toBe("not-applicable");
  }
});
