import { type FindingStore, memoryStore, type OutboxRow, type Write } from "@posture/core";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { WebClient } from "@slack/web-api";
import pino from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Installation } from "../installation.ts";
import type { Lead } from "../lead.ts";
import type { Message } from "../slack/port.ts";
import { slackPort } from "../slack/port.ts";
import { Channels } from "./channels.ts";
import { findingRow, outboxOf } from "./rows.ts";
import { Sender } from "./sender.ts";
import { Speech } from "./speech.ts";
import { isOurs, TERM } from "./term.ts";

/* Two senders on one store, of which one stands still in the middle of its work while the other one begins to lead. */

const log = pino({ level: "silent" });
const soon = { timeout: 10_000, interval: 10 };
const MESSAGE: Message = { text: "news", blocks: [] };
let slack: LocalSlack;
let ahead = 0;
const now = (): string => new Date(Date.now() + ahead).toISOString();
const store = memoryStore();
const senders: Sender[] = [];

beforeEach(async () => {
  ahead = 0;
  slack = await startSlack({});
});
afterEach(async () => {
  for (const sender of senders.splice(0)) await sender.stop();
  await slack.close();
});

/** A bot whose lead is the test's. `rendered`: what it waits for between its claim and its call. */
function bot(
  name: string,
  rendered: () => Promise<Message>,
): { readonly sender: Sender; readonly refused: string[]; lead(does: boolean): void } {
  let leads = false;
  const refused: string[] = [];
  const its: FindingStore = {
    ...store,
    transact: (wanted, decide) =>
      store.transact(wanted, decide).catch((error: unknown) => {
        refused.push(String(error));
        throw error;
      }),
  };
  const lead: Lead = { owner: name, term: () => (leads ? name : null) };
  const port = slackPort(new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } }));
  const installation = new Installation({ slack: port, now, log });
  const speech = new Speech({ store: its, installation, channels: new Channels(port, slack.channelId), admins: [], now, log });
  const sender = new Sender({ store: its, slack: port, speech, render: rendered, lead, now, log });
  senders.push(sender);
  sender.start();
  return {
    sender,
    refused,
    lead: (does) => {
      leads = does;
      sender.poke();
    },
  };
}

const write = (value: OutboxRow): Write => ({ kind: "outbox", value });
const stateOf = (key: string): Promise<string | undefined> => store.read({ outbox: { keys: [key] } }, ({ outbox }) => outbox[0]?.state);
const posts = (): number => slack.ledger().filter(({ method }) => method === "chat.postMessage").length;

test("a bot that stood still between its claim and its call posts nothing once another leads, and writes nothing either", async () => {
  const claimed = Promise.withResolvers<void>();
  const awake = Promise.withResolvers<Message>();
  const first = bot("first", () => {
    claimed.resolve();
    return awake.promise;
  });
  const second = bot("second", () => Promise.resolve(MESSAGE));
  const row = outboxOf(findingRow("v1-one", 1, now()));
  first.lead(true);
  await store.transact({}, () => ({ at: now(), events: [], writes: [write(row)], result: undefined }));
  first.sender.poke();
  await claimed.promise;
  expect(await stateOf(row.key)).toBe("sending");

  first.lead(false);
  second.lead(true);
  await vi.waitFor(async () => expect(await stateOf(row.key)).toBe("unknown"), soon);
  awake.resolve(MESSAGE);
  await first.sender.stop();
  expect([posts(), await stateOf(row.key)]).toEqual([0, "unknown"]);

  // The other looks twice, does not find it, and posts it.
  await vi.waitFor(async () => {
    ahead += 10_000;
    second.sender.poke();
    expect(await stateOf(row.key)).toBe("sent");
  }, soon);
  const shown = slack.messages().filter(({ text, threadTs }) => text === "news" && threadTs === undefined);
  expect(shown).toHaveLength(1);
});

test("a bot that does not know that another leads can claim nothing", async () => {
  const [first, second] = ["first", "second"].map((text) => bot(text, () => Promise.resolve({ text, blocks: [] })));
  const [known, fresh] = ["v1-two", "v1-three"].map((name) => outboxOf(findingRow(name, 1, now())));
  if (!first || !second || !known || !fresh) throw new Error("there are two of each");
  const due = (row: OutboxRow): Promise<undefined> =>
    store.transact({}, () => ({ at: now(), events: [], writes: [write(row)], result: undefined }));
  first.lead(true);
  await due(known);
  first.sender.poke();
  await vi.waitFor(async () => expect(await stateOf(known.key)).toBe("sent"), soon);
  second.lead(true);
  await vi.waitFor(async () => {
    const [row] = await store.read({ outbox: { keys: [TERM] } }, ({ outbox }) => outbox);
    expect(isOurs(row ? [row] : [], "second")).toBe(true);
  }, soon);
  await second.sender.stop();
  await due(fresh);
  first.sender.poke();
  await vi.waitFor(() => expect(first.refused).toContain("Error: another bot leads by now"), soon);
  await first.sender.stop();
  expect(await stateOf(fresh.key)).toBe("due");
  expect(
    slack
      .messages()
      .filter(({ threadTs }) => threadTs === undefined)
      .map(({ text }) => text),
  ).toEqual(["first"]);
});
