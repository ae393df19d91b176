import { describe, expect, it } from "vitest";
import { actions, button, plain, surroundings } from "./bot.test.fixture.ts";
import type { SlackFault } from "./faults.ts";

const { slack, app, call, post } = surroundings();
const channel = (): string => slack().channelId;
const asForm = async (method: string, form: Readonly<Record<string, string>>): Promise<unknown> => {
  const headers = { authorization: "Bearer xoxb-local" };
  return (await fetch(`${slack().apiUrl}${method}`, { method: "POST", headers, body: new URLSearchParams(form) })).json();
};
const idOf = async (name: string): Promise<string> => String((await call("auth.test", {}, `xoxp-${name}`))["user_id"]);
const shown = (ts: string): unknown =>
  slack()
    .messages()
    .find((message) => message.ts === ts);
const long = (n: number): string => "x".repeat(n);

describe("a message", () => {
  it("is shown as it was posted, and kept with its metadata", async () => {
    const metadata = { event_type: "finding", event_payload: { key: "k" } };
    const blocks = [{ type: "header", text: plain("Open port") }];
    const ts = await post({ text: "fallback", blocks, metadata });
    expect(shown(ts)).toEqual({ ts, user: expect.stringMatching(/^U/), text: "fallback", blocks, metadata });
    const { messages } = await app().client.conversations.history({ channel: channel(), include_all_metadata: true, limit: 1 });
    expect(messages).toMatchObject([{ ts, text: "fallback", blocks, metadata }]);
  });
  it("is changed in place, what is not given stays, and it says so", async () => {
    const ts = await post({ text: "before", blocks: [{ type: "divider" }] });
    await call("chat.update", { channel: channel(), ts, text: "after" });
    expect(shown(ts)).toMatchObject({ text: "after", blocks: [{ type: "divider" }], edited: true });
    await call("chat.update", { channel: channel(), ts, text: "after", blocks: [] });
    expect(shown(ts)).toMatchObject({ blocks: [] });
  });
  it("that is deleted is gone", async () => {
    const ts = await post({ text: "x" });
    expect(await call("chat.delete", { channel: channel(), ts })).toMatchObject({ ok: true });
    expect(shown(ts)).toBeUndefined();
    expect(await call("chat.update", { channel: channel(), ts, text: "y" })).toMatchObject({ ok: false, error: "message_not_found" });
  });
  it("in a thread follows what it replies to", async () => {
    const [first, second] = [await post({ text: "first" }), await post({ text: "second" })];
    const reply = await post({ text: "reply", thread_ts: first });
    const order = slack()
      .messages()
      .map(({ ts }) => ts)
      .filter((ts) => [first, second, reply].includes(ts));
    expect(order).toEqual([first, reply, second]);
  });
  it("for one person is seen by that one, and kept nowhere", async () => {
    const user = await idOf("gus");
    const { message_ts: ts } = await call("chat.postEphemeral", { channel: channel(), user, text: "psst" });
    expect(shown(String(ts))).toMatchObject({ text: "psst", ephemeralFor: "Gus" });
    const { messages } = await app().client.conversations.history({ channel: channel(), limit: 999 });
    expect(messages?.filter((message) => message.text === "psst")).toEqual([]);
  });
  it("has an address, which leads to it", async () => {
    const ts = await post({ text: "x" });
    const { permalink = "" } = await app().client.chat.getPermalink({ channel: channel(), message_ts: ts });
    const response = await fetch(permalink, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, `/#m-${ts}`]);
  });
});

