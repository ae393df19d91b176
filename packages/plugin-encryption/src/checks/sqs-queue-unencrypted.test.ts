import type { QueueEncryption } from "@posture/resources-aws/sqs";
import { checkTester } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { DENIED, QUEUE } from "../given.fixture.ts";
import { gone } from "../judging.fixture.ts";
import { sqsQueueUnencrypted as check } from "./sqs-queue-unencrypted.ts";

const sse = (sqsManaged: boolean | null, kmsKeyId: string | null = null): { encryption: QueueEncryption } => ({
  encryption: { sqsManaged, kmsKeyId },
});
const SAYS = "SQS queue jobs has no server-side encryption.";

checkTester(
  check,
  {
    ref: QUEUE,
    base: sse(false),
    pass: {
      "SQS-01: it is encrypted with keys that SQS manages": { given: sse(true) },
      "SQS-03: a KMS key is set": { given: sse(false, "alias/aws/sqs") },
      "SQS-04: both are set": { given: sse(true, "alias/aws/sqs"), params: { requireKms: true } },
      "SQS-08: it is a dead-letter queue, and encrypted": { given: sse(true) },
    },
    fail: {
      "SQS-02: neither is set": { says: SAYS },
      "SQS-05: neither is said, by an endpoint that knows no SSE-SQS": { given: sse(null), says: SAYS },
      "SQS-08: it is a FIFO queue, and neither is set": { says: SAYS },
      "SQS-12: SQS manages the keys, and KMS is required": {
        given: sse(true),
        params: { requireKms: true },
        says: "SQS queue jobs is encrypted with keys that SQS manages; a KMS key is required.",
      },
    },
    unknown: {
      "SQS-10: the queue's own policy denies": {
        given: { encryption: DENIED },
        reason: "denied",
      },
    },
  },
  { describe, it },
);

it("SQS-09: a queue that went after it was listed is gone", () => expect(gone(check, QUEUE).status).toBe("gone"));
