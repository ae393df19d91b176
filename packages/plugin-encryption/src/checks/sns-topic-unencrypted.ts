import { type Check, defineCheck } from "@posture/core";
import { topic } from "@posture/resources-aws/sns";
import { z } from "zod";
import { isAwsManaged } from "../keys.ts";

/** Source: https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html */
export const snsTopicUnencrypted: Check = defineCheck({
  id: "encryption/sns-topic-unencrypted",
  title: "SNS topic has no KMS server-side encryption",
  risk: "Messages are protected by disk encryption only, without a key that could be restricted, audited or revoked.",
  severity: "low",
  categories: ["encryption"],
  frameworks: { "aws-security-hub": ["SNS.1"] },
  resource: topic,
  needs: ["key"],
  params: z.object({ requireCustomerManagedKey: z.boolean().default(false).describe("Fail the key that AWS manages (`alias/aws/sns`).") }),
  messages: {
    none: "SNS topic {name} has no KMS server-side encryption.",
    managed: "SNS topic {name} is encrypted under {key}; a customer managed key is required.",
  },
  remediation: {
    steps: [
      "Choose alias/aws/sns or, where AWS services publish to {name}, a customer managed key.",
      "Allow publishers and event sources kms:GenerateDataKey* and kms:Decrypt on it.",
      {
        text: "Set KmsMasterKeyId on the topic.",
        command: "aws sns set-topic-attributes --region {region} --topic-arn {arn} --attribute-name KmsMasterKeyId --attribute-value KEY",
      },
      "Publish a test message, and watch the metrics of failed deliveries.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
  },
  evaluate({ key }, { params, pass, fail }) {
    if (key === null) return fail("none");
    return params.requireCustomerManagedKey && isAwsManaged(key) ? fail("managed", { evidence: { key } }) : pass({ evidence: { key } });
  },
});
