// long: one bot tells in several channels, and each way that a channel may fail
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Destination, USUAL } from "@posture/config";
import { type Finding, HOUR, memoryStore } from "@posture/core";
import { createPosture, type StatusChange } from "@posture/runtime";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { WebClient } from "@slack/web-api";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AT_ONCE } from "../apart.ts";
import { openFinding } from "../deeds.ts";
import { type Desk, findingOf } from "../desk.ts";
import { CHANGE, listed, refOf } from "../finding.test.fixture.ts";
import { Installation } from "../installation.ts";
import { render } from "../models.ts";
import { People } from "../people.ts";
import { Pictures } from "../pictures.ts";
import { slackPort } from "../slack/port.ts";
import { announcerOf } from "./announcer.ts";
import { Channels } from "./channels.ts";
import { type Row, rowOf } from "./rows.ts";
import { Sender } from "./sender.ts";
import { Speech } from "./speech.ts";
import { expectAllTaken } from "../taken.test.fixture.ts";

/* The outbox against the local Slack: store, announcer, sender and Web API client are real; only the clock is the test's. */

const soon = { timeout: 20_000, interval: 20 };
vi.setConfig({ testTimeout: 40_000 });

let folder: string;
let slack: LocalSlack;
let desk: Desk;
let sender: Sender;
let speech: Speech;
let ahead = 0;
let destinations: readonly Destination[] = [USUAL];
const now = (): string => new Date(Date.now() + ahead).toISOString();
const infra: Destination = { ...USUAL, channel: "#infra", route: "infra" };
let ana = "U000000000";

async function api(method: string, body: object): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json; charset=utf-8" };
  const response = await fetch(`${slack.apiUrl}${method}`, { method: "POST", headers, body: JSON.stringify(body) });
  return Object(await response.json());
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-channels-"));
  slack = await startSlack({});
  [ahead, destinations] = [0, [USUAL]];
  const store = memoryStore();
  const posture = await createPosture({ store, folder, now, aws: { endpoint: "http://127.0.0.1:9", region: "us-east-1" } });
  const client = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  const web = new WebClient(slack.botToken, client);
  const users = await web.users.list({});
  ana = users.members?.find(({ name }) => name === "ana")?.id ?? ana;
  const port = slackPort(web);
  const log = pino({ level: "silent" });
  const channels = new Channels(port, slack.channelId);
  speech = new Speech({ store, installation: new Installation({ slack: port, now, log }), channels, admins: [ana], now, log });
  const rest = {
    apart: AT_ONCE,
    apiUrl: slack.apiUrl,
    trouble: () => null,
    sweep: () => ({ joined: false, done: Promise.resolve({ kind: "stopped" as const }) }),
    nextSweep: () => null,
    unspoken: () => speech.troubles,
    now,
    log,
  };
  desk = {
    posture,
    store,
    slack: port,
    people: new People(port, Date.now, log),
    pictures: new Pictures(port, log, Date.now),
    channel: slack.channelId,
    route: () => destinations,
    ...rest,
  };
  sender = new Sender({ store, slack: port, speech, render: (row) => render(desk, row), now, log });
  sender.start();
});
afterEach(async () => {
  await sender.stop();
  await desk.posture.close();
  await slack.close();
  rmSync(folder, { recursive: true });
  expectAllTaken(slack);
});

/** One commit: the findings as they are from now on, and what that makes due. */
async function happened(findings: readonly Finding[], cause: StatusChange["cause"] = { kind: "clock" }): Promise<void> {
  await desk.store.transact({ findings: "all", outbox: {} }, (view) => {
    const at = now();
    const changes = findings.map((finding): StatusChange => {
      const before = view.findingOf(finding.fingerprint);
      const statusIn = ({ condition }: Finding): "open" | "resolved" => (condition === "failing" ? "open" : "resolved");
      const after = { finding, status: statusIn(finding) };
      return { before: before ? { finding: before, status: statusIn(before) } : null, after, cause };
    });
    const due = announcerOf(desk.route).plan(changes, view, at, [], []);
    return { at, events: [], writes: [...findings.map((value) => ({ kind: "finding" as const, value })), ...due], result: undefined };
  });
  sender.poke();
}
const rowsNow = (): Promise<readonly (Row | null)[]> => desk.store.read({ outbox: {} }, ({ outbox }) => outbox.map(rowOf));
const high = (name: string): Finding => listed("open", { severity: "high", ref: refOf(name) }).finding;
const fixed = (finding: Finding): Finding => ({ ...finding, condition: "cleared", clearedAt: now() });

interface Posted {
  readonly channel: unknown;
  readonly text: string;
  readonly ok: boolean;
}
/** What was posted, and where; without what is said in the threads of findings. */
function posts(method = "chat.postMessage"): readonly Posted[] {
  return slack
    .ledger()
    .filter((call) => call.method === method && call.arguments["thread_ts"] === undefined)
    .map(({ arguments: given, answer }) => ({ channel: given["channel"], text: String(given["text"]), ok: answer?.ok === true }));
}
const arrived = (): readonly Posted[] => posts().filter(({ ok }) => ok);
async function infraChannel(): Promise<string> {
  const created = await api("conversations.create", { name: "infra" });
  destinations = [infra];
  return String(Object(created["channel"])["id"]);
}

