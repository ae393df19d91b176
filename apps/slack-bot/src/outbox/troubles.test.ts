import { plus } from "@posture/core";
import { describe, expect, test } from "vitest";
import { NOW } from "../finding.test.fixture.ts";
import { problemsOf } from "../views/limits.ts";
import { type TroubleModel, troubleMessage, unspokenIn } from "../views/trouble.ts";
import { homeOf, type Troubles, turned } from "./troubles.ts";

const archived = { kind: "channel", why: "is_archived" } as const;
const none: Troubles = new Map();

describe("a channel that takes nothing", () => {
  const { troubles, turn } = turned(none, "#infra", archived, NOW);
  test("is said when it begins, and not while it goes on", () => {
    expect(turn).toEqual({ kind: "began", former: null });
    const again = turned(troubles, "#infra", archived, plus(NOW, 9));
    expect(again.turn).toEqual({ kind: "goes on" });
    expect(again.troubles.get("#infra")?.since).toBe(NOW);
  });
  test("is said again with another cause", () => {
    const other = turned(troubles, "#infra", { kind: "channel", why: "not_in_channel" }, plus(NOW, 9));
    expect(other.turn).toMatchObject({ kind: "began", former: { why: "is_archived" } });
    expect(other.troubles.get("#infra")?.since).toBe(plus(NOW, 9));
  });
  test("has its messages in the bot's own, and is tried again after five minutes", () => {
    expect(homeOf("#infra", troubles, plus(NOW, 299_999))).toBeNull();
    expect(homeOf("#infra", troubles, plus(NOW, 300_000))).toBe("#infra");
    expect(homeOf("#other", troubles, NOW)).toBe("#other");
  });
  test("has ended when it takes something, and not by anything else", () => {
    expect(turned(troubles, "#infra", { kind: "later", why: "ratelimited" }, NOW).troubles).toBe(troubles);
    const ended = turned(troubles, "#infra", null, plus(NOW, 9));
    expect([ended.turn.kind, ended.troubles.size]).toEqual(["ended", 0]);
    expect(turned(none, "#infra", null, NOW).turn.kind).toBe("nothing");
  });
});

describe("what people are told of it", () => {
  const model = (more: Partial<TroubleModel> = {}): TroubleModel => ({
    channel: "#infra",
    own: false,
    why: "is_archived",
    since: NOW,
    ended: null,
    count: 12,
    ...more,
  });
  test.each([
    ["is_archived", "#infra is archived. Its 12 messages are posted here until it is taken out of the archive"],
    ["not_in_channel", "does not have Posture as a member. Its 12 messages are posted here until somebody there types /invite"],
    ["channel_not_found", "does not exist, or is private"],
    ["restricted_action_read_only_channel", "is read-only. Its 12 messages are posted here until an admin"],
    ["missing_scope", "cannot be looked up by its name"],
    ["never_heard_of", "takes no messages (Slack says never_heard_of)"],
  ])("%s: which channel, why, and what to do", (why, words) => {
    const message = troubleMessage(model({ why }));
    expect(message.text).toContain(words);
    expect(problemsOf(message.blocks)).toEqual([]);
  });
  test("of the bot's own channel: that nothing is posted, and nothing is lost", () => {
    const { text } = troubleMessage(model({ channel: "C0123456789", own: true }));
    expect(text).toContain("<#C0123456789> is archived, and it is the channel of Posture: nothing is posted and everything is kept until");
  });
  test("when it has ended: what stands here stays here", () => {
    const { text } = troubleMessage(model({ ended: NOW, count: 1 }));
    expect(text).toBe("#infra takes messages again. 1 message of it was posted here in between, and will be kept true here.");
  });
  test("in the status: the app, and each channel", () => {
    const trouble = { why: "is_archived", since: NOW, probeAt: NOW };
    const channels: Troubles = new Map([
      ["#infra", trouble],
      [null, trouble],
    ]);
    const [app, infra, own] = unspokenIn({ installation: { why: "token_revoked", since: NOW }, channels }, "C1");
    expect(app).toContain("(token_revoked), since 2026-01-02 10:00 UTC. Nothing is posted and everything is kept");
    expect(infra).toContain("#infra is archived. Its messages are posted in the channel of Posture until");
    expect(own).toContain("The channel of Posture (C1) is archived. Nothing is posted and everything is kept until");
    expect(unspokenIn({ installation: null, channels: new Map() }, "C1")).toEqual([]);
  });
});
