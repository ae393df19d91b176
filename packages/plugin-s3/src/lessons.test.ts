import { describe, expect, it } from "vitest";
import { judged, OFF, policy } from "./given.fixture.ts";
import plugin, { bucketHttpsNotEnforced, bucketNoDefaultEncryption, bucketPolicyPublic, bucketPublicAccessBlockOff } from "./index.ts";

const EVERYONE = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/*" };
const DENY = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const ALL_DENIED = Object.fromEntries(
  ["accountBlock", "publicAccessBlock", "ownership", "acl", "policy", "policyStatus", "website", "encryption", "objectAcls"].map((name) => [
    name,
    "denied",
  ]),
);

const publicity = (...statements: readonly unknown[]): string =>
  judged(bucketPolicyPublic, { policy: policy(...statements), policyStatus: { isPublic: true } }).outcome.status;
const transport = (...statements: readonly unknown[]): string =>
  judged(bucketHttpsNotEnforced, { policy: policy(...statements) }).outcome.status;

describe("what other scanners were reported for, and these checks do not do:", () => {
  it.each(plugin.checks.map((check) => [check.id, check] as const))(
    "%s takes access denied neither for a pass (prowler 327, 12872) nor for a fail (prowler 971)",
    (_, check) => {
      expect(judged(check, ALL_DENIED).outcome).toMatchObject({ status: "unknown", reason: "denied" });
    },
  );
  it("a policy that could not be read does not allow HTTP (ScoutSuite 867)", () =>
    expect(judged(bucketHttpsNotEnforced, { policy: "denied" }).outcome.status).toBe("unknown"));
  it("conditions of a bucket policy count (prowler 4257, 5386; steampipe-mod-aws-perimeter 9)", () => {
    expect(publicity({ ...EVERYONE, Condition: { StringEquals: { "aws:SourceVpce": "vpce-0abc" } } })).toBe("pass");
    expect(publicity({ ...EVERYONE, Condition: { StringLike: { "aws:Referer": "x" } } })).toBe("fail");
  });
  it("organization conditions count (steampipe-mod-aws-compliance 954; prowler 1151)", () => {
    expect(publicity({ ...EVERYONE, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abc" } } })).toBe("pass");
    expect(publicity({ ...EVERYONE, Condition: { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-abc/*" } } })).toBe("pass");
  });
  it("a source ARN of S3 has no account and still bounds the callers (prowler 3212)", () => {
    expect(publicity({ ...EVERYONE, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::my-bucket" } } })).toBe("pass");
  });
  it("the public access block counts where a policy is judged (prowler 2052, 2715)", () => {
    expect(
      judged(bucketPolicyPublic, { policy: policy(EVERYONE), accountBlock: { ...OFF, restrictPublicBuckets: true } }).outcome.status,
    ).toBe("pass");
  });
  it("a Deny of every action enforces HTTPS, on bucket and objects (prowler 680, 1481)", () => {
    expect(transport({ ...DENY, Action: "*" })).toBe("pass");
    expect(transport({ ...DENY, Action: "*", Resource: "arn:aws:s3:::logs/*" })).toBe("fail");
  });
  it("not every statement must carry the TLS condition (cloudsploit 579; kics 5763)", () => {
    const unrelated = { Effect: "Deny", Principal: "*", Action: "s3:DeleteBucket", Resource: "arn:aws:s3:::logs" };
    expect(transport(unrelated, DENY, { ...EVERYONE, Principal: { AWS: "111122223333" } })).toBe("pass");
  });
  it("not any Deny with the key enforces HTTPS (aws-guard-rules-registry 243)", () => {
    expect(transport({ ...DENY, Action: "s3:GetObject" })).toBe("fail");
    expect(transport({ ...DENY, Principal: { AWS: "111122223333" } })).toBe("fail");
    expect(transport({ ...DENY, Condition: { ...DENY.Condition, IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } })).toBe("fail");
  });
  it("a Deny for one object does not enforce HTTPS", () =>
    expect(transport({ ...DENY, Resource: "arn:aws:s3:::logs/one.txt" })).toBe("fail"));
  it("the account of the resource and the value * bound nobody", () => {
    for (const key of ["s3:ResourceAccount", "aws:ResourceAccount"])
      expect(publicity({ ...EVERYONE, Condition: { StringEquals: { [key]: "111122223333" } } })).toBe("fail");
    expect(publicity({ ...EVERYONE, Condition: { StringLike: { "aws:SourceAccount": "*" } } })).toBe("fail");
  });
  it("two flags of four are not a block", () => {
    expect(
      judged(bucketPublicAccessBlockOff, { publicAccessBlock: { ...OFF, ignorePublicAcls: true, restrictPublicBuckets: true } }).outcome
        .status,
    ).toBe("fail");
  });
  it("the text of an error is no algorithm", () =>
    expect(judged(bucketNoDefaultEncryption, { encryption: "denied" }).outcome.status).toBe("unknown"));
});
