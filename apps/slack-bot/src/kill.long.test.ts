import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyWrite, emptyState, GENESIS, hashOf, type LogRecord, type Status, statusOf, viewOf } from "@posture/core";
import { openStore } from "@posture/runtime";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rowOf } from "./outbox/rows.ts";
import { pendingAbout } from "./pending.ts";
import { freePort, isReady, spawnBot } from "./process.test.fixture.ts";
import { closedGroup, openedGroup } from "./story.test.fixture.ts";
import { expectAllTaken } from "./taken.test.fixture.ts";

/*
 * The bot is killed with SIGKILL at random moments while findings open, resolve, are re-checked, suppressed and approved.
 * Afterwards the store, its log replayed, and what Slack shows have to agree.
 */

const KILLS = Number(process.env["POSTURE_KILLS"] ?? 2);
const SEED = Number(process.env["POSTURE_SEED"] ?? 20_260_101);

let folder: string;
let aws: SimulatedAws;
let slack: LocalSlack;
let port: number;
let bot: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-kill-"));
  await writeFile(join(folder, "posture.config.mjs"), `export default { suppressions: { approval: { critical: true } } };`);
  aws = await startAws({ world: "demo", latencyMs: 3 });
  slack = await startSlack({});
  port = await freePort();
  slack.setBotUrl(`http://127.0.0.1:${port}/slack/events`);
}, 30_000);
afterAll(async () => {
  bot?.kill("SIGKILL");
  await slack.close();
  await aws.close();
  await rm(folder, { recursive: true });
  expectAllTaken(slack);
});

/** Random, and the same for the same seed: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function startBot(schedule = "* * * * * *"): ChildProcess {
  return spawnBot({ aws, slack, port, folder, schedule });
}

async function ready(): Promise<void> {
  await until("the bot to be ready", () => isReady(port));
}

async function until(what: string, test: () => boolean | Promise<boolean>, patience = 60_000): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}\n${slack.asText()}`);
    await pause(25);
  }
}
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Wishes that Slack was told were accepted: each has to come true. */
const accepted: string[] = [];

/** One thing that a person or a colleague in AWS does; what fails because the bot is dead is like a click into the void. */
async function happening(random: () => number, n: number): Promise<void> {
  const account = aws.world().accounts[0]?.id ?? "";
  const group = { id: `sg-0${String(n % 6).padStart(16, "c")}`, name: `group-${n % 6}` };
  const messages = slack.messages().filter(({ ephemeralFor }) => ephemeralFor === undefined);
  const open = messages.filter(({ text }) => text.includes("Critical ·") || text.includes("High ·"));
  const chosen = open[Math.floor(random() * open.length)];
  const waiting = open.find(isPending);
  const what = random();
  if (what < 0.3) aws.patchWorld(openedGroup(account, group));
  else if (what < 0.45) aws.patchWorld(closedGroup(account, group));
  else if (what < 0.75 && chosen) await slack.click({ user: "Ana", message: chosen.ts, label: "Re-check" }).catch(() => {});
  else if (what < 0.85 && chosen) await suppress(chosen.ts, n).catch(() => {});
  else if (what < 0.97 && waiting) await decide(waiting.ts, random()).catch(() => {});
  else {
    const digest = messages.find(({ text }) => text.startsWith("First sweep"));
    if (digest) await slack.click({ user: "Ben", message: digest.ts, label: "Post the criticals" }).catch(() => {});
  }
}

/** Somebody else approves most of what waits; who asked takes some of it back. */
async function decide(ts: string, chance: number): Promise<void> {
  if (chance < 0.6) await slack.click({ user: "Ben", message: ts, label: "Approve" });
  else if (chance < 0.8) await slack.click({ user: "Ben", message: ts, label: "Decline" });
  else await slack.click({ user: "Ana", message: ts, label: "Withdraw" });
}
function isPending({ blocks }: ReturnType<LocalSlack["messages"]>[number]): boolean {
  return JSON.stringify(blocks).includes("Suppression pending");
}

async function suppress(ts: string, n: number): Promise<void> {
  const justification = `Accepted for wish number ${n}.`;
  await slack.click({ user: "Ana", message: ts, label: "Suppress" });
  await until("the window", () => slack.openModal("Ana") !== undefined, 1500);
  const { errors } = await slack.submit({ user: "Ana", values: { Basis: "Accepted risk", Justification: justification } });
  if (!errors || Object.keys(errors).length === 0) accepted.push(justification);
}

test(
  `after ${KILLS} kills the store, the replayed log and Slack agree`,
  async () => {
    const random = chance(SEED);
    let n = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      bot = startBot();
      const ended = once(bot, "exit");
      // One in four dies while it starts, the others at work.
      if (random() < 0.75) await ready();
      const lives = random() * 3000;
      const dying = Date.now() + lives;
      const dies = pause(lives).then(() => bot?.kill("SIGKILL"));
      while (Date.now() < dying) {
        await Promise.race([happening(random, (n += 1)), dies]);
        await pause(40 + random() * 120);
      }
      await ended;
    }
    // The last one sweeps once, so that nothing becomes due behind its back.
    const startedAt = new Date().toISOString();
    bot = startBot("off");
    const ended = once(bot, "exit");
    await ready();
    await until("a last sweep, and everything to be sent", async () => isQuiet((await stored()).view, startedAt), 120_000);
    bot.kill("SIGTERM");
    const [code] = await ended;
    expect(code).toBe(0);
    await expectAgreement();
    if (process.env["POSTURE_KILLS"] !== undefined) console.info(await countsOf());
  },
  60_000 + KILLS * 15_000,
);