describe("what Slack refuses", () => {
  it.each([
    ["a text of 40,001 characters", () => ({ text: long(40_001) }), "msg_too_long"],
    [
      "blocks of 12,001 characters",
      () => ({ blocks: Array.from({ length: 5 }, () => ({ type: "section", text: plain(long(2401)) })) }),
      "msg_blocks_too_long",
    ],
    ["blocks that are no JSON", () => ({ text: "x", blocks: "[" }), "invalid_blocks_format"],
    ["nothing to say", () => ({}), "no_text"],
    ["a channel that there is not", () => ({ channel: "C0", text: "x" }), "channel_not_found"],
  ])("%s", async (_, message, error) => {
    const before = slack().messages().length;
    expect(await call("chat.postMessage", { channel: channel(), ...message() })).toMatchObject({ ok: false, error });
    expect(slack().messages()).toHaveLength(before);
  });
  it("blocks that break a rule, in words and with pointers, as JSON and in a form", async () => {
    const blocks = [{ type: "header", text: plain(long(151)) }];
    const refused = {
      ok: false,
      error: "invalid_blocks",
      response_metadata: { messages: ["[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"] },
    };
    expect(await call("chat.postMessage", { channel: channel(), text: "x", blocks })).toMatchObject(refused);
    expect(await asForm("chat.postMessage", { channel: channel(), text: "x", blocks: JSON.stringify(blocks) })).toMatchObject(refused);
    const ts = await post({ text: "x" });
    expect(await call("chat.update", { channel: channel(), ts, text: "x", blocks })).toMatchObject(refused);
    expect(await call("chat.postEphemeral", { channel: channel(), user: await idOf("ana"), text: "x", blocks })).toMatchObject(refused);
  });
  it("an update of more than 4000 bytes, as Slack escapes them", async () => {
    const ts = await post({ text: "x" });
    const update = async (text: string): Promise<unknown> => (await call("chat.update", { channel: channel(), ts, text })).error;
    expect([await update(long(4000)), await update(long(4001)), await update("&".repeat(801)), await update("ü".repeat(2001))]).toEqual([
      undefined,
      "msg_too_long",
      "msg_too_long",
      "msg_too_long",
    ]);
  });
  it("an update of somebody else's message", async () => {
    const { ts } = await call("chat.postMessage", { channel: channel(), text: "Ana's" }, "xoxp-ana");
    expect(await call("chat.update", { channel: channel(), ts, text: "mine" })).toMatchObject({ ok: false, error: "cant_update_message" });
  });
  it("a Home tab with what it cannot show", async () => {
    const publish = async (block: object): Promise<unknown> =>
      (await call("views.publish", { user_id: await idOf("ana"), view: { type: "home", blocks: [block] } })).error;
    expect([await publish({ type: "divider" }), await publish({ type: "markdown", text: "x" })]).toEqual([undefined, "invalid_arguments"]);
  });
  it.each([
    ["a method that there is not", "chat.shout", "xoxb-local", "unknown_method"],
    ["a token that is not of this workspace", "auth.test", "xoxb-foreign", "invalid_auth"],
    ["no token", "auth.test", "", "not_authed"],
    ["a window for a token that is not of this workspace", "views.open", "xoxb-foreign", "invalid_auth"],
  ])("%s", async (_, method, token, error) => {
    const view = { type: "modal", title: plain("T"), blocks: [] };
    expect(await call(method, { view }, token)).toMatchObject({ ok: false, error });
  });
});

describe("people", () => {
  it("are admins, members, guests, strangers and bots", async () => {
    const roles = ["ana", "ben", "gus", "sam", "bot"].map(async (name) => {
      const { user } = await app().client.users.info({ user: await idOf(name) });
      const isOurs = user?.team_id === (await app().client.auth.test()).team_id;
      return [user?.real_name, user?.is_admin, user?.is_restricted, user?.is_bot, isOurs];
    });
    expect(await Promise.all(roles)).toEqual([
      ["Ana", true, false, false, true],
      ["Ben", false, false, false, true],
      ["Gus", false, true, false, true],
      ["Sam", false, false, false, false],
      ["Bot", false, false, true, true],
    ]);
  });
  it("are members of user groups, and of channels, which are told in pages", async () => {
    const { users } = await app().client.usergroups.users.list({ usergroup: "S0ONCALL" });
    expect(users).toEqual([await idOf("dee"), await idOf("gus")]);
    const { conversations } = app().client;
    const { members: all = [] } = await conversations.members({ channel: channel() });
    expect(all).toContain(await idOf("ana"));
    const first = await conversations.members({ channel: channel(), limit: 5 });
    const cursor = first.response_metadata?.next_cursor ?? "";
    const { members = [], response_metadata: last } = await conversations.members({ channel: channel(), limit: 5, cursor });
    expect([[...(first.members ?? []), ...members], last?.next_cursor]).toEqual([all, ""]);
    expect(await call("usergroups.users.list", { usergroup: "S0NONE" })).toMatchObject({ ok: false, error: "no_such_subteam" });
  });
  it("beside the bot, which is none", async () => {
    const { user_id: user = "" } = await app().client.auth.test();
    expect((await app().client.users.info({ user })).user).toMatchObject({ is_bot: true, is_restricted: false });
  });
});

