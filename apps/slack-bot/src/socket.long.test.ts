import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@posture/runtime";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Bot, startBot } from "./bot.ts";
import type { Settings } from "./settings.ts";
import { GROUP, openedGroup } from "./story.test.fixture.ts";
import { expectAllTaken } from "./taken.test.fixture.ts";

/* The story of e2e.test.ts over Socket Mode: nobody can reach the bot, and Slack's own client holds the connection. */

const log = pino({ level: "silent" });
const now = (): string => new Date().toISOString();
const soon = { timeout: 30_000, interval: 20 };
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let aws: SimulatedAws;
let slack: LocalSlack;
let bot: Bot;

const settings = (): Settings => ({
  botToken: slack.botToken,
  signingSecret: undefined,
  appToken: slack.appToken,
  channel: slack.channel,
  port: 0,
  host: "127.0.0.1",
  store: join(folder, "store"),
  configFile: undefined,
  schedule: "* * * * * *",
  slackApiUrl: slack.apiUrl,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-socket-"));
  aws = await startAws({ world: "demo" });
  slack = await startSlack({});
  const env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  bot = await startBot(settings(), log, { folder, env });
}, 30_000);
afterAll(async () => {
  await bot.stop();
  await slack.close();
  await aws.close();
  await rm(folder, { recursive: true });
  expectAllTaken(slack);
});

type Message = ReturnType<LocalSlack["messages"]>[number];
function expectShown(test: (message: Message) => boolean): Promise<Message> {
  return vi.waitFor(() => {
    const found = slack.messages().find(test);
    if (!found) throw new Error(`not in the channel:\n${slack.asText()}`);
    return found;
  }, soon);
}
const answers = (): readonly Message[] => slack.messages().filter(({ ephemeralFor }) => ephemeralFor !== undefined);
const expectAnswers = (many: number): Promise<void> => vi.waitFor(() => expect(answers()).toHaveLength(many), soon);
const Readiness = z.strictObject({ ok: z.boolean(), missing: z.string().optional() });
async function ready(): Promise<z.infer<typeof Readiness> & { readonly status: number }> {
  const response = await fetch(`http://127.0.0.1:${bot.port}/readyz`);
  return { status: response.status, ...Readiness.parse(await response.json()) };
}
const expectReady = (): Promise<void> => vi.waitFor(async () => expect(await ready()).toEqual({ status: 200, ok: true }), soon);
const opened = (): number => slack.ledger().filter(({ method }) => method === "apps.connections.open").length;

describe("over one connection that the bot opened", () => {
  test("it is ready, and takes no requests at its address", async () => {
    expect([slack.sockets.count(), await ready()]).toEqual([1, { status: 200, ok: true }]);
    const response = await fetch(`http://127.0.0.1:${bot.port}/slack/events`, { method: "POST", body: "command=/posture" });
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("Socket Mode")]);
  });

  test("a command is answered", async () => {
    await slack.command("/posture help");
    await vi.waitFor(() => expect(answers().some(({ text }) => text.startsWith("Commands:"))).toBe(true), soon);
  });

  test("a button re-checks, a window opens, its errors are shown in it, and a good one suppresses", async () => {
    await expectShown(({ text }) => text.includes("First sweep"));
    aws.patchWorld(openedGroup(aws.world().accounts[0]?.id ?? ""));
    const message = await expectShown(({ text }) => text.includes(GROUP.name));
    await slack.click({ user: "Ana", message: message.ts, label: "Re-check" });
    await expectShown(({ ts, blocks }) => ts === message.ts && JSON.stringify(blocks).includes("still failing"));
    await slack.click({ user: "Ana", message: message.ts, label: "Suppress" });
    const { errors } = await slack.submit({ user: "Ana", values: { Basis: "Compensating control", Justification: "  because  " } });
    expect(Object.values(errors ?? {}).join()).toContain("at least 10 characters");
    await slack.submit({ user: "Ana", values: { Justification: "A jump host, watched by the network team." } });
    expect(slack.openModal("Ana")).toBeUndefined();
    await expectShown(({ ts, text }) => ts === message.ts && text.startsWith("🔕 Suppressed"));
  });
});

