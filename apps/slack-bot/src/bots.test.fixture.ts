import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { SimulatedAws } from "@posture/sandbox/aws";
import type { LocalSlack } from "@posture/sandbox/slack";
import { freePort, isReady, spawnBot } from "./process.test.fixture.ts";

/* Bots as operators run them: processes of their own, on one store. */

export interface World {
  readonly slack: LocalSlack;
  readonly aws: SimulatedAws;
  readonly store: string;
  /** Where its configuration is. */
  readonly folder: string;
  readonly schedule: string;
  /** The URL of the queue that tells it of changes. Default: none does. */
  readonly events?: string;
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

  static async start(world: World): Promise<OneBot> {
    const port = await freePort();
    const child = spawnBot({ ...world, port });
    const bot = new OneBot(port, child);
    await until("a bot to be ready", () => isReady(port));
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
