import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { afterAll, beforeAll, vi } from "vitest";
import { envOf, EVENTS, queueOf } from "./bot.test.fixture.ts";
import { expectAllTaken } from "./taken.test.fixture.ts";

/* The bot as a process of its own, which can be killed. */

const HASTY = fileURLToPath(new URL("./hasty.test.fixture.ts", import.meta.url));
const ONCE_A_YEAR = "0 0 1 1 *";
export const soon = { timeout: 60_000, interval: 20 };

export interface Surroundings {
  readonly aws: SimulatedAws;
  readonly slack: LocalSlack;
  readonly port: number;
  /** Where it looks for its configuration, and writes what it writes beside its store. */
  readonly folder: string;
  /** Default: a folder there. */
  readonly store?: string;
  /** When it sweeps. Default: once, at its first start. */
  readonly schedule?: string;
  /** The URL of the queue that tells it of changes. Default: none does. */
  readonly events?: string | undefined;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

/** Begins a process; what it logs can be read from its `stdout`. */
export function spawnBot(surroundings: Surroundings): ChildProcess {
  const { aws, slack, port, folder, store = join(folder, "store"), schedule = ONCE_A_YEAR, events } = surroundings;
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|SLACK|POSTURE|VITEST|NODE_OPTIONS)/.test(name));
  const env = {
    ...Object.fromEntries(own),
    ...envOf(aws),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_CHANNEL: slack.channelId,
    SLACK_API_URL: slack.apiUrl,
    PORT: String(port),
    HOST: "127.0.0.1",
    TMPDIR: folder,
    POSTURE_STORE: store,
    POSTURE_SCHEDULE: schedule,
    ...(events !== undefined && { POSTURE_EVENT_QUEUE: events }),
  };
  const child = spawn(process.execPath, ["--conditions=@posture/source", HASTY], {
    env,
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.resume();
  return child;
}

export async function isReady(port: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null))?.ok === true;
}

/** With SIGKILL: nothing of it is done any more. */
async function killed(bot: ChildProcess): Promise<void> {
  const ended = once(bot, "exit");
  bot.kill("SIGKILL");
  await ended;
}

/** A bot that dies in the middle of things, and comes back. */
export class MortalBot {
  slack!: LocalSlack;
  aws!: SimulatedAws;
  folder = "";
  #port = 0;
  #events: string | undefined;
  #process!: ChildProcess;

  /** One for all tests of a file, whose first sweep is over when they begin. Slack has refused nothing in the end. */
  static forFile(options: { readonly events?: boolean } = {}): MortalBot {
    const bot = new MortalBot();
    vi.setConfig({ testTimeout: 120_000 });
    beforeAll(async () => {
      bot.folder = await mkdtemp(join(tmpdir(), "posture-mortal-"));
      [bot.aws, bot.slack] = await Promise.all([startAws({ world: "demo" }), startSlack({})]);
      if (options.events) {
        bot.aws.tellChanges(EVENTS);
        bot.#events = queueOf(bot.aws);
      }
      bot.#port = await freePort();
      bot.slack.setBotUrl(`http://127.0.0.1:${bot.#port}/slack/events`);
      await bot.start();
      await vi.waitFor(() => {
        if (!bot.slack.messages().some(({ text }) => text.startsWith("First sweep of account")))
          throw new Error("the first sweep is not over");
      }, soon);
    }, 120_000);
    afterAll(async () => {
      await bot.die();
      await bot.slack.close();
      await bot.aws.close();
      await rm(bot.folder, { recursive: true });
      expectAllTaken(bot.slack);
    });
    return bot;
  }

  async start(): Promise<void> {
    this.#process = spawnBot({ aws: this.aws, slack: this.slack, port: this.#port, folder: this.folder, events: this.#events });
    await vi.waitFor(async () => {
      if (!(await isReady(this.#port))) throw new Error("the bot is not ready");
    }, soon);
  }
  die(): Promise<void> {
    return killed(this.#process);
  }

  /** The fault that was set is met: by a call of that kind since the ledger was so long. */
  async met(calls: number, isIt: (call: ReturnType<LocalSlack["ledger"]>[number]) => boolean): Promise<void> {
    await vi.waitFor(() => {
      if (!this.slack.ledger().slice(calls).some(isIt)) throw new Error("no such call yet");
    }, soon);
  }
}
