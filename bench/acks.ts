/* How fast a thousand commands at once are acknowledged while the bot sweeps and Slack's Web API does not answer. Run: pnpm bench:acks [rounds] */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bucket, each, SIZE, WITH_ACL, worldOf } from "../packages/runtime/src/account.test.fixture.ts";
import { type LocalSlack, startSlack } from "../packages/sandbox/src/slack/index.ts";
import { freePort } from "./bot.ts";
import { at, keep, median, startSandbox } from "./common.ts";

const ROUNDS = Number(process.argv[2] ?? 5);
const AT_ONCE = 1000;
const WARM_UP = 100;
const WORDS = ["summary", "findings critical", "status", "checks", "suppressions"];

/** Ten thousand resources. */
const size = { ...SIZE, users: 500, roles: 7700, groups: 100, policies: 500, keyUsers: 200, buckets: 1000 };
const world = worldOf(size, { buckets: each(size.buckets, (i) => ({ ...bucket(i), ...WITH_ACL })) });

function startNode(file: string, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, ["--conditions=@posture/source", at(file)], { env, stdio: ["ignore", "pipe", "inherit"] });
}

/** Waits for what a process says; its output is read on. */
function line(child: ChildProcess, wanted: RegExp): Promise<string> {
  let said = "";
  return new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error(`a process ended: ${said}`)));
    child.stdout?.on("data", (chunk) => {
      said += String(chunk);
      const found = wanted.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
}

let commands = 0;
/** A command as Slack sends it, signed. */
function commandFor(slack: LocalSlack, origin: string): { readonly body: string; readonly headers: Record<string, string> } {
  commands += 1;
  const body = new URLSearchParams({
    command: "/posture",
    text: WORDS[commands % WORDS.length] ?? "",
    user_id: "U0ANA",
    team_id: slack.teamId,
    channel_id: slack.channelId,
    trigger_id: `${commands}.1.x`,
    response_url: `${origin}/respond/${commands}`,
  }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac("sha256", slack.signingSecret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  return {
    body,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "content-length": String(Buffer.byteLength(body)),
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signature,
    },
  };
}

interface Answered {
  readonly ms: number;
  readonly taken: boolean;
}
function post(port: number, agent: Agent, given: ReturnType<typeof commandFor>): Promise<Answered> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, path: "/slack/events", method: "POST", agent, headers: given.headers }, (response) => {
      let body = "";
      response.on("data", (chunk) => (body += String(chunk)));
      response.on("end", () => resolve({ ms: performance.now() - begun, taken: response.statusCode === 200 && body === "" }));
    });
    call.on("error", reject);
    call.end(given.body);
  });
}

interface Burst {
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  readonly taken: number;
}
async function burst(port: number, make: () => ReturnType<typeof commandFor>, count: number): Promise<Burst> {
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  const given = Array.from({ length: count }, make);
  const answers = await Promise.all(given.map((it) => post(port, agent, it)));
  agent.destroy();
  const times = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const share = (part: number): number => Math.round(times[Math.ceil(times.length * part) - 1] ?? 0);
  return { p50: share(0.5), p99: share(0.99), longest: share(1), taken: answers.filter(({ taken }) => taken).length };
}

const folder = await mkdtemp(join(tmpdir(), "bench-acks-"));
await writeFile(join(folder, "world.json"), JSON.stringify(world));
const aws = await startSandbox("--world", join(folder, "world.json"), "--latency", "20");

interface Round {
  readonly bare: Burst;
  readonly bot: Burst;
}
/** One bot, in its first sweep: what a burst leaves to be done would be in the way of the next one. */
async function round(number: number): Promise<Round> {
  const slack = await startSlack({});
  const port = await freePort();
  const own = { PATH: process.env["PATH"], SLACK_SIGNING_SECRET: slack.signingSecret };
  const bare = startNode("../apps/slack-bot/src/inbox/bare.test.fixture.ts", own);
  const bot = startNode("../apps/slack-bot/src/main.ts", {
    ...own,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_CHANNEL: slack.channelId,
    SLACK_API_URL: slack.apiUrl,
    PORT: String(port),
    HOST: "127.0.0.1",
    POSTURE_STORE: join(folder, `store-${number}`),
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
  });
  try {
    let hasSwept = false;
    bot.stdout?.on("data", (chunk) => (hasSwept ||= String(chunk).includes('"msg":"swept"')));
    const ready = line(bot, /"msg":"ready"/);
    const barePort = Number(await line(bare, /\d+/));
    await ready;
    slack.fault({ kind: "hang", times: Infinity });
    const make = (): ReturnType<typeof commandFor> => commandFor(slack, new URL(slack.apiUrl).origin);
    for (const at of [barePort, port, barePort, port]) await burst(at, make, WARM_UP);
    const done = { bare: await burst(barePort, make, AT_ONCE), bot: await burst(port, make, AT_ONCE) };
    if (hasSwept) throw new Error("the sweep was over before the commands came");
    console.error(JSON.stringify(done));
    return done;
  } finally {
    for (const child of [bot, bare]) child.kill("SIGKILL");
    await slack.close();
  }
}

try {
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS) rounds.push(await round(rounds.length));
  const of = (who: "bare" | "bot", what: keyof Burst): number => median(rounds.map((it) => it[who][what]));
  keep("acks", {
    what: `${AT_ONCE} slash commands at once, each on a connection of its own, in the middle of a sweep of 10,000 resources, Slack's Web API never answering; just before them the same to a bare Bolt handler behind the same guard. Milliseconds, medians of ${ROUNDS} bots. taken: the fewest that were not told to try again`,
    bare: { p50: of("bare", "p50"), p99: of("bare", "p99"), longest: of("bare", "longest") },
    bot: { p50: of("bot", "p50"), p99: of("bot", "p99"), longest: of("bot", "longest") },
    longestOfAll: Math.max(...rounds.map(({ bot }) => bot.longest)),
    taken: Math.min(...rounds.map(({ bot }) => bot.taken)),
    ratioOfP99: Number(median(rounds.map(({ bare, bot }) => bot.p99 / bare.p99)).toFixed(2)),
    rounds,
  });
} finally {
  await aws.stop();
  await rm(folder, { recursive: true, force: true });
}
