import { type Instant, memoryStore, plus } from "@posture/core";
import { createPosture, type Posture } from "@posture/runtime";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import pino from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { envOf, EVENTS, queueOf } from "./bot.test.fixture.ts";
import type { Lead } from "./lead.ts";
import { Listening } from "./listening.ts";
import { Sweeps } from "./sweeps.ts";

/* What the bot does where its queue tells of changes late. Everything is real but the clock, which is ahead. */

const HOUR = 3_600_000;
const soon = { timeout: 20_000, interval: 20 };
let aws: SimulatedAws;
let posture: Posture;
let sweeps: Sweeps;
let listening: Listening;
let ahead = 0;
let leads = true;
/** How often the bot has looked how it stands. */
let looks = 0;
const begun: Instant[] = [];
const now = (): Instant => plus(new Date().toISOString(), ahead);

beforeAll(async () => {
  aws = await startAws();
  for (const [name, value] of Object.entries(envOf(aws))) vi.stubEnv(name, value ?? "");
  aws.tellChanges(EVENTS);
  posture = await createPosture({
    store: memoryStore(),
    folder: import.meta.dirname,
    aws: {},
    now,
    eventQueue: queueOf(aws),
    eventPauses: { merge: 50, second: 100, again: 50 },
  });
  const counted: Posture = {
    ...posture,
    events: () => {
      looks += 1;
      return posture.events();
    },
    sweep: (options) => {
      begun.push(now());
      return posture.sweep(options);
    },
  };
  const lead: Lead = { owner: "this", term: () => (leads ? "1" : null) };
  const log = pino({ level: "silent" });
  sweeps = new Sweeps(counted, log, lead);
  listening = new Listening(counted, log, sweeps, lead);
  sweeps.start(null);
  await vi.waitUntil(async () => (await sweptFrom()) !== null, soon);
  listening.start();
}, 60_000);
afterAll(async () => {
  await listening.stop();
  await sweeps.stop();
  await posture.close();
  vi.unstubAllEnvs();
  await aws.close();
});

const sweptFrom = async (): Promise<Instant | null> => (await posture.summary({ days: 1 })).lastSweep?.begunAt ?? null;
let told = 0;
/** A change that was made so many minutes ago by the bot's clock. */
function tell(minutesAgo: number): void {
  const [account] = aws.world().accounts;
  const [group] = account?.securityGroups ?? [];
  aws.tellRaw(
    JSON.stringify({
      account: account?.id,
      region: group?.Region,
      detail: {
        eventID: `late-${(told += 1)}`,
        eventName: "AuthorizeSecurityGroupIngress",
        eventSource: "ec2.amazonaws.com",
        eventTime: plus(now(), -minutesAgo * 60_000),
        requestParameters: { groupId: group?.GroupId },
      },
    }),
  );
}
const heard = (): Promise<void> => vi.waitFor(() => expect(posture.events().counts.acted).toBe(told), soon);
async function looked(): Promise<void> {
  const before = looks;
  await vi.waitFor(() => expect(looks).toBeGreaterThan(before + 1), soon);
}

test("changes that are told of late have one sweep look for what else was missed, and no other until more is late", async () => {
  ahead = HOUR;
  tell(2);
  await heard();
  await looked();
  expect([begun.length, posture.events().late]).toEqual([1, null]);
  for (const minutesAgo of [40, 30, 20]) tell(minutesAgo);
  await heard();
  await vi.waitFor(() => expect(begun).toHaveLength(2), soon);
  await vi.waitFor(async () => expect((await sweptFrom()) ?? "").toSatisfy((at: Instant) => at >= (begun[1] ?? "")), soon);
  tell(50);
  await heard();
  await looked();
  expect(begun).toHaveLength(2);
  expect(posture.events().late?.change.eventId).toBe("late-4");
}, 60_000);

test("what was made after that sweep and comes late has another one follow", async () => {
  ahead = 2 * HOUR;
  tell(30);
  await vi.waitFor(() => expect(begun).toHaveLength(3), soon);
}, 60_000);

test("a bot that does not lead sweeps for nothing", async () => {
  leads = false;
  await vi.waitFor(() => expect(posture.events().state).toBe("idle"), soon);
  ahead = 3 * HOUR;
  tell(30);
  sweeps.takeUp();
  expect([begun.length, posture.events().late]).toEqual([3, null]);
}, 60_000);