test("a finding of two channels has a message in each, and both follow it", async () => {
  const id = await infraChannel();
  destinations = [USUAL, infra];
  const one = high("one");
  await happened([one]);
  await vi.waitFor(() => expect(new Set(arrived().map(({ channel }) => channel))).toEqual(new Set([id, slack.channelId])), soon);
  await happened([fixed(one)]);
  await vi.waitFor(() => expect(posts("chat.update").filter(({ text }) => text.startsWith("✅ Resolved"))).toHaveLength(2), soon);
});

describe("a channel that takes nothing", () => {
  test("has its messages in the bot's own, which says why and what to do, once", async () => {
    const id = await infraChannel();
    await api("conversations.archive", { channel: id });
    await happened([high("one")]);
    await vi.waitFor(() => expect(arrived()).toHaveLength(2), soon);
    await happened([listed("open", { severity: "high", checkId: "s3/other", ref: refOf("two") }).finding]);
    await vi.waitFor(() => expect(arrived()).toHaveLength(3), soon);
    expect(arrived().every(({ channel }) => channel === slack.channelId)).toBe(true);
    const notices = arrived().filter(({ text }) => text.startsWith("#infra "));
    expect(notices).toHaveLength(1);
    expect(notices[0]?.text).toContain("posted here until");
    expect(speech.troubles.channels.get("#infra")).toMatchObject({ why: "is_archived" });
  });
  test("that is the bot's own is told to the admins, and what is due there is kept", async () => {
    slack.fault({ method: "chat.postMessage", kind: "error", error: "not_in_channel", times: 1 });
    await happened([high("one")]);
    await vi.waitFor(() => expect(arrived()).toHaveLength(1), soon);
    expect(slack.directMessages("Ana").at(-1)?.text).toBe(arrived()[0]?.text);
    expect(arrived()[0]?.text).toContain("everything is kept");
    ahead = 6 * 60_000;
    sender.poke();
    await vi.waitFor(() => expect(arrived().filter(({ channel }) => channel === slack.channelId)).toHaveLength(1), soon);
    await vi.waitFor(() => expect(speech.troubles.channels.size).toBe(0), soon);
  });
});

test("an app that may not speak stops at once, keeps everything, and goes on when Slack knows it again", async () => {
  slack.fault({ method: "chat.postMessage", kind: "error", error: "token_revoked", times: 1 });
  await happened([high("one")]);
  await vi.waitFor(() => expect(speech.troubles.installation).toMatchObject({ why: "token_revoked" }), soon);
  await happened([high("two")]);
  slack.fault({ method: "auth.test", kind: "error", error: "token_revoked", times: 1 });
  ahead = 3 * 60_000;
  sender.poke();
  await vi.waitFor(() => expect(slack.ledger().filter(({ method }) => method === "auth.test")).toHaveLength(1), soon);
  expect(posts()).toHaveLength(1);
  ahead = 6 * 60_000;
  sender.poke();
  await vi.waitFor(() => expect(arrived()).toHaveLength(2), soon);
  expect(speech.troubles.installation).toBeNull();
});

test("a channel that Slack wants left alone does not hold up another", async () => {
  await infraChannel();
  slack.fault({ method: "chat.postMessage", kind: "ratelimited", times: 1, retryAfter: 600 });
  await happened([high("one")]);
  await vi.waitFor(() => expect(posts()).toHaveLength(1), soon);
  destinations = [USUAL];
  await happened([high("two")]);
  await vi.waitFor(() => expect(arrived().map(({ channel }) => channel)).toEqual([slack.channelId]), soon);
});

test("blocks that Slack refuses are said in words", async () => {
  slack.fault({ method: "chat.postMessage", kind: "error", error: "invalid_blocks", times: 1 });
  await happened([high("one")]);
  const message = await vi.waitFor(() => {
    const [found] = slack.messages();
    if (!found) throw new Error("not there");
    return found;
  }, soon);
  expect(message.text).toContain("one");
  expect(message.blocks).toEqual([]);
});

const inThread = (ts: string | undefined): readonly string[] => slack.messages().flatMap((it) => (it.threadTs === ts ? [it.text] : []));

