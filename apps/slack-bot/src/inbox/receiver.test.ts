import { createHmac } from "node:crypto";
import { type FindingStore, memoryStore } from "@posture/core";
import { App } from "@slack/bolt";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { boltLogger } from "../logging.ts";
import { Inbox } from "./inbox.ts";
import { InboxReceiver } from "./receiver.ts";
import { Working } from "./working.ts";

/* Real Bolt behind a real socket; what Slack would send is signed as Slack signs it. */

const SECRET = "0123456789abcdef";
const FORM = "application/x-www-form-urlencoded";
const log = pino({ level: "silent" });
const now = (): string => new Date().toISOString();

let store: FindingStore;
let receiver: InboxReceiver;
let working: Working;
let url: string;
let missing: string | null;
let begun: string[];
let worked: string[];
let hold: Promise<void>;

async function start(given: FindingStore): Promise<void> {
  store = given;
  const notReady = (): string | null => missing;
  working = new Working({ inbox: new Inbox(store, now), log, notReady });
  receiver = new InboxReceiver({
    signingSecret: SECRET,
    working,
    ours: () => ({ teamId: "T1", appId: "A1" }),
    log,
    notReady,
    clock: Date.now,
  });
  const app = new App({ receiver, authorize: () => Promise.resolve({ botToken: "xoxb-1" }), logger: boltLogger(log) });
  app.command("/posture", async ({ ack, body }) => {
    await ack();
    begun.push(body.text);
    await hold;
    worked.push(body.text);
  });
  app.event("app_uninstalled", ({ event }) => Promise.resolve(void worked.push(event.type)));
  app.view("modal", ({ ack }) => ack({ response_action: "errors", errors: { justification: "too short" } }));
  app.view("broken", () => Promise.reject(new Error("boom")));
  url = `http://127.0.0.1:${await receiver.start(0, "127.0.0.1")}`;
}

beforeEach(async () => {
  missing = null;
  begun = [];
  worked = [];
  hold = Promise.resolve();
  await start(memoryStore());
});
afterEach(() => receiver.stop(100));

interface Sending {
  readonly secret?: string;
  readonly at?: number;
  readonly type?: string;
}
function headersFor(body: string, { secret = SECRET, at = Date.now(), type = FORM }: Sending = {}): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  return { "content-type": type, "x-slack-request-timestamp": timestamp, "x-slack-signature": signature };
}
function send(body: string, sending: Sending = {}): Promise<Response> {
  return fetch(`${url}/slack/events`, { method: "POST", headers: headersFor(body, sending), body });
}
let triggers = 0;
function command(text: string): string {
  triggers += 1;
  return new URLSearchParams({ command: "/posture", text, user_id: "U1", channel_id: "C1", trigger_id: `t${triggers}` }).toString();
}
function modal(callback: string): string {
  const view = { id: `V${(triggers += 1)}`, callback_id: callback, private_metadata: "", state: { values: {} } };
  return new URLSearchParams({
    payload: JSON.stringify({ type: "view_submission", user: { id: "U1" }, trigger_id: "1.2", view }),
  }).toString();
}
const inboxStates = (): Promise<string[]> => store.read({ inbox: {} }, ({ inbox }) => inbox.map(({ state }) => state));

