import { type Check, defineCheck } from "@posture/core";
import { bucket } from "@posture/resources-aws/s3";
import { z } from "zod";

const Params = z.object({
  acceptedAlgorithms: z.array(z.string().min(1)).min(1).default(["AES256", "aws:kms", "aws:kms:dsse"]).describe("As S3 names them."),
  requireCustomerManagedKey: z.boolean().default(false).describe("Fail the key that AWS manages (`aws/s3`), and S3's own keys."),
});

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html */
const DEFAULT = JSON.stringify({
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" }, BucketKeyEnabled: true }],
});

export const bucketNoDefaultEncryption: Check = defineCheck({
  id: "s3/bucket-no-default-encryption",
  title: "No default encryption",
  risk: "New objects lie unencrypted on disk, or under a key that nobody here can audit or revoke.",
  severity: "high",
  categories: ["s3", "encryption"],
  frameworks: { "cis-aws-foundations-1.4": ["2.1.1"], "aws-security-hub": ["S3.4", "S3.17"] },
  resource: bucket,
  needs: ["encryption"],
  params: Params,
  messages: {
    none: "Bucket {name} has no default encryption.",
    algorithm: "Bucket {name} encrypts new objects with {algorithm}; accepted here: {accepted}.",
    key: "Bucket {name} encrypts new objects with {algorithm} under {key}; a customer managed key is required.",
  },
  remediation: {
    steps: [
      "Decide between S3-managed keys (no key administration) and a KMS key (separate key policy, audit trail, ability to revoke).",
      {
        text: "Set the default of bucket {name} under Properties, Default encryption; with KMS also enable the bucket key to limit request cost.",
        command: `aws s3api put-bucket-encryption --bucket {name} --server-side-encryption-configuration '${DEFAULT}'`,
      },
      "Make sure that readers have kms:Decrypt on the key before switching.",
      "Re-encrypt older objects with a batch copy if they must be covered too.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html",
  },
  evaluate({ encryption }, { params, pass, fail, unknown }) {
    const [rule] = encryption ?? [];
    if (rule === undefined) return fail("none");
    const { algorithm, kmsKeyId, bucketKey } = rule;
    // A rule that sets no default is a shape that AWS does not document.
    if (algorithm === null) return unknown("malformed", "encryption");

    const key = kmsKeyId ?? (algorithm === "AES256" ? "a key that S3 manages" : "the AWS managed key aws/s3");
    const evidence = { algorithm, key, bucketKey };
    if (!params.acceptedAlgorithms.includes(algorithm))
      return fail("algorithm", { evidence: { ...evidence, accepted: params.acceptedAlgorithms.join(", ") } });
    if (params.requireCustomerManagedKey && isManagedByAws(kmsKeyId)) return fail("key", { evidence });
    return pass({ evidence });
  },
});

/** The alias may come as a name or as the tail of an ARN. */
function isManagedByAws(kmsKeyId: string | null): boolean {
  return kmsKeyId === null || kmsKeyId === "alias/aws/s3" || kmsKeyId.endsWith(":alias/aws/s3");
}
