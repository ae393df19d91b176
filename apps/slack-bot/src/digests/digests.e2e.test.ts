import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "@posture/config";
import { DAY, type Finding, type FindingStore, HOUR, memoryStore, plus, type SweepRecord, SYSTEM } from "@posture/core";
import { createPosture, type Posture } from "@posture/runtime";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { WebClient } from "@slack/web-api";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Desk } from "../desk.ts";
import { ACCOUNT, listed, refOf, suppressionOf } from "../finding.test.fixture.ts";
import { render } from "../models.ts";
import { Channels, inOwnChannel } from "../outbox/channels.ts";
import { findingRow, outboxOf } from "../outbox/rows.ts";
import { Sender } from "../outbox/sender.ts";
import { Speech } from "../outbox/speech.ts";
import { People } from "../people.ts";
import { Pictures } from "../pictures.ts";
import { slackPort } from "../slack/port.ts";
import { digestSoFar } from "./render.ts";
import { round } from "./round.ts";

/* Digests against the local Slack: configuration, store, sender and Web API client are real; only the clock is the test's, and runs on. */

const soon = { timeout: 20_000, interval: 20 };
vi.setConfig({ testTimeout: 40_000 });

let folder: string;
let slack: LocalSlack;
let store: FindingStore;
let ana: string;
let ahead = 0;
const now = (): string => new Date(Date.now() + ahead).toISOString();
const clock = (at: string): void => void (ahead = Date.parse(at) - Date.now());
const log = pino({ level: "silent" });

interface Running {
  readonly desk: Desk;
  /** The clock is looked at once, as it is every 30 seconds, and what that makes due is sent. */
  readonly tick: () => Promise<void>;
  readonly stop: () => Promise<void>;
}
let bots: Running[] = [];

interface BotOptions {
  /** Default: true. */
  readonly sends?: boolean;
  /** Each picture takes a second or two. Default: false. */
  readonly draws?: boolean;
}
async function bot(config: Config["slack"] = {}, { sends = true, draws = false }: BotOptions = {}): Promise<Running> {
  // What was imported once is not read again.
  const file = join(folder, `posture-${bots.length}-${ahead}.config.mjs`);
  writeFileSync(file, `export default ${JSON.stringify({ slack: config })};`);
  const posture: Posture = await createPosture({
    store,
    folder,
    configFile: file,
    now,
    aws: { endpoint: "http://127.0.0.1:9", region: "us-east-1" },
  });
  const port = slackPort(
    new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true }),
  );
  const speech = new Speech({ store, slack: port, channels: new Channels(port, slack.channelId), admins: [], now, log });
  const route: Desk["route"] = (finding) => inOwnChannel(posture.route(finding), slack.channel);
  const desk: Desk = {
    posture,
    store,
    slack: port,
    people: new People(port, Date.now, log),
    // Before 1970 it draws nothing.
    pictures: new Pictures(port, log, draws ? Date.now : () => -1),
    channel: slack.channelId,
    route,
    checking: new Map(),
    apiUrl: slack.apiUrl,
    trouble: () => null,
    unspoken: () => speech.troubles,
    now,
    log,
  };
  const sender = new Sender({ store, slack: port, speech, render: (row) => render(desk, row), now, log });
  if (sends) sender.start();
  const tick = async (): Promise<void> => {
    await round(desk, [slack.channel, slack.channelId]);
    sender.poke();
  };
  const stop = async (): Promise<void> => {
    await sender.stop();
    await posture.close();
  };
  const running = { desk, tick, stop };
  bots.push(running);
  return running;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-digests-"));
  slack = await startSlack({});
  store = memoryStore();
  const { members } = await new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl }).users.list({});
  ana = members?.find(({ name }) => name === "ana")?.id ?? "";
  clock("2027-01-04T06:00:00.000Z"); // a Monday
});
afterEach(async () => {
  for (const it of bots) await it.stop();
  bots = [];
  await slack.close();
  rmSync(folder, { recursive: true });
});

/** One commit, with what the audit log says of each. */
async function happened(type: "opened" | "reopened" | "resolved", findings: readonly Finding[]): Promise<void> {
  await store.transact({}, () => {
    const at = now();
    const events = findings.map(({ fingerprint }) => ({
      type,
      subject: fingerprint,
      at,
      actor: SYSTEM,
      source: "sweep" as const,
      note: "",
    }));
    return { at, events, writes: findings.map((value) => ({ kind: "finding" as const, value })), result: undefined };
  });
}
async function swept(coverage: SweepRecord["coverage"] = []): Promise<void> {
  const at = now();
  const accounts = [{ accountId: ACCOUNT, regions: ["eu-west-1"], baseline: true }];
  const value: SweepRecord = { id: "sweep-1", begunAt: at, finishedAt: at, accounts, coverage, undecided: [], unread: [], calls: 1 };
  await store.transact({}, () => ({ at, events: [], writes: [{ kind: "sweep", value }], result: undefined }));
}
const bucket = (name: string, more: Partial<Finding> = {}): Finding =>
  listed("open", { ref: refOf(name), openedAt: now(), ...more }).finding;
