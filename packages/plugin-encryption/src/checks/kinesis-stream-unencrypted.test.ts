import type { StreamSummary } from "@posture/resources-aws/kinesis";
import { checkTester, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { DENIED, KEY, STREAM } from "../given.fixture.ts";
import { gone, outcome } from "../judging.fixture.ts";
import { kinesisStreamUnencrypted as check } from "./kinesis-stream-unencrypted.ts";

const summary = (encryptionType: string | null, more: Partial<StreamSummary> = {}): { summary: StreamSummary } => ({
  summary: { status: "ACTIVE", encryptionType, keyId: null, ...more },
});
const SAYS = "Kinesis stream clicks is not encrypted.";
const AWS_KEY = { keyId: "alias/aws/kinesis" };
const STRICT = { requireCustomerManagedKey: true };

checkTester(
  check,
  {
    ref: STREAM,
    base: summary("NONE"),
    pass: {
      "KIN-03: it is encrypted under the key that AWS manages": { given: summary("KMS", AWS_KEY) },
      "KIN-04: it is encrypted under a key of one's own": { given: summary("KMS", { keyId: KEY }), params: STRICT },
    },
    fail: {
      "KIN-01: it is plain": { says: SAYS },
      "KIN-02: AWS names no type, which is none": { given: summary(null), says: SAYS },
      "KIN-05: a change is under way": {
        given: summary("NONE", { status: "UPDATING" }),
        says: SAYS,
        notes: ["The stream is UPDATING: a change is under way."],
      },
      "KIN-06: it is just being made": {
        given: summary("NONE", { status: "CREATING" }),
        says: SAYS,
        notes: ["The stream is CREATING: a change is under way."],
      },
      "KIN-10: its capacity is on demand": { says: SAYS },
      "KIN-03: it is encrypted under the key that AWS manages, and an own one is required": {
        given: summary("KMS", AWS_KEY),
        params: STRICT,
        says: "Kinesis stream clicks is encrypted under alias/aws/kinesis; a customer managed key is required.",
      },
    },
    notApplicable: { "KIN-07: it is being deleted": { given: summary("NONE", { status: "DELETING" }) } },
    unknown: {
      "KIN-08: the summary is denied": { given: { summary: DENIED }, reason: "denied", missing: ["kinesis:DescribeStreamSummary"] },
      "KIN-09: the summary is throttled to the last": { given: { summary: unreadable("throttled") }, reason: "throttled" },
      "KIN-11: AWS names a type that nobody knows": { given: summary("FOO"), reason: "malformed" },
    },
  },
  { describe, it },
);

describe("a stream", () => {
  it.each(["UPDATING", "CREATING"])("KIN-05, KIN-06: that is %s says in its evidence that a change is pending", (status) =>
    expect(outcome(check, STREAM, summary("NONE", { status }))).toMatchObject({ evidence: { pendingChange: true } }),
  );
  it("that is gone is gone", () => expect(gone(check, STREAM).status).toBe("gone"));
});
