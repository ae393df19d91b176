import { createServer } from "node:http";
import type { BlockAction, SlashCommand } from "@slack/bolt";
import { describe, expect, it, onTestFinished } from "vitest";
import { actions, button, plain, receiverFor, surroundings } from "./bot.test.fixture.ts";
import { type LocalSlack, startSlack } from "./server.ts";

const { slack, app, post, call } = surroundings();
const SELECT = {
  type: "static_select",
  action_id: "open",
  placeholder: plain("Open a finding"),
  options: ["one", "two"].map((text) => ({ text: plain(text), value: text })),
};

/** What Bolt hands to the next listener of this action. */
function heard(action: string): Promise<BlockAction> {
  return new Promise((resolve) => {
    app().action<BlockAction>(action, async ({ ack, body }) => {
      await ack();
      resolve(body);
    });
  });
}

describe("a button that is pressed", () => {
  it("reaches Bolt, signed, with who, where, what and the message", async () => {
    const ts = await post({ text: "fallback", blocks: [{ type: "divider" }, actions(button("Re-check"))] });
    const [body] = await Promise.all([heard("Re-check"), slack().click({ user: "Ben", message: ts, label: "Re-check" })]);
    expect(body).toMatchObject({
      type: "block_actions",
      user: { username: "ben" },
      channel: { id: slack().channelId, name: "security" },
      container: { type: "message", message_ts: ts, is_ephemeral: false },
      message: { ts, text: "fallback", blocks: [{ type: "divider", block_id: "block-0" }, { block_id: "row" }] },
      actions: [{ type: "button", block_id: "row", action_id: "Re-check", value: "Re-check", text: plain("Re-check") }],
    });
  });
  it("in a thread says in which", async () => {
    const root = await post({ text: "root" });
    const ts = await post({ text: "reply", thread_ts: root, blocks: [actions(button("Reply"))] });
    const [body] = await Promise.all([heard("Reply"), slack().click({ message: ts, actionId: "Reply" })]);
    expect(body).toMatchObject({ container: { thread_ts: root }, message: { thread_ts: root } });
  });
  it("of what only one person sees comes without its content, and only from that person", async () => {
    const { user_id: user } = await call("auth.test", {}, "xoxp-ben");
    const answer = await call("chat.postEphemeral", {
      channel: slack().channelId,
      user,
      text: "for you",
      blocks: [actions(button("Mine"))],
    });
    const message = String(answer["message_ts"]);
    await expect(slack().click({ user: "Ana", message, label: "Mine" })).rejects.toThrow("only Ben sees this message");
    const [body] = await Promise.all([heard("Mine"), slack().click({ user: "Ben", message, label: "Mine" })]);
    expect(body).toMatchObject({ container: { is_ephemeral: true, message_ts: message } });
    expect(body.message).toBeUndefined();
  });
  it("that is not there is named beside those that are", async () => {
    const ts = await post({ text: "x", blocks: [actions(button("Re-check"), button("Suppress"))] });
    await expect(slack().click({ message: ts, label: "Delete" })).rejects.toThrow('the message has no "Delete"; it has Re-check, Suppress');
    await expect(slack().click({ message: "1.2", label: "Delete" })).rejects.toThrow("this message is not there any more");
  });
});

describe("a menu", () => {
  it("says which option was chosen", async () => {
    const ts = await post({ text: "x", blocks: [actions(SELECT)] });
    const [body] = await Promise.all([heard("open"), slack().click({ message: ts, label: "Open a finding", value: "two" })]);
    expect(body.actions).toMatchObject([{ type: "static_select", selected_option: { text: plain("two"), value: "two" } }]);
  });
  it("has only its own options", async () => {
    const ts = await post({ text: "x", blocks: [actions(SELECT)] });
    await expect(slack().click({ message: ts, actionId: "open", value: "three" })).rejects.toThrow('"Open a finding" has no such choice');
  });
});

describe("a slash command", () => {
  it("reaches Bolt with its text, and its answer is seen by one person", async () => {
    const commands: SlashCommand[] = [];
    app().command("/posture", async ({ ack, command }) => {
      commands.push(command);
      await ack("Two findings are open.");
    });
    await slack().command("/posture  summary all ", "Ben");
    expect(commands).toMatchObject([{ command: "/posture", text: "summary all", user_name: "ben", channel_id: slack().channelId }]);
    expect(slack().messages().at(-1)).toMatchObject({ text: "Two findings are open.", ephemeralFor: "Ben" });
  });
  it("may be answered before everybody, with blocks", async () => {
    app().command("/all", ({ ack }) => ack({ response_type: "in_channel", text: "x", blocks: [{ type: "header", text: plain("All") }] }));
    await slack().command("/all");
    const { ephemeralFor, blocks } = slack().messages().at(-1) ?? {};
    expect([ephemeralFor, blocks]).toEqual([undefined, [{ type: "header", text: plain("All") }]]);
  });
  it("may be answered with nothing", async () => {
    app().command("/quiet", ({ ack }) => ack());
    const before = slack().messages().length;
    await slack().command("/quiet");
    expect(slack().messages()).toHaveLength(before);
  });
  it("answered with blocks that Slack refuses says so", async () => {
    app().command("/broken", ({ ack }) => ack({ text: "x", blocks: [{ type: "header", text: plain("") }] }));
    await expect(slack().command("/broken")).rejects.toThrow("must be more than 0 characters [json-pointer:/blocks/0/text/text]");
  });
  it("begins with a slash", async () => {
    await expect(slack().command("posture")).rejects.toThrow('"posture" is no slash command');
  });
});

describe("a bot that is not well", () => {
  const connected = async (answer: "nothing" | number): Promise<string> => {
    const server = createServer((_, response) => {
      if (answer !== "nothing") response.writeHead(answer).end();
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`;
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return url;
  };
  it.each([
    ["does not answer", "nothing", "the app did not answer within 3 seconds"],
    ["refuses", 401, "the app answered with HTTP 401"],
    ["fails", 500, "the app answered with HTTP 500"],
    ["answers with a redirect", 302, "cannot be reached"],
  ] as const)("%s: the person who acts hears of it", async (_, answer, sentence) => {
    const other = await startedWorkspace();
    other.setBotUrl(await connected(answer));
    await expect(other.command("/posture")).rejects.toThrow(sentence);
  });
  it("is not there: the person who acts hears of it", async () => {
    const other = await startedWorkspace();
    await expect(other.command("/posture")).rejects.toThrow("no app is connected to this workspace yet");
    other.setBotUrl("http://127.0.0.1:9/");
    await expect(other.command("/posture")).rejects.toThrow("the app at http://127.0.0.1:9/ cannot be reached");
  });
  it("has another signing secret: Bolt refuses what this workspace signs", async () => {
    const { receiver, connect } = receiverFor("another-secret");
    const [address, other] = await Promise.all([connect(), startedWorkspace()]);
    onTestFinished(async () => {
      await receiver.stop();
    });
    other.setBotUrl(address);
    await expect(other.command("/posture")).rejects.toThrow("the app answered with HTTP 401");
  });
});

async function startedWorkspace(): Promise<LocalSlack> {
  const local = await startSlack();
  onTestFinished(() => local.close());
  return local;
}
