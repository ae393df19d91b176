import { type AuditEvent, type Finding, HOUR } from "@posture/core";
import type { SlackFault } from "@posture/sandbox/slack";
import { WebClient } from "@slack/web-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listed, refOf } from "../finding.test.fixture.ts";
import { aboutAssigned } from "./assigned.ts";
import { slackPort } from "../slack/port.ts";
import { House, type Story } from "./house.test.fixture.ts";

const ANA = { kind: "user", id: "U0ANA000", via: "slack" } as const;

/** A finding that somebody gives to somebody, and what the audit log has of it. */
function given(finding: Finding, to: string, at: string, by: AuditEvent["actor"] = ANA): readonly [Finding, AuditEvent] {
  const source = by.kind === "user" ? by.via : "clock";
  const event = { type: "assigned", subject: finding.fingerprint, at, actor: by, source, after: to, note: "" } as const;
  return [{ ...finding, assignee: { id: to, at, by } }, event];
}
const { finding } = listed();
const AT = "2026-01-01T00:00:00.000Z";
const dueFor = (to: string, by?: AuditEvent["actor"]): readonly string[] => {
  const [after, event] = given(finding, to, AT, by);
  return aboutAssigned([event], () => after, AT).map(({ key }) => key);
};

describe("whoever is given a finding", () => {
  test("by somebody else is told, under one key for each time", () => {
    expect(dueFor("U0BEN000")).toEqual([`assigned:${finding.fingerprint}:${AT}@U0BEN000`]);
    expect(dueFor("U0BEN000", { kind: "user", id: "arn:aws:iam::111122223333:user/ana", via: "cli" })).toHaveLength(1);
  });
  test("by themselves is told nothing, nor is one whom Slack does not know", () => {
    expect(dueFor("U0ANA000")).toEqual([]);
    expect(dueFor("arn:aws:iam::111122223333:user/ben")).toEqual([]);
  });
  test("is told of nothing else, and of what is not there any more", () => {
    const [after, event] = given(finding, "U0BEN000", AT);
    expect(aboutAssigned([{ ...event, type: "unassigned" }], () => after, AT)).toEqual([]);
    expect(aboutAssigned([event], () => undefined, AT)).toEqual([]);
  });
});

/** The steps of a process from the commit until the message is known to stand, and one or two more. */
const STEPS = 16;

describe("the message to an assignee,", () => {
  const house = new House();
  let stories = 0;
  beforeAll(async () => (await house.story()).end(), 30_000);
  afterAll(() => house.close());

  async function told(tell: (story: Story, finding: Finding, ben: string) => Promise<void>): Promise<readonly string[]> {
    const story = await house.story();
    const ben = String((await new WebClient("xoxp-ben", { slackApiUrl: story.slack.apiUrl }).auth.test()).user_id);
    const name = `given-${(stories += 1)}`;
    const it = listed("open", { severity: "critical", ref: refOf(name) }).finding;
    await story.happened([it], [null]);
    await story.pass(10_000);
    await tell(story, it, ben);
    await story.end();
    return story.slack.directMessages("Ben").flatMap(({ text, blocks }) => (text.includes(name) ? [JSON.stringify(blocks)] : []));
  }
  /** What happens to messages to Ben alone. */
  async function faulty(story: Story, ben: string, fault: Omit<SlackFault, "method" | "channel">): Promise<string> {
    const channel = await slackPort(new WebClient(story.slack.botToken, { slackApiUrl: story.slack.apiUrl })).dm(ben);
    story.slack.fault({ ...fault, method: "chat.postMessage", channel });
    return channel;
  }
  const assign = (story: Story, it: Finding, to: string): Promise<void> => {
    const [after, event] = given(it, to, story.clock.now());
    return story.happened([after], [null], { events: [event] });
  };
  const settled = async (story: Story): Promise<boolean> => (await story.rows()).every(({ state }) => state === "sent" || state === "dead");

  for (const midway of [false, true]) {
    test(
      `wherever the bot is killed ${midway ? "in the middle of" : "before"} a step, is there once when it is started again`,
      { timeout: 60_000 },
      async () => {
        for (let steps = 0; steps <= STEPS; steps += 1) {
          const messages = await told(async (story, it, ben) => {
            story.dies(steps, midway);
            await assign(story, it, ben);
            await story.pass(5 * 60_000, () => settled(story));
            const [row] = (await story.rows()).filter(({ body }) => body.type === "assigned");
            expect([steps, row?.state, row?.body.mayRepeat]).toEqual([steps, "sent", false]);
          });
          expect([steps, messages.length]).toEqual([steps, 1]);
          expect(messages[0]).toContain("Open its message");
        }
      },
    );
  }

  test("is posted once where Slack broke off without saying whether it was", async () => {
    const messages = await told(async (story, it, ben) => {
      const channel = await faulty(story, ben, { kind: "reset_after" });
      await assign(story, it, ben);
      await story.pass(60_000, () => settled(story));
      // It was looked for where it stands: in their conversation, not in the channel.
      const looked = story
        .ledger()
        .filter(({ method }) => method === "conversations.history")
        .map((call) => String(call.arguments["channel"]));
      expect(looked).toEqual([channel]);
    });
    expect(messages).toHaveLength(1);
  });
  test("is not sent where somebody else has it by then", async () => {
    const messages = await told(async (story, it, ben) => {
      await faulty(story, ben, { kind: "ratelimited", retryAfter: 30, times: 1 });
      await assign(story, it, ben);
      await story.pass(5000);
      await assign(story, it, "arn:aws:iam::111122223333:user/cem");
      await story.pass(10 * 60_000, () => settled(story));
      expect(await statesOf(story)).toEqual(["dead"]);
    });
    expect(messages).toEqual([]);
  });
  test("is given up after a day in which Slack let nobody write to them", async () => {
    await told(async (story, it) => {
      await assign(story, it, "U0NOBODY0");
      await story.pass(23 * HOUR, () => settled(story));
      expect(await statesOf(story)).toEqual(["due"]);
      await story.pass(2 * HOUR, () => settled(story));
      expect(await statesOf(story)).toEqual(["dead"]);
    });
  });
});

async function statesOf(story: Story): Promise<readonly string[]> {
  return (await story.rows()).filter(({ body }) => body.type === "assigned").map(({ state }) => state);
}
