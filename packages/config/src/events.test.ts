import { describe, expect, it } from "vitest";
import { resolveConfig } from "./resolve.ts";

const QUEUE = "https://sqs.eu-west-1.amazonaws.com/111122223333/posture-events";
const eventsOf = (events: unknown): unknown => resolveConfig({ events }, [], null).events;

describe("the queue of changes in the configuration", () => {
  it.each([
    [QUEUE, "eu-west-1"],
    ["https://sqs-fips.us-gov-west-1.amazonaws.com/111122223333/q", "us-gov-west-1"],
    ["https://sqs.cn-north-1.amazonaws.com.cn/111122223333/q", "cn-north-1"],
    ["https://us-west-2.queue.amazonaws.com/111122223333/q", "us-west-2"],
  ])("%s is in the region that its URL names", (queue, region) => expect(eventsOf({ queue })).toEqual({ queue, region }));
  it("at an address that names no region is in the one that is given", () => {
    const given = { queue: "https://queue.example.com/111122223333/q", region: "eu-north-1" };
    expect(eventsOf(given)).toEqual(given);
  });
  it("may have the region of its URL said again", () => expect(eventsOf({ queue: QUEUE, region: "eu-west-1" })).toBeTruthy());

  it.each<[string, unknown, RegExp]>([
    ["no queue", {}, /it is missing: the URL of a queue is https:\/\/sqs.* at events\.queue/],
    ["a name", { queue: "posture-events" }, /"posture-events" is none: the URL of a queue is https.* at events\.queue/],
    ["a number", { queue: 5 }, /5 is none: the URL of a queue is https.* at events\.queue/],
    ["the URL alone", QUEUE, /it is an object that names a queue, \{ queue: "https.* at events/],
    ["null", null, /it is an object that names a queue/],
    ["a misspelt setting", { queue: QUEUE, regoin: "eu-west-1" }, /"regoin" is no setting of it; did you mean region\?.* at events/],
    [
      "a setting that is like none",
      { queue: QUEUE, interval: 5 },
      /"interval" is no setting of it; there are queue and region.* at events/,
    ],
    ["an address that names no region", { queue: "https://example.com/q" }, /`events`: the region of the queue .* has to be given/],
    ["an address in a region that there cannot be", { queue: "https://sqs.mars.amazonaws.com/111122223333/q" }, /has to be given/],
    ["a region that its URL contradicts", { queue: QUEUE, region: "us-east-1" }, /is in eu-west-1, and us-east-1 is given as its region/],
  ])("is refused as %s, with the place and what is meant", (_, events, says) => expect(() => eventsOf(events)).toThrow(says));
});
