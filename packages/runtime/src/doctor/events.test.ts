import { openAws, type QueueState } from "@posture/aws-access";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { eventsPoint, statePoint } from "./events.ts";

const place = { queue: "https://sqs.us-east-1.amazonaws.com/111122223333/posture-events", region: "us-east-1" };
const besides = { accountId: "111122223333", unheard: [] };
const fine: QueueState = {
  waiting: 3,
  underWay: 1,
  hiddenFor: 120,
  deadLetters: { arn: "arn:aws:sqs:us-east-1:111122223333:dead", after: 5 },
};

describe("a queue that answers", () => {
  it("is good, and says how it stands", () =>
    expect(statePoint(place, fine, besides)).toEqual({
      name: "Events",
      state: "good",
      says: `${place.queue} in us-east-1 answers: 3 waiting, 1 under way, hidden for 120 s; dead letters after 5 deliveries`,
      next: null,
    }));
  it.each([
    [{ deadLetters: null }, "no dead-letter queue, so what cannot be worked on comes again for days", "Give the queue a dead-letter queue"],
    [{ hiddenFor: 119 }, "what takes longer is delivered a second time", "visibility timeout to 120 s"],
    [{ waiting: 1000 }, "nobody seems to take them", "`/posture status`"],
  ])("with %j is a warning", (more, says, next) =>
    expect(statePoint(place, { ...fine, ...more }, besides)).toMatchObject({
      state: "warning",
      says: expect.stringContaining(says),
      next: expect.stringContaining(next),
    }),
  );
});

describe("a queue that answers", () => {
  it("and is of another account than the bot is good, and says so", () =>
    expect(statePoint(place, fine, { ...besides, accountId: "444455556666" })).toMatchObject({
      state: "good",
      says: expect.stringMatching(/deliveries; it is of account 111122223333, and the bot of 444455556666$/),
    }));
  it.each([null, "111122223333"])("says nothing of accounts where the bot's is %s", (accountId) =>
    expect(statePoint(place, fine, { ...besides, accountId }).says).not.toContain("account"),
  );
  it("though sweeps found changes that no event told of is a warning that says where to look", () => {
    const latest = "2026-11-25T10:00:00.000Z";
    const its = { accountId: "111122223333", changes: 2, latest };
    const unheard = [
      { ...its, type: "AWS::EC2::SecurityGroup", region: "eu-west-1" },
      { ...its, type: "AWS::IAM::Role", region: "global" },
    ];
    expect(statePoint(place, fine, { ...besides, unheard })).toMatchObject({
      state: "warning",
      says: expect.stringContaining(
        "sweeps found 4 changes that no event told of, in eu-west-1 and of IAM or the account; the last at 2026-11-25T10:00Z",
      ),
      next: expect.stringMatching(/the trail logs management events in eu-west-1.*posture events template.*us-east-1/),
    });
  });
});

describe("asking the queue", () => {
  let sandbox: Awaited<ReturnType<typeof startAws>>;
  let aws: ReturnType<typeof openAws>;
  beforeAll(async () => {
    sandbox = await startAws({});
    sandbox.tellChanges({ queue: "posture-events", region: "us-east-1" });
    vi.stubEnv("AWS_ENDPOINT_URL", sandbox.url);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "any");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "any");
    aws = openAws({});
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    aws.close();
    await sandbox.close();
  });

  it("without one is no fault, and says how to turn it on", async () =>
    expect(await eventsPoint(null, aws, besides)).toMatchObject({
      state: "not-examined",
      next: expect.stringContaining("posture events template"),
    }));
  it("takes nothing from it", async () => {
    sandbox.clearCalls();
    expect((await eventsPoint(place, aws, besides)).says).toContain("answers: 0 waiting");
    expect(sandbox.calls().map(({ operation }) => operation)).toEqual(["GetQueueAttributes"]);
  });
  it("that is not there says so, and what makes it", async () =>
    expect(await eventsPoint({ ...place, queue: `${place.queue}-no-more` }, aws, besides)).toMatchObject({
      state: "wrong",
      says: expect.stringContaining("There is no queue"),
      next: expect.stringContaining("posture events template"),
    }));
});
