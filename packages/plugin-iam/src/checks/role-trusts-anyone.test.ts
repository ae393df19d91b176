import { checkTester } from "@posture/testing";
import { describe, it } from "vitest";
import { ACCOUNT, DEPLOY, policy } from "../given.fixture.ts";
import { roleTrustsAnyone as check } from "./role-trusts-anyone.ts";

const STAR = { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" };
const SAYS = "Role deploy can be assumed by everyone";
const OPEN = `${SAYS} (*): statement 1 has no condition.`;
const trust = (...statements: readonly unknown[]): { given: { trust: string } } => ({ given: { trust: policy(...statements) } });
const when = (operator: string, key: string, value: unknown): { given: { trust: string } } =>
  trust({ ...STAR, Condition: { [operator]: { [key]: value } } });
const unbound = (condition: string): string => `${SAYS} (*): statement 1 bounds nobody (${condition}).`;
const provider = (issuer: string): string => `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer}`;
const GITHUB = "token.actions.githubusercontent.com";
const federated = (issuer: string, Condition?: object): { given: { trust: string } } =>
  trust({
    Effect: "Allow",
    Principal: { Federated: issuer.includes("cognito") ? issuer : provider(issuer) },
    Action: "sts:AssumeRoleWithWebIdentity",
    ...(Condition && { Condition }),
  });
const AUD = { StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" } };
const subject = (value: unknown, operator = "StringLike"): { given: { trust: string } } =>
  federated(GITHUB, { ...AUD, [operator]: { ...(operator === "StringEquals" && AUD.StringEquals), [`${GITHUB}:sub`]: value } });
const tenants = (conditions: string): string =>
  `Role deploy can be assumed by every account of ${GITHUB}: statement 1 bounds nobody (${conditions}).`;
const AUD_TEXT = `StringEquals ${GITHUB}:aud sts.amazonaws.com`;

checkTester(
  check,
  {
    ref: DEPLOY,
    base: { trust: policy(STAR) },
    pass: {
      "RTA-05: the organization is fixed": when("StringEquals", "aws:PrincipalOrgID", "o-abc123"),
      "RTA-09: the account of the callers is fixed": when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/app-*"),
      "RTA-14: the addresses are narrow": when("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
      "RTA-16: a service assumes it": trust({ ...STAR, Principal: { Service: "ec2.amazonaws.com" } }),
      "RTA-18: the subject's owner is fixed": { ...subject("repo:acme/*"), notes: [] },
      "the subject is fixed": subject("repo:acme/app:ref:refs/heads/main", "StringEquals"),
      "the repository's owner is fixed by its id": federated(GITHUB, { StringEquals: { [`${GITHUB}:repository_owner_id`]: "1234" } }),
      "RTA-20: the provider is one's own and the subject is not asked": {
        ...federated("oidc.eks.eu-west-1.amazonaws.com/id/ABC"),
        notes: [
          "Every identity of oidc.eks.eu-west-1.amazonaws.com/id/ABC may assume the role; a condition on its subject would narrow that.",
        ],
      },
      "RTA-22: one's own SAML provider is trusted": trust({
        ...STAR,
        Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/corp` },
        Action: "sts:AssumeRoleWithSAML",
      }),
      "RTA-23: everyone is denied": trust({ ...STAR, Effect: "Deny" }),
      "RTA-24: sessions may only be tagged": trust({ ...STAR, Action: ["sts:TagSession", "sts:SetSourceIdentity"] }),
      "RTA-25: nothing is allowed that assumes": trust({ ...STAR, Action: "s3:GetObject" }),
      "RTA-25: there is no statement": trust(),
      "an unconditional Deny takes it back": trust(STAR, { ...STAR, Effect: "Deny", Action: "sts:*" }),
      "a provider is shared, and the configuration knows none": { ...federated(GITHUB, AUD), params: { sharedOidcIssuers: [] } },
    },
    fail: {
      "RTA-01: everyone may, without a condition": { says: OPEN },
      "RTA-02: everyone in the form of a map": { ...trust({ ...STAR, Principal: { AWS: "*" } }), says: OPEN },
      "RTA-03: a star in a list": { ...trust({ ...STAR, Principal: { AWS: ["*"] } }), says: OPEN },
      "RTA-03: a star beside an account": {
        ...trust({ ...STAR, Principal: { AWS: ["arn:aws:iam::111122223333:root", "*"] } }),
        says: OPEN,
      },
      "RTA-04: a star in place of the account": {
        ...trust({ ...STAR, Principal: { AWS: "arn:aws:iam::*:root" } }),
        says: `${SAYS} (arn:aws:iam::*:root): statement 1 has no condition.`,
      },
      "RTA-06: any organization": { ...when("StringLike", "aws:PrincipalOrgID", "*"), says: unbound("StringLike aws:PrincipalOrgID *") },
      "RTA-06: any organization whose id begins as all do": {
        ...when("StringLike", "aws:PrincipalOrgID", "o-*"),
        says: unbound("StringLike aws:PrincipalOrgID o-*"),
      },
      "RTA-07: the organization, if there is one": {
        ...when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-abc123"),
        says: unbound("StringEqualsIfExists aws:PrincipalOrgID o-abc123"),
      },
      "RTA-08: all of no organization's paths": {
        ...when("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-abc/r-1/ou-1/"),
        says: unbound("ForAllValues:StringEquals aws:PrincipalOrgPaths o-abc/r-1/ou-1/"),
      },
      "RTA-10: a role name in any account": {
        ...when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/app"),
        says: unbound("ArnLike aws:PrincipalArn arn:aws:iam::*:role/app"),
      },
      "RTA-11: an external id": { ...when("StringEquals", "sts:ExternalId", "abc"), says: unbound("StringEquals sts:ExternalId abc") },
      "RTA-12: MFA": { ...when("Bool", "aws:MultiFactorAuthPresent", true), says: unbound("Bool aws:MultiFactorAuthPresent true") },
      "RTA-13: a tag": { ...when("StringEquals", "aws:PrincipalTag/team", "ops"), says: unbound("StringEquals aws:PrincipalTag/team ops") },
      "RTA-14: all addresses": { ...when("IpAddress", "aws:SourceIp", "0.0.0.0/0"), says: unbound("IpAddress aws:SourceIp 0.0.0.0/0") },
      "RTA-14: half of all addresses": {
        ...when("IpAddress", "aws:SourceIp", "0.0.0.0/1"),
        says: unbound("IpAddress aws:SourceIp 0.0.0.0/1"),
      },
      "RTA-15: everyone but one account": {
        ...when("StringNotEquals", "aws:PrincipalAccount", "444455556666"),
        says: unbound("StringNotEquals aws:PrincipalAccount 444455556666"),
      },
      "RTA-17: any repository, since only the audience is fixed": { ...federated(GITHUB, AUD), says: tenants(AUD_TEXT) },
      "RTA-19: any repository": { ...subject("repo:*"), says: tenants(`${AUD_TEXT} and StringLike ${GITHUB}:sub repo:*`) },
      "RTA-19: any owner whose name begins so": {
        ...subject("repo:acme*/x:*"),
        says: tenants(`${AUD_TEXT} and StringLike ${GITHUB}:sub repo:acme*/x:*`),
      },
      "the subject is asked for only if it is there": {
        ...subject("repo:acme/app:*", "StringLikeIfExists"),
        says: tenants(`${AUD_TEXT} and StringLikeIfExists ${GITHUB}:sub repo:acme/app:*`),
      },
      "one of two subjects is open": {
        ...subject(["repo:acme/*", "repo:*"]),
        says: tenants(`${AUD_TEXT} and StringLike ${GITHUB}:sub repo:acme/*, repo:*`),
      },
      "RTA-21: any identity pool": {
        ...federated("cognito-identity.amazonaws.com"),
        says: "Role deploy can be assumed by every account of cognito-identity.amazonaws.com: statement 1 has no condition.",
      },
      "everyone but one": {
        ...trust({ Effect: "Allow", NotPrincipal: { AWS: "111122223333" }, Action: "sts:AssumeRole" }),
        says: `${SAYS} (NotPrincipal 111122223333): statement 1 has no condition.`,
      },
      "everything but tagging is allowed": { ...trust({ Effect: "Allow", Principal: "*", NotAction: "sts:TagSession" }), says: OPEN },
      "the Deny is of another action": { ...trust(STAR, { ...STAR, Effect: "Deny", Action: "sts:TagSession" }), says: OPEN, notes: [] },
      "the Deny has a condition": {
        ...trust(STAR, { ...STAR, Effect: "Deny", Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-abc" } } }),
        says: OPEN,
        notes: ["A conditional Deny stands against it, which is not weighed: statement 2 (StringNotEquals aws:PrincipalOrgID o-abc)."],
      },
      "the addresses are broader than the configuration allows": {
        ...when("IpAddress", "aws:SourceIp", "203.0.0.0/16"),
        params: { minIpv4Prefix: 24 },
        says: unbound("IpAddress aws:SourceIp 203.0.0.0/16"),
      },
    },
    unknown: {
      "the policy makes no sense": { given: { trust: "{" }, reason: "malformed" },
      "nobody can say who the principal is": { ...trust({ ...STAR, Principal: { AWS: "whoever" } }), reason: "malformed" },
    },
  },
  { describe, it },
);
