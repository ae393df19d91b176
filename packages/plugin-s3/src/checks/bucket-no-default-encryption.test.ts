import { type EncryptionRule } from "@posture/resources-aws/s3";
import { checkTester, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { gone, LOGS } from "../given.fixture.ts";
import { bucketNoDefaultEncryption as check } from "./bucket-no-default-encryption.ts";

const rule = (algorithm: string | null, rest: Partial<EncryptionRule> = {}): { encryption: EncryptionRule[] } => ({
  encryption: [{ algorithm, kmsKeyId: null, bucketKey: false, blockedTypes: [], ...rest }],
});
const KEY = "arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012";
const STRICT = { requireCustomerManagedKey: true };
const KMS_ONLY = { acceptedAlgorithms: ["aws:kms", "aws:kms:dsse"] };

checkTester(
  check,
  {
    ref: LOGS,
    base: rule("AES256"),
    pass: {
      "ENC-01: the default is AES256": { given: rule("AES256") },
      "ENC-02: the default is a customer's KMS key": { given: rule("aws:kms", { kmsKeyId: KEY }), params: STRICT },
      "ENC-03: the default is two layers of KMS": { given: rule("aws:kms:dsse") },
      "ENC-04: the default is KMS without a key of one's own": { given: rule("aws:kms") },
      "ENC-08: uploads under customer-provided keys are blocked as well": { given: rule("AES256", { blockedTypes: ["SSE-C"] }) },
      "ENC-10: the configuration was deleted, which AWS answers with AES256": { given: rule("AES256") },
      "ENC-11: older objects are unencrypted, since the default concerns new ones": { given: rule("AES256") },
    },
    fail: {
      "ENC-04: the default is KMS without a key of one's own, and one is required": {
        given: rule("aws:kms"),
        params: STRICT,
        says: "Bucket logs encrypts new objects with aws:kms under the AWS managed key aws/s3; a customer managed key is required.",
      },
      "the alias of AWS's key is named, and an own key is required": {
        given: rule("aws:kms", { kmsKeyId: "arn:aws:kms:eu-west-1:111122223333:alias/aws/s3" }),
        params: STRICT,
        says: "Bucket logs encrypts new objects with aws:kms under arn:aws:kms:eu-west-1:111122223333:alias/aws/s3; a customer managed key is required.",
      },
      "S3's own keys are used, and an own key is required": {
        given: rule("AES256"),
        params: STRICT,
        says: "Bucket logs encrypts new objects with AES256 under a key that S3 manages; a customer managed key is required.",
      },
      "ENC-05: there is no configuration": { given: { encryption: null }, says: "Bucket logs has no default encryption." },
      "ENC-06: there are no rules": { given: { encryption: [] }, says: "Bucket logs has no default encryption." },
      "ENC-07: AES256 is not among the accepted": {
        given: rule("AES256"),
        params: KMS_ONLY,
        says: "Bucket logs encrypts new objects with AES256; accepted here: aws:kms, aws:kms:dsse.",
      },
    },
    unknown: {
      "ENC-09: the configuration is denied": {
        given: { encryption: unreadable("denied") },
        reason: "denied",
        missing: ["s3:GetEncryptionConfiguration"],
      },
      "the rule sets no default": { given: rule(null), reason: "malformed" },
    },
  },
  { describe, it },
);

describe("default encryption", () => {
  it("ENC-12: of a deleted bucket is gone with it", () => expect(gone(check).status).toBe("gone"));
});
