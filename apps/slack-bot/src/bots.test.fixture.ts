import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { SimulatedAws } from "@posture/sandbox/aws";
import type { LocalSlack } from "@posture/sandbox/slack";

/* Bots as operators run them: processes of their own, on one store. */

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

export interface World {
  readonly slack: LocalSlack;
  readonly aws: SimulatedAws;
  readonly store: string;
  /** Where its configuration is. */
  readonly folder: string;
  readonly schedule: string;
}

/** One process. */
export class OneBot {
  readonly port: number;
  readonly #child: ChildProcess;
  /** What its log said of who leads, in order. */
  readonly #said: string[] = [];

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
    if (child.stdout) createInterface({ input: child.stdout }).on("line", (line) => void (/lead/.test(line) && this.#said.push(line)));
  }

  static async start({ slack, aws, store, folder, schedule }: World): Promise<OneBot> {
    const port = await freePort();
    const own = Object.entries(process.env).filter(([name]) => !/^(AWS|SLACK|POSTURE|VITEST|NODE_OPTIONS)/.test(name));
    const env = {
      ...Object.fromEntries(own),
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_CHANNEL: slack.channelId,
      SLACK_API_URL: slack.apiUrl,
      PORT: String(port),
      HOST: "127.0.0.1",
      POSTURE_STORE: store,
      POSTURE_SCHEDULE: schedule,
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "x",
      AWS_EC2_METADATA_DISABLED: "true",
    };
    const child = spawn(process.execPath, ["--conditions=@posture/source", MAIN], {
      env,
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const bot = new OneBot(port, child);
    await until("a bot to be ready", async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null))?.ok === true);
    return bot;
  }

  get leads(): boolean {
    return this.#said.at(-1)?.includes("this bot leads") === true;
  }

  get requests(): string {
    return `http://127.0.0.1:${this.port}/slack/events`;
  }

  /** SIGSTOP and SIGCONT: it stands still and goes on, as a machine that was asleep. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(signal);
  }

  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill(signal);
    await ended;
  }
}

export async function until(what: string, test: () => boolean | Promise<boolean>, patience = 60_000): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(25);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
