import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { type PostureError, postureError } from "@posture/core";

export interface Bot {
  readonly url: string;
  readonly pid: number;
  /** Comes when it has ended, whoever ended it. */
  readonly ended: Promise<PostureError>;
  /** Ends it as an operator would, and waits until it has ended. */
  stop(): Promise<void>;
}

export interface BotSettings {
  readonly port: number;
  readonly slackApiUrl: string;
  readonly slackToken: string;
  readonly signingSecret: string;
  readonly channel: string;
  readonly store: string;
  readonly schedule: string;
  readonly awsEndpoint: string;
  readonly accessKeyId: string;
  /** Of a queue that tells of changes; left out: none. */
  readonly eventQueue?: string | undefined;
  /** A configuration file; left out: none. */
  readonly config?: string | undefined;
}

const PATIENCE = 30_000;
const MOST_WORDS = 1000;

/**
 * Starts the bot as a process of its own, as in production, and waits until it answers. What it logs goes to `log`.
 * @throws {PostureError} POSTURE_BOT_ENDED
 */
export async function startBot(settings: BotSettings, log: (line: string) => void): Promise<Bot> {
  const source = import.meta.url.endsWith(".ts");
  const entry = fileURLToPath(new URL(source ? "../../../slack-bot/src/main.ts" : "./bot.js", import.meta.url));
  const flags = source ? ["--conditions=@posture/source"] : [];
  const child = spawn(process.execPath, [...flags, entry], { env: environmentOf(settings), stdio: ["ignore", "pipe", "pipe"] });
  let words = "";
  child.stdout.on("data", (chunk: Buffer) => log(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-MOST_WORDS);
    log(chunk.toString());
  });
  const ended = once(child, "close").then(() => {
    const how = child.signalCode ?? `exit code ${child.exitCode}`;
    return postureError("POSTURE_BOT_ENDED", { how, words: words.trim() || "none." });
  });
  const url = `http://127.0.0.1:${settings.port}`;
  await answering(`${url}/readyz`, child, ended);
  return { url, pid: child.pid ?? 0, ended, stop: () => stopped(child) };
}

/** Nothing of the person's own AWS or Slack may reach the demo, and nothing of the demo theirs. */
function environmentOf(settings: BotSettings): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|SLACK|POSTURE)_/.test(name));
  return {
    ...Object.fromEntries(own),
    SLACK_BOT_TOKEN: settings.slackToken,
    SLACK_SIGNING_SECRET: settings.signingSecret,
    SLACK_CHANNEL: settings.channel,
    SLACK_API_URL: settings.slackApiUrl,
    PORT: String(settings.port),
    HOST: "127.0.0.1",
    ...(settings.config !== undefined && { POSTURE_CONFIG: settings.config }),
    POSTURE_STORE: settings.store,
    POSTURE_SCHEDULE: settings.schedule,
    ...(settings.eventQueue !== undefined && { POSTURE_EVENT_QUEUE: settings.eventQueue }),
    AWS_ENDPOINT_URL: settings.awsEndpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: settings.accessKeyId,
    AWS_SECRET_ACCESS_KEY: "of-the-demo",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

async function answering(url: string, child: ChildProcess, ended: Promise<PostureError>): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw await ended;
    const up = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return;
    if (Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`the bot did not answer within ${PATIENCE / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  await ended;
  clearTimeout(impatience);
}

/** A port that is free at this moment; the wanted one, if it is. */
export async function freePort(wanted = 0): Promise<number> {
  const probe = createServer();
  const listening = new Promise<boolean>((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(wanted, "127.0.0.1", () => resolve(true));
  });
  if (!(await listening)) return freePort();
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : freePort();
}
