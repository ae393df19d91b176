import { USUAL } from "@posture/config";
import { type FindingStore, type Instant, isPostureError, postureError } from "@posture/core";
import { createPosture, kindOfPlace, openStore, placeOfStore, type Posture, type PostureOptions, serveStore } from "@posture/runtime";
import { App } from "@slack/bolt";
import { WebClient, type WebClientOptions } from "@slack/web-api";
import type { Logger } from "pino";
import type { Desk } from "./desk.ts";
import { listen } from "./handlers.ts";
import { Inbox } from "./inbox/inbox.ts";
import { InboxReceiver } from "./inbox/receiver.ts";
import { boltLogger } from "./logging.ts";
import { render } from "./models.ts";
import { announcerOf, type Route } from "./outbox/announcer.ts";
import { Sender } from "./outbox/sender.ts";
import { Speech } from "./outbox/speech.ts";
import { Channels, inOwnChannel } from "./outbox/channels.ts";
import { People } from "./people.ts";
import type { Settings } from "./settings.ts";
import { failureOf } from "./slack/failure.ts";
import { type SlackPort, slackPort } from "./slack/port.ts";
import { Sweeps } from "./sweeps.ts";

export interface Bot {
  readonly port: number;
  /** Ends what is under way, keeps what is due, and lets go of the store. */
  stop(): Promise<void>;
}

const API_DEADLINE = 10_000;
const PAUSE = 2000;
const LONGEST_PAUSE = 60_000;

/**
 * Starts the bot: store, Slack's requests, messages, sweeps. Resolves when Slack knows it and it is ready.
 * @throws {PostureError} POSTURE_STORE_…, POSTURE_CONFIG_…, POSTURE_PLUGIN_…, POSTURE_PORT_TAKEN, POSTURE_SLACK_…
 */
