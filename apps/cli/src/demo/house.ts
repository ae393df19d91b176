import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import { colleague } from "./changes.ts";
import { type Bot, freePort, startBot } from "./bot.ts";

/** Everything the demo consists of, each part a real server. */
export interface House {
  readonly aws: SimulatedAws;
  readonly slack: LocalSlack;
  readonly bot: Bot;
  readonly accountId: string;
  /** Whether the example plugin is loaded. */
  readonly example: boolean;
  /** Ends all of it, and removes the store. */
  close(): Promise<void>;
}

export interface HouseOptions {
  readonly pagePort?: number | undefined;
  readonly config?: string | undefined;
  /** Seconds between sweeps. */
  readonly sweepEvery: number;
  readonly log: (line: string) => void;
}

/** Where AWS tells of its changes. */
const EVENTS = "posture-events";
const HOME = "us-east-1";
/** A free port near the one that is asked for keeps the address short. */
const USUAL_PORT = 4780;

/** Starts the simulated account, the local Slack workspace and the bot between them. */
export async function openHouse({ pagePort, config = exampleConfig(), sweepEvery, log }: HouseOptions): Promise<House> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    const aws = await startAws({ world: "demo", latencyMs: 5 });
    closing.push(() => aws.close());
    const slack = await startSlack({ port: pagePort ?? (await freePort(USUAL_PORT)) });
    closing.push(() => slack.close());
    const store = await mkdtemp(join(tmpdir(), "posture-demo-"));
    closing.push(() => rm(store, { recursive: true, force: true }));
    const port = await freePort();
    slack.setBotUrl(`http://127.0.0.1:${port}/slack/events`);
    const [account] = aws.world().accounts;
    aws.tellChanges({ queue: EVENTS, region: HOME, by: colleague(account?.id ?? "") });
    const settings = {
      port,
      slackApiUrl: slack.apiUrl,
      slackToken: slack.botToken,
      signingSecret: slack.signingSecret,
      channel: slack.channelId,
      store,
      schedule: `*/${sweepEvery} * * * * *`,
      awsEndpoint: aws.url,
      eventQueue: `https://sqs.${HOME}.amazonaws.com/${account?.id ?? ""}/${EVENTS}`,
      accessKeyId: account?.accessKeyIds[0] ?? "AKIDEXAMPLE",
      config,
    };
    const bot = await startBot(settings, log);
    closing.push(() => bot.stop());
    return { aws, slack, bot, accountId: account?.id ?? "", example: config !== undefined && config === exampleConfig(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** In a checkout the example plugin is shown as well, loaded by its own configuration; an installed Posture has no examples. */
function exampleConfig(): string | undefined {
  const file = fileURLToPath(new URL("../../../../examples/plugin-minimal/posture.config.ts", import.meta.url));
  return existsSync(file) ? file : undefined;
}
