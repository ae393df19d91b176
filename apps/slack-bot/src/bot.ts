import { USUAL } from "@posture/config";
import { type FindingStore, type Instant, isPostureError, postureError } from "@posture/core";
import { createPosture, kindOfPlace, openStore, placeOfStore, type Posture, type PostureOptions, serveStore } from "@posture/runtime";
import { App, type Receiver } from "@slack/bolt";
import { WebClient, type WebClientOptions } from "@slack/web-api";
import type { Logger } from "pino";
import { type Apart, apartOf, AT_ONCE } from "./apart.ts";
import { isSweepAsked } from "./asking/intakes.ts";
import type { Desk } from "./desk.ts";
import { digesting } from "./digests/round.ts";
import { listen } from "./handlers.ts";
import { Homes } from "./home/homes.ts";
import { listenHome } from "./home/listening.ts";
import { Inbox } from "./inbox/inbox.ts";
import { ALONE, Leadership } from "./lead.ts";
import { forgetting, resuming } from "./inbox/lasting.ts";
import { InboxReceiver } from "./inbox/receiver.ts";
import type { Inbound } from "./inbox/intake.ts";
import type { Ours } from "./inbox/origin.ts";
import { SocketReceiver } from "./inbox/socket.ts";
import { Working } from "./inbox/working.ts";
import { Installation } from "./installation.ts";
import { Listening } from "./listening.ts";
import { boltLogger } from "./logging.ts";
import { render } from "./models.ts";
import { announcerOf, type Route } from "./outbox/announcer.ts";
import { Sender } from "./outbox/sender.ts";
import { Speech } from "./outbox/speech.ts";
import { Channels, inOwnChannel } from "./outbox/channels.ts";
import { People } from "./people.ts";
import { Pictures } from "./pictures.ts";
import { heedRevocation } from "./revocation.ts";
import type { Settings } from "./settings.ts";
import { failureOf } from "./slack/failure.ts";
import { type SlackPort, slackPort } from "./slack/port.ts";
import { Sweeps } from "./sweeps.ts";
import { waking } from "./waking.ts";

export interface Bot {
  readonly port: number;
  /** Ends what is under way, keeps what is due, and lets go of the store. */
  stop(): Promise<void>;
}

/** `eventPauses`: left out, the usual ones. */
export type BotOptions = Pick<PostureOptions, "aws" | "folder" | "env" | "eventPauses">;

const API_DEADLINE = 10_000;
const PAUSE = 2000;
const LONGEST_PAUSE = 60_000;

/**
 * Starts the bot: store, Slack's requests, messages, sweeps. Resolves when Slack knows it and it is ready.
 * @throws {PostureError} POSTURE_STORE_…, POSTURE_CONFIG_…, POSTURE_PLUGIN_…, POSTURE_PORT_TAKEN, POSTURE_SLACK_…
 */
