import { type Finding, HOUR } from "@posture/core";
import { describe, expect, test } from "vitest";
import { listed, refOf } from "../finding.test.fixture.ts";
import { expectEachOnce } from "./faults.test.fixture.ts";
import { House, type Story } from "./house.test.fixture.ts";

test("however Slack fails and the bot ends, each message is there once, in its order, and says what is true", async () => {
  const { counts } = await expectEachOnce(24, 20_260_101);
  expect(counts["messages"]).toBeGreaterThan(100);
});

async function inAStory(tell: (story: Story) => Promise<void>, ahead?: number): Promise<void> {
  const house = new House();
  const story = await house.story(ahead === undefined ? {} : { ahead });
  await tell(story);
  await story.end();
  await house.close();
}

test("a bot whose clock is five minutes ahead of Slack's finds what it posted, and posts it no second time", () =>
  inAStory(async (story) => {
    story.slack.fault({ method: "chat.postMessage", kind: "reset_after" });
    await story.happened([listed("open", { severity: "critical" }).finding], [null]);
    await story.pass(60_000);
    const inChannel = story.ledger().filter((call) => call.arguments["thread_ts"] === undefined);
    expect(inChannel.map(({ method }) => method)).toEqual(["chat.postMessage", "conversations.history"]);
    expect((await story.rows()).every(({ state }) => state === "sent")).toBe(true);
  }, 5 * 60_000));

describe("a finding that a group told and that reopens after an hour", () => {
  const open = (name: string, severity: "critical" | "high"): Finding => listed("open", { severity, ref: refOf(name) }).finding;
  const resolved = (it: Finding, at: string): Finding => ({ ...it, condition: "cleared", clearedAt: at });
  const texts = async (story: Story, findings: readonly Finding[]): Promise<readonly string[]> => {
    await story.happened(findings, [null]);
    await story.pass(10_000);
    return story
      .ledger()
      .flatMap((call) =>
        call.outcome?.ok === true && /^chat\.(postMessage|update)$/.test(call.method) ? [String(call.arguments["text"])] : [],
      );
  };
  test("is told by the group as reopened in a later message", () =>
    inAStory(async (story) => {
      const [first, second] = [open("one", "high"), open("two", "high")];
      await texts(story, [first, second]);
      const gone = [first, second].map((it) => resolved(it, story.clock.now()));
      await texts(story, gone);
      await story.pass(HOUR);
      const last = await texts(story, [{ ...second, reopened: 1 }]);
      expect(last.some((text) => text.startsWith("↩️ 1 × ") && text.includes("told again, in a later message"))).toBe(true);
    }));
});
