import { QUEUE_CALLS } from "@posture/aws-access";
import { describe, expect, it } from "vitest";
import { QUEUE_ACTIONS, queueOf, queueStatement } from "./event-queue.ts";

const QUEUE = "https://sqs.eu-west-1.amazonaws.com/111122223333/posture-events";

describe("the queue of changes", () => {
  const configured = { queue: "https://queue.example.com/111122223333/other", region: "eu-north-1" };
  it("is the one that was given, also beside a configured one", () =>
    expect(queueOf(QUEUE, configured, {})).toEqual({ queue: QUEUE, region: "eu-west-1" }));
  it("is the configured one where the variable is empty, and none where there is neither", () =>
    expect([queueOf("", configured, {}), queueOf(undefined, null, {})]).toEqual([configured, null]));
  it("at an address that names no region is in the configured one", () =>
    expect(queueOf("http://127.0.0.1:4566/111122223333/q", configured, {})).toMatchObject({ region: "eu-north-1" }));
  it("whose region nothing says is refused, with what to do", () =>
    expect(() => queueOf("http://127.0.0.1:4566/111122223333/q", null, {})).toThrow("is not in its URL, and has to be given"));
  it.each(["posture-events", "arn:aws:sqs:eu-west-1:111122223333:posture-events"])(
    "that is no URL is refused, with the variable, what it is, and what a URL looks like: %s",
    (given) =>
      expect(() => queueOf(given, null, {})).toThrow(
        `POSTURE_EVENT_QUEUE: "${given}" is none: the URL of a queue is https://sqs.<region>.amazonaws.com/<account>/<name>.`,
      ),
  );
});

describe("the statement for the queue", () => {
  it("allows what the bot calls, on that queue alone", () =>
    expect(queueStatement({ queue: QUEUE, region: "eu-west-1" })).toEqual({
      Sid: "PostureEvents",
      Effect: "Allow",
      Action: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      Resource: "arn:aws:sqs:eu-west-1:111122223333:posture-events",
    }));
  it("has the actions of all calls", () =>
    expect(QUEUE_ACTIONS).toEqual(
      Object.values(QUEUE_CALLS)
        .map(({ action }) => action)
        .toSorted(),
    ));
  it.each([
    ["cn-north-1", "arn:aws-cn:"],
    ["us-gov-west-1", "arn:aws-us-gov:"],
  ])("in %s begins with %s", (region, begin) => expect(queueStatement({ queue: QUEUE, region }).Resource).toMatch(begin));
  it.each(["https://sqs.eu-west-1.amazonaws.com/", "https://example.com/queue"])("is not made up for %s", (queue) =>
    expect(() => queueStatement({ queue, region: "eu-west-1" })).toThrow("its ARN is not known"),
  );
});
