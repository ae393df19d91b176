/* A real bot in a process of its own, for benchmarks. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import type { SimulatedAws } from "../packages/sandbox/src/aws/index.ts";
import type { LocalSlack } from "../packages/sandbox/src/slack/index.ts";
import { at } from "./common.ts";

export const REGION = "us-east-1";
const MINUTE = 60_000;

export async function freePort(): Promise<number> {
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

export async function until(what: string, test: () => boolean, patience = 10 * MINUTE): Promise<void> {
  const deadline = Date.now() + patience;
  while (!test()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What everybody in the channel sees, without what stands in threads alone. */
export function shown(slack: LocalSlack): { readonly ts: string; readonly text: string }[] {
  return slack.messages().filter(({ ephemeralFor, threadTs, broadcast }) => ephemeralFor === undefined && (!threadTs || broadcast));
}

export interface RunningBot {
  /** How often it said so. */
  readonly times: (what: string) => number;
  stop(): Promise<void>;
}

/** It sweeps once, at its start. */
export async function startBot(aws: SimulatedAws, slack: LocalSlack, folder: string, more: NodeJS.ProcessEnv = {}): Promise<RunningBot> {
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
      ...more,
    },
  });
  return {
    times: listener(bot),
    async stop() {
      bot.kill("SIGTERM");
      await once(bot, "exit");
    },
  };
}
