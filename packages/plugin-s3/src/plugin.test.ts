import { eventsOf, stepOf } from "@posture/core";
import { bucket } from "@posture/resources-aws/s3";
import { testPlugin } from "@posture/testing";
import { describe, expect, it } from "vitest";
import plugin from "./index.ts";

/** Copied by hand from the tables that decide: id, severity, title, categories. */
const FACTS = [
  ["s3/bucket-public-access-block-off", "high", "Public access block not enabled", ["s3"]],
  ["s3/bucket-acl-public", "critical", "Bucket ACL grants public read", ["s3"]],
  ["s3/bucket-policy-public", "critical", "Bucket policy allows Principal: *", ["s3"]],
  ["s3/bucket-https-not-enforced", "medium", "S3 bucket policy does not enforce HTTPS (aws:SecureTransport)", ["s3", "encryption"]],
  ["s3/bucket-website-enabled", "medium", "Static website hosting enabled", ["s3"]],
  ["s3/bucket-no-default-encryption", "high", "No default encryption", ["s3", "encryption"]],
  ["s3/object-acl-public", "high", "Object ACL grants public read", ["s3"]],
  ["s3/presigned-url-long-expiry", "low", "Pre-signed URL expiry > 7 days", ["s3"]],
];

/** Controls by framework, copied by hand. */
const CONTROLS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "s3/bucket-public-access-block-off": {
    "1.4": ["2.1.5"],
    "3.0": ["2.1.4"],
    "4.0": ["2.1.4"],
    "5.0": ["2.1.4"],
    "6.0": ["3.1.4"],
    "7.0": ["3.1.4"],
    fsbp: ["S3.1", "S3.8"],
  },
  "s3/bucket-acl-public": { fsbp: ["S3.2", "S3.3", "S3.12"] },
  "s3/bucket-policy-public": { "7.0": ["2.21"], fsbp: ["S3.2", "S3.3"] },
  "s3/bucket-https-not-enforced": {
    "1.4": ["2.1.2"],
    "3.0": ["2.1.1"],
    "4.0": ["2.1.1"],
    "5.0": ["2.1.1"],
    "6.0": ["3.1.1"],
    "7.0": ["3.1.1"],
    fsbp: ["S3.5"],
  },
  "s3/bucket-website-enabled": {},
  "s3/object-acl-public": { fsbp: ["S3.2", "S3.12"] },
  "s3/bucket-no-default-encryption": { "1.4": ["2.1.1"], hub: ["S3.4", "S3.17"] },
};

function frameworkName(short: string): string {
  return ({ fsbp: "aws-fsbp", hub: "aws-security-hub" } as Readonly<Record<string, string>>)[short] ?? `cis-aws-foundations-${short}`;
}

const permissions = [
  "s3:GetAccountPublicAccessBlock",
  "s3:GetBucketAcl",
  "s3:GetBucketLocation",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketPolicy",
  "s3:GetBucketPolicyStatus",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketWebsite",
  "s3:GetEncryptionConfiguration",
  "s3:GetObjectAcl",
  "s3:ListAllMyBuckets",
  "s3:ListBucket",
];
testPlugin(plugin, { permissions }, { describe, it });

describe("the S3 plugin", () => {
  it("has the checks, severities and titles of the product", () => {
    expect(plugin.checks.map(({ id, severity, title, categories }) => [id, severity, title, categories])).toEqual(FACTS);
  });
  it.each(plugin.checks.map((check) => [check.id, check] as const))("%s carries its control ids", (id, { frameworks = {} }) => {
    const expected = Object.entries(CONTROLS[id] ?? {}).map(([short, ids]) => [frameworkName(short), ids]);
    expect(frameworks).toEqual(Object.fromEntries(expected));
  });
  it.each(plugin.checks.map((check) => [check.id, check] as const))("%s says what to do, and to look again", (_, { remediation }) => {
    expect(remediation.steps.length).toBeGreaterThan(2);
    expect(stepOf(remediation.steps.at(-1) ?? "").text).toMatch(/Re-check\.$/);
    expect(new URL(remediation.docs)).toMatchObject({ protocol: "https:", host: "docs.aws.amazon.com" });
  });
  it.each<[string, readonly string[]]>([
    [
      "s3/bucket-public-access-block-off",
      [
        "PutBucketPublicAccessBlock",
        "DeleteBucketPublicAccessBlock",
        "PutAccountPublicAccessBlock",
        "DeleteAccountPublicAccessBlock",
        "CreateBucket",
        "DeleteBucket",
      ],
    ],
    [
      "s3/bucket-acl-public",
      [
        "PutBucketAcl",
        "CreateBucket",
        "PutBucketOwnershipControls",
        "DeleteBucketOwnershipControls",
        "PutBucketPublicAccessBlock",
        "DeleteAccountPublicAccessBlock",
        "DeleteBucket",
      ],
    ],
    [
      "s3/bucket-policy-public",
      [
        "PutBucketPolicy",
        "DeleteBucketPolicy",
        "PutBucketPublicAccessBlock",
        "DeleteBucketPublicAccessBlock",
        "PutAccountPublicAccessBlock",
        "DeleteAccountPublicAccessBlock",
        "DeleteBucket",
      ],
    ],
    ["s3/bucket-https-not-enforced", ["PutBucketPolicy", "DeleteBucketPolicy", "CreateBucket", "DeleteBucket"]],
    ["s3/bucket-website-enabled", ["PutBucketWebsite", "DeleteBucketWebsite", "DeleteBucket"]],
    [
      "s3/object-acl-public",
      [
        "PutObjectAcl",
        "PutObject",
        "CopyObject",
        "CreateMultipartUpload",
        "PutBucketOwnershipControls",
        "DeleteBucketOwnershipControls",
        "PutBucketPublicAccessBlock",
        "DeleteBucketPublicAccessBlock",
        "PutAccountPublicAccessBlock",
        "DeleteAccountPublicAccessBlock",
      ],
    ],
    ["s3/bucket-no-default-encryption", ["PutBucketEncryption", "DeleteBucketEncryption", "CreateBucket", "DeleteBucket"]],
  ])("looks at %s again after its events", (id, names) => {
    const heard = eventsOf(
      bucket,
      plugin.checks.filter((check) => check.id === id),
    ).map(({ name }) => name);
    expect(names.filter((name) => !heard.includes(name))).toEqual([]);
  });
});
