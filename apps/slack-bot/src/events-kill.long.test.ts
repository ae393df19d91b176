import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type AuditEvent, type Finding, statusOf } from "@posture/core";
import { openStore } from "@posture/runtime";
import type { LocalSlack } from "@posture/sandbox/slack";
import { afterEach, describe, expect, test, vi } from "vitest";
import { MortalBot, soon } from "./process.test.fixture.ts";
import { closedGroup } from "./story.test.fixture.ts";

/* The bot, a process of its own, is killed between hearing of a change and removing its message. AWS delivers that again, and the change is told once. */

const bot = MortalBot.forFile({ events: true });
const KILLS = Number(process.env["POSTURE_EVENT_KILLS"] ?? 3);
const SEED = Number(process.env["POSTURE_SEED"] ?? 20_261_125);
const now = (): string => new Date().toISOString();
const account = (): string => bot.aws.world().accounts[0]?.id ?? "";

const OPEN = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };

interface Group {
  readonly id: string;
  readonly name: string;
}
let groups = 0;
/** A group that lets nobody in. */
async function another(): Promise<Group> {
  groups += 1;
  const group = { id: `sg-0${String(groups).padStart(16, "e")}`, name: `killed-${groups}` };
  bot.aws.patchWorld(closedGroup(account(), group));
  close(group);
  await taken();
  return group;
}
const setRules = ({ id: GroupId }: Group, IpPermissions: readonly object[]): void =>
  bot.aws.patchWorld({ accounts: [{ id: account(), securityGroups: [{ GroupId, IpPermissions }] }] });
const open = (group: Group): void => setRules(group, [OPEN]);
const close = (group: Group): void => setRules(group, []);

interface Stored {
  readonly findings: readonly (Finding & { readonly status: string })[];
  readonly events: readonly AuditEvent[];
  /** Messages that are due or under way. */
  readonly pending: number;
}
async function stored({ id }: Group): Promise<Stored> {
  const store = await openStore(join(bot.folder, "store"), { now, readOnly: true });
  try {
    const view = await store.read({ findings: "all", outbox: { states: ["due", "sending", "unknown"] } }, (it) => it);
    const its = view.findings.filter(({ ref }) => ref.arn.endsWith(`/${id}`));
    const names = new Set<string>(its.map(({ fingerprint }) => fingerprint));
    const events: AuditEvent[] = [];
    for await (const record of store.records()) events.push(...record.events.filter(({ subject }) => names.has(subject)));
    const findings = its.map((it) => ({ ...it, status: statusOf(it, view, now()) }));
    return { findings, events, pending: view.outbox.length };
  } finally {
    await store.close();
  }
}
async function sweptFrom(): Promise<readonly string[]> {
  const store = await openStore(join(bot.folder, "store"), { now, readOnly: true });
  try {
    return await store.read({}, ({ sweeps }) => sweeps.map(({ begunAt }) => begunAt));
  } finally {
    await store.close();
  }
}
/** The world is another, and nobody has done anything in it. */
function closeUnseen({ id }: Group): void {
  const world = structuredClone(bot.aws.world());
  const group = world.accounts[0]?.securityGroups.find(({ GroupId }) => GroupId === id);
  if (!group) throw new Error(`there is no ${id}`);
  Object.assign(group, { IpPermissions: [] });
  bot.aws.setWorld(world);
}
const types = ({ events }: Stored): readonly string[] => events.map(({ type }) => type).filter((type) => TRANSITIONS.has(type));
const TRANSITIONS = new Set(["opened", "resolved", "reopened"]);
/** Of the channel, threads left out. */
const about = ({ id }: Group): ReturnType<LocalSlack["messages"]> =>
  bot.slack.messages().filter((it) => it.ephemeralFor === undefined && it.threadTs === undefined && JSON.stringify(it.blocks).includes(id));

