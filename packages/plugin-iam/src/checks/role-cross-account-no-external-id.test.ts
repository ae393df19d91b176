import { checkTester, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { role, roleRef } from "@posture/resources-aws/iam";
import { facetOf } from "@posture/core";
import { ACCOUNT, DEPLOY, policy } from "../given.fixture.ts";
import { roleCrossAccountNoExternalId as check } from "./role-cross-account-no-external-id.ts";

const VENDOR = "arn:aws:iam::999988887777:root";
const ALLOW = { Effect: "Allow", Principal: { AWS: VENDOR }, Action: "sts:AssumeRole" };
const trust = (...statements: readonly unknown[]): { given: { trust: string } } => ({ given: { trust: policy(...statements) } });
const from = (AWS: unknown): { given: { trust: string } } => trust({ ...ALLOW, Principal: { AWS } });
const when = (operator: string, value: unknown, key = "sts:ExternalId"): { given: { trust: string } } =>
  trust({ ...ALLOW, Condition: { [operator]: { [key]: value } } });
const says = (who = VENDOR): string => `Role deploy trusts ${who} and asks for no external id: statement 1.`;
const NO_ORGANIZATION = ["This account is in no organization. Accounts of your own can be named in trustedAccountIds."];
const ORG = { trust: policy({ ...ALLOW, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-own" } } }) };

checkTester(
  check,
  {
    ref: DEPLOY,
    base: { trust: policy(ALLOW), organizationAccounts: null, organizationId: null },
    pass: {
      "RXA-03: an external id is required": { ...when("StringEquals", "x-123"), notes: [] },
      "RXA-04: the key is spelt otherwise": when("StringEquals", "x-123", "STS:externalid"),
      "RXA-06: the external id is a pattern": {
        ...when("StringLike", "tenant-*"),
        notes: ["The external id of statement 1 is a pattern; prefer one fixed value."],
      },
      "RXA-10: one of two external ids is required": when("StringEquals", ["x-1", "x-2"]),
      "RXA-11: a Deny refuses who sends another or none": trust(ALLOW, {
        Effect: "Deny",
        Principal: "*",
        Action: "sts:AssumeRole",
        Condition: { StringNotEquals: { "sts:ExternalId": "x" } },
      }),
      "RXA-12: MFA is required, and that is accepted": {
        ...when("Bool", "true", "aws:MultiFactorAuthPresent"),
        params: { acceptMfaInstead: true },
      },
      "RXA-20: the principal was deleted": {
        ...from("AIDACKCEVSQ6C2EXAMPLE"),
        notes: ["Orphaned principal, of an identity that was deleted and that nobody can use: AIDACKCEVSQ6C2EXAMPLE."],
      },
      "the own organization is required": { given: { ...ORG, organizationId: "o-own" } },
      "the own organization is required, by configuration": { given: ORG, params: { organizationId: "o-own" } },
    },
    fail: {
      "RXA-01: another account is trusted": { says: says(), notes: NO_ORGANIZATION },
      "RXA-02: another account is trusted by its number": { ...from("999988887777"), says: says("999988887777") },
      "RXA-05: any external id will do": { ...when("StringLike", "*"), says: says() },
      "RXA-07: an external id counts if it is there": { ...when("StringEqualsIfExists", "x"), says: says() },
      "RXA-08: an external id only has to be there": { ...when("Null", "false"), says: says() },
      "RXA-09: all of no external ids are right": { ...when("ForAllValues:StringEquals", "x"), says: says() },
      "RXA-12: only MFA is required": { ...when("Bool", true, "aws:MultiFactorAuthPresent"), says: says() },
      "RXA-16: the accounts of the organization are denied": {
        given: { organizationAccounts: unreadable("denied") },
        says: says(),
        notes: ["Whether the account is of your organization could not be read. Accounts of your own can be named in trustedAccountIds."],
      },
      "RXA-16: the account is in no organization": { says: says(), notes: NO_ORGANIZATION },
      "RXA-17: the own account is trusted, too": { ...from([`arn:aws:iam::${ACCOUNT}:root`, VENDOR]), says: says() },
      "RXA-21: one role of a vendor is trusted": {
        ...from("arn:aws:iam::999988887777:role/reader"),
        says: says("arn:aws:iam::999988887777:role/reader"),
      },
      "RXA-22: an account of another partition is trusted": {
        ...from("arn:aws-cn:iam::999988887777:root"),
        says: says("arn:aws-cn:iam::999988887777:root"),
      },
      "another organization is required": { given: { ...ORG, organizationId: "o-other" }, says: says() },
      "an own organization is required and cannot be read": { given: { ...ORG, organizationId: unreadable("denied") }, says: says() },
      "the Deny is for somebody else": {
        ...trust(ALLOW, {
          Effect: "Deny",
          Principal: { AWS: "444455556666" },
          Action: "sts:AssumeRole",
          Condition: { StringNotEquals: { "sts:ExternalId": "x" } },
        }),
        says: says(),
      },
      "five roles of vendors are trusted": {
        ...from([1, 2, 3, 4, 5].map((n) => `arn:aws:iam::99998888777${n}:role/r`)),
        says: says("arn:aws:iam::999988887771:role/r, arn:aws:iam::999988887772:role/r, arn:aws:iam::999988887773:role/r, 2 more"),
      },
    },
    notApplicable: {
      "RXA-13: the own account is trusted": from([
        `arn:aws:iam::${ACCOUNT}:root`,
        `arn:aws:iam::${ACCOUNT}:role/a`,
        `arn:aws:iam::${ACCOUNT}:user/b`,
      ]),
      "RXA-14: the account is named as trusted": { params: { trustedAccountIds: ["999988887777"] } },
      "RXA-15: the account is of the organization": { given: { organizationAccounts: [ACCOUNT, "999988887777"] } },
      "RXA-18: everyone is trusted": from("*"),
      "RXA-19: a service is trusted": trust({ ...ALLOW, Principal: { Service: "ec2.amazonaws.com" } }),
      "RXA-19: an identity provider is trusted": trust({
        ...ALLOW,
        Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/corp` },
        Action: "sts:AssumeRoleWithSAML",
      }),
      "the other account may only tag": trust({ ...ALLOW, Action: "sts:TagSession" }),
    },
    unknown: {
      "the policy makes no sense": { given: { trust: "[]" }, reason: "malformed" },
      "nobody can say who the principal is": { ...from("whoever"), reason: "malformed" },
    },
  },
  { describe, it },
);

describe("the organization is asked", () => {
  const OPTIONS = { ask: true, trusted: [] };
  const moot = (facet: string, statement: object, options: object = OPTIONS, ref = DEPLOY): string | null =>
    facetOf(role.facets, facet).moot(ref, { trust: policy(statement) }, options);
  it("only where another account is trusted without an external id", () => {
    expect(moot("organizationAccounts", ALLOW)).toBeNull();
    expect(moot("organizationAccounts", { ...ALLOW, Condition: { StringEquals: { "sts:ExternalId": "x" } } })).not.toBeNull();
    expect(moot("organizationAccounts", { ...ALLOW, Principal: { AWS: ACCOUNT } })).not.toBeNull();
    expect(moot("organizationAccounts", ALLOW, { ask: true, trusted: ["999988887777"] })).not.toBeNull();
    expect(moot("organizationAccounts", ALLOW, { ask: false, trusted: [] })).not.toBeNull();
  });
  it("for its id only where a condition names one", () => {
    expect(moot("organizationId", ALLOW)).not.toBeNull();
    expect(moot("organizationId", { ...ALLOW, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-own" } } })).toBeNull();
  });
  it("not for a role that is linked to a service", () => {
    const linked = roleRef(`arn:aws:iam::${ACCOUNT}:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport`, ACCOUNT);
    expect(moot("organizationAccounts", ALLOW, OPTIONS, linked)).not.toBeNull();
  });
  it("for everything that one of two askers wants", () =>
    expect(
      facetOf(role.facets, "organizationAccounts").options?.union({ ask: false, trusted: ["1", "2"] }, { ask: true, trusted: ["2"] }),
    ).toEqual({
      ask: true,
      trusted: ["2"],
    }));
});
