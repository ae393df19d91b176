import { describe, expect, test } from "vitest";
import { ACTION, encodeMore, encodePage, type MoreVerb } from "../codec.ts";
import type { Intake } from "../inbox/intake.ts";
import { onlyAsksIn, pageTurnOf } from "./intakes.ts";

const HERE = "C0HERE";
const command = (text: string, channel_id = HERE): Intake => ({ command: "/posture", text, user_id: "U1", channel_id, trigger_id: "1" });
const click = (action_id: string, value: string, channel?: string): Intake => ({
  type: "block_actions",
  user: { id: "U1" },
  trigger_id: "1",
  actions: [{ type: "button", action_id, action_ts: "1", value }],
  ...(channel !== undefined && { channel: { id: channel } }),
});
const more = (verb: MoreVerb, channel = HERE): Intake => ({
  type: "block_actions",
  user: { id: "U1" },
  trigger_id: "1",
  channel: { id: channel },
  actions: [
    {
      type: "static_select",
      action_id: ACTION.more,
      action_ts: "1",
      selected_option: { value: encodeMore({ verb, fingerprint: `v1-${"0".repeat(32)}` }) },
    },
  ],
});
const TURN = { list: "findings", page: 2, typed: "critical" } as const;

describe("only asks, in the channel", () => {
  test.each([
    ["a question", command("findings critical"), true],
    ["a question in capitals", command("  Status "), true],
    ["nothing, which is help", command(""), true],
    ["a page that is turned", click(ACTION.nextPage, encodePage(TURN), HERE), true],
    ["the steps behind More…", more("steps"), true],
    ["the history behind More…", more("history"), true],
    ["the ARN behind More…", more("arn"), true],
    ["the way to the console behind More…", more("console"), true],
    ["what suppresses behind More…", more("related"), false],
    ["what assigns behind More…", more("assign"), false],
    ["the steps in another channel", more("steps", "C0ELSEWHERE"), false],
    ["a question from another channel", command("findings", "C0ELSEWHERE"), false],
    ["a page that is turned in another channel", click(ACTION.nextPage, encodePage(TURN), "C0ELSEWHERE"), false],
    ["a page that is turned nobody knows where", click(ACTION.nextPage, encodePage(TURN)), false],
    ["a re-check", command("recheck 0123456789ab"), false],
    ["a word that is not known", command("destroy everything"), false],
    ["another button", click(ACTION.recheck, encodePage(TURN), HERE), false],
    ["a page that no button of ours leads to", click(ACTION.nextPage, "v1:secrets:1:", HERE), false],
  ])("%s: %s", (_, intake, expected) => expect(onlyAsksIn(HERE, intake)).toBe(expected));
});

test("a page is what its button carries", () => expect(pageTurnOf(click(ACTION.previousPage, encodePage(TURN), HERE))).toEqual(TURN));