describe("a request of Slack's", () => {
  test("is written down, acknowledged, worked off, and marked as done", async () => {
    const answer = await send(command("summary"));
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
    await vi.waitFor(async () => expect(await inboxStates()).toEqual(["done"]));
    expect(worked).toEqual(["summary"]);
  });
  test("is acknowledged before it is worked off", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    hold = promise;
    expect((await send(command("slow"))).status).toBe(200);
    expect([worked, await inboxStates()]).toEqual([[], ["received"]]);
    resolve();
    await vi.waitFor(() => expect(worked).toEqual(["slow"]));
  });
  test("that is delivered twice is worked off once", async () => {
    const body = command("once");
    expect((await send(body, { at: Date.now() - 5000 })).status).toBe(200);
    expect((await send(body)).status).toBe(200);
    await vi.waitFor(async () => expect(await inboxStates()).toEqual(["done"]));
    expect(worked).toEqual(["once"]);
  });
  test("that submits a window gets back what is wrong in it", async () => {
    const answer = await send(modal("modal"));
    expect(await answer.json()).toEqual({ response_action: "errors", errors: { justification: "too short" } });
  });
  test("whose work fails is answered all the same, and does not end the process", async () => {
    expect((await send(modal("broken"))).status).toBe(200);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
  test("that tells what happened to the app is worked off once, however often it is told", async () => {
    const body = JSON.stringify({ type: "event_callback", event_id: "Ev1", team_id: "T1", event: { type: "app_uninstalled" } });
    const type = "application/json";
    expect((await send(body, { type, at: Date.now() - 5000 })).status).toBe(200);
    expect((await send(body, { type })).status).toBe(200);
    await vi.waitFor(async () => expect(await inboxStates()).toEqual(["done"]));
    expect(worked).toEqual(["app_uninstalled"]);
  });
  test("that asks whether the address is ours is answered", async () => {
    const answer = await send('{"type":"url_verification","challenge":"abc"}', { type: "application/json" });
    expect(await answer.json()).toEqual({ challenge: "abc" });
  });
});

describe("anything else is refused, and leaves nothing behind:", () => {
  test.each<[string, number, () => Promise<Response>]>([
    ["signed by somebody else", 401, () => send(command("x"), { secret: "another secret" })],
    ["ten minutes old", 401, () => send(command("x"), { at: Date.now() - 600_000 })],
    ["from ten minutes ahead", 401, () => send(command("x"), { at: Date.now() + 600_000 })],
    ["not signed", 401, () => fetch(`${url}/slack/events`, { method: "POST", body: command("x") })],
    ["a signed null", 400, () => send("null", { type: "application/json" })],
    ["for another app", 401, () => send(`${command("x")}&api_app_id=A2&team_id=T1`)],
    ["from another workspace", 401, () => send(`${command("x")}&api_app_id=A1&team_id=T2`)],
    ["larger than a megabyte", 413, () => send(`x=${"y".repeat(1_100_000)}`)],
    ["not a POST", 405, () => fetch(`${url}/slack/events`)],
    ["elsewhere", 404, () => fetch(`${url}/`)],
  ])("%s", async (_, status, sending) => {
    expect((await sending()).status).toBe(status);
    expect(await inboxStates()).toEqual([]);
    expect(worked).toEqual([]);
  });
});

test("the very same signed request is refused the second time", async () => {
  const body = command("replay");
  const at = Date.now();
  expect((await send(body, { at })).status).toBe(200);
  expect((await send(body, { at })).status).toBe(409);
  await vi.waitFor(() => expect(worked).toEqual(["replay"]));
});

describe("while Posture is not ready", () => {
  beforeEach(() => void (missing = "Slack has not answered yet"));
  test("a command is told so, and nothing is done", async () => {
    expect(await (await send(command("x"))).json()).toMatchObject({
      response_type: "ephemeral",
      text: expect.stringContaining("Slack has not answered yet"),
    });
    expect(await inboxStates()).toEqual([]);
  });
  test("a click fails visibly", async () => expect((await send(modal("modal"))).status).toBe(503));
  test("/readyz says what is missing, and /healthz that it lives", async () => {
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { ok: false, missing: "Slack has not answered yet" }]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

describe("while the store is slow", () => {
  test("the person is told to try again after 1.5 s, and nothing is done even when the store comes back", async () => {
    const { promise: release, resolve } = Promise.withResolvers<void>();
    await receiver.stop(0);
    const inner = memoryStore();
    await start({
      ...inner,
      place: inner.place,
      read: inner.read.bind(inner),
      transact: async (wanted, decide) => release.then(() => inner.transact(wanted, decide)),
    });
    const answer = await send(command("late"));
    expect(await answer.json()).toMatchObject({ text: expect.stringContaining("nothing was done") });
    resolve();
    await vi.waitFor(async () => expect(await inboxStates()).toEqual(["done"]));
    expect(worked).toEqual([]);
  });
  test("a store that refuses is not taken for a promise", async () => {
    await receiver.stop(0);
    const inner = memoryStore();
    await start({ ...inner, place: inner.place, read: inner.read.bind(inner), transact: () => Promise.reject(new Error("disk full")) });
    expect((await send(command("x"))).status).toBe(503);
    expect(worked).toEqual([]);
  });
});

test("what was acknowledged and not finished is taken up by the next process", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  hold = promise;
  await send(command("unfinished"));
  await vi.waitFor(() => expect(begun).toEqual(["unfinished"]));
  await receiver.stop(0); // as a kill would: the handler never came to its end
  worked = [];
  hold = Promise.resolve();
  await start(store);
  await working.resume();
  expect(worked).toEqual(["unfinished"]);
  expect(await inboxStates()).toEqual(["done"]);
  resolve();
});
