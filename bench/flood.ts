/* What a channel gets to see when a first sweep finds 500 problems, and the next one 10,000 more. Run: pnpm bench:flood */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../packages/runtime/src/index.ts";
import { parseWorld, startAws } from "../packages/sandbox/src/aws/index.ts";
import { startSlack } from "../packages/sandbox/src/slack/index.ts";
import { REGION, shown, startBot, until } from "./bot.ts";
import { keep } from "./common.ts";

const ACCOUNT = "111122223333";
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

const folder = await mkdtemp(join(tmpdir(), "bench-flood-"));
const first = { securityGroups: many(0, 50, openGroup), volumes: many(0, 200, plainVolume) };
const aws = await startAws({
  world: parseWorld({ accounts: [{ id: ACCOUNT, accessKeyIds: ["AKIDEXAMPLE"], regions: [REGION], ...first }] }),
});
const slack = await startSlack({});
const bot = await startBot(aws, slack, folder);
const { times } = bot;

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
  await bot.stop();
  await slack.close();
  await aws.close();
  await rm(folder, { recursive: true, force: true });
}