const fixed = (finding: Finding): Finding => ({ ...finding, condition: "cleared", clearedAt: now() });

type Message = ReturnType<LocalSlack["messages"]>[number];
const digests = (): readonly Message[] => slack.messages().filter(({ text }) => text.startsWith("Daily digest"));
const shown = (message: Message | undefined): string => JSON.stringify(message?.blocks);
async function arrive(count: number): Promise<readonly Message[]> {
  return vi.waitFor(() => {
    if (digests().length < count) throw new Error(`${digests().length} of ${count} digests are there`);
    return digests();
  }, soon);
}

describe("the daily digest", () => {
  test("comes once when its hour has come: what is new, reopened and resolved, what is open, and where the log ended", async () => {
    const { tick } = await bot({}, { draws: true });
    const [a, b, c] = [bucket("a"), bucket("b", { severity: "high" }), bucket("c", { severity: "low" })];
    await happened("opened", [a, b, c]);
    await swept();
    await happened("resolved", [fixed(c)]);
    await tick();
    expect(digests()).toEqual([]);
    clock("2027-01-04T09:00:00.000Z");
    await tick();
    await tick();
    const [first] = await arrive(1);
    expect(first?.text).toBe("Daily digest: 2 open findings. 3 new, 0 reopened, 1 resolved.");
    expect(shown(first)).toContain("Bucket a grants READ to everyone.");
    const anchor = /(\d+):([0-9a-f]{64})/.exec(shown(first));
    const hashes = new Map<number, string>();
    for await (const { seq, hash } of store.records()) hashes.set(seq, hash);
    expect(hashes.get(Number(anchor?.[1]))).toBe(anchor?.[2]);
    clock("2027-01-05T09:00:00.000Z");
    await happened("reopened", [{ ...c, reopened: 1 }]);
    await tick();
    await tick();
    const [, second, ...more] = await arrive(2);
    expect(more).toEqual([]);
    expect(second?.text).toBe("Daily digest: 3 open findings. 0 new, 1 reopened, 0 resolved.");
    expect(shown(second)).toContain("*Low*\\n1  (+1)");
    expect(second?.blocks).toContainEqual(expect.objectContaining({ type: "image", slack_file: { id: expect.any(String) } }));
  });

  test("is the same whoever restarts, also between the hour and the post, and two bots on one store post one", async () => {
    const first = await bot();
    await happened("opened", [bucket("a")]);
    clock("2027-01-04T09:00:00.000Z");
    const second = await bot({}, { sends: false });
    await Promise.all([first.tick(), second.tick(), first.tick()]);
    await arrive(1);
    await first.stop();
    bots = [second];
    const third = await bot();
    await third.tick();
    clock("2027-01-04T23:59:00.000Z");
    await third.tick();
    const rows = await store.read({ outbox: {} }, ({ outbox }) => outbox.filter(({ subject }) => subject === "daily"));
    expect(rows.map(({ key }) => key)).toEqual(["daily:2027-01-04"]);
    expect(digests()).toHaveLength(1);
  });

  test("comes late on its day where the bot was not running at the hour, and what a day without one brought is in the next", async () => {
    const { tick } = await bot();
    await happened("opened", [bucket("a")]);
    clock("2027-01-04T17:30:00.000Z");
    await tick();
    await arrive(1);
    clock("2027-01-05T12:00:00.000Z");
    await happened("opened", [bucket("b")]); // and nobody looks at the clock until Thursday
    clock("2027-01-07T10:00:00.000Z");
    await happened("opened", [bucket("c")]);
    await tick();
    const [, second] = await arrive(2);
    expect(second?.text).toContain("2 new, 0 reopened, 0 resolved");
    expect(shown(second)).toContain("Bucket b grants");
    const keys = await store.read({ outbox: { subjects: ["daily"] } }, ({ outbox }) => outbox.map(({ key }) => key));
    expect(keys).toEqual(["daily:2027-01-04", "daily:2027-01-07"]);
  });

  test("has no hour that lies before the first record: a bot that was just installed begins with the next", async () => {
    const { tick } = await bot();
    clock("2027-01-04T15:00:00.000Z");
    await happened("opened", [bucket("a")]);
    await tick();
    expect(await store.read({ outbox: {} }, ({ outbox }) => outbox)).toEqual([]);
    clock("2027-01-05T09:00:00.000Z");
    await tick();
    expect((await arrive(1))[0]?.text).toContain("1 new");
  });

  test("says in short that nothing has changed, or nothing at all if so configured, and then counts on", async () => {
    for (const whenNothingChanged of ["short", "silent"] as const) {
      const { tick, stop } = await bot({ digests: { daily: { whenNothingChanged } } });
      const day = whenNothingChanged === "short" ? 4 : 11;
      clock(`2027-01-${String(day).padStart(2, "0")}T06:00:00.000Z`);
      const before = digests().length;
      await happened("opened", [bucket(`a-${whenNothingChanged}`, { severity: "low" })]);
      for (const [i, name] of ["first", "same", "more"].entries()) {
        clock(`2027-01-${String(day + i).padStart(2, "0")}T09:00:00.000Z`);
        if (name === "more") await happened("opened", [bucket(`b-${whenNothingChanged}`, { severity: "low" })]);
        await tick();
        const expected = before + (whenNothingChanged === "silent" && i > 0 ? i : i + 1);
        await arrive(expected);
        expect(digests()).toHaveLength(expected);
      }
      const texts = digests()
        .slice(before)
        .map((it) => [it.text.replace(/^.*?\. /, ""), shown(it).includes("Nothing has changed since")]);
      const nothing = whenNothingChanged === "short" ? [["0 new, 0 reopened, 0 resolved.", true]] : [];
      expect(texts).toEqual([["1 new, 0 reopened, 0 resolved.", false], ...nothing, ["1 new, 0 reopened, 0 resolved.", false]]);
      await stop();
      bots = [];
    }
  });

  test("never says that all is well where not all was read", async () => {
    const { tick } = await bot();
    const gap = { reason: "denied", missing: ["s3:ListAllMyBuckets"], detail: "" } as const;
    await swept([{ accountId: ACCOUNT, region: "eu-west-1", type: "AWS::S3::Bucket", state: "incomplete", listedAt: now(), gap }]);
    clock("2027-01-04T09:00:00.000Z");
    await tick();
    const [first] = await arrive(1);
    expect(first?.text).toContain("nothing open that could be read");
    expect(shown(first)).toContain("missing s3:ListAllMyBuckets");
  });

  test("tells each channel what is told there, at its own hour, and its own trend", async () => {
    const web = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const { channel } = await web.conversations.create({ name: "infra" });
    const config: Config["slack"] = {
      routes: [{ when: { severities: ["high"] }, channel: "#infra" }],
      digests: { daily: { timeZone: "Europe/Berlin", channels: { "#infra": { at: "08:30" } } } },
    };
    const { tick, desk } = await bot(config);
    await happened("opened", [bucket("mine"), bucket("theirs", { severity: "high" })]);
    clock("2027-01-04T07:30:00.000Z");
    await tick();
    const [infra] = await arrive(1);
    expect(shown(infra)).toContain("Bucket theirs grants");
    expect(shown(infra)).not.toContain("Bucket mine grants");
    clock("2027-01-04T08:00:00.000Z");
    await tick();
    const [, own] = await arrive(2);
    expect(shown(own)).toContain("Bucket mine grants");
    expect(shown(own)).not.toContain("Bucket theirs grants");
    const posted = slack.ledger().filter(({ method, answer }) => method === "chat.postMessage" && answer?.ok === true);
    expect(posted.map((call) => call.arguments["channel"])).toEqual([channel?.id, slack.channelId]);
    const soFar = await digestSoFar(desk, "#infra");
    expect(soFar.text).toBe("Digest so far: 1 open finding. 0 new, 0 reopened, 0 resolved.");
  });

  test("names what waits for approval and what ends soon", async () => {
    const { tick } = await bot();
    const [a, b] = [bucket("a"), bucket("b")];
    await happened("opened", [a, b]);
    const waiting = suppressionOf(a, {
      id: "s-1",
      from: now(),
      expiresAt: plus(now(), 20 * DAY),
      approval: "waiting",
      by: { kind: "user", id: ana, via: "slack" },
    });
    const ending = suppressionOf(b, { id: "s-2", from: now(), expiresAt: plus(now(), 6 * HOUR) });
    const writes = [waiting, ending].map((value) => ({ kind: "suppression" as const, value }));
    await store.transact({}, () => ({ at: now(), events: [], writes, result: undefined }));
    clock("2027-01-04T09:00:00.000Z");
    await tick();
    const [first] = await arrive(1);
    expect(shown(first)).toContain("Waits for approval (1)");
    expect(shown(first)).toContain("Suppressions that end soon (1)");
    expect(shown(first)).toContain(ana);
  });

  test("that Slack took nothing of is overtaken by the next, which tells what it would have", async () => {
    const first = await bot();
    await happened("opened", [bucket("a")]);
    await first.stop();
    bots = [];
    clock("2027-01-04T09:00:00.000Z");
    await round(first.desk, [slack.channel]); // written down, and the bot ends before it is sent
    clock("2027-01-05T09:00:00.000Z");
    await happened("opened", [bucket("b")]);
    await round(first.desk, [slack.channel]);
    await bot();
    expect((await arrive(1))[0]?.text).toContain("2 new, 0 reopened, 0 resolved");
    const states = await store.read({ outbox: { subjects: ["daily"] } }, ({ outbox }) => outbox.map(({ key, state }) => [key, state]));
    expect(states).toEqual([
      ["daily:2027-01-04", "dead"],
      ["daily:2027-01-05", "sent"],
    ]);
  });
});

