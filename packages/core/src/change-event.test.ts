import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeEventIn } from "./change-event.ts";

const ANN = "arn:aws:iam::111122223333:user/ann";
const detail = {
  eventVersion: "1.09",
  userIdentity: { type: "IAMUser", arn: ANN, accountId: "111122223333", userName: "ann" },
  eventTime: "2026-11-24T10:00:00Z",
  eventSource: "ec2.amazonaws.com",
  eventName: "AuthorizeSecurityGroupIngress",
  awsRegion: "eu-west-1",
  requestParameters: { groupId: "sg-1" },
  eventID: "6f1b",
};
const envelope = {
  version: "0",
  id: "e",
  "detail-type": "AWS API Call via CloudTrail",
  account: "111122223333",
  region: "eu-west-1",
  detail,
};
const read = (about: object) => changeEventIn(JSON.stringify({ ...envelope, ...about }), "aws");
const readDetail = (about: object) => read({ detail: { ...detail, ...about } });

describe("a queue's message", () => {
  test("that is a CloudTrail record from EventBridge says what was done, when, where and by whom", () => {
    expect(read({})).toEqual({
      change: { eventId: "6f1b", name: "AuthorizeSecurityGroupIngress", at: "2026-11-24T10:00:00.000Z", by: ANN },
      event: {
        source: "ec2.amazonaws.com",
        name: detail.eventName,
        partition: "aws",
        accountId: "111122223333",
        region: "eu-west-1",
        detail,
      },
    });
  });
  test.each([
    ["an AWS service that acted for itself", { type: "AWSService", invokedBy: "autoscaling.amazonaws.com" }, "autoscaling.amazonaws.com"],
    [
      "the account of somebody of another, of whom AWS says no more",
      { type: "AWSAccount", accountId: "444455556666" },
      "account 444455556666",
    ],
    ["nobody, where CloudTrail names nobody", { type: "WebIdentityUser" }, null],
    ["nobody, where who it was cannot be read", "somebody", null],
    ["nobody, where it says nothing of who it was", undefined, null],
  ])("names %s", (_, userIdentity, by) => {
    expect(readDetail({ userIdentity })).toMatchObject({ change: { by } });
  });
  test.each([
    ["no JSON", "{", "it is no JSON object"],
    ["JSON that is no object", "[]", "it is no JSON object"],
    ["nothing", "", "it is no JSON object"],
    ["an event of something else", JSON.stringify({ account: "111122223333", region: "eu-west-1" }), "detail is missing or wrong"],
    ["of no account", JSON.stringify({ ...envelope, account: "my-account" }), "account is missing or wrong"],
    ["from a source that anybody may send", JSON.stringify({ ...envelope, source: "ec2.aws" }), "source is missing or wrong"],
    [
      "about an account that did not send it",
      JSON.stringify({ ...envelope, detail: { ...detail, recipientAccountId: "444455556666" } }),
      "detail.recipientAccountId is not the account that sent it",
    ],
    ["without its id", JSON.stringify({ ...envelope, detail: { ...detail, eventID: "" } }), "detail.eventID is missing or wrong"],
    ["of no time", JSON.stringify({ ...envelope, detail: { ...detail, eventTime: "yesterday" } }), "detail.eventTime is missing or wrong"],
  ])("that is %s is refused with the place that is wrong", (_, body, place) => {
    expect(changeEventIn(body, "aws")).toEqual({ problem: `it is no CloudTrail record from EventBridge: ${place}` });
  });
  test("of any kind is an event or a problem, and a problem repeats nothing of it", () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((it) => JSON.stringify({ ...envelope, detail: it })),
    );
    for (const body of fc.sample(bodies, { numRuns: 500, seed: 20_261_125 })) {
      const it = changeEventIn(body, "aws");
      expect("problem" in it ? it.problem : "it is no CloudTrail record from EventBridge: x").toMatch(
        /^it is no CloudTrail record from EventBridge: [\w. ]+$/,
      );
    }
  });
});
