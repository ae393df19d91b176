import { join } from "node:path";
import { openStore } from "@posture/runtime";
import { WebClient } from "@slack/web-api";
import { beforeAll, expect, test, vi } from "vitest";
import { MortalBot, soon } from "./process.test.fixture.ts";
import { slackPort } from "./slack/port.ts";

/* The bot, a process of its own, is killed between writing down who is assigned and telling them. */

const bot = MortalBot.forFile();
let ben: string;
let direct: string;

beforeAll(async () => {
  const { apiUrl, botToken } = bot.slack;
  ben = String((await new WebClient("xoxp-ben", { slackApiUrl: apiUrl }).auth.test()).user_id);
  direct = await slackPort(new WebClient(botToken, { slackApiUrl: apiUrl })).dm(ben);
});

const toBen = (): readonly string[] =>
  bot.slack.directMessages("Ben").flatMap(({ text }) => (text.startsWith("Assigned to you: ") ? [text] : []));

/** Findings that nobody has yet, and how many deeds of assigning the audit log has. */
async function stored(): Promise<{ readonly ids: readonly string[]; readonly assigned: number }> {
  const now = (): string => new Date().toISOString();
  const store = await openStore(join(bot.folder, "store"), { now, readOnly: true });
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
  const calls = bot.slack.ledger().length;
  const told = toBen().length;
  bot.slack.fault({ method, kind, ...(method === "chat.postMessage" && { channel: direct }) });
  await bot.slack.command(`/posture assign ${before.ids[0] ?? ""} ${ben}`);
  await bot.met(calls, ({ fault }) => fault === kind);
  await bot.die();
  bot.slack.clearFaults();
  expect((await stored()).assigned).toBe(before.assigned + 1);
  await bot.start();
  await vi.waitFor(() => expect(toBen()).toHaveLength(told + 1), soon);
  // Whatever else is due comes behind it, so a second one would be there by then.
  await vi.waitFor(async () => expect(await pending()).toBe(0), soon);
  expect(toBen()).toHaveLength(told + 1);
  expect((await stored()).assigned).toBe(before.assigned + 1);
});

/** Messages that are due or under way. */
async function pending(): Promise<number> {
  const store = await openStore(join(bot.folder, "store"), { now: () => new Date().toISOString(), readOnly: true });
  try {
    return await store.read({ outbox: { states: ["due", "sending", "unknown"] } }, ({ outbox }) => outbox.length);
  } finally {
    await store.close();
  }
}
