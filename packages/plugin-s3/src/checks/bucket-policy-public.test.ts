import { checkTester, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { gone, judged, LOGS, OFF, policy } from "../given.fixture.ts";
import { bucketPolicyPublic as check } from "./bucket-policy-public.ts";

const ALLOW = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/*" };
const EVERYONE = { ...ALLOW, Principal: "*" };
const RESTRICTED = { ...OFF, restrictPublicBuckets: true };
const PUBLIC = { policyStatus: { isPublic: true } };
const NOT_PUBLIC = { policyStatus: { isPublic: false } };
const UNASKED = { policyStatus: unreadable("denied") };
const BLIND = "Mitigation not verifiable: whether RestrictPublicBuckets is on could not be read.";
const UNCONFIRMED = "Not confirmed: AWS's own policy status is not known.";
const HELD = ["RestrictPublicBuckets holds back a public policy: statement 1 allows s3:GetObject to everyone (*)."];

const under = (Condition: object): { policy: string } => ({ policy: policy({ ...EVERYONE, Condition }) });
const from = (...ranges: readonly string[]): { policy: string } => under({ IpAddress: { "aws:SourceIp": ranges } });
const allows = (who: string): string => `The policy of bucket logs allows s3:GetObject to ${who}: statement 1 has no condition.`;
const unbounded = (conditions: string): string =>
  `The policy of bucket logs allows s3:GetObject to everyone (*): the condition of statement 1 does not bound who may call (${conditions}).`;
const OUTSIDE = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: "*",
  Condition: { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
};
const DOUBT =
  "The policy of bucket logs allows s3:GetObject to everyone (*) in statement 1; only a conditional Deny stands against it (NotIpAddress aws:SourceIp 203.0.113.0/24).";
const DISTRIBUTION = under({ ArnLike: { "aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/*" } });

checkTester(
  check,
  {
    ref: LOGS,
    // An open condition is a case for AWS's word; in these vectors it agrees.
    base: PUBLIC,
    pass: {
      "POL-06: a /24 bounds the callers": { given: from("203.0.113.0/24") },
      "POL-09: a /8 bounds the callers, as AWS has it": { given: from("11.0.0.0/8") },
      "POL-13: one VPC endpoint bounds them": { given: under({ StringEquals: { "aws:SourceVpce": "vpce-0abc" } }) },
      "POL-15: one organization bounds them": { given: under({ StringEquals: { "aws:PrincipalOrgID": "o-abc" } }) },
      "POL-22: one source account bounds them": { given: under({ StringEquals: { "aws:SourceAccount": "111122223333" } }) },
      "POL-23: the distributions of one account bound them, and AWS agrees": {
        given: { ...DISTRIBUTION, ...NOT_PUBLIC },
        notes: ["AWS reports the policy as not public."],
      },
      "POL-23: the distributions of one account bound them, and AWS is not to be asked": {
        given: DISTRIBUTION,
        params: { usePolicyStatus: false },
        notes: ["The condition bounds the callers by a pattern; confirm that it is meant so."],
      },
      "POL-25: access is delegated to the access points of one account": {
        given: under({ StringLike: { "s3:DataAccessPointArn": "arn:aws:s3:us-west-2:111122223333:accesspoint/*" } }),
      },
      "POL-27: everyone outside an address range is denied, and AWS reports it as not public": {
        given: { policy: policy(EVERYONE, OUTSIDE), ...NOT_PUBLIC },
      },
      "POL-28: only a Deny names everyone": {
        given: {
          policy: policy({
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: "*",
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
        },
      },
      "POL-29: a service is named": { given: { policy: policy({ ...ALLOW, Principal: { Service: "cloudfront.amazonaws.com" } }) } },
      "POL-30: an origin access identity is named": {
        given: { policy: policy({ ...ALLOW, Principal: { AWS: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1" } }) },
      },
      "POL-31: the account restricts public buckets": { given: { policy: policy(EVERYONE), accountBlock: RESTRICTED }, notes: HELD },
      "POL-31: the bucket restricts public access": { given: { policy: policy(EVERYONE), publicAccessBlock: RESTRICTED }, notes: HELD },
      "there is no policy": { given: { policyStatus: null } },
      "the policy is denied and RestrictPublicBuckets is on": { given: { policy: unreadable("denied"), accountBlock: RESTRICTED } },
      "an unconditional Deny takes everything back": {
        given: { policy: policy(EVERYONE, { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" }) },
      },
      "any condition is taken at its word": { given: under({ Bool: { "aws:SecureTransport": "true" } }), params: { conditionMode: "any" } },
    },
    fail: {
      "POL-01: everyone may read, without condition": { given: { policy: policy(EVERYONE) }, says: allows("everyone (*)"), notes: [] },
      'POL-02: the principal is {"AWS": "*"}': {
        given: { policy: policy({ ...ALLOW, Principal: { AWS: "*" } }) },
        says: allows("everyone (*)"),
      },
      'POL-02: the principal is {"AWS": ["*"]}': {
        given: { policy: policy({ ...ALLOW, Principal: { AWS: ["*"] } }) },
        says: allows("everyone (*)"),
      },
      "POL-03: every canonical user is named": {
        given: { policy: policy({ ...ALLOW, Principal: { CanonicalUser: "*" } }) },
        says: allows("everyone (*)"),
      },
      "POL-03: the root of every account is named": {
        given: { policy: policy({ ...ALLOW, Principal: { AWS: "arn:aws:iam::*:root" } }) },
        says: allows("everyone (arn:aws:iam::*:root)"),
      },
      "POL-04: everyone but one is allowed": {
        given: { policy: policy({ ...ALLOW, NotPrincipal: { AWS: "arn:aws:iam::111122223333:user/bob" } }) },
        says: allows("everyone (NotPrincipal arn:aws:iam::111122223333:user/bob)"),
      },
      "POL-05: every user of a social provider is allowed": {
        given: { policy: policy({ ...ALLOW, Principal: { Federated: "graph.facebook.com" } }) },
        says: allows("every user of graph.facebook.com"),
      },
      "POL-07: the range is all of IPv4": { given: from("0.0.0.0/0"), says: unbounded("IpAddress aws:SourceIp 0.0.0.0/0") },
      "POL-08: two ranges are all of IPv4": {
        given: from("0.0.0.0/1", "128.0.0.0/1"),
        says: unbounded("IpAddress aws:SourceIp 0.0.0.0/1, 128.0.0.0/1"),
      },
      "POL-10: one of two ranges is all of IPv4": {
        given: from("203.0.113.0/24", "0.0.0.0/0"),
        says: unbounded("IpAddress aws:SourceIp 203.0.113.0/24, 0.0.0.0/0"),
      },
      "POL-11: the range is all of IPv6": { given: from("::/0"), says: unbounded("IpAddress aws:SourceIp ::/0") },
      "POL-11: the range is an eighth of IPv6": { given: from("2000::/3"), says: unbounded("IpAddress aws:SourceIp 2000::/3") },
      "POL-12: the range is broader than /8 and not wholly private": {
        given: from("10.0.0.0/7"),
        says: unbounded("IpAddress aws:SourceIp 10.0.0.0/7"),
      },
      "POL-14: any VPC will do": {
        given: under({ StringLike: { "aws:SourceVpc": "vpc-*" } }),
        says: unbounded("StringLike aws:SourceVpc vpc-*"),
      },
      "POL-16: callers without an organization are let through": {
        given: under({ StringEqualsIfExists: { "aws:PrincipalOrgID": "o-abc" } }),
        says: unbounded("StringEqualsIfExists aws:PrincipalOrgID o-abc"),
      },
      "POL-17: ForAllValues is true for callers without the key": {
        given: under({ "ForAllValues:StringEquals": { "aws:PrincipalOrgPaths": "o-abc/r-1/ou-1/" } }),
        says: unbounded("ForAllValues:StringEquals aws:PrincipalOrgPaths o-abc/r-1/ou-1/"),
      },
      "POL-18: everywhere but one VPC will do": {
        given: under({ StringNotEquals: { "aws:SourceVpc": "vpc-1" } }),
        says: unbounded("StringNotEquals aws:SourceVpc vpc-1"),
      },
      "POL-19: a header decides": {
        given: under({ StringLike: { "aws:Referer": "https://www.example.com/*" } }),
        says: unbounded("StringLike aws:Referer https://www.example.com/*"),
      },
      "POL-20: the protocol decides": {
        given: under({ Bool: { "aws:SecureTransport": true } }),
        says: unbounded("Bool aws:SecureTransport true"),
      },
      "POL-21: the owner of the bucket decides": {
        given: under({ StringEquals: { "s3:ResourceAccount": "111122223333" } }),
        says: unbounded("StringEquals s3:ResourceAccount 111122223333"),
      },
      "POL-24: every session of a role id will do": {
        given: under({ StringEquals: { "aws:userid": "AROAEXAMPLE:*" } }),
        says: unbounded("StringEquals aws:userid AROAEXAMPLE:*"),
      },
      "POL-26: a policy variable decides": {
        given: under({ StringEquals: { "aws:PrincipalAccount": "${aws:PrincipalAccount}" } }),
        says: unbounded("StringEquals aws:PrincipalAccount ${aws:PrincipalAccount}"),
      },
      "POL-27: everyone outside an address range is denied, and AWS cannot be asked": {
        given: { policy: policy(EVERYONE, OUTSIDE), ...UNASKED },
        says: DOUBT,
        notes: [UNCONFIRMED],
      },
      "POL-31: a public policy is held back, and latent ones are to be reported": {
        given: { policy: policy(EVERYONE), accountBlock: RESTRICTED },
        params: { reportLatent: true },
        says: "The policy of bucket logs allows s3:GetObject to everyone (*) in statement 1; only RestrictPublicBuckets holds it back.",
      },
      "POL-32: only new public policies are blocked": {
        given: { policy: policy(EVERYONE), accountBlock: { ...OFF, blockPublicPolicy: true } },
        says: allows("everyone (*)"),
      },
      "POL-33: whether public buckets are restricted is denied": {
        given: { policy: policy(EVERYONE), publicAccessBlock: unreadable("denied") },
        says: allows("everyone (*)"),
        notes: [BLIND],
      },
      "POL-35: the statement is a single object": {
        given: { policy: JSON.stringify({ Statement: { ...EVERYONE, Sid: "Web" } }) },
        says: 'The policy of bucket logs allows s3:GetObject to everyone (*): statement "Web" has no condition.',
      },
      "AWS reports as public what a pattern bounds": {
        given: DISTRIBUTION,
        says: "AWS reports the policy of bucket logs as public: statement 1 allows s3:GetObject to everyone (*) within a pattern (ArnLike aws:SourceArn arn:aws:cloudfront::111122223333:distribution/*).",
      },
      "a condition is open and AWS cannot be asked": {
        given: { ...from("0.0.0.0/0"), ...UNASKED },
        says: unbounded("IpAddress aws:SourceIp 0.0.0.0/0"),
        notes: [UNCONFIRMED],
      },
      "POL-09: a /8 is too broad by a stricter limit, whatever AWS says of its own": {
        given: { ...from("11.0.0.0/8"), ...NOT_PUBLIC },
        params: { minIpv4Prefix: 16 },
        says: unbounded("IpAddress aws:SourceIp 11.0.0.0/8"),
        notes: [],
      },
      "there is no condition, where any would do": {
        given: { policy: policy(EVERYONE) },
        params: { conditionMode: "any" },
        says: allows("everyone (*)"),
      },
      "it allows more than fits in a line": {
        given: { policy: policy({ ...EVERYONE, Action: ["s3:A", "s3:B", "s3:C", "s3:D", "s3:E", "s3:F", "s3:G"] }) },
        says: "The policy of bucket logs allows s3:A, s3:B, s3:C, s3:D, s3:E and 2 more to everyone (*): statement 1 has no condition.",
      },
    },
    unknown: {
      "POL-34: the policy is denied": { given: { policy: unreadable("denied") }, reason: "denied", missing: ["s3:GetBucketPolicy"] },
      "the policy is no JSON": { given: { policy: "{" }, reason: "malformed" },
      "the policy is nested too deep": { given: { policy: `{"Id":${"[".repeat(99)}${"]".repeat(99)}}` }, reason: "too-complex" },
      "a principal cannot be placed": { given: { policy: policy({ ...ALLOW, Principal: { AWS: "bob" } }) }, reason: "malformed" },
      "a pattern bounds the callers and AWS's word is denied": {
        given: { ...DISTRIBUTION, ...UNASKED },
        reason: "denied",
        missing: ["s3:GetBucketPolicyStatus"],
      },
      "the policy is denied, and latent ones are to be reported": {
        given: { policy: unreadable("denied"), accountBlock: RESTRICTED },
        params: { reportLatent: true },
        reason: "denied",
      },
    },
  },
  { describe, it },
);

describe("a bucket policy", () => {
  it("that lets everyone in costs no question to AWS", () =>
    expect(judged(check, { policy: policy(EVERYONE) }).reads).not.toContain("policyStatus"));
  it("that leaves doubt costs one", () =>
    expect(judged(check, from("0.0.0.0/0")).reads.filter((name) => name === "policyStatus")).toHaveLength(1));
  it("that leaves doubt costs none where AWS is not to be asked", () =>
    expect(judged(check, from("0.0.0.0/0"), { usePolicyStatus: false }).reads).not.toContain("policyStatus"));
  it("is reported by its worst statement", () => {
    const both = policy({ ...EVERYONE, Sid: "Ours", Condition: { StringLike: { "aws:Referer": "x" } } }, { ...EVERYONE, Sid: "Worst" });
    expect(judged(check, { policy: both }).outcome).toMatchObject({
      messageId: "unconditional",
      evidence: { statement: 'statement "Worst"', publicStatements: 2 },
    });
  });
  it("that is too open by a stricter limit is not cleared by AWS's word on another statement", () => {
    const wide = { ...EVERYONE, Condition: { IpAddress: { "aws:SourceIp": "11.0.0.0/8" } } };
    const given = { policy: policy({ ...EVERYONE, Condition: { StringLike: { "aws:Referer": "x" } } }, wide), ...NOT_PUBLIC };
    expect(judged(check, given).outcome.status).toBe("pass");
    expect(judged(check, given, { minIpv4Prefix: 16 }).outcome).toMatchObject({ status: "fail", evidence: { statement: "statement 2" } });
  });
  it("of a deleted bucket is gone with it", () => expect(gone(check).status).toBe("gone"));
  it("cannot be judged by limits looser than AWS's", () => expect(check.params?.safeParse({ minIpv4Prefix: 4 }).success).toBe(false));
});