describe("the weekly digest", () => {
  /** Also what went to a person alone, which stands in no channel. */
  const weekly = (): readonly { readonly to: unknown; readonly text: string; readonly shown: string }[] =>
    slack
      .ledger()
      .filter(({ method, answer }) => method === "chat.postMessage" && answer?.ok === true)
      .map(({ arguments: given }) => ({ to: given["channel"], text: String(given["text"]), shown: JSON.stringify(given["blocks"]) }))
      .filter(({ text }) => /^(Your open findings|Open findings of a group): \d/.test(text));

  test("tells a person alone what is theirs, overdue first and with links, and a group in the channel; once a week", async () => {
    const config: Config["slack"] = {
      routes: [{ when: { severities: ["low"] }, channel: slack.channel, owner: "S0123GROUP" }],
      accounts: { [ACCOUNT]: { owner: ana } },
      digests: { daily: false },
    };
    const { tick } = await bot(config);
    const old = bucket("old", { severity: "high", openedAt: plus(now(), -10 * DAY) });
    const fresh = Array.from({ length: 22 }, (_, i) => bucket(`fresh-${i}`, { severity: "high" }));
    await happened("opened", [...fresh, old, bucket("small", { severity: "low" })]);
    const row = findingRow(old.fingerprint, 1, now());
    const posted = outboxOf({ ...row, state: "sent", dueAt: null, body: { ...row.body, ts: "1.0", channel: slack.channelId, shown: 1 } });
    const real = await new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl }).chat.postMessage({
      channel: slack.channelId,
      text: "old",
    });
    const body = { ...row.body, ts: real.ts ?? "", channel: slack.channelId, shown: 1 };
    await store.transact({}, () => ({
      at: now(),
      events: [],
      writes: [{ kind: "outbox", value: { ...posted, body } }],
      result: undefined,
    }));
    clock("2027-01-04T09:00:00.000Z");
    await tick();
    await tick();
    const told = await vi.waitFor(() => {
      expect(weekly()).toHaveLength(2);
      return weekly();
    }, soon);
    const mine = told.find(({ to }) => to === ana);
    expect(mine?.text).toBe("Your open findings: 23, 1 overdue.");
    expect(mine?.shown.indexOf('"old"')).toBeLessThan(mine?.shown.indexOf('"fresh-0"') ?? 0);
    expect(mine?.shown).toContain("and 3 more");
    expect(mine?.shown).toMatch(/"type":"link","url":"[^"]+","text":"message"/);
    const group = told.find(({ to }) => to === slack.channelId);
    expect(group?.text).toBe("Open findings of a group: 1.");
    expect(group?.shown).toContain('"usergroup_id":"S0123GROUP"');
    clock("2027-01-05T09:00:00.000Z");
    await tick();
    clock("2027-01-11T09:00:00.000Z");
    await tick();
    await vi.waitFor(() => expect(weekly()).toHaveLength(4), soon);
  });

  test("comes to nobody who has nothing", async () => {
    const { tick } = await bot({ accounts: { "999999999999": { owner: ana } }, digests: { daily: false } });
    await happened("opened", [bucket("a")]);
    clock("2027-01-04T09:00:00.000Z");
    await tick();
    const rows = await store.read({ outbox: {} }, ({ outbox }) => outbox.map(({ key }) => key));
    expect(rows).toEqual(["weekly:2027-01-04"]);
  });
});