describe("what goes wrong on request", () => {
  const tried = async (fault: SlackFault): Promise<unknown> => {
    slack().fault(fault);
    return post({ text: "faulty" }).then(
      () => "posted",
      (error: unknown) => (error instanceof Error ? error.message : error),
    );
  };
  const faulty = (): number =>
    slack()
      .messages()
      .filter(({ text }) => text === "faulty").length;

  it("a rate limit, with how long to wait", async () => {
    slack().fault({ method: "chat.postMessage", kind: "ratelimited", retryAfter: 7 });
    const response = await fetch(`${slack().apiUrl}chat.postMessage`, { method: "POST" });
    expect([response.status, response.headers.get("retry-after"), await response.json()]).toEqual([
      429,
      "7",
      { ok: false, error: "ratelimited" },
    ]);
  });
  it("a connection that is cut before anything happened, or after it did", async () => {
    const before = faulty();
    expect(await tried({ kind: "reset_before" })).toBe("fetch failed");
    expect(faulty()).toBe(before);
    expect(await tried({ kind: "reset_after" })).toBe("fetch failed");
    expect(faulty()).toBe(before + 1);
  });
  it("500, an answer that breaks off and somebody's page, although it happened; 500 before anything did", async () => {
    const before = faulty();
    for (const kind of ["error_500_after", "broken_json", "html"] as const) expect(await tried({ kind })).not.toBe("posted");
    expect(faulty()).toBe(before + 3);
    expect(await tried({ kind: "error_500" })).not.toBe("posted");
    expect(faulty()).toBe(before + 3);
  });
  it.each([
    ["soon", "soon"],
    ["-5", "-5"],
    [null, null],
  ])("a rate limit that says %j", async (retryAfter, header) => {
    slack().fault({ method: "chat.postMessage", kind: "ratelimited", retryAfter });
    const response = await fetch(`${slack().apiUrl}chat.postMessage`, { method: "POST" });
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, header]);
  });
  it("in one channel alone", async () => {
    slack().fault({ kind: "error", error: "is_archived", channel: channel() });
    expect((await call("auth.test", {})).ok).toBe(true);
    expect((await call("chat.postMessage", { channel: channel(), text: "a" })).error).toBe("is_archived");
  });
  it.each(["hang", "hang_after"] as const)("no answer: %s", async (kind) => {
    slack().fault({ method: "api.test", kind });
    const stop = new AbortController();
    const asked = fetch(`${slack().apiUrl}api.test`, { method: "POST", signal: stop.signal });
    await expect.poll(() => slack().ledger().at(-1)).toMatchObject({ method: "api.test", answer: null, fault: kind });
    stop.abort();
    await expect(asked).rejects.toThrow("aborted");
  });
  it("a refusal with a code of one's choice, as often as was said, with one method", async () => {
    slack().fault({ method: "chat.postMessage", kind: "error", error: "is_archived", times: 2 });
    const errors = [];
    for (const words of ["a", "b", "c"]) errors.push((await call("chat.postMessage", { channel: channel(), text: words })).error);
    expect(errors).toEqual(["is_archived", "is_archived", undefined]);
    slack().fault({ method: "chat.update", kind: "error" });
    expect((await call("chat.postMessage", { channel: channel(), text: "x" })).ok).toBe(true);
    expect((await call("chat.update", { channel: channel(), text: "x" })).error).toBe("fatal_error");
  });
  it("nothing more, once faults are cleared", async () => {
    slack().fault({ kind: "error", times: 100 });
    expect((await call("auth.test", {})).ok).toBe(false);
    slack().clearFaults();
    expect((await call("auth.test", {})).ok).toBe(true);
  });
  it("is no refusal of Slack's: only what it would not take is", async () => {
    const before = slack().refusals().length;
    slack().fault({ method: "chat.postMessage", kind: "error", error: "invalid_blocks" });
    await call("chat.postMessage", { channel: channel(), text: "a" });
    expect(slack().refusals()).toHaveLength(before);
    await call("chat.postMessage", { channel: channel(), text: "a", blocks: [{ type: "actions", elements: [] }] });
    expect(slack().refusals().slice(before)).toEqual([expect.stringContaining("chat.postMessage: invalid_blocks")]);
  });
  it("is in the ledger with everything else, arguments and answer", async () => {
    slack().fault({ method: "chat.postMessage", kind: "reset_after" });
    const before = slack().ledger().length;
    await post({ text: "one" }).catch(() => "cut");
    await post({ text: "two", blocks: [actions(button("x"))] });
    await asForm("chat.postMessage", { channel: channel(), blocks: JSON.stringify([{ type: "divider" }]) });
    expect(slack().ledger().slice(before)).toMatchObject([
      { method: "chat.postMessage", arguments: { text: "one" }, answer: null, outcome: { ok: true } },
      { method: "chat.postMessage", arguments: { text: "two" }, answer: { ok: true } },
      { method: "chat.postMessage", arguments: { blocks: [{ type: "divider" }] }, answer: { ok: true } },
    ]);
  });
});