describe("whatever happens to the connection", () => {
  test("what Slack tells twice is done once", async () => {
    const before = answers().length;
    await slack.command("/posture help");
    await expectAnswers(before + 1);
    expect(await slack.repeat()).toBe("");
    await slack.command("/posture status");
    await expectAnswers(before + 2);
  });

  test("a command whose connection is cut before the acknowledgement is done all the same, and once", async () => {
    const before = answers().length;
    slack.sockets.cutNext();
    await expect(slack.command("/posture help")).rejects.toThrow("cut before the app answered");
    await expectAnswers(before + 1);
    await expectReady();
    expect(await slack.repeat()).toBe("");
    await slack.command("/posture status");
    await expectAnswers(before + 2);
  });

  test("one that Slack is about to end has a successor before it ends, and never a third", async () => {
    const [before, dialled] = [answers().length, opened()];
    slack.sockets.announce("warning");
    await vi.waitFor(() => expect(slack.sockets.count()).toBe(2), soon);
    await Promise.all([slack.command("/posture help", "Ana"), slack.command("/posture help", "Ben")]);
    await expectAnswers(before + 2);
    slack.sockets.announce("refresh_requested");
    await vi.waitFor(() => expect([opened() - dialled, slack.sockets.count()]).toEqual([2, 2]), soon);
    expect(slack.sockets.peak()).toBe(2);
    expect(await ready()).toMatchObject({ ok: true });
  });

  test("while there is none it is not ready and says why, and it comes back by itself", async () => {
    slack.fault({ method: "apps.connections.open", kind: "error", error: "internal_error", times: 2 });
    slack.sockets.cut();
    await vi.waitFor(
      async () => expect(await ready()).toMatchObject({ status: 503, missing: expect.stringContaining("no connection to Slack") }),
      soon,
    );
    expect((await fetch(`http://127.0.0.1:${bot.port}/healthz`)).status).toBe(200);
    await expectReady();
  });

  test.each([
    "null",
    "[]",
    "not JSON",
    '{"type":"events_api"}',
    '{"type":"close","envelope_id":"1","payload":{}}',
    '{"type":"events_api","envelope_id":"1","payload":null}',
  ])("%s is no envelope, and ends nothing", async (text) => {
    const before = answers().length;
    slack.sockets.send(text);
    await slack.command("/posture help");
    await expectAnswers(before + 1);
  });
});

test("a wrong app-level token ends the start with what to do", async () => {
  const wrong = { ...settings(), appToken: "xapp-foreign", store: "memory", schedule: null };
  await expect(startBot(wrong, log, { folder, env: { AWS_ENDPOINT_URL: aws.url, AWS_REGION: "us-east-1" } })).rejects.toMatchObject({
    code: "POSTURE_SLACK_APP_TOKEN_REFUSED",
    message: expect.stringContaining("invalid_auth"),
    next: expect.stringContaining("SLACK_APP_TOKEN"),
  });
});

describe("when the app is taken out of the workspace", () => {
  test("it stops posting at once, stays up, is not ready and says why, and keeps what is due", async () => {
    await slack.uninstall();
    await vi.waitFor(
      async () => expect(await ready()).toMatchObject({ status: 503, missing: expect.stringMatching(/revoked|taken out/) }),
      soon,
    );
    const tried = (): number => slack.ledger().filter(({ method }) => method.startsWith("chat.")).length;
    const before = tried();
    aws.patchWorld(openedGroup(aws.world().accounts[0]?.id ?? "", { id: "sg-0ccc1000000000000", name: "ccc1" }));
    const due = await vi.waitFor(async () => {
      const store = await openStore(join(folder, "store"), { now, readOnly: true });
      const rows = await store.read({ outbox: { states: ["due"] } }, ({ outbox }) => outbox);
      await store.close();
      expect(rows.length).toBeGreaterThan(0);
      return rows;
    }, soon);
    expect([due[0]?.state, tried()]).toEqual(["due", before]);
    expect((await fetch(`http://127.0.0.1:${bot.port}/healthz`)).status).toBe(200);
  });
});
