import type { BlockAction, SlashCommand } from "@slack/bolt";
import { describe, expect, it } from "vitest";
import { actions, button, plain, surroundings } from "./bot.test.fixture.ts";
import type { Message } from "./room.ts";

const { slack, app, call, post, pass } = surroundings();

/** The address for answers to a button that Ana presses; and the message that it was in. */
async function pressed(ephemeral = false): Promise<{ readonly url: string; readonly ts: string }> {
  const name = `press ${Math.random()}`;
  const message = { text: "before", blocks: [actions(button(name))] };
  const ts = ephemeral ? await whispered(message) : await post(message);
  const { promise, resolve } = Promise.withResolvers<string>();
  app().action<BlockAction>(name, async ({ ack, body }) => {
    await ack();
    resolve(body.response_url ?? "");
  });
  await slack().click({ message: ts, label: name });
  return { url: await promise, ts };
}
async function whispered(message: object): Promise<string> {
  const { user_id: user } = await call("auth.test", {}, "xoxp-ana");
  return String((await call("chat.postEphemeral", { channel: slack().channelId, user, ...message }))["message_ts"]);
}
async function respond(url: string, body: unknown): Promise<string> {
  const response = await fetch(url, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
  return `${response.status} ${await response.text()}`;
}
const shown = (ts: string): Message | undefined =>
  slack()
    .messages()
    .find((message) => message.ts === ts);
async function kept(ts: string): Promise<unknown> {
  const answer = await call("conversations.history", { channel: slack().channelId, latest: ts, oldest: ts, inclusive: true, limit: 1 });
  return answer["messages"];
}

describe("an answer to the address of a request", () => {
  it("is seen by the person who acted, unless it is for the channel", async () => {
    const { url } = await pressed();
    expect(await respond(url, { text: "only you" })).toBe("200 ok");
    expect(slack().messages().at(-1)).toMatchObject({ text: "only you", ephemeralFor: "Ana" });
    await respond(url, { text: "everybody", response_type: "in_channel", blocks: [{ type: "header", text: plain("E") }] });
    const last = slack().messages().at(-1);
    expect([last?.text, last?.ephemeralFor]).toEqual(["everybody", undefined]);
    expect(await kept(last?.ts ?? "")).toMatchObject([{ text: "everybody", blocks: [{ type: "header" }] }]);
  });
  it("may stand in the thread", async () => {
    const { url, ts } = await pressed();
    await respond(url, { text: "below", thread_ts: ts, response_type: "in_channel" });
    const at = slack()
      .messages()
      .findIndex((message) => message.ts === ts);
    expect(slack().messages()[at + 1]).toMatchObject({ text: "below", threadTs: ts });
  });
  it("may replace the message that was pressed, here and in its history", async () => {
    const { url, ts } = await pressed();
    await respond(url, { text: "after", replace_original: true });
    expect(shown(ts)).toMatchObject({ text: "after", blocks: [], edited: true });
    expect(await kept(ts)).toMatchObject([{ text: "after" }]);
  });
  it("may replace or delete what only one person sees, which nothing else can", async () => {
    const { url, ts } = await pressed(true);
    expect(await call("chat.update", { channel: slack().channelId, ts, text: "no" })).toMatchObject({
      ok: false,
      error: "message_not_found",
    });
    await respond(url, { text: "after", replace_original: true });
    expect(shown(ts)).toMatchObject({ text: "after", ephemeralFor: "Ana" });
    await respond(url, { delete_original: true });
    expect(shown(ts)).toBeUndefined();
  });
  it("may delete it, and twice is nothing more", async () => {
    const { url, ts } = await pressed();
    expect(await respond(url, { delete_original: true })).toBe("200 ok");
    expect([shown(ts), await kept(ts)]).toEqual([undefined, []]);
    const before = slack().messages().length;
    expect(await respond(url, { delete_original: true })).toBe("200 ok");
    expect(slack().messages()).toHaveLength(before);
  });
  it("is taken five times", async () => {
    const { url } = await pressed();
    for (const n of [1, 2, 3, 4, 5]) expect(await respond(url, { text: `${n}` })).toBe("200 ok");
    expect(await respond(url, { text: "6" })).toBe("404 used_url");
    expect(slack().messages().at(-1)?.text).toBe("5");
  });
  it("is taken for half an hour", async () => {
    const { url } = await pressed();
    pass(30 * 60_000 - 5000);
    expect(await respond(url, { text: "in time" })).toBe("200 ok");
    pass(6000);
    expect(await respond(url, { text: "late" })).toBe("404 expired_url");
  });
  it.each([
    ["what is no JSON", "text=hello", "400 invalid_payload"],
    ["null", null, "400 invalid_payload"],
    ["nothing to say", {}, "400 no_text"],
    ["blocks that Slack refuses", { blocks: [{ type: "nonsense" }] }, "400 invalid_blocks"],
    ["a type that there is not", { text: "x", response_type: "whisper" }, "400 invalid_payload"],
  ])("with %s is refused, and does not count", async (_, body, refusal) => {
    const { url } = await pressed();
    const before = slack().messages().length;
    for (const n of [1, 2, 3, 4, 5, 6]) expect(await respond(url, body), `time ${n}`).toBe(refusal);
    expect(slack().messages()).toHaveLength(before);
    expect(await respond(url, { text: "x" })).toBe("200 ok");
  });
  it("to an address that was never given is refused", async () =>
    expect(await respond(`${slack().url}/respond/0123456789abcdef`, { text: "x" })).toBe("404 used_url"));
  it("comes from Bolt's own respond, also for a command", async () => {
    const urls: SlashCommand["response_url"][] = [];
    app().command("/later", async ({ ack, respond: later, command }) => {
      urls.push(command.response_url);
      await ack();
      await later("Here it is.");
    });
    await slack().command("/later", "Gus");
    await expect.poll(() => slack().messages().at(-1)).toMatchObject({ text: "Here it is.", ephemeralFor: "Gus" });
    expect(urls[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/respond\/[0-9a-f]{24}$/);
  });
});
