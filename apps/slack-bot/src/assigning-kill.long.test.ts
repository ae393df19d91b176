import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@posture/runtime";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { WebClient } from "@slack/web-api";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { firstSweep, freePort, killed, soon, startedBot } from "./process.test.fixture.ts";
import { slackPort } from "./slack/port.ts";
import { expectAllTaken } from "./taken.test.fixture.ts";

/* The bot, a process of its own, is killed between writing down who is assigned and telling them. */

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let aws: SimulatedAws;
let slack: LocalSlack;
let bot: ChildProcess;
let port: number;
let ben: string;
let direct: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-assign-kill-"));
  aws = await startAws({ world: "demo" });
  slack = await startSlack({});
  port = await freePort();
  slack.setBotUrl(`http://127.0.0.1:${port}/slack/events`);
  ben = String((await new WebClient("xoxp-ben", { slackApiUrl: slack.apiUrl }).auth.test()).user_id);
  direct = await slackPort(new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl })).dm(ben);
  bot = await startedBot({ aws, slack, port, folder });
  await firstSweep(slack);
}, 120_000);
afterAll(async () => {
  bot.kill("SIGKILL");
  await slack.close();
  await aws.close();
  await rm(folder, { recursive: true });
  expectAllTaken(slack);
});

const toBen = (): readonly string[] =>
  slack.directMessages("Ben").flatMap(({ text }) => (text.startsWith("Assigned to you: ") ? [text] : []));

/** Findings that nobody has yet, and how many deeds of assigning the audit log has. */
async function stored(): Promise<{ readonly ids: readonly string[]; readonly assigned: number }> {
  const now = (): string => new Date().toISOString();
  const store = await openStore(join(folder, "store"), { now, readOnly: true });
  try {
    const ids: string[] = [];
    let assigned = 0;
    for await (const { id } of store.list({ assignees: ["none"], statuses: ["open"] }, now())) ids.push(id);
    for await (const { events } of store.records()) assigned += events.filter(({ type }) => type === "assigned").length;
    return { ids, assigned };
  } finally {
    await store.close();
  }
}

test.each([
  ["before it is known where to write to them", { method: "conversations.open", kind: "hang" }],
  ["before they are written to", { method: "chat.postMessage", kind: "hang" }],
  ["after they were written to, and nobody heard of it", { method: "chat.postMessage", kind: "hang_after" }],
] as const)("killed %s, the next process sees to it that they are told once", async (_, { method, kind }) => {
  const before = await stored();
  const calls = slack.ledger().length;
  const told = toBen().length;
  slack.fault({ method, kind, ...(method === "chat.postMessage" && { channel: direct }) });
  await slack.command(`/posture assign ${before.ids[0] ?? ""} ${ben}`);
  await vi.waitFor(
    () =>
      expect(
        slack
          .ledger()
          .slice(calls)
          .some(({ fault }) => fault === kind),
      ).toBe(true),
    soon,
  );
  await killed(bot);
  slack.clearFaults();
  expect((await stored()).assigned).toBe(before.assigned + 1);
  bot = await startedBot({ aws, slack, port, folder });
  await vi.waitFor(() => expect(toBen()).toHaveLength(told + 1), soon);
  // Whatever else is due comes behind it, so a second one would be there by then.
  await vi.waitFor(async () => expect(await pending()).toBe(0), soon);
  expect(toBen()).toHaveLength(told + 1);
  expect((await stored()).assigned).toBe(before.assigned + 1);
});

/** Messages that are due or under way. */
async function pending(): Promise<number> {
  const store = await openStore(join(folder, "store"), { now: () => new Date().toISOString(), readOnly: true });
  try {
    return await store.read({ outbox: { states: ["due", "sending", "unknown"] } }, ({ outbox }) => outbox.length);
  } finally {
    await store.close();
  }
}
