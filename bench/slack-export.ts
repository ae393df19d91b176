/* Memory of the bot while it brings findings to Slack as a file. Run: node --conditions=@posture/source bench/slack-export.ts */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebClient } from "../apps/slack-bot/node_modules/@slack/web-api/dist/index.js";
import pino from "../apps/slack-bot/node_modules/pino/pino.js";
import { AT_ONCE } from "../apps/slack-bot/src/apart.ts";
import { deliverExport } from "../apps/slack-bot/src/exporting.ts";
import { People } from "../apps/slack-bot/src/people.ts";
import { Pictures } from "../apps/slack-bot/src/pictures.ts";
import { slackPort } from "../apps/slack-bot/src/slack/port.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../packages/export/src/index.ts";
import { createPosture, openStore } from "../packages/runtime/src/index.ts";
import { startSlack } from "../packages/sandbox/src/slack/index.ts";
import { keep } from "./common.ts";
import { fill, NOON } from "./filled.ts";

const FINDINGS = 200_000;
const MB = 1_000_000;
const now = (): string => NOON;
const format = EXPORT_FORMATS.find((it) => it === process.argv[2]);

if (format === undefined) await measureAll();
else await measureOne(format, process.argv[3] ?? "", process.argv[4] ?? "", process.argv[5] ?? "");

/** In a process of its own, on a store that holds the findings already; Slack is elsewhere. */
async function measureOne(wanted: ExportFormat, place: string, slackApiUrl: string, user: string): Promise<void> {
  const store = await openStore(place, { now });
  const posture = await createPosture({ store, now, folder: place, aws: { endpoint: "http://127.0.0.1:9", region: "us-east-1" } });
  const log = pino({ level: "warn" }, process.stderr);
  const slack = slackPort(new WebClient("xoxb-local", { slackApiUrl }));
  const rest = {
    channel: "C0",
    route: () => [],
    apart: AT_ONCE,
    apiUrl: slackApiUrl,
    trouble: () => null,
    nextSweep: () => null,
    unspoken: () => ({ installation: null, channels: new Map() }),
    sweep: () => ({ joined: false, done: Promise.resolve({ kind: "stopped" as const }) }),
    now,
    log,
  };
  const desk = { posture, store, slack, people: new People(slack, Date.now, log), pictures: new Pictures(slack, log, Date.now), ...rest };
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const watching = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  const begun = performance.now();
  const done = await deliverExport(desk, { user, format: wanted, filter: {}, to: "person" });
  const seconds = (performance.now() - begun) / 1000;
  clearInterval(watching);
  await posture.close();
  await store.close();
  if (done.kind !== "delivered") throw new Error(JSON.stringify(done));
  console.log(JSON.stringify({ findings: done.findings, seconds, before, peak }));
}

async function measureAll(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "posture-bench-"));
  const place = join(folder, "store");
  const store = await openStore(place, { now });
  await fill(store, FINDINGS);
  await store.close();
  const slack = await startSlack();
  const answer: unknown = await (
    await fetch(`${slack.apiUrl}auth.test`, { method: "POST", headers: { authorization: "Bearer xoxp-ana" } })
  ).json();
  const user = typeof answer === "object" && answer && "user_id" in answer ? String(answer.user_id) : "";
  const results: object[] = [];
  for (const it of EXPORT_FORMATS) {
    const words = [...process.execArgv, "--expose-gc", fileURLToPath(import.meta.url), it, place, slack.apiUrl, user];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await once(child, "close");
    const { findings, seconds, before, peak }: Record<string, number> = JSON.parse(said);
    const { size = 0 } = slack.directMessages().at(-1)?.files?.[0] ?? {};
    const rounded = { seconds: round(seconds), beforeMb: round(before, MB), peakMb: round(peak, MB) };
    results.push({ format: it, findings, ...rounded, fileMb: round(size, MB) });
  }
  await slack.close();
  await rm(folder, { recursive: true });
  keep("slack-export", {
    what: "all findings of an embedded store brought to Slack as one file; the bot's memory (resident set) before and at most",
    results,
  });
}

function round(value = 0, by = 1): number {
  return Number((value / by).toFixed(1));
}