export async function startBot(
  settings: Settings,
  log: Logger,
  options: Pick<PostureOptions, "aws" | "folder" | "env"> = {},
): Promise<Bot> {
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).toReversed())
      await close().catch((error: unknown) => log.error({ err: error }, "not everything could be closed"));
  };
  try {
    return { port: await assemble(settings, log, options, closing), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  settings: Settings,
  log: Logger,
  options: Pick<PostureOptions, "aws" | "folder" | "env">,
  closing: (() => Promise<unknown>)[],
): Promise<number> {
  const now = (): Instant => new Date().toISOString();
  const place = await placeOfStore({ given: settings.store, file: settings.configFile, folder: options.folder ?? process.cwd() });
  const opened = await openStore(place, { now, onWarning: (warning) => log.warn(warning) });
  closing.push(() => opened.close());
  let wake = (): void => {};
  const store = waking(opened, () => wake());
  // What is announced is routed as the configuration says, which is not loaded yet.
  let routed: Route = () => [USUAL];
  const route: Route = (finding, at) => inOwnChannel(routed(finding, at), settings.channel);
  const posture = await createPosture({ store, now, configFile: settings.configFile, announcer: announcerOf(route), ...options });
  closing.push(() => posture.close());
  routed = posture.route;
  if (kindOfPlace(place) === "folder") {
    const server = await serveStore(posture);
    closing.push(() => server.close());
  }

  let missing: string | null = "Slack has not answered yet";
  const receiver = new InboxReceiver({
    signingSecret: settings.signingSecret,
    inbox: new Inbox(store, now),
    log,
    notReady: () => missing,
    clock: Date.now,
  });
  const sweeps = new Sweeps(posture, log);
  const identity: Identity = {};
  const app = boltApp(settings, log, receiver, identity);
  const slack = slackPort(new WebClient(settings.botToken, clientOptions(settings, log)));
  const port = await receiver.start(settings.port, settings.host);
  closing.push(() => receiver.stop());
  log.info({ port, store: opened.place, schedule: settings.schedule ?? "off" }, "listening");
  sweeps.start(settings.schedule);
  closing.push(() => sweeps.stop());

  const channel = await connect(slack, settings, identity, log);
  const speech = new Speech({ store, slack, channels: new Channels(slack, channel), admins: posture.slackAdmins, now, log });
  const desk: Desk = deskOf({ posture, store, slack, channel, route, speech, settings, sweeps, now, log });
  listen(app, desk);
  const sender = new Sender({ store, slack, speech, render: (row) => render(desk, row), now, log });
  wake = () => sender.poke();
  sender.start();
  closing.push(() => sender.stop());
  missing = null;
  log.info({ channel }, "ready");
  void receiver.resume().catch((error: unknown) => log.error({ err: error }, "what was not finished could not be taken up"));
  return port;
}

interface DeskParts {
  readonly posture: Posture;
  readonly store: FindingStore;
  readonly slack: SlackPort;
  readonly channel: string;
  readonly route: Route;
  readonly speech: Speech;
  readonly settings: Settings;
  readonly sweeps: Sweeps;
  readonly now: () => Instant;
  readonly log: Logger;
}
function deskOf({ settings, sweeps, speech, ...rest }: DeskParts): Desk {
  return {
    ...rest,
    people: new People(rest.slack, Date.now),
    checking: new Map(),
    apiUrl: settings.slackApiUrl,
    trouble: () => sweeps.trouble,
    unspoken: () => speech.troubles,
  };
}

/** Every commit may have made a message due. */
function waking(store: FindingStore, wake: () => void): FindingStore {
  return {
    place: store.place,
    read: (wanted, look) => store.read(wanted, look),
    list: (filter, now, options) => store.list(filter, now, options),
    counts: (filter, now) => store.counts(filter, now),
    named: (typed, now) => store.named(typed, now),
    days: (from, now) => store.days(from, now),
    tally: (day) => store.tally(day),
    history: () => store.history(),
    transact: async (wanted, decide) => {
      const result = await store.transact(wanted, decide);
      wake();
      return result;
    },
    records: (after) => store.records(after),
    close: () => store.close(),
  };
}

interface Identity {
  botId?: string;
  botUserId?: string;
  teamId?: string;
}

/** Bolt, without its receivers and without asking Slack anything while a person waits. */
function boltApp(settings: Settings, log: Logger, receiver: InboxReceiver, identity: Identity): App {
  const app = new App({
    receiver,
    logger: boltLogger(log),
    authorize: () => Promise.resolve({ botToken: settings.botToken, ...identity }),
    clientOptions: clientOptions(settings, log),
  });
  app.error(({ message, stack }) => {
    log.error({ err: { message, stack } }, "a request failed");
    return Promise.resolve();
  });
  return app;
}

function clientOptions({ slackApiUrl }: Settings, log: Logger): WebClientOptions {
  return {
    ...(slackApiUrl !== undefined && { slackApiUrl }),
    logger: boltLogger(log),
    // The outbox decides what is tried again, since a second try may be a second message.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: API_DEADLINE,
    allowAbsoluteUrls: false,
  };
}

/**
 * Waits for Slack, however long it takes; what Slack refuses for good is an error. Answers the channel's id.
 * @throws {PostureError} POSTURE_SLACK_REFUSED, POSTURE_SLACK_CHANNEL_UNKNOWN
 */
async function connect(slack: SlackPort, settings: Settings, identity: Identity, log: Logger): Promise<string> {
  for (let pause = PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      const { userId, ...rest } = await slack.whoAmI();
      Object.assign(identity, rest, { botUserId: userId });
      const channel = await slack.channelId(settings.channel);
      if (channel === null) throw postureError("POSTURE_SLACK_CHANNEL_UNKNOWN", { channel: settings.channel });
      return channel;
    } catch (error) {
      const { kind, why } = failureOf(error);
      if (kind === "installation") throw postureError("POSTURE_SLACK_REFUSED", { why }, error);
      if (!(kind === "later" || kind === "unknown") || isPostureError(error)) throw error;
      log.warn({ why, again: pause / 1000 }, "Slack did not answer");
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
