import { memoryStore, type SweepRecord, sweepSchema } from "@posture/core";
import { demoWorld, type SimulatedAws, startAws } from "@posture/sandbox";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createPosture } from "../create.ts";
import type { Posture } from "../posture.ts";

/* Sweeps beside a listener, against the simulated AWS, which tells of some changes and not of others. All of them have one clock, which is set forward so that an hour passes at once. */

const REGION = "us-east-1";
/** Each test has its own: what was on its way when the one before ended stays hidden. */
let number = 0;
let queue = "";
const GROUP = { GroupId: "sg-0f0f0f01", GroupName: "silent", Region: REGION };
const OTHER = { ...GROUP, GroupId: "sg-0f0f0f02", GroupName: "other" };
const OPEN = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
const soon = { timeout: 10_000, interval: 10 };
const [account] = demoWorld().accounts;
if (!account) throw new Error("there is no account");
const { id } = account;

let aws: SimulatedAws;
let posture: Posture;
let ending: AbortController;
let listening: Promise<void>;
let ahead = 0;
const Real = Date;
class Later extends Real {
  constructor(given: string | number | Date = Later.now()) {
    super(given);
  }
  static override now(): number {
    return Real.now() + ahead;
  }
}

beforeAll(async () => {
  vi.stubGlobal("Date", Later);
  aws = await startAws();
  const env = { AWS_ENDPOINT_URL: aws.url, AWS_REGION: REGION, AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any" };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});
beforeEach(async () => {
  ahead = 0;
  queue = `silent-${(number += 1)}`;
  aws.tellChanges(null);
  aws.setWorld(demoWorld());
  aws.patchWorld({ accounts: [{ id, securityGroups: [GROUP] }] });
  aws.tellChanges({ queue, region: REGION });
  posture = await createPosture({
    store: memoryStore(),
    folder: import.meta.dirname,
    aws: {},
    eventQueue: `https://sqs.${REGION}.amazonaws.com/${id}/${queue}`,
    eventPauses: { merge: 50, second: 100, again: 50 },
  });
  ending = new AbortController();
  listening = posture.listen(ending.signal, () => {});
  // Something that is heard of: from then on the bot knows that events arrive.
  rules([{ ...OPEN, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }]);
  await vi.waitUntil(() => posture.events().counts.acted === 1, soon);
});
afterEach(async () => {
  ending.abort();
  await listening;
  await posture.close();
});
afterAll(async () => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  await aws.close();
});

const rules = (IpPermissions: readonly object[]): void =>
  aws.patchWorld({ accounts: [{ id, securityGroups: [{ GroupId: GROUP.GroupId, IpPermissions }] }] });
/** The world is another, and nobody has done anything in it. */
function openSilently(): void {
  const world = structuredClone(aws.world());
  const group = world.accounts[0]?.securityGroups.find(({ GroupId }) => GroupId === GROUP.GroupId);
  if (!group) throw new Error("the group is not there");
  Object.assign(group, { IpPermissions: [OPEN] });
  aws.setWorld(world);
}
/** The sweep a quarter of an hour later. */
async function sweepLater(): Promise<SweepRecord> {
  ahead += 16 * 60_000;
  return posture.sweep();
}

describe("a port that is opened", () => {
  test("without any event is found by the sweep, and the next one says that nothing told of it until something does", async () => {
    await sweepLater();
    openSilently();
    expect((await sweepLater()).unheard).toBeUndefined();
    const { unheard } = await sweepLater();
    // Of the port and of nothing else.
    expect(unheard).toEqual([{ accountId: id, region: REGION, type: "AWS::EC2::SecurityGroup", changes: 1, latest: expect.any(String) }]);
    const { lastSweep } = await posture.summary({ days: 1 });
    // As a store reads it back.
    expect(sweepSchema.parse(JSON.parse(JSON.stringify(lastSweep))).unheard).toEqual(unheard);
    expect((await sweepLater()).unheard).toEqual(unheard);
    const { acted } = posture.events().counts;
    rules([]);
    await vi.waitFor(() => expect(posture.events().counts.acted).toBe(acted + 1), soon);
    expect((await sweepLater()).unheard).toBeUndefined();
  });
  test("with its event is nothing to wonder at, whoever finds it first", async () => {
    await sweepLater();
    rules([OPEN]);
    await sweepLater();
    expect((await sweepLater()).unheard).toBeUndefined();
  });
  test("while the queue does not answer is nothing to wonder at: that is known", async () => {
    await sweepLater();
    aws.addFault({ operation: "sqs:ReceiveMessage", kind: "denied", times: 3 });
    // What is asked already is answered first.
    rules([]);
    await vi.waitFor(() => expect(posture.events().state).toBe("trouble"), soon);
    openSilently();
    // An answer takes until there is something to say.
    aws.patchWorld({ accounts: [{ id, securityGroups: [OTHER] }] });
    await vi.waitFor(() => expect(posture.events().state).toBe("listening"), soon);
    await sweepLater();
    expect((await sweepLater()).unheard).toBeUndefined();
  });
});
