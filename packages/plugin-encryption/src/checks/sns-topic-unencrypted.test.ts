import { checkTester } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { DENIED, KEY, TOPIC } from "../given.fixture.ts";
import { gone, outcome } from "../judging.fixture.ts";
import { snsTopicUnencrypted as check } from "./sns-topic-unencrypted.ts";

const SAYS = "SNS topic alerts has no KMS server-side encryption.";
const STRICT = { requireCustomerManagedKey: true };

checkTester(
  check,
  {
    ref: TOPIC,
    pass: {
      "SNS-03: the key that AWS manages is set": { given: { key: "alias/aws/sns" } },
      "SNS-04: a key is named by its ARN": { given: { key: KEY }, params: STRICT },
      "SNS-04: a key is named by its id": { given: { key: "12345678-1234-1234-1234-123456789012" } },
      "SNS-04: an alias of one's own is named": { given: { key: "alias/app" }, params: STRICT },
      "SNS-06: the key was deleted and is still set": { given: { key: KEY } },
    },
    fail: {
      "SNS-01: no key is set": { says: SAYS },
      "SNS-05: it is a FIFO topic without a key": { says: SAYS },
      "SNS-10: only functions subscribe to it, and no key is set": { says: SAYS },
      "SNS-03: the key that AWS manages is set, and an own one is required": {
        given: { key: "alias/aws/sns" },
        params: STRICT,
        says: "SNS topic alerts is encrypted under alias/aws/sns; a customer managed key is required.",
      },
    },
    unknown: {
      "SNS-07: the topic's own policy denies": { given: { key: DENIED }, reason: "denied", missing: ["sns:GetTopicAttributes"] },
    },
  },
  { describe, it },
);

describe("a topic", () => {
  it("SNS-08: that went after it was listed is gone", () => expect(gone(check, TOPIC).status).toBe("gone"));
  it("SNS-09: of the same name in another region is another one", () => {
    const other = { ...TOPIC, arn: TOPIC.arn.replace("eu-west-1", "us-east-1"), region: "us-east-1" };
    expect([outcome(check, TOPIC, {}).status, outcome(check, other, { key: KEY }).status]).toEqual(["fail", "pass"]);
  });
});