async function taken(): Promise<void> {
  await vi.waitFor(() => expect(bot.aws.told()).toEqual({ waiting: 0, hidden: 0 }), soon);
}
async function settled(group: Group): Promise<void> {
  await taken();
  await vi.waitFor(async () => expect((await stored(group)).pending).toBe(0), soon);
}
/** A call that AWS leaves without an answer. */
async function hung(operation: string): Promise<void> {
  await vi.waitFor(() => expect(bot.aws.calls().some((it) => it.operation === operation && it.status === 0)).toBe(true), soon);
}
async function killed(): Promise<void> {
  await bot.die();
  bot.aws.clearFaults();
  bot.aws.clearCalls();
  bot.slack.clearFaults();
}
/** AWS waits for 120 s until it delivers again what was not removed. */
async function back(): Promise<void> {
  await bot.start();
  bot.aws.tellAgain();
}

afterEach(() => {
  bot.aws.clearFaults();
  bot.slack.clearFaults();
});

describe("a bot that is killed", () => {
  test("while it reads what changed is told of the change again, and tells it once", async () => {
    const group = await another();
    bot.aws.addFault({ operation: "ec2:DescribeSecurityGroups", kind: "hang" });
    open(group);
    await hung("DescribeSecurityGroups");
    await killed();
    expect([bot.aws.told().hidden > 0, (await stored(group)).findings]).toEqual([true, []]);
    await back();
    await settled(group);
    expect([types(await stored(group)), about(group).length]).toEqual([["opened"], 1]);
  });
  test("after it wrote down what it found, and before the message of the queue is removed, writes and tells nothing twice", async () => {
    const group = await another();
    for (const [change, expected] of [
      [open, ["opened"]],
      [close, ["opened", "resolved"]],
      [open, ["opened", "resolved", "reopened"]],
    ] as const) {
      bot.aws.addFault({ operation: "sqs:DeleteMessageBatch", kind: "hang" });
      change(group);
      await hung("DeleteMessageBatch");
      await killed();
      expect([bot.aws.told().hidden > 0, types(await stored(group))]).toEqual([true, expected]);
      await back();
      await settled(group);
      expect([types(await stored(group)), about(group).length]).toEqual([expected, 1]);
    }
    const changes = (await stored(group)).events.flatMap(({ change }) => change?.eventId ?? []);
    expect(new Set(changes).size).toBe(3);
    expect(about(group)[0]?.text).toMatch(/^\S+ Reopened · .*\(after AuthorizeSecurityGroupIngress by ana\)$/);
  });
  test("after Slack took the message, and before anybody heard of that or removed the change, posts no second one", async () => {
    const group = await another();
    const calls = bot.slack.ledger().length;
    bot.aws.addFault({ operation: "sqs:DeleteMessageBatch", kind: "hang" });
    bot.slack.fault({ method: "chat.postMessage", kind: "hang_after" });
    open(group);
    await Promise.all([hung("DeleteMessageBatch"), bot.met(calls, ({ fault }) => fault === "hang_after")]);
    await killed();
    await back();
    await settled(group);
    expect([types(await stored(group)), about(group).length]).toEqual([["opened"], 1]);
  });
  test("between the first look and the second is told of the change again, and looks without waiting for a sweep", async () => {
    const group = await another();
    bot.aws.clearCalls();
    open(group);
    await vi.waitFor(
      () => expect(bot.aws.calls().some((it) => it.operation === "DescribeSecurityGroups" && it.status === 200)).toBe(true),
      soon,
    );
    bot.aws.addFault({ operation: "ec2:DescribeSecurityGroups", kind: "hang" });
    await vi.waitFor(async () => expect(types(await stored(group))).toEqual(["opened"]), soon);
    await hung("DescribeSecurityGroups");
    await killed();
    expect(bot.aws.told()).toEqual({ waiting: 0, hidden: 1 });
    const sweeps = await sweptFrom();
    await bot.start();
    await vi.waitFor(async () => expect(await sweptFrom()).not.toEqual(sweeps), soon);
    // As where AWS answered with what was before: nobody tells of it, and no sweep follows.
    closeUnseen(group);
    bot.aws.tellAgain();
    await settled(group);
    expect([types(await stored(group)), about(group).length]).toEqual([["opened", "resolved"], 1]);
  });
  test("and has the same change told in another message as well, as AWS may do, tells it once", async () => {
    const group = await another();
    bot.aws.addFault({ operation: "sqs:DeleteMessageBatch", kind: "hang" });
    open(group);
    await hung("DeleteMessageBatch");
    await killed();
    const [change] = (await stored(group)).events.flatMap((it) => it.change ?? []);
    bot.aws.tellRaw(
      JSON.stringify({
        account: account(),
        region: "eu-west-1",
        detail: {
          eventID: change?.eventId,
          eventName: change?.name,
          eventSource: "ec2.amazonaws.com",
          eventTime: change?.at,
          requestParameters: { groupId: group.id },
        },
      }),
    );
    await back();
    await settled(group);
    expect([types(await stored(group)), about(group).length]).toEqual([["opened"], 1]);
  });
});

