import { expect, test } from "vitest";
import { onlyAsksIn } from "../asking/intakes.ts";
import { ACTION, encodeMore, FIELD, MORE, RELATED_MODAL, SUPPRESS_MODAL } from "../codec.ts";
import { COMMAND_WORDS } from "../views/words.ts";
import { isQuestion } from "./deed.ts";
import { deedIn, deedOfWord, wordOf } from "./wanted.ts";

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

const common = { user: { id: "U1" }, trigger_id: "1" };

test("the window of Suppress is about a rule as soon as its scope is wider than the finding", () => {
  const submitted = (callback_id: string, scope: string): ReturnType<typeof deedIn> => {
    const values = { [FIELD.scope]: { [ACTION.scope]: { type: "static_select", selected_option: { value: scope } } } };
    return deedIn({ ...common, type: "view_submission", view: { id: "V1", callback_id, private_metadata: "", state: { values } } });
  };
  expect(["finding", "account", "resource", "tag:0", "whatever"].map((scope) => submitted(SUPPRESS_MODAL, scope))).toEqual([
    "suppress",
    ...Array.from({ length: 4 }, () => "suppress-by-rule"),
  ]);
  expect(submitted(RELATED_MODAL, "finding")).toBe("suppress-related");
});

test("what stands behind More… is each a deed of its own, and what we did not write is none", () => {
  const chosen = (value: string): ReturnType<typeof deedIn> =>
    deedIn({
      ...common,
      type: "block_actions",
      actions: [{ type: "static_select", action_id: ACTION.more, action_ts: "1", selected_option: { value } }],
    });
  const fingerprint = `v1-${"0".repeat(32)}`;
  expect(MORE.map((verb) => chosen(encodeMore({ verb, fingerprint })))).toEqual([
    "steps",
    "history",
    "suppress-related",
    "assign",
    "show",
    "show",
  ]);
  expect(chosen("destroy|all")).toBeNull();
});