function isQuiet({ sweeps, outbox }: Awaited<ReturnType<typeof stored>>["view"], since: string): boolean {
  return sweeps.some(({ begunAt }) => begunAt >= since) && outbox.every(({ state }) => state === "sent" || state === "dead");
}

async function stored(): Promise<{
  readonly records: readonly LogRecord[];
  readonly view: ReturnType<typeof viewOf>;
}> {
  const store = await openStore(join(folder, "store"), { now: () => new Date().toISOString(), readOnly: true });
  try {
    const view = await store.read({ findings: "all", outbox: {}, inbox: {} }, (it) => it);
    const records: LogRecord[] = [];
    for await (const record of store.records()) records.push(record);
    return { view, records };
  } finally {
    await store.close();
  }
}

async function expectAgreement(): Promise<void> {
  const { view, records } = await stored();
  // The log is whole: gapless, chained, and replayed it is what the store holds.
  const state = emptyState();
  let hash = GENESIS;
  for (const [i, record] of records.entries()) {
    expect([record.seq, record.prev, hashOf(record)]).toEqual([i + 1, hash, record.hash]);
    hash = record.hash;
    for (const write of record.writes) applyWrite(state, write);
  }
  const replayed = viewOf(state, { findings: "all", outbox: {}, inbox: {} });
  expect(sorted(replayed.findings)).toEqual(sorted(view.findings));
  expect(sorted(replayed.outbox)).toEqual(sorted(view.outbox));
  expect(view.inbox.filter((row) => row.state === "received")).toEqual([]);
  // Every wish that was accepted came true, once.
  const wishes = records.flatMap(({ writes }) =>
    writes.flatMap((write) => (write.kind === "suppression" && write.value.ended === null ? [write.value] : [])),
  );
  for (const justification of accepted)
    expect(new Set(wishes.filter((it) => it.justification === justification).map(({ id }) => id)).size).toBe(1);
  expectChannel(view, new Date().toISOString());
}

function expectChannel(view: Awaited<ReturnType<typeof stored>>["view"], at: string): void {
  const live = slack.messages().filter(({ ephemeralFor }) => ephemeralFor === undefined);
  const known = view.outbox.map(rowOf).filter((row) => row !== null);
  const rows = known.filter(({ body }) => body.ts !== null);
  // What was over before anybody heard of it is not told at all, and what shares a message has none of its own.
  for (const { key, subject, body } of known.filter(({ body: { ts } }) => ts === null)) {
    const finding = view.findings.find(({ fingerprint }) => fingerprint === subject);
    const isOver = finding !== undefined && statusOf(finding, view, at) !== "open";
    const isShared = body.type === "finding" && body.group !== null && body.told === body.wanted;
    expect([key, body.type, isOver || isShared]).toEqual([key, "finding", true]);
  }
  // One live message for each of the others, and none that no row knows.
  expect(new Set(live.map(({ ts }) => ts))).toEqual(new Set(rows.map(({ body }) => body.ts)));
  expect(live).toHaveLength(rows.length);
  for (const row of rows) {
    expect(row.body.shown).toBe(row.body.wanted);
    if (row.body.type !== "finding") continue;
    const finding = view.findings.find(({ fingerprint }) => fingerprint === row.subject);
    const message = live.find(({ ts }) => ts === row.body.ts);
    const status = finding && statusOf(finding, view, at);
    expect([row.key, message?.text.replace(/·.*/s, "").trim().split(" ").at(-1)]).toEqual([
      row.key,
      wordOf(status ?? "open", finding?.reopened ?? 0, finding?.severity ?? ""),
    ]);
    const mayWait = finding !== undefined && (status === "open" || status === "covered" || status === "suppressed");
    const pending = mayWait ? pendingAbout(finding, null, view.suppressions, at) : null;
    expect([row.key, message !== undefined && isPending(message)]).toEqual([row.key, pending !== null]);
  }
}
const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
/** For the record of a long run. */
async function countsOf(): Promise<string> {
  const { view, records } = await stored();
  const events = Map.groupBy(
    records.flatMap((record) => record.events),
    ({ type }) => type,
  );
  const counts = Object.fromEntries([...events].map(([type, all]) => [type, all.length]));
  const { length: messages } = slack.messages().filter(({ ephemeralFor }) => ephemeralFor === undefined);
  return JSON.stringify({
    seed: SEED,
    kills: KILLS,
    records: records.length,
    messages,
    accepted: accepted.length,
    requests: view.inbox.length,
    events: counts,
  });
}

/** The word with which a message in this state begins. */
function wordOf(status: Status, reopened: number, severity: string): string {
  return capital(status === "open" ? (reopened > 0 ? "reopened" : severity) : status);
}

function sorted<T extends { readonly fingerprint?: string; readonly key?: string }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => ((a.fingerprint ?? a.key ?? "") < (b.fingerprint ?? b.key ?? "") ? -1 : 1));
}
