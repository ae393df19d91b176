import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditEvent, FindingStore } from "@posture/core";
import { createPosture, openStore } from "@posture/runtime";
import { type SimulatedAws, startAws, type World } from "@posture/sandbox/aws";
import { type LocalSlack, type PersonName, startSlack } from "@posture/sandbox/slack";
import pino from "pino";
import { afterAll, beforeAll, vi } from "vitest";
import { type Bot, startBot } from "./bot.ts";
import type { Settings } from "./settings.ts";
import { expectAllTaken } from "./taken.test.fixture.ts";

export type Message = ReturnType<LocalSlack["messages"]>[number];

/** A person would have given up long before; a busy machine has not. */
export const soon = { timeout: 30_000, interval: 20 };
export const shown = (message: Pick<Message, "blocks"> | undefined): string => JSON.stringify(message?.blocks ?? []);
export const says = (message: Pick<Message, "blocks"> | undefined, words: string): boolean => shown(message).includes(words);
export const now = (): string => new Date().toISOString();

/** What every process needs that asks the simulated AWS. */
export function envOf({ url }: Pick<SimulatedAws, "url">): NodeJS.ProcessEnv {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** Every second, which is as often as a schedule can be; or not while the tests run. */
const EVERY_SECOND = "* * * * * *";
const ONCE_A_YEAR = "0 0 1 1 *";

export interface TeamOptions {
  /** Sweeps every second. Default: after the first sweep there is no other. */
  readonly sweeps?: boolean;
  /** What the configuration exports. Default: there is none. */
  readonly config?: object | ((slack: LocalSlack) => Promise<object>);
  /** Requests come over a connection that the bot opens. */
  readonly socket?: boolean;
  /** What the simulated AWS holds. Default: the demo's account. */
  readonly world?: World;
  /** The bot hears of what changes in AWS. Default: sweeps alone see it. */
  readonly events?: boolean;
  /** A command line has swept before there was any bot. */
  readonly swept?: boolean;
}

/** Where the simulated AWS tells of its changes. */
export const EVENTS = { queue: "posture-events", region: "us-east-1" };

export function queueOf(aws: Pick<SimulatedAws, "world">): string {
  return `https://sqs.${EVENTS.region}.amazonaws.com/${aws.world().accounts[0]?.id ?? ""}/${EVENTS.queue}`;
}

/** A bot with a local Slack and a simulated AWS, each part real: SDK clients over HTTP, Bolt behind signed requests, the store on the disk. */
export class Team {
  slack!: LocalSlack;
  aws!: SimulatedAws;
  bot!: Bot;
  folder = "";
  readonly #options: TeamOptions;

  private constructor(options: TeamOptions) {
    this.#options = options;
  }

  /** One for all tests of a file, whose first sweep is over when they begin. Slack has refused nothing in the end. */
  static forFile(options: TeamOptions = {}): Team {
    const team = new Team(options);
    vi.setConfig({ testTimeout: 60_000 });
    beforeAll(async () => {
      team.folder = await mkdtemp(join(tmpdir(), "posture-team-"));
      const { config } = options;
      [team.aws, team.slack] = await Promise.all([startAws({ world: options.world ?? "demo" }), startSlack({})]);
      const given = typeof config === "function" ? await config(team.slack) : config;
      if (given) await writeFile(team.configFile, `export default ${JSON.stringify(given)};`);
      if (options.events) team.aws.tellChanges(EVENTS);
      if (options.swept) await team.sweepAlone();
      await team.start();
      await team.digest();
    }, 120_000);
    afterAll(async () => {
      await team.bot.stop();
      await team.slack.close();
      await team.aws.close();
      await rm(team.folder, { recursive: true });
      expectAllTaken(team.slack);
    });
    return team;
  }

  get configFile(): string {
    return join(this.folder, "posture.config.mjs");
  }
  get store(): string {
    return join(this.folder, "store");
  }
  get accountId(): string {
    return this.aws.world().accounts[0]?.id ?? "";
  }
  get settings(): Settings {
    const { slack, store } = this;
    const { sweeps = false, config, socket = false, events = false } = this.#options;
    return {
      botToken: slack.botToken,
      signingSecret: socket ? undefined : slack.signingSecret,
      ...(socket && { appToken: slack.appToken }),
      channel: slack.channel,
      port: 0,
      host: "127.0.0.1",
      store,
      configFile: config ? this.configFile : undefined,
      schedule: sweeps ? EVERY_SECOND : ONCE_A_YEAR,
      slackApiUrl: slack.apiUrl,
      eventQueue: events ? this.eventQueue : undefined,
    };
  }
  get eventQueue(): string {
    return queueOf(this.aws);
  }

  async start(): Promise<void> {
    const { folder, aws, slack, settings } = this;
    this.bot = await startBot(settings, pino({ level: "silent" }), { folder, env: envOf(aws), eventPauses: { second: 500 } });
    if (!this.#options.socket) slack.setBotUrl(`http://127.0.0.1:${this.bot.port}/slack/events`);
  }
  async restart(): Promise<void> {
    await this.bot.stop();
    await this.start();
  }

  /** As a command line does that finds no bot. */
  async sweepAlone(): Promise<void> {
    const store = await openStore(this.store, { now });
    const posture = await createPosture({ store, now, folder: this.folder, env: envOf(this.aws) });
    await posture.sweep();
    await posture.close();
    await store.close();
  }

  /** Of the first sweep. */
  digest(): Promise<Message> {
    return this.shown(({ text }) => text.startsWith("First sweep of account"), 100_000);
  }
  /** The first message of which this is true, once it is there. */
  shown(isIt: (message: Message) => boolean, timeout = soon.timeout): Promise<Message> {
    const found = (): Message => {
      const message = this.slack.messages().find(isIt);
      if (!message) throw new Error(`not in the channel:\n${this.slack.asText()}`);
      return message;
    };
    return vi.waitFor(found, { ...soon, timeout });
  }
  /** What a person alone is told. */
  whispered(person: PersonName, words: string): Promise<Message> {
    return this.shown((it) => it.ephemeralFor === person && (it.text.includes(words) || says(it, words)));
  }
  current(ts: string): Message | undefined {
    return this.slack.messages().find((message) => message.ts === ts);
  }

  /** Reads the store of the running bot. */
  async stored<T>(read: (store: FindingStore) => Promise<T>): Promise<T> {
    const store = await openStore(this.store, { now, readOnly: true });
    try {
      return await read(store);
    } finally {
      await store.close();
    }
  }
  events(): Promise<readonly AuditEvent[]> {
    return this.stored(async (store) => {
      const events: AuditEvent[] = [];
      for await (const record of store.records()) events.push(...record.events);
      return events;
    });
  }
}