export async function startBot(settings: Settings, log: Logger, options: BotOptions = {}): Promise<Bot> {
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

async function assemble(settings: Settings, log: Logger, options: BotOptions, closing: (() => Promise<unknown>)[]): Promise<number> {
  const now = (): Instant => new Date().toISOString();
  const place = await placeOfStore({ given: settings.store, file: settings.configFile, folder: options.folder ?? process.cwd() });
  const opened = await openStore(place, { now, onWarning: (warning) => log.warn(warning) });
  closing.push(() => opened.close());
  let wake = (): void => {};
  const store = waking(opened, () => wake());
  // What is announced is routed as the configuration says, which is not loaded yet.
  let routed: Route = () => [USUAL];
  const route: Route = (finding, at) => inOwnChannel(routed(finding, at), settings.channel);
  const posture = await createPosture({
    store,
    now,
    configFile: settings.configFile,
    announcer: announcerOf(route),
    eventQueue: settings.eventQueue,
    ...options,
  });
  closing.push(() => posture.close());
  routed = posture.route;
  if (kindOfPlace(place) === "folder") {
    const server = await serveStore(posture);
    closing.push(() => server.close());
  }

  const leadership = opened.shared ? new Leadership({ shared: opened.shared, log }) : null;
  let missing: string | null = "Slack has not answered yet";
  const slack = slackPort(new WebClient(settings.botToken, clientOptions(settings, log)));
  const installation = new Installation({ slack, now, log, onChange: () => wake() });
  const inbox = new Inbox(store, now, leadership?.owner);
  // Of several bots the one that leads sweeps.
  const isAnothers = (intake: Inbound): boolean => leadership?.term() === null && isSweepAsked(intake);
  const working = new Working({ inbox, log, notReady: () => missing, isAnothers });
  const identity: Identity = {};
  const ours = (): Ours => identity;
  const socket = socketReceiver(settings, working, ours, log);
  const receiver = new InboxReceiver({
    signingSecret: socket ? null : (settings.signingSecret ?? null),
    working,
    ours,
    log,
    notReady: () => installation.ended?.why ?? missing ?? socket?.problem ?? null,
    clock: Date.now,
  });
  const sweeps = new Sweeps(posture, log, leadership ?? ALONE);
  const app = boltApp(settings, log, socket ?? receiver, identity);
  const port = await receiver.start(settings.port, settings.host);
  closing.push(() => receiver.stop());
  log.info({ port, store: opened.place, schedule: settings.schedule ?? "off" }, "listening");
  if (leadership) closing.push(() => leadership.stop());
  sweeps.start(settings.schedule);
  closing.push(() => sweeps.stop());
  let heed = (): void => {};
  const lead = (): void => {
    sweeps.takeUp();
    wake();
    heed();
  };
  const follow = (): void => {
    wake();
    sweeps.heed();
    heed();
  };
  await leadership?.start(lead, follow);
  const listening = new Listening(posture, log, sweeps, leadership ?? ALONE);
  listening.start();
  closing.push(() => listening.stop());

  const channel = await patiently(() => introduce(slack, settings, identity), log);
  const speech = new Speech({ store, installation, channels: new Channels(slack, channel), admins: posture.slackAdmins, now, log });
  const apart = opened.shared && leadership ? apartOf(opened.shared, leadership.owner) : AT_ONCE;
  const desk: Desk = deskOf({ posture, store, slack, channel, route, speech, settings, sweeps, apart, now, log });
  listen(app, desk);
  const homes = new Homes({ desk, clock: Date.now, isHalted: () => installation.ended !== null });
  listenHome(app, desk, homes);
  closing.push(() => homes.stop());
  heedRevocation(app, { installation, botUser: () => identity.botUserId });
  const sender = new Sender({
    store,
    slack,
    speech,
    render: (row) => render(desk, row),
    lead: leadership ?? ALONE,
    now,
    log,
  });
  wake = () => {
    sender.poke();
    homes.changed();
  };
  sender.start();
  closing.push(() => sender.stop());
  closing.push(digesting(desk, [settings.channel, channel]));
  closing.push(forgetting(inbox, log));
  missing = null;
  if (socket) {
    await patiently(() => socket.start(), log);
    closing.push(() => socket.stop());
  }
  log.info({ channel, over: socket ? "Socket Mode" : "HTTP" }, "ready");
  const resumed = resuming(working, leadership, log);
  heed = () => resumed.look();
  closing.push(() => resumed.stop());
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
  readonly apart: Apart;
  readonly now: () => Instant;
  readonly log: Logger;
}
function deskOf({ settings, sweeps, speech, ...rest }: DeskParts): Desk {
  return {
    ...rest,
    people: new People(rest.slack, Date.now, rest.log),
    pictures: new Pictures(rest.slack, rest.log, Date.now),
    apiUrl: settings.slackApiUrl,
    trouble: () => sweeps.trouble,
    unspoken: () => speech.troubles,
    sweep: () => sweeps.now(),
    nextSweep: () => sweeps.next,
  };
}

interface Identity {
  botId?: string;
  botUserId?: string;
  teamId?: string;
  appId?: string;
}

/** Bolt, without its receivers and without asking Slack anything while a person waits. */
function boltApp(settings: Settings, log: Logger, receiver: Receiver, identity: Identity): App {
  const app = new App({
    receiver,
    // Nobody takes part in conversations that Bolt would have to remember.
    convoStore: false,
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

/** `null`: Slack comes to the bot over HTTP. */
function socketReceiver(settings: Settings, working: Working, ours: () => Ours, log: Logger): SocketReceiver | null {
  const { appToken } = settings;
  if (appToken === undefined) return null;
  return new SocketReceiver({
    options: { appToken, clientOptions: clientOptions(settings, log), logger: boltLogger(log) },
    working,
    ours,
    log,
  });
}

/** Learns who the bot is, and answers the channel's id. */
async function introduce(slack: SlackPort, settings: Settings, identity: Identity): Promise<string> {
  const { userId, ...rest } = await slack.whoAmI();
  Object.assign(identity, rest, { botUserId: userId });
  const channel = await slack.channelId(settings.channel);
  if (channel === null) throw postureError("POSTURE_SLACK_CHANNEL_UNKNOWN", { channel: settings.channel });
  return channel;
}

/**
 * Waits for Slack, however long it takes; what Slack refuses for good is an error.
 * @throws {PostureError} POSTURE_SLACK_REFUSED, and those of `ask`
 */
async function patiently<T>(ask: () => Promise<T>, log: Logger): Promise<T> {
  for (let pause = PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await ask();
    } catch (error) {
      if (isPostureError(error)) throw error;
      const { kind, why } = failureOf(error);
      if (kind === "installation") throw postureError("POSTURE_SLACK_REFUSED", { why }, error);
      if (!(kind === "later" || kind === "unknown")) throw error;
      log.warn({ why, again: pause / 1000 }, "Slack did not answer");
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
