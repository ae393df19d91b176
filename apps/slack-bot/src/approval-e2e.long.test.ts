import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Actor, type AuditEvent, DAY, HOUR, plus } from "@posture/core";
import { USUAL } from "@posture/config";
import { createPosture, openStore, type Posture } from "@posture/runtime";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Bot, startBot } from "./bot.ts";
import { announcerOf } from "./outbox/announcer.ts";
import { GROUP, openedGroup } from "./story.test.fixture.ts";
import { expectAllTaken } from "./taken.test.fixture.ts";

/* Two people and one suppression, the whole way: signed requests, Bolt, the store on the disk, and a bot that is started anew in between. */

const log = pino({ level: "silent" });
const now = (): string => new Date().toISOString();
const soon = { timeout: 30_000, interval: 20 };
const REASON = "A jump host, watched by the network team.";
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let aws: SimulatedAws;
let slack: LocalSlack;
let bot: Bot;
const env = (): NodeJS.ProcessEnv => ({
  AWS_ENDPOINT_URL: aws.url,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "x",
  AWS_EC2_METADATA_DISABLED: "true",
});

async function start(schedule: string | null = "* * * * * *"): Promise<void> {
  const settings = {
    botToken: slack.botToken,
    signingSecret: slack.signingSecret,
    channel: slack.channel,
    port: 0,
    host: "127.0.0.1",
    store: join(folder, "store"),
    configFile: join(folder, "posture.config.mjs"),
    schedule,
    slackApiUrl: slack.apiUrl,
  };
  bot = await startBot(settings, log, { folder, env: env() });
  slack.setBotUrl(`http://127.0.0.1:${bot.port}/slack/events`);
}
async function restart(): Promise<void> {
  await bot.stop();
  await start();
}

type Message = ReturnType<LocalSlack["messages"]>[number];
function expectShown(isIt: (message: Message) => boolean): Promise<Message> {
  return vi.waitFor(() => {
    const found = slack.messages().find(isIt);
    if (!found) throw new Error(`not in the channel:\n${slack.asText()}`);
    return found;
  }, soon);
}
const says = (message: Message | undefined, words: string): boolean => JSON.stringify(message?.blocks ?? []).includes(words);
const current = (ts: string): Message | undefined => slack.messages().find((message) => message.ts === ts);
const whispered = (person: string, words: string): Promise<Message> =>
  expectShown((it) => it.ephemeralFor === person && (it.text.includes(words) || says(it, words)));

async function auditEvents(): Promise<AuditEvent[]> {
  const store = await openStore(join(folder, "store"), { now, readOnly: true });
  const events: AuditEvent[] = [];
  for await (const record of store.records()) events.push(...record.events);
  await store.close();
  return events;
}

let news: Message;
const shows = (words: string): Promise<Message> => expectShown((it) => it.ts === news.ts && says(it, words));
async function ask(): Promise<void> {
  await slack.click({ user: "Ana", message: news.ts, label: "Suppress" });
  await slack.submit({ user: "Ana", values: { Basis: "Accepted risk", Justification: REASON } });
  await shows("Suppression pending");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-approval-"));
  await writeFile(join(folder, "posture.config.mjs"), `export default { suppressions: { approval: { critical: true } } };`);
  aws = await startAws({ world: "demo" });
  slack = await startSlack({});
  await start();
  await expectShown(({ text }) => text.startsWith("First sweep of account"));
  aws.patchWorld(openedGroup(aws.world().accounts[0]?.id ?? ""));
  news = await expectShown(({ text }) => text.includes(GROUP.name));
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await slack.close();
  await aws.close();
  await rm(folder, { recursive: true });
  expectAllTaken(slack);
});

describe("a suppression that another person has to approve", () => {
  test("is pending in the finding's message: who asked and why, and the finding stays open", async () => {
    await ask();
    const message = current(news.ts);
    expect(message?.text).toMatch(/^🔴 Critical/);
    expect(says(message, REASON)).toBe(true);
    expect(JSON.stringify(message)).not.toMatch(/Suppressed/);
    await whispered("Ana", "hides nothing until they approve it");
  });

  test("is not approved by who asked: told so alone with who can, and kept in the audit log", async () => {
    await slack.click({ user: "Ana", message: news.ts, label: "Approve" });
    await whispered("Ana", "Any other full member of this workspace can.");
    expect(await auditEvents()).toContainEqual(
      expect.objectContaining({ type: "suppression-refused", note: "own-approval", source: "slack" }),
    );
    expect(says(current(news.ts), "Suppression pending")).toBe(true);
  });

  test("is neither approved nor declined by a guest", async () => {
    await slack.click({ user: "Gus", message: news.ts, label: "Approve" });
    await whispered("Gus", "Only full members");
    expect(says(current(news.ts), "Suppression pending")).toBe(true);
  });

  test("is not withdrawn by another, who is told to decline instead", async () => {
    await slack.click({ user: "Ben", message: news.ts, label: "Withdraw" });
    await whispered("Ben", "Only who asked for it can withdraw it.");
    expect(await auditEvents()).toContainEqual(expect.objectContaining({ type: "refused", note: "only who asked can withdraw" }));
  });

  test("is withdrawn by who asked, and can be asked for again", async () => {
    await slack.click({ user: "Ana", message: news.ts, label: "Withdraw" });
    const message = await shows("withdrew the suppression");
    expect(says(message, "Suppression pending")).toBe(false);
    await ask();
  });

  test("is declined by another: open as before, and the message says who did", async () => {
    await slack.click({ user: "Ben", message: news.ts, label: "Decline" });
    const message = await shows("declined the suppression");
    expect(message.text).toMatch(/^🔴 Critical/);
    expect(says(message, "Suppression pending")).toBe(false);
    await ask();
  });

  test("is approved by another after the bot was started anew: suppressed, in the same message, with both names", async () => {
    await restart();
    await slack.click({ user: "Ben", message: news.ts, label: "Approve" });
    const message = await expectShown(({ ts, text }) => ts === news.ts && text.startsWith("🔕 Suppressed"));
    expect(says(message, ", approved by ")).toBe(true);
    expect(slack.messages().filter(({ text, ephemeralFor }) => text.includes(GROUP.name) && ephemeralFor === undefined)).toHaveLength(1);
  });

  test("cannot be made longer than the configuration allows", async () => {
    await slack.click({ user: "Ana", message: news.ts, label: "Extend" });
    await whispered("Ana", "30 days from now are the most");
    await slack.click({ user: "Ana", message: news.ts, label: "Lift suppression" });
    const message = await shows("lifted the suppression");
    expect(message.text).toMatch(/^🔴 Critical/);
  });
});

