/* What a channel gets to see when a first sweep finds 500 problems, and the next one 10,000 more. Run: pnpm bench:flood */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../packages/runtime/src/index.ts";
import { parseWorld, startAws } from "../packages/sandbox/src/aws/index.ts";
import { type LocalSlack, startSlack } from "../packages/sandbox/src/slack/index.ts";
import { at, keep } from "./common.ts";

const ACCOUNT = "111122223333";
const REGION = "us-east-1";
const MINUTE = 60_000;

const hex = (kind: string, i: number): string => `${kind}-0${i.toString(16).padStart(16, "0")}`;
const many = <T>(from: number, count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(from + i));

type Named<K extends string> = Readonly<Record<K, string>> & Readonly<Record<string, unknown>>;

/** SSH from anywhere: a critical finding. That nobody uses it is a low one, in a first sweep; a group that came later gets an hour for that. */
function openGroup(i: number): Named<"GroupId"> {
  const permission = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
  return { Region: REGION, GroupId: hex("sg", i), GroupName: `group-${i}`, VpcId: "vpc-0a1b2c3d4e5f60718", IpPermissions: [permission] };
}
/** Not encrypted, and nobody's: a high finding and a low one. */
function plainVolume(i: number): Named<"VolumeId"> {
  return { Region: REGION, VolumeId: hex("vol", i), Encrypted: false, Attachments: [], State: "available", Tags: [] };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

/** How often something was said so far, by a process. */
function listener(child: ChildProcess): (what: string) => number {
  let said = "";
  child.stdout?.on("data", (chunk) => (said += String(chunk)));
  return (what) => said.split(what).length - 1;
}

async function until(what: string, test: () => boolean, patience = 10 * MINUTE): Promise<void> {
  const deadline = Date.now() + patience;
  while (!test()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What everybody in the channel sees, without what stands in threads alone. */
function shown(slack: LocalSlack): { readonly ts: string; readonly text: string }[] {
  return slack.messages().filter(({ ephemeralFor, threadTs, broadcast }) => ephemeralFor === undefined && (!threadTs || broadcast));
}

const folder = await mkdtemp(join(tmpdir(), "bench-flood-"));
const first = { securityGroups: many(0, 50, openGroup), volumes: many(0, 200, plainVolume) };
const aws = await startAws({
  world: parseWorld({ accounts: [{ id: ACCOUNT, accessKeyIds: ["AKIDEXAMPLE"], regions: [REGION], ...first }] }),
});
const slack = await startSlack({});
const port = await freePort();
slack.setBotUrl(`http://127.0.0.1:${port}/slack/events`);
const bot = spawn(process.execPath, ["--conditions=@posture/source", at("../apps/slack-bot/src/main.ts")], {
  stdio: ["ignore", "pipe", "inherit"],
  env: {
    PATH: process.env["PATH"],
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_CHANNEL: slack.channelId,
    SLACK_API_URL: slack.apiUrl,
    PORT: String(port),
    HOST: "127.0.0.1",
    POSTURE_STORE: join(folder, "store"),
    POSTURE_SCHEDULE: "off",
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
  },
});
const times = listener(bot);

/** What is open by now, from the store itself. */
async function opened(): Promise<number> {
  const store = await openStore(join(folder, "store"), { now: () => new Date().toISOString(), readOnly: true });
  try {
    return await store.read({ findings: "all" }, ({ findings }) => findings.filter(({ condition }) => condition === "failing").length);
  } finally {
    await store.close();
  }
}

/** Posts and edits in the minute after a sweep, and how long it took until the first. */
async function afterSweep(
  number: number,
  before: number,
): Promise<{ readonly texts: string[]; readonly waited: number; readonly calls: number }> {
  await until(`sweep ${number}`, () => times('"msg":"swept"') >= number);
  const sweptAt = Date.now();
  const from = slack.ledger().length;
  await until("a message", () => shown(slack).length > before);
  const waited = Date.now() - sweptAt;
  await until("the end of a minute", () => Date.now() > sweptAt + MINUTE);
  return {
    texts: shown(slack)
      .slice(before)
      .map(({ text }) => text),
    waited,
    calls: slack.ledger().length - from,
  };
}

try {
  await until("the bot to be ready", () => times('"msg":"ready"') > 0);
  const calm = await afterSweep(1, 0);
  const ofFirst = await opened();
  const before = shown(slack).length;
  aws.patchWorld({ accounts: [{ id: ACCOUNT, securityGroups: many(50, 1000, openGroup), volumes: many(200, 4500, plainVolume) }] });
  await slack.command("/posture scan");
  const flood = await afterSweep(2, before);
  const ofSecond = await opened();
  keep("flood", {
    what: "Messages that a channel gets in the minute after the first sweep, and in the minute after the sweep that follows, with a real bot, a local Slack and a simulated account. A thousand of the new findings are critical, 4,500 high, and as many low",
    first: { findings: ofFirst, messages: calm.texts.length, texts: calm.texts, millisecondsUntilTheFirst: calm.waited },
    second: { findings: ofSecond - ofFirst, messages: flood.texts.length, texts: flood.texts, millisecondsUntilTheFirst: flood.waited },
    refused: slack.refusals().length,
  });
} finally {
  bot.kill("SIGTERM");
  await once(bot, "exit");
  await slack.close();
  await aws.close();
  await rm(folder, { recursive: true, force: true });
}
