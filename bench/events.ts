/* From a change in AWS to the message about it, and a thousand changes at once. Run: pnpm bench:events */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../packages/runtime/src/index.ts";
import { parseWorld, startAws } from "../packages/sandbox/src/aws/index.ts";
import { startSlack } from "../packages/sandbox/src/slack/index.ts";
import { REGION, shown, startBot, until } from "./bot.ts";
import { keep, median } from "./common.ts";

const ACCOUNT = "111122223333";
const QUEUE = "posture-events";
const SINGLE = 20;
const BURST = 1000;
/** Of the simulated AWS, in milliseconds: what one answer takes at least. */
const LATENCY = 40;
/** More than ten new findings a minute share messages, and wait for each other. */
const BETWEEN = 6500;

const groupId = (i: number): string => `sg-0${i.toString(16).padStart(16, "0")}`;
const SSH = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
const securityGroups = Array.from({ length: SINGLE + BURST }, (_, i) => ({ Region: REGION, GroupId: groupId(i), GroupName: `group-${i}` }));
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const folder = await mkdtemp(join(tmpdir(), "bench-events-"));
const world = parseWorld({ accounts: [{ id: ACCOUNT, accessKeyIds: ["AKIDEXAMPLE"], regions: [REGION], securityGroups }] });
const aws = await startAws({ world, latencyMs: LATENCY });
aws.tellChanges({ queue: QUEUE, region: REGION });
const slack = await startSlack({});
const bot = await startBot(aws, slack, folder, { POSTURE_EVENT_QUEUE: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${QUEUE}` });

const open = (ids: readonly string[]): void =>
  aws.patchWorld({ accounts: [{ id: ACCOUNT, securityGroups: ids.map((GroupId) => ({ GroupId, IpPermissions: [SSH] })) }] });

/** How many ports are found open by now, from the store itself. */
async function found(): Promise<number> {
  const store = await openStore(join(folder, "store"), { now: () => new Date().toISOString(), readOnly: true });
  try {
    const isOpen = ({ condition, checkId }: { condition: string; checkId: string }): boolean =>
      condition === "failing" && checkId === "security-group/ssh-open-to-internet";
    return await store.read({ findings: "all" }, ({ findings }) => findings.filter(isOpen).length);
  } finally {
    await store.close();
  }
}

async function single(i: number): Promise<{ readonly milliseconds: number; readonly calls: number }> {
  const before = aws.calls().filter(({ service }) => service !== "sqs").length;
  const posted = slack.ledger().length;
  const begun = performance.now();
  open([groupId(i)]);
  while (slack.ledger().length === posted) {
    if (performance.now() > begun + 30_000) throw new Error(`no message about ${groupId(i)}`);
    await pause(1);
  }
  const milliseconds = performance.now() - begun;
  return { milliseconds, calls: aws.calls().filter(({ service }) => service !== "sqs").length - before };
}

try {
  await until("the first sweep", () => bot.times('"msg":"swept"') > 0);
  await until("its digest", () => shown(slack).length > 0);
  await pause(5000);
  const singles: Awaited<ReturnType<typeof single>>[] = [];
  for (let i = 0; i < SINGLE; i += 1) {
    singles.push(await single(i));
    await pause(BETWEEN);
  }
  const times = singles.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  const before = shown(slack).length;
  const begun = performance.now();
  open(Array.from({ length: BURST }, (_, i) => groupId(SINGLE + i)));
  let evaluated = 0;
  while (evaluated < SINGLE + BURST && performance.now() < begun + 120_000) {
    await pause(500);
    evaluated = await found();
  }
  const seconds = (performance.now() - begun) / 1000;
  await until("the end of a minute", () => performance.now() > begun + 60_000);
  keep("events", {
    what: "From a change in the simulated account to Slack's first request about it, with a real bot, and a burst of changes of as many groups; each answer of AWS takes the latency at least, and a change is in the queue at once",
    latencyMilliseconds: LATENCY,
    single: {
      changes: SINGLE,
      callsEach: median(singles.map(({ calls }) => calls)),
      p50: Math.round(median(times)),
      p99: Math.round(times[Math.floor(times.length * 0.99)] ?? 0),
    },
    burst: {
      changes: BURST,
      found: evaluated - SINGLE,
      seconds: Number(seconds.toFixed(1)),
      messagesInTheFirstMinute: shown(slack).length - before,
    },
    refused: slack.refusals().length,
  });
} finally {
  await bot.stop();
  await slack.close();
  await aws.close();
  await rm(folder, { recursive: true, force: true });
}
