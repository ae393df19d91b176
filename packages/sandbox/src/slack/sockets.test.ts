import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { type LocalSlack, startSlack } from "./server.ts";

/* Socket Mode as an app without a library sees it. */

let slack: LocalSlack;
let late = 0;
beforeEach(async () => {
  late = 0;
  slack = await startSlack({ now: () => Date.now() + late });
});
afterEach(() => slack.close());

const Opened = z.object({ ok: z.boolean(), url: z.string().optional(), error: z.string().optional() });
async function call(method: string, token: string): Promise<z.infer<typeof Opened>> {
  const response = await fetch(`${slack.apiUrl}${method}`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  return Opened.parse(await response.json());
}
const address = async (): Promise<string> => (await call("apps.connections.open", slack.appToken)).url ?? "";

interface Heard {
  readonly socket: WebSocket;
  /** The next frame that was not looked at yet. */
  readonly next: () => Promise<Record<string, unknown>>;
}
async function connected(url: string): Promise<Heard> {
  const socket = new WebSocket(url);
  const frames: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  socket.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    const first = waiting.shift();
    if (first) first(text);
    else frames.push(text);
  });
  await once(socket, "open");
  const next = async (): Promise<Record<string, unknown>> => {
    const text = frames.shift() ?? (await new Promise<string>((resolve) => waiting.push(resolve)));
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  };
  return { socket, next };
}

describe("a connection", () => {
  it("is opened with the app-level token alone, which is good for nothing else", async () => {
    expect(await call("apps.connections.open", slack.botToken)).toMatchObject({ ok: false, error: "not_allowed_token_type" });
    expect(await call("apps.connections.open", "xapp-other")).toMatchObject({ ok: false, error: "invalid_auth" });
    expect(await call("auth.test", slack.appToken)).toMatchObject({ ok: false, error: "not_allowed_token_type" });
    expect(await address()).toMatch(/^ws:\/\/127\.0\.0\.1:/);
  });
  it("is greeted, and its address is good for once and for half a minute", async () => {
    const url = await address();
    expect(await (await connected(url)).next()).toMatchObject({ type: "hello", num_connections: 1 });
    await expect(connected(url)).rejects.toThrow("403");
    const old = await address();
    late = 31_000;
    await expect(connected(old)).rejects.toThrow("403");
  });
  it("is told what people do, and its answer is the app's", async () => {
    const { socket, next } = await connected(await address());
    await next();
    const answered = slack.command("/posture help", "Ben");
    const envelope = await next();
    expect(envelope).toMatchObject({
      type: "slash_commands",
      accepts_response_payload: true,
      payload: { command: "/posture", text: "help" },
    });
    socket.send(JSON.stringify({ envelope_id: envelope["envelope_id"], payload: { response_type: "ephemeral", text: "Too early." } }));
    await answered;
    expect(slack.messages().map(({ text, ephemeralFor }) => [text, ephemeralFor])).toEqual([["Too early.", "Ben"]]);
  });
  it("that does not answer is waited for in vain, and one that is cut at once", async () => {
    const { next } = await connected(await address());
    await next();
    await expect(slack.command("/posture help")).rejects.toThrow("within 3 seconds");
    slack.sockets.cutNext();
    await expect(slack.command("/posture help")).rejects.toThrow("cut before the app answered");
    await expect(slack.command("/posture help")).rejects.toThrow("no app is connected");
  });
  it("is one of several, which are told in turn; an event is no request", async () => {
    const [one, two] = [await connected(await address()), await connected(await address())];
    await Promise.all([one.next(), two.next()]);
    const told = [slack.happen({ type: "app_home_opened", user: "U1" }), slack.happen({ type: "app_home_opened", user: "U2" })];
    for (const { socket, next } of [one, two]) {
      const envelope = await next();
      expect(envelope).toMatchObject({
        type: "events_api",
        accepts_response_payload: false,
        payload: { event: { type: "app_home_opened" } },
      });
      socket.send(JSON.stringify({ envelope_id: envelope["envelope_id"] }));
    }
    await Promise.all(told);
    expect(slack.sockets.peak()).toBe(2);
  });
});
