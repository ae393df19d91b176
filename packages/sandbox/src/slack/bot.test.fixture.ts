import { App, HTTPReceiver, type Logger, LogLevel } from "@slack/bolt";
import { afterAll, beforeAll } from "vitest";
import { z } from "zod";
import type { Answer } from "./workspace.ts";
import { type LocalSlack, startSlack } from "./server.ts";

/** A local workspace with a clock that only tests turn, and a Bolt app as its bot. */
export interface Surroundings {
  readonly slack: () => LocalSlack;
  readonly app: () => App;
  /** Lets milliseconds pass in the workspace. */
  readonly pass: (milliseconds: number) => void;
  /** One call of the Web API with JSON. */
  readonly call: (method: string, body: object, token?: string) => Promise<Answer>;
  /** Posts a message as the bot, and says its `ts`. */
  readonly post: (message: object) => Promise<string>;
}

/** Starts them for the tests of one file. Only its own process hears of the bot. */
export function surroundings(): Surroundings {
  let slack: LocalSlack | undefined;
  let app: App | undefined;
  let late = 0;
  const there = <T>(it: T | undefined): T => {
    if (it === undefined) throw new Error("it has not started yet");
    return it;
  };
  beforeAll(async () => {
    slack = await startSlack({ now: () => Date.now() + late });
    app = await startBot(slack);
  });
  afterAll(async () => {
    await app?.stop();
    await slack?.close();
  });
  const call: Surroundings["call"] = async (method, body, token = "xoxb-local") => {
    const headers = { "content-type": "application/json; charset=utf-8", authorization: `Bearer ${token}` };
    const response = await fetch(`${there(slack).apiUrl}${method}`, { method: "POST", headers, body: JSON.stringify(body) });
    return z.looseObject({ ok: z.boolean(), error: z.string().optional() }).parse(await response.json());
  };
  return {
    slack: () => there(slack),
    app: () => there(app),
    pass: (milliseconds) => void (late += milliseconds),
    call,
    async post(message) {
      const answer = await call("chat.postMessage", { channel: there(slack).channelId, ...message });
      return z.object({ ts: z.string() }).parse(answer).ts;
    },
  };
}

async function startBot(slack: LocalSlack): Promise<App> {
  const { receiver, connect } = receiverFor(slack.signingSecret);
  const app = new App({
    token: slack.botToken,
    receiver,
    logger: SILENT,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
  slack.setBotUrl(await connect());
  return app;
}

/** Bolt's own receiver on a free port. */
export function receiverFor(signingSecret: string): { readonly receiver: HTTPReceiver; readonly connect: () => Promise<string> } {
  const receiver = new HTTPReceiver({ signingSecret, logger: SILENT });
  const connect = async (): Promise<string> => {
    const server = await receiver.start({ port: 0, host: "127.0.0.1" });
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("it listens nowhere");
    return `http://127.0.0.1:${address.port}/slack/events`;
  };
  return { receiver, connect };
}

const nothing = (): void => undefined;
/** Refusals are what the tests are about: Bolt need not print them. */
const SILENT: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};

export const plain = (text: string): { readonly type: "plain_text"; readonly text: string } => ({ type: "plain_text", text });
export const button = (text: string, more: object = {}): object => ({
  type: "button",
  text: plain(text),
  action_id: text,
  value: text,
  ...more,
});
export const actions = (...elements: readonly object[]): object => ({ type: "actions", block_id: "row", elements });
