import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SimulatedAws } from "@posture/sandbox/aws";
import type { LocalSlack } from "@posture/sandbox/slack";
import { vi } from "vitest";

/* The bot as a process of its own, which can be killed. */

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
export const soon = { timeout: 60_000, interval: 20 };

export interface Surroundings {
  readonly aws: SimulatedAws;
  readonly slack: LocalSlack;
  readonly port: number;
  /** Where it has its store, and everything else that it writes. */
  readonly folder: string;
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

/** Sweeps once, at its first start. */
export async function startedBot({ aws, slack, port, folder }: Surroundings): Promise<ChildProcess> {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|SLACK|POSTURE|VITEST|NODE_OPTIONS)/.test(name));
  const env = {
    ...Object.fromEntries(own),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_CHANNEL: slack.channelId,
    SLACK_API_URL: slack.apiUrl,
    PORT: String(port),
    HOST: "127.0.0.1",
    TMPDIR: folder,
    POSTURE_STORE: join(folder, "store"),
    POSTURE_SCHEDULE: "0 0 1 1 *",
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const child = spawn(process.execPath, ["--conditions=@posture/source", MAIN], {
    env,
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  await vi.waitFor(async () => {
    const { ok } = await fetch(`http://127.0.0.1:${port}/readyz`);
    if (!ok) throw new Error("the bot is not ready");
  }, soon);
  return child;
}

export async function firstSweep(slack: LocalSlack): Promise<void> {
  await vi.waitFor(() => {
    if (!slack.messages().some(({ text }) => text.startsWith("First sweep of account"))) throw new Error("the first sweep is not over");
  }, soon);
}

/** With SIGKILL: nothing of it is done any more. */
export async function killed(bot: ChildProcess): Promise<void> {
  const ended = once(bot, "exit");
  bot.kill("SIGKILL");
  await ended;
}