/** Random, and the same for the same seed: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const FAULTS = [
  { operation: "sqs:ReceiveMessage", kind: "denied" },
  { operation: "sqs:ReceiveMessage", kind: "reset" },
  { operation: "sqs:DeleteMessageBatch", kind: "error500" },
  { operation: "sqs:DeleteMessageBatch", kind: "hang" },
  { operation: "ec2:DescribeSecurityGroups", kind: "reset" },
  { operation: "ec2:DescribeSecurityGroups", kind: "slow", delayMs: 400 },
] as const;

test(
  `after ${KILLS} kills at any moment, with what AWS and its queue do wrong between, each group is told as it is, in one message`,
  async () => {
    const random = chance(SEED);
    const chosen = <T>(of: readonly T[]): T | undefined => of[Math.floor(random() * of.length)];
    const all: Group[] = [];
    for (let i = 0; i < 6; i += 1) all.push(await another());
    const isOpen = new Map<Group, boolean>();
    let changes = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const dying = Date.now() + 300 + random() * 2500;
      const fault = chosen(FAULTS);
      if (fault) bot.aws.addFault({ ...fault, times: 1 + Math.floor(random() * 2) });
      while (Date.now() < dying) {
        const group = chosen(all);
        if (!group) break;
        const opens = random() < 0.6;
        (opens ? open : close)(group);
        isOpen.set(group, opens);
        changes += 1;
        await pause(40 + random() * 300);
      }
      await killed();
      await back();
    }
    await vi.waitFor(() => {
      // What one of the dead ones was given when its connection was already cut.
      bot.aws.tellAgain();
      expect(bot.aws.told()).toEqual({ waiting: 0, hidden: 0 });
    }, soon);
    let told = 0;
    for (const group of all) {
      await settled(group);
      const { findings, events } = await stored(group);
      const [finding, ...others] = findings.filter(({ checkId }) => checkId === "security-group/ssh-open-to-internet");
      expect([group.name, finding?.condition === "failing", others]).toEqual([group.name, isOpen.get(group) ?? false, []]);
      // What is one change of AWS is one of the finding, and they take turns.
      const its = events.filter(({ subject, type }) => subject === finding?.fingerprint && TRANSITIONS.has(type));
      expect(its.map(({ type }) => (type === "resolved" ? "resolved" : "failing"))).toEqual(
        its.map((_, i) => (i % 2 === 0 ? "failing" : "resolved")),
      );
      const names = its.flatMap(({ change }) => change?.eventId ?? []);
      expect(names).toEqual([...new Set(names)]);
      told += its.length;
      // What was over before anybody heard of it is not said.
      const messages = about(group).filter(({ text }) => text.includes(group.name) || text.includes(group.id));
      expect(messages.length).toBeLessThanOrEqual(1);
      if (finding?.status === "open") expect(messages).toHaveLength(1);
      if (messages[0]) expect(messages[0].text.includes("Resolved")).toBe(finding?.condition === "cleared");
    }
    expect(told).toBeGreaterThan(0);
    if (process.env["POSTURE_EVENT_KILLS"] !== undefined) console.info(JSON.stringify({ seed: SEED, kills: KILLS, changes, told }));
  },
  60_000 + KILLS * 15_000,
);
