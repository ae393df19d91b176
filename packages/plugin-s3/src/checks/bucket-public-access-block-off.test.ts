import { checkTester, unreadable } from "@posture/testing";
import { bucket } from "@posture/resources-aws/s3";
import { describe, expect, it } from "vitest";
import { gone, judged, LOGS, OFF, ON } from "../given.fixture.ts";
import { bucketPublicAccessBlockOff as check } from "./bucket-public-access-block-off.ts";

const ALL = "BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets";
const says = (missing: string): string =>
  `Block Public Access is incomplete on bucket logs: neither the bucket nor the account turns on ${missing}.`;
const bucketSays = (missing: string): string =>
  `Block Public Access is incomplete on bucket logs itself: it does not turn on ${missing}, whatever the account sets.`;

checkTester(
  check,
  {
    ref: LOGS,
    pass: {
      "PAB-01: the bucket has all four": { given: { publicAccessBlock: ON } },
      "PAB-02: the account has all four": { given: { accountBlock: ON } },
      "PAB-03: bucket and account have two each": {
        given: {
          publicAccessBlock: { ...OFF, blockPublicAcls: true, ignorePublicAcls: true },
          accountBlock: { ...OFF, blockPublicPolicy: true, restrictPublicBuckets: true },
        },
      },
      "PAB-07: the bucket is denied and the account has all four": { given: { publicAccessBlock: unreadable("denied"), accountBlock: ON } },
      "PAB-10: the bucket has all four and the account is denied": { given: { publicAccessBlock: ON, accountBlock: unreadable("denied") } },
      "PAB-11: an organization enforces the account's four, since the call returns what is in force": {
        given: { accountBlock: ON, publicAccessBlock: OFF },
      },
    },
    fail: {
      "PAB-04: only the two that neutralise are on": {
        given: { publicAccessBlock: { ...OFF, ignorePublicAcls: true, restrictPublicBuckets: true } },
        says: says("BlockPublicAcls, BlockPublicPolicy"),
      },
      "PAB-05: three of four are on": {
        given: { publicAccessBlock: { ...ON, blockPublicPolicy: false } },
        says: says("BlockPublicPolicy"),
      },
      "PAB-06: neither level has a configuration": { given: {}, says: says(ALL) },
      "PAB-14: a website bucket is public on purpose": {
        given: {
          publicAccessBlock: OFF,
          website: { indexDocument: "index.html", errorDocument: null, redirectsTo: null, routingRules: 0 },
        },
        says: says(ALL),
      },
      "the bucket alone must have all four and lacks one": {
        given: { publicAccessBlock: { ...ON, blockPublicAcls: false } },
        params: { mode: "bucket" },
        says: bucketSays("BlockPublicAcls"),
      },
    },
    unknown: {
      "PAB-08: the bucket is denied and the account has none": {
        given: { publicAccessBlock: unreadable("denied") },
        reason: "denied",
        missing: ["s3:GetBucketPublicAccessBlock"],
      },
      "PAB-09: the account is denied and the bucket has none": {
        given: { accountBlock: unreadable("denied") },
        reason: "denied",
        missing: ["s3:GetAccountPublicAccessBlock"],
      },
      "PAB-12: the region is not enabled for the account": {
        given: { publicAccessBlock: unreadable("region-unavailable") },
        reason: "region-unavailable",
      },
    },
  },
  { describe, it },
);

describe("the public access block", () => {
  it("PAB-02: of the account alone fails where each bucket must have its own, and is then read", () => {
    const given = { accountBlock: ON, publicAccessBlock: null };
    expect(judged(check, given)).toMatchObject({ outcome: { status: "pass" }, reads: ["accountBlock"] });
    expect(judged(check, given, { mode: "bucket" })).toMatchObject({
      outcome: { status: "fail", text: bucketSays(ALL) },
      reads: ["accountBlock", "publicAccessBlock"],
    });
    expect(judged(check, { accountBlock: "denied", publicAccessBlock: ON }, { mode: "bucket" }).outcome.status).toBe("pass");
    expect(judged(check, { accountBlock: ON, publicAccessBlock: "denied" }, { mode: "bucket" }).outcome.status).toBe("unknown");
  });
  it("says which level provides each flag", () => {
    const { outcome } = judged(check, {
      accountBlock: { ...OFF, blockPublicAcls: true },
      publicAccessBlock: { ...OFF, ignorePublicAcls: true },
    });
    expect(outcome).toMatchObject({
      evidence: {
        providers: { BlockPublicAcls: "account", IgnorePublicAcls: "bucket", BlockPublicPolicy: "nobody", RestrictPublicBuckets: "nobody" },
      },
    });
  });
  it("PAB-13: of a deleted bucket is gone with it", () => expect(gone(check).status).toBe("gone"));
  it("PAB-15: of a directory bucket is never asked for, since no event leads to one", () => {
    const event = {
      source: "s3.amazonaws.com",
      name: "CreateBucket",
      partition: "aws",
      accountId: "111122223333",
      region: "us-east-1",
      detail: { requestParameters: { bucketName: "logs--use1-az4--x-s3" } },
    };
    expect(bucket.locate(event)).toEqual([]);
  });
});
