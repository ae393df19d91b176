import { type FindingStore, memoryStore } from "@posture/core";
import { App } from "@slack/bolt";
import pino from "pino";
import { expect } from "vitest";
import { boltLogger } from "../logging.ts";
import { Inbox } from "./inbox.ts";
import { InboxReceiver } from "./receiver.ts";
import { command, OURS, SECRET, type Sent, signed } from "./requests.test.fixture.ts";
import { Working } from "./working.ts";

/* What Slack tells more than once, because it saw no answer: some of it behind each other, some at once, some after the bot was started anew. */

const log = pino({ level: "silent" });
const AT_ONCE = 8;

interface Process {
  readonly port: number;
  stop(): Promise<void>;
}

export interface Delivered {
  readonly requests: number;
  readonly deliveries: number;
  readonly restarts: number;
  /** By the answer's status. */
  readonly answers: Readonly<Record<string, number>>;
}

/** Real Bolt behind a real socket. `did` hears of each effect. */
async function start(store: FindingStore, did: (id: string) => void): Promise<Process> {
  const notReady = (): null => null;
  const working = new Working({ inbox: new Inbox(store, () => new Date().toISOString()), log, notReady });
  const receiver = new InboxReceiver({ signingSecret: SECRET, working, ours: () => OURS, log, notReady, clock: Date.now });
  const app = new App({ receiver, authorize: () => Promise.resolve({ botToken: "xoxb-1" }), logger: boltLogger(log) });
  app.command("/posture", async ({ ack, body }) => {
    await ack();
    did(body.text);
  });
  app.action("press", async ({ ack, action }) => {
    await ack();
    did("value" in action ? (action.value ?? "") : "");
  });
  app.view("window", async ({ ack, view }) => {
    await ack();
    did(view.private_metadata);
  });
  const port = await receiver.start(0, "127.0.0.1");
  await working.resume();
  return { port, stop: () => receiver.stop() };
}

const KINDS: readonly ((id: string) => Buffer)[] = [
  (id) => command({ text: id }),
  (id) =>
    payload({
      type: "block_actions",
      channel: { id: "C1" },
      message: { ts: "1.0" },
      actions: [{ type: "button", action_id: "press", block_id: "b", action_ts: id, value: id }],
    }),
  (id) => payload({ type: "view_submission", view: { id: `V${id}`, callback_id: "window", private_metadata: id, state: { values: {} } } }),
];
function payload(of: object): Buffer {
  const known = { user: { id: "U1" }, team: { id: "T1" }, api_app_id: "A1", trigger_id: "1.1" };
  return Buffer.from(new URLSearchParams({ payload: JSON.stringify({ ...known, ...of }) }).toString());
}

/** Each of so many requests two to four times, in any order. */
export async function expectOneEffectEach(requests: number, restarts: number, chance: () => number): Promise<Delivered> {
  const effects = new Map<string, number>();
  const did = (id: string): void => void effects.set(id, (effects.get(id) ?? 0) + 1);
  const ids = Array.from({ length: requests }, (_, i) => `request-${i}`);
  const deliveries = ids
    .flatMap((id, i) => {
      const body = KINDS[i % KINDS.length]?.(id) ?? Buffer.alloc(0);
      return Array.from({ length: 2 + Math.floor(chance() * 3) }, () => ({ body, at: chance() }));
    })
    .toSorted((a, b) => a.at - b.at);
  const answers: Record<string, number> = {};
  const store = memoryStore();
  const each = Math.ceil(deliveries.length / (restarts + 1));
  for (let from = 0; from < deliveries.length; from += each) {
    const process = await start(store, did);
    const left = deliveries.slice(from, from + each);
    const sending = Array.from({ length: AT_ONCE }, async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        // A delivery once more is signed anew; now and then in the same second.
        const status = await send(process.port, signed(next.body, Math.floor(Date.now() / 1000) - Math.floor(chance() * 60)));
        answers[status] = (answers[status] ?? 0) + 1;
      }
    });
    await Promise.all(sending);
    await process.stop();
  }
  expect(Object.fromEntries(effects)).toEqual(Object.fromEntries(ids.map((id) => [id, 1])));
  expect(await store.read({ inbox: { states: ["received"] } }, ({ inbox }) => inbox)).toEqual([]);
  return { requests, deliveries: deliveries.length, restarts, answers };
}

async function send(port: number, { headers, body }: Sent): Promise<number> {
  const url = `http://127.0.0.1:${port}/slack/events`;
  const response = await fetch(url, { method: "POST", headers, body: new Uint8Array(body) });
  await response.arrayBuffer();
  return response.status;
}

/** Random, and the same for the same seed: https://en.wikipedia.org/wiki/Linear_congruential_generator */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
