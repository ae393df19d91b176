import { mkdirSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { memoryStore } from "@posture/core";
import { App } from "@slack/bolt";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { boltLogger } from "../logging.ts";
import { Inbox } from "./inbox.ts";
import { InboxReceiver } from "./receiver.ts";
import { command, OURS, type Sent, signed, SECRET, SORTS } from "./requests.test.fixture.ts";
import { Working } from "./working.ts";

/*
 * Requests that are not Slack's, or not for us, and among them some that are: these alone are taken.
 * POSTURE_REQUESTS=100000 sends as many, and writes down what came of it.
 */

const REQUESTS = Number(process.env["POSTURE_REQUESTS"] ?? 1500);
const SEED = Number(process.env["POSTURE_SEED"] ?? 20_261_125);
/** One in so many is as it should be, or nobody could tell a bot that takes nothing. */
const GOOD = 50;
const AT_ONCE = 20;

const store = memoryStore();
const log = pino({ level: "silent" });
const worked: string[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
let receiver: InboxReceiver;
let port: number;

beforeAll(async () => {
  const notReady = (): null => null;
  const working = new Working({ inbox: new Inbox(store, () => new Date().toISOString()), log, notReady });
  receiver = new InboxReceiver({ signingSecret: SECRET, working, ours: () => OURS, log, notReady, clock: Date.now });
  const app = new App({ receiver, authorize: () => Promise.resolve({ botToken: "xoxb-1" }), logger: boltLogger(log) });
  app.command("/posture", async ({ ack, body }) => {
    await ack();
    worked.push(body.trigger_id);
  });
  port = await receiver.start(0, "127.0.0.1");
});
afterAll(async () => {
  agent.destroy();
  await receiver.stop(1000);
});

function send({ headers, body }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ port, host: "127.0.0.1", path: "/slack/events", method: "POST", agent, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    call.on("error", reject);
    call.end(body);
  });
}

/** Random, and the same for the same seed: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test(
  `of ${REQUESTS} requests that are not for us none is taken, those between them are, once, and the bot lives`,
  { timeout: 900_000 },
  async () => {
    const chance = chanceOf(SEED);
    const sorts = Object.entries(SORTS);
    const counts = new Map<string, number>();
    const accepted: string[] = [];
    let taken = 0;
    let replayed = 0;
    const one = async (i: number): Promise<void> => {
      const seconds = Math.floor(Date.now() / 1000);
      if (i % GOOD === 0) {
        const good = signed(command({ trigger_id: `good.${i}` }), seconds);
        if ((await send(good)) === 200) taken += 1;
        // The very same once more is somebody else's.
        if ((await send(good)) === 409) replayed += 1;
      }
      const [name, make] = sorts[Math.floor(chance() * sorts.length)] ?? sorts[0] ?? ["", undefined];
      if (!make) return;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      const status = await send(make(chance, seconds));
      // Well-formed and of no concern to us is answered with 200, as Slack wants it, and nothing is done.
      if (status !== 401 && status !== 400 && !(status === 200 && name.startsWith("signed, "))) accepted.push(`${name}: ${status}`);
    };
    for (let i = 0; i < REQUESTS; i += AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, REQUESTS - i) }, (_, k) => one(i + k)));
    }
    const good = Math.ceil(REQUESTS / GOOD);
    expect(accepted).toEqual([]);
    expect([taken, replayed]).toEqual([good, good]);
    await expect.poll(() => worked.length, { timeout: 30_000 }).toBe(good);
    expect(new Set(worked).size).toBe(good);
    const rows = await store.read({ inbox: {} }, ({ inbox }) => inbox.map(({ key }) => key));
    expect(rows.every((key) => key.startsWith("command:good."))).toBe(true);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    keep({ requests: REQUESTS, good, sorts: Object.fromEntries(counts) });
  },
);

function keep(result: object): void {
  if (process.env["POSTURE_REQUESTS"] === undefined) return;
  const what =
    "requests of each sort that were sent to the bot's address over HTTP, of which none was taken; the good ones between them were taken once each, and refused when repeated to the letter";
  mkdirSync("bench/results", { recursive: true });
  writeFileSync(
    "bench/results/slack-requests.json",
    `${JSON.stringify({ what, seed: SEED, ...result, node: process.version }, null, 2)}\n`,
  );
}
