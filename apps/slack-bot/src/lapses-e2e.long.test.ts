import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { USUAL } from "@posture/config";
import { HOUR, plus, type SuppressionScope } from "@posture/core";
import { createPosture, openStore } from "@posture/runtime";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import pino from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { envOf } from "./bot.test.fixture.ts";
import { type Bot, startBot } from "./bot.ts";
import { announcerOf } from "./outbox/announcer.ts";
import { openedGroup } from "./story.test.fixture.ts";
import { expectAllTaken } from "./taken.test.fixture.ts";

/* Suppressions that ended while the bot was away: what it tells when it is back. */

const log = pino({ level: "silent" });
const soon = { timeout: 60_000, interval: 20 };
const now = (): string => new Date().toISOString();
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let aws: SimulatedAws;
let slack: LocalSlack;
let bot: Bot | undefined;
const env = (): NodeJS.ProcessEnv => envOf(aws);
type Message = ReturnType<LocalSlack["messages"]>[number];

async function start(): Promise<void> {
  const settings = {
    botToken: slack.botToken,
    signingSecret: slack.signingSecret,
    channel: slack.channel,
    port: 0,
    host: "127.0.0.1",
    store: join(folder, "store"),
    configFile: undefined,
    schedule: "* * * * * *",
    slackApiUrl: slack.apiUrl,
  };
  bot = await startBot(settings, log, { folder, env: env() });
  slack.setBotUrl(`http://127.0.0.1:${bot.port}/slack/events`);
}

/** What somebody suppressed two hours ago, until a minute ago. */
async function suppressedUntilNow(arn: RegExp, scopeOf: (fingerprint: string) => SuppressionScope, why: string): Promise<void> {
  const ago = (): string => plus(now(), -2 * HOUR);
  const store = await openStore(join(folder, "store"), { now: ago });
  const posture = await createPosture({ store, folder, now: ago, announcer: announcerOf(() => [USUAL]), env: env() });
  const [listed] = (await posture.list({ statuses: ["open"] })).filter(({ finding }) => arn.test(finding.ref.arn));
  const by = { kind: "user", id: "arn:aws:iam::111122223333:user/ana", via: "cli" } as const;
  const answer = await posture.suppress({
    ...scopeOf(listed?.finding.fingerprint ?? ""),
    justification: why,
    by,
    expiresAt: plus(now(), -60_000),
  });
  expect(answer.kind).not.toBe("refused");
  await posture.close();
  await store.close();
}

const messages = (): readonly Message[] => slack.messages().filter(({ threadTs, ephemeralFor }) => !threadTs && !ephemeralFor);
const says = (message: Message | undefined, words: string): boolean => JSON.stringify(message?.blocks ?? []).includes(words);
function expectShown(isIt: (message: Message) => boolean): Promise<Message> {
  return vi.waitFor(() => {
    const found = messages().find(isIt);
    if (!found) throw new Error(`not in the channel:\n${slack.asText()}`);
    return found;
  }, soon);
}
const opened = (n: number): void =>
  aws.patchWorld(openedGroup(aws.world().accounts[0]?.id ?? "", { id: `sg-0${String(n).padStart(16, "c")}`, name: `group-${n}` }));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-lapses-"));
  aws = await startAws({ world: "demo" });
  slack = await startSlack({});
  await start();
  await expectShown(({ text }) => text.startsWith("First sweep of account"));
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await slack.close();
  await aws.close();
  await rm(folder, { recursive: true });
  expectAllTaken(slack);
});

test("a suppression that has ended by time: the finding is posted anew with its earlier reason, and each message links to the other", async () => {
  opened(1);
  const first = await expectShown(({ text }) => text.includes("group-1"));
  await bot?.stop();
  await suppressedUntilNow(/sg-0c+1$/, (fingerprint) => ({ fingerprint }), "Only for the migration of the shop.");
  await start();
  const second = await expectShown(({ text, ts }) => text.includes("group-1") && ts !== first.ts);
  expect(second.text).toMatch(/^🔴 Critical/);
  expect(says(second, "It was suppressed by ")).toBe(true);
  expect(says(second, "Only for the migration of the shop.")).toBe(true);
  expect(says(second, "The earlier message")).toBe(true);
  const former = await expectShown((it) => it.ts === first.ts && says(it, "The new message goes on from here"));
  expect(former.text).toMatch(/^🔁 Open again · /);
  expect(says(former, '"actions"')).toBe(false);
  await vi.waitFor(
    () => expect(slack.messages().some((it) => it.threadTs === first.ts && it.text.includes("has expired"))).toBe(true),
    soon,
  );
});

test("a rule that has ended by time: what it hid shares a few messages, which say so", async () => {
  for (let n = 20; n < 32; n += 1) opened(n);
  await vi.waitFor(() => expect(slack.asText()).toContain("12 new findings in account"), soon);
  await bot?.stop();
  const before = new Set(messages().map(({ ts }) => ts));
  await suppressedUntilNow(/sg-0/, () => ({ rule: { regions: ["eu-west-1"] } }), "The region is being taken down.");
  await start();
  const news = (): readonly Message[] => messages().filter(({ ts }) => !before.has(ts));
  await vi.waitFor(() => expect(news().some((it) => says(it, "suppressed before, and time has ended that"))).toBe(true), soon);
  const isShared = (): boolean => news().some((it) => /1[0-9] × |[2-9][0-9] × /.test(it.text));
  await vi.waitFor(() => expect(isShared()).toBe(true), soon);
  expect(news().length).toBeLessThanOrEqual(7);
});
