import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { FindingStore } from "@posture/core";
import { openStore } from "@posture/runtime";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { afterAll, beforeAll, inject } from "vitest";
import { freePort, isReady, spawnBot } from "./process.test.fixture.ts";
import { expectAllTaken } from "./taken.test.fixture.ts";

/* Bots as operators run them: processes of their own, on one store. */

declare module "vitest" {
  export interface ProvidedContext {
    readonly postgresUrl: string;
  }
}

interface World {
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

interface Wishes {
  readonly latencyMs: number;
  /** When whoever leads sweeps; once, at its first start, where left out. */
  readonly schedule?: string;
  /** The name of a queue that tells of changes. */
  readonly events?: string;
}

/** Several bots on one database, with what is around them, for the tests of a file. */
export class Fleet {
  slack!: LocalSlack;
  aws!: SimulatedAws;
  store!: FindingStore;
  folder = "";
  readonly #bots: OneBot[] = [];
  readonly #schedule: string;
  #place = "";

  private constructor(schedule: string) {
    this.#schedule = schedule;
  }

  /** Everything begins before the first test, and has ended after the last one. */
  static forFile(name: string, { latencyMs, schedule = "0 0 1 1 *", events }: Wishes): Fleet {
    const fleet = new Fleet(schedule);
    beforeAll(async () => {
      fleet.folder = await mkdtemp(join(tmpdir(), `posture-${name}-`));
      fleet.#place = `${inject("postgresUrl")}?schema=${name}_${randomUUID().slice(0, 8)}`;
      fleet.store = await openStore(fleet.#place, { now: () => new Date().toISOString() });
      fleet.aws = await startAws({ world: "demo", latencyMs });
      fleet.slack = await startSlack({});
      if (events !== undefined) await fleet.#hearsOf(events);
    }, 30_000);
    afterAll(async () => {
      for (const bot of fleet.#bots) bot.signal("SIGCONT");
      for (const bot of fleet.#bots) await bot.end("SIGKILL");
      await fleet.slack.close();
      await fleet.aws.close();
      await fleet.store.close();
      await rm(fleet.folder, { recursive: true });
      expectAllTaken(fleet.slack);
    }, 30_000);
    return fleet;
  }

  get accountId(): string {
    return this.aws.world().accounts[0]?.id ?? "";
  }

  async another(): Promise<OneBot> {
    const { slack, aws, folder } = this;
    const bot = await OneBot.start({ slack, aws, store: this.#place, folder, schedule: this.#schedule });
    this.#bots.push(bot);
    return bot;
  }

  /** What people do comes to this bot from now on. */
  hear(bot: OneBot): void {
    this.slack.setBotUrl(bot.requests);
  }

  async #hearsOf(queue: string): Promise<void> {
    this.aws.tellChanges({ queue, region: "us-east-1" });
    const events = { queue: `https://sqs.us-east-1.amazonaws.com/${this.accountId}/${queue}` };
    await writeFile(join(this.folder, "posture.config.mjs"), `export default ${JSON.stringify({ events })};`);
  }
}
