import { USUAL } from "@posture/config";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY, memoryStore, plus } from "@posture/core";
import { createPosture } from "@posture/runtime";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { WebClient } from "@slack/web-api";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AT_ONCE } from "./apart.ts";
import type { Desk } from "./desk.ts";
import { listed } from "./finding.test.fixture.ts";
import { boltLogger } from "./logging.ts";
import { People } from "./people.ts";
import { Pictures } from "./pictures.ts";
import { type Message, slackPort } from "./slack/port.ts";
import { summarise } from "./summarising.ts";
import { fitted } from "./views/limits.ts";
import { expectAllTaken } from "./taken.test.fixture.ts";

let folder: string;
let slack: LocalSlack;
let desk: Desk;
let at: string;
let clock: number;

async function start(options: Parameters<typeof startSlack>[0] = {}): Promise<void> {
  slack = await startSlack(options);
  const log = pino({ level: "silent" });
  const port = slackPort(
    new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, logger: boltLogger(log) }),
  );
  const store = memoryStore();
  const now = (): string => at;
  at = "2026-03-01T10:00:00.000Z";
  clock = Date.parse(at);
  const open = async (name: string): Promise<void> => {
    const value = listed("open", { fingerprint: `v1-${name.padEnd(32, "0")}` }).finding;
    await store.transact({}, () => ({ at, events: [], writes: [{ kind: "finding", value }], result: undefined }));
  };
  await open("a");
  at = plus(at, DAY);
  await open("b");
  const aws = { endpoint: "http://127.0.0.1:9", region: "us-east-1" };
  const posture = await createPosture({ store, folder, now, aws });
  const rest = {
    channel: slack.channelId,
    route: () => [USUAL],
    unspoken: () => ({ installation: null, channels: new Map() }),
    apart: AT_ONCE,
    apiUrl: slack.apiUrl,
    trouble: () => null,
    sweep: () => ({ joined: false, done: Promise.resolve({ kind: "stopped" as const }) }),
    nextSweep: () => null,
    now,
    log,
  };
  desk = { posture, store, slack: port, people: new People(port, Date.now, log), pictures: new Pictures(port, log, () => clock), ...rest };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-summarising-"));
  await start();
});
afterEach(async () => {
  await desk.posture.close();
  await slack.close();
  rmSync(folder, { recursive: true });
  expectAllTaken(slack);
});

/** What Slack showed of the answers to one `/posture summary`, and what it cost. */
async function asked(): Promise<{ readonly shown: readonly string[]; readonly uploads: number }> {
  const before = slack.messages().length;
  const calls = slack.ledger().length;
  const tell = async (message: Message): Promise<boolean> => {
    try {
      await desk.slack.whisper(slack.channelId, await anaOf(), fitted(message));
      return true;
    } catch {
      return false;
    }
  };
  const last = await summarise(desk, "", await anaOf(), tell);
  if (last) await tell(last);
  const shown = slack
    .messages()
    .slice(before)
    .map(({ blocks }) => JSON.stringify(blocks));
  const uploads = slack
    .ledger()
    .slice(calls)
    .filter(({ method }) => method === "files.getUploadURLExternal").length;
  return { shown, uploads };
}
async function anaOf(): Promise<string> {
  const headers = { authorization: "Bearer xoxp-ana" };
  const answer: unknown = await (await fetch(`${slack.apiUrl}auth.test`, { method: "POST", headers })).json();
  return typeof answer === "object" && answer && "user_id" in answer ? String(answer.user_id) : "";
}

const IN_CHARACTERS = "rich_text_preformatted";
const AS_PICTURE = '"slack_file":{"id":"F';

describe("the summary", () => {
  test("comes at once with the trend in characters and the picture after it; from then on the picture is in it, uploaded once for each day and change", async () => {
    const { shown, uploads } = await asked();
    expect(shown).toHaveLength(2);
    expect(shown[0]).toContain(IN_CHARACTERS);
    expect(shown[0]).not.toContain(AS_PICTURE);
    expect(shown[1]).toContain(AS_PICTURE);
    expect(shown[1]).toContain(
      '"alt_text":"Today 2 open: 2 critical, 0 high, 0 medium, 0 low. The most were 2, on 2 Mar. Of 28 of 30 days nothing is known."',
    );
    expect(uploads).toBe(1);
    const again = await asked();
    expect(again.shown).toHaveLength(1);
    expect(again.shown[0]).toContain(AS_PICTURE);
    expect(again.shown[0]).not.toContain(IN_CHARACTERS);
    expect(again.uploads).toBe(0);
    at = plus(at, DAY);
    const tomorrow = await asked();
    expect([tomorrow.shown.length, tomorrow.uploads]).toEqual([2, 1]);
  });
  test("uploads one picture for all who ask meanwhile", async () => {
    const made = await Promise.all([asked(), asked(), asked()]);
    expect(slack.ledger().filter(({ method }) => method === "files.getUploadURLExternal")).toHaveLength(1);
    expect(made).toHaveLength(3);
  });
  test("waits with the picture until Slack has found out that it is one", async () => {
    await desk.posture.close();
    await slack.close();
    await start({ processing: 700 });
    const { shown } = await asked();
    expect(shown[1]).toContain(AS_PICTURE);
    expect(slack.ledger().filter(({ method }) => method === "files.info").length).toBeGreaterThan(1);
  });
  test("stays in characters where the workspace takes no files, which is not asked again for an hour", async () => {
    slack.fault({ method: "files.getUploadURLExternal", kind: "error", error: "file_uploads_disabled" });
    for (const uploads of [1, 0]) {
      const answer = await asked();
      expect([answer.shown.length, answer.uploads]).toEqual([1, uploads]);
      expect(answer.shown[0]).toContain(IN_CHARACTERS);
    }
    clock += 3_600_001;
    expect((await asked()).shown[1]).toContain(AS_PICTURE);
  });
  test("comes with the trend in characters where Slack does not show the picture any more", async () => {
    await asked();
    const { blocks } = slack.messages().at(-1) ?? { blocks: [] };
    const file = /"slack_file":\{"id":"(F\w+)"/.exec(JSON.stringify(blocks))?.[1];
    const headers = { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" };
    await fetch(`${slack.apiUrl}files.delete`, { method: "POST", headers, body: JSON.stringify({ file }) });
    const answer = await asked();
    expect(answer.shown).toHaveLength(1);
    expect(answer.shown[0]).toContain(IN_CHARACTERS);
  });
});
