import { type Check, defineCheck } from "@posture/core";
import { queue } from "@posture/resources-aws/sqs";
import { z } from "zod";

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html */
export const sqsQueueUnencrypted: Check = defineCheck({
  id: "encryption/sqs-queue-unencrypted",
  title: "SQS queue has no server-side encryption",
  risk: "Messages lie unencrypted in the queue.",
  severity: "low",
  categories: ["encryption"],
  frameworks: { "aws-fsbp": ["SQS.1"] },
  resource: queue,
  needs: ["encryption"],
  params: z.object({ requireKms: z.boolean().default(false).describe("Fail queues that are encrypted with keys which SQS manages.") }),
  messages: {
    none: "SQS queue {name} has no server-side encryption.",
    managed: "SQS queue {name} is encrypted with keys that SQS manages; a KMS key is required.",
  },
  remediation: {
    steps: [
      "Decide between SSE-SQS (no administration of keys) and SSE-KMS.",
      "For KMS, give producers kms:GenerateDataKey and consumers kms:Decrypt.",
      "Set the attribute on queue {name}, and on its dead-letter queue.",
      "Messages that are stored already are not encrypted again; a minute may pass before the change is seen.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sse-existing-queue.html",
  },
  evaluate({ encryption: { kmsKeyId, sqsManaged } }, { params, pass, fail }) {
    if (kmsKeyId !== null) return pass({ evidence: { key: kmsKeyId } });
    if (sqsManaged !== true) return fail("none");
    return params.requireKms ? fail("managed") : pass({ evidence: { key: "keys that SQS manages" } });
  },
});