const arn = (name: string): Actor => ({ kind: "user", id: `arn:aws:iam::111122223333:user/${name}`, via: "cli" });
/** What is done without the bot, while it is not there. */
async function elsewhere(ahead: number, act: (posture: Posture) => Promise<void>): Promise<void> {
  await bot.stop();
  const store = await openStore(join(folder, "store"), { now });
  const options = { store, folder, configFile: join(folder, "posture.config.mjs"), announcer: announcerOf(() => [USUAL]), env: env() };
  const posture = await createPosture({ ...options, now: () => plus(now(), ahead) });
  await act(posture);
  await posture.close();
  await store.close();
}

describe("a suppression that ends soon", () => {
  let notice: Message;
  /** What people did 20 hours ago, and what is left of a day. */
  const suppressedYesterday = (): Promise<void> =>
    elsewhere(-20 * HOUR, async (posture) => {
      const [listed] = (await posture.list({ statuses: ["open"] })).filter(({ finding }) => finding.ref.arn.endsWith(GROUP.id));
      const fingerprint = listed?.finding.fingerprint ?? "";
      const asked = await posture.suppress({ fingerprint, justification: REASON, by: arn("ana"), expiresAt: plus(now(), DAY - 20 * HOUR) });
      if (asked.kind === "refused") throw new Error(asked.why);
      await posture.approve(asked.suppression.id, arn("ben"));
    });
  const isNotice = ({ text, threadTs }: Message): boolean => text.startsWith("A suppression ends soon") && threadTs === news.ts;

  test("is said in the thread of its finding, once, although Slack does not say that it arrived", async () => {
    await suppressedYesterday();
    slack.fault({ method: "chat.postMessage", kind: "reset_after", times: 1 });
    await start();
    notice = await expectShown(isNotice);
    expect(says(notice, REASON)).toBe(true);
    expect(says(notice, "user/ana")).toBe(true);
    // The bot looks for it after 5 s; that it can be corrected proves that it was found in the thread.
    await slack.click({ user: "Ana", message: notice.ts, label: "Extend" });
    await slack.submit({ user: "Ana", values: {} });
    await expectShown((it) => it.ts === notice.ts && says(it, "Later expiry pending"));
    await shows("Later expiry pending");
    expect(slack.messages().filter(isNotice)).toHaveLength(1);
  });

  test("may be asked to last longer, which another person approves from the thread after a restart", async () => {
    await restart();
    await slack.click({ user: "Ana", message: notice.ts, label: "Approve" });
    await whispered("Ana", "Any other full member of this workspace can.");
    await slack.click({ user: "Ben", message: notice.ts, label: "Approve" });
    const message = await expectShown((it) => it.ts === notice.ts && says(it, "It now lasts until "));
    expect(says(message, '"actions"')).toBe(false);
    await vi.waitFor(() => expect(says(current(news.ts), "Later expiry pending")).toBe(false), soon);
    expect(current(news.ts)?.text).toMatch(/^🔕 Suppressed/);
  });

  test("is not said again", () => {
    const inThread = slack.messages().filter(({ threadTs, text }) => threadTs === news.ts && text.startsWith("A suppression "));
    expect(inThread).toHaveLength(1);
  });
});

test("a rule that was asked for at a command line waits in the channel, with what it would hide, and is approved there", async () => {
  await elsewhere(0, async (posture) => {
    await posture.suppress({ rule: { regions: ["eu-west-1"] }, justification: REASON, by: arn("ana") });
  });
  await start();
  const { ts } = await expectShown(({ text }) => text === "A suppression by rule waits for approval.");
  expect(says(current(ts), "region eu-west-1")).toBe(true);
  expect(says(current(ts), "It would hide ")).toBe(true);
  await slack.click({ user: "Ben", message: ts, label: "Approve" });
  await expectShown((it) => it.ts === ts && says(it, "In force, and hides "));
  await slack.click({ user: "Ana", message: ts, label: "Lift suppression" });
  const message = await expectShown((it) => it.ts === ts && says(it, "Lifted by "));
  expect(says(message, '"actions"')).toBe(false);
});
