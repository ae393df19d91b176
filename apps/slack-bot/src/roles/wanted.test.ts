import { expect, test } from "vitest";
import { onlyAsksIn } from "../asking/intakes.ts";
import { COMMAND_WORDS } from "../views/words.ts";
import { isQuestion } from "./deed.ts";
import { deedOfWord, wordOf } from "./wanted.ts";

const asksOnly = (text: string): boolean =>
  onlyAsksIn("C1", { command: "/posture", text, user_id: "U1", channel_id: "C1", trigger_id: "1" });

test("of every command that the help teaches it is known who may use it", () => {
  for (const word of COMMAND_WORDS) expect(deedOfWord(word), word).not.toBeNull();
});
test("what may be asked by everybody in the channel is a question", () => {
  for (const word of COMMAND_WORDS) expect(asksOnly(word) && !isQuestion(deedOfWord(word) ?? "scan"), word).toBe(false);
});
test("a word that is not known is nobody's, and nothing typed is help", () => {
  expect(deedOfWord("destroy")).toBeNull();
  expect([wordOf(""), wordOf("  Summary  now")]).toEqual(["help", "summary"]);
});