describe("a finding that reopens after an hour", () => {
  const reopenedAfter = async (destination: Destination): Promise<string> => {
    destinations = [destination];
    const one = high("one");
    await happened([one]);
    await vi.waitFor(() => expect(inThread(slack.messages()[0]?.ts)).toHaveLength(1), soon);
    await happened([fixed(one)]);
    ahead += HOUR;
    await happened([{ ...one, reopened: 1 }]);
    return slack.messages()[0]?.ts ?? "";
  };
  test("has a new message that calls the owner; the earlier one says only where it goes on, and each links to the other", async () => {
    const ts = await reopenedAfter({ ...USUAL, owner: ana });
    const fresh = await vi.waitFor(() => {
      const found = slack.messages().find((it) => it.threadTs === undefined && it.ts !== ts);
      if (!found) throw new Error("not there");
      return found;
    }, soon);
    const earlier = await desk.slack.permalink({ ts, channel: slack.channelId });
    const later = await desk.slack.permalink({ ts: fresh.ts, channel: slack.channelId });
    const shown = (of: string): string => JSON.stringify(slack.messages().find((it) => it.ts === of)?.blocks);
    expect(shown(fresh.ts)).toContain(earlier);
    expect(shown(fresh.ts)).toContain(`"user_id":"${ana}"`);
    await vi.waitFor(() => expect(shown(ts)).toContain(later), soon);
    expect(shown(ts)).not.toContain('"actions"');
  });
  test("is told in its thread where the route says so, which calls the owner, and the message follows in place", async () => {
    const ts = await reopenedAfter({ ...USUAL, owner: ana, broadcast: false });
    await vi.waitFor(() => expect(slack.messages().find((it) => it.ts === ts)?.text).toContain("Reopened · High"), soon);
    const line = await vi.waitFor(() => {
      const found = slack.messages().find((it) => it.threadTs === ts && JSON.stringify(it.blocks).includes(ana));
      if (!found) throw new Error("not there");
      return found;
    }, soon);
    expect(line.broadcast).toBeUndefined();
    expect(arrived()).toHaveLength(1);
  });
});

test("quiet hours hold what is not critical; at their end it is one message, without what was resolved by then", async () => {
  const hour = (away: number): string => `${new Date(Date.parse(now()) + away * HOUR).toISOString().slice(11, 13)}:00`;
  destinations = [{ ...USUAL, quiet: { from: hour(-1), to: hour(3), timeZone: "UTC" } }];
  const all = Array.from(
    { length: 13 },
    (_, i) => listed("open", { severity: "high", checkId: `s3/check-${i}`, ref: refOf(`b${i}`) }).finding,
  );
  for (const finding of all) await happened([finding]);
  await happened([listed("open", { severity: "critical", ref: refOf("grave") }).finding]);
  await vi.waitFor(() => expect(arrived().map(({ text }) => text)).toEqual([expect.stringContaining("grave")]), soon);
  await happened(all.slice(0, 2).map(fixed));
  ahead = 5 * HOUR;
  sender.poke();
  await vi.waitFor(() => expect(slack.messages().some(({ text }) => text.startsWith("🟠 While it was quiet here: 11 "))).toBe(true), soon);
  expect(arrived()).toHaveLength(2);
});

test("what comes after the first shares one message, opens in its thread, and turns green when all is resolved", async () => {
  const all = Array.from({ length: 8 }, (_, i) => high(`bucket-${i}`));
  for (const finding of all) await happened([finding]);
  await vi.waitFor(() => expect(arrived()).toHaveLength(2), soon);
  const group = await vi.waitFor(async () => {
    const rows = await rowsNow();
    const found = rows.find((row) => row?.body.type === "group");
    const message = slack.messages().find(({ ts }) => ts === found?.body.ts);
    if (!found || !message?.text.includes("7 × ")) throw new Error(`not there: ${message?.text}`);
    return found;
  }, soon);
  const rows = await rowsNow();
  const inside = rows.find((row) => row?.body.type === "finding" && row.body.group === group.key);
  const picked = await findingOf(desk, inside?.subject ?? "");
  if (!picked) throw new Error("it is not known");
  await openFinding(desk, picked, group);
  sender.poke();
  await vi.waitFor(() => expect(slack.messages().some(({ threadTs }) => threadTs === group.body.ts)).toBe(true), soon);
  ahead = 5000;
  await happened(all.map(fixed));
  await vi.waitFor(() => expect(slack.messages().find(({ ts }) => ts === group.body.ts)?.text).toMatch(/^✅ 7 × /), soon);
  const reply = slack.messages().find(({ threadTs }) => threadTs === group.body.ts);
  await vi.waitFor(() => expect(slack.messages().find(({ ts }) => ts === reply?.ts)?.text).toMatch(/^✅ Resolved/), soon);
});

test.each(Object.entries({ "at once": 400, "by change events, a commit each,": 1 }))(
  "a flood of 400 findings %s is six messages at most, and each can be found",
  async (_how, size) => {
    const ofCheck = (i: number): Partial<Finding> => ({ severity: "high", checkId: `s3/check-${i % 20}`, changed: CHANGE });
    const all = Array.from({ length: 400 }, (_, i) => listed("open", { ...ofCheck(i), ref: refOf(`b${i}`) }).finding);
    for (let at = 0; at < all.length; at += size) await happened(all.slice(at, at + size), { kind: "event", change: CHANGE });
    await vi.waitFor(() => expect(slack.messages().some(({ text }) => / \d+ × .*several checks/.test(text))).toBe(true), soon);
    const isTold = (row: Row | null): boolean => row?.body.type === "finding" && (row.body.group !== null || row.body.ts !== null);
    await vi.waitFor(async () => expect((await rowsNow()).filter(isTold)).toHaveLength(400), soon);
    expect(arrived().length).toBeLessThanOrEqual(6);
  },
);
