import type { KnownBlock } from "@slack/types";
import fc from "fast-check";
import { expect, test } from "vitest";
import { NOW } from "../finding.test.fixture.ts";
import type { Message } from "../slack/port.ts";
import { hostileText } from "./hostile.test.fixture.ts";
import { button, literal, note, rich, row, section } from "./parts.ts";
import { isShareable, peopleIn, sharedMessage, withoutShare, withShare } from "./sharing.ts";

const WHICH = { word: "findings", page: 1, typed: "critical" } as const;
const answer = (...blocks: readonly KnownBlock[]): Message => ({ text: "Findings: 1 of 1", blocks, plainer: blocks });
const shared = (message: Message, names: ReadonlyMap<string, string> = new Map([["U0ANA", "ana"]])): Message =>
  sharedMessage({ message, names, by: "U0ANA", command: "/posture findings critical", now: NOW, mayRepeat: false });
const typesOf = ({ blocks }: Message): readonly string[] => blocks.map(({ type }) => type);

test("an answer has its button beside the others where there is room, and in a row of its own where there is none", () => {
  const one = withShare(answer(row(button("Next", "n", "v"))), WHICH);
  expect(typesOf(one)).toEqual(["actions"]);
  const full = withShare(answer(row(...Array.from({ length: 5 }, (_, i) => button("x", `x${i}`, "v")))), WHICH);
  expect(typesOf(full)).toEqual(["actions", "actions"]);
  expect(typesOf(withShare(answer(note("a")), WHICH))).toEqual(["context", "actions"]);
});
test("who may not share has everything but the button, and nothing where that was all", () => {
  const message = answer(note("a"), row(button("Next", "n", "v")));
  expect(withoutShare(withShare(message, WHICH))).toEqual(message);
  expect(withoutShare(withShare(answer(note("a")), WHICH))).toEqual(answer(note("a")));
  expect([isShareable(withShare(message, WHICH)), isShareable(message)]).toEqual([true, false]);
});
test("what was typed at such length that no button carries it has none", () =>
  expect(isShareable(withShare(answer(note("a")), { ...WHICH, typed: "x".repeat(501) }))).toBe(false));

test("whoever and whatever an answer mentions is named where it is shared, and called nowhere", () => {
  const message = answer(
    rich(section({ type: "user", user_id: "U0ANA" }, { type: "usergroup", usergroup_id: "S1" }, { type: "broadcast", range: "here" })),
    note("by <@U0ANA> and <@U0BEN|ben>, <!here> <!subteam^S1|@x>, <!date^1^{date}|then>"),
  );
  expect(peopleIn(message.blocks)).toEqual(["U0ANA", "U0ANA", "U0BEN"]);
  const { blocks, plainer, text } = shared(message);
  const said = JSON.stringify([blocks, plainer]);
  expect(said).not.toMatch(/"type":"(user|usergroup|broadcast)"|<[@#]|<!(?!date)/);
  expect(said).toContain("by @ana and @somebody, @a group @a group, <!date^1^{date}|then>");
  expect(text).toBe("Findings: 1 of 1 Asked by @ana.");
});
test("nothing that can be pressed is shared", () =>
  expect(typesOf(shared(withShare(answer(note("a"), row(button("Next", "n", "v"))), WHICH)))).toEqual(["context", "rich_text"]));
test("whatever somebody is called, and whatever stands in an answer, it calls nobody and says what it said", () => {
  fc.assert(
    fc.property(hostileText, hostileText, (name, words) => {
      const message = answer(rich(section(literal(words), { type: "user", user_id: "U0ANA" })), note("by <@U0ANA>"));
      const { blocks, text } = shared(message, new Map([["U0ANA", name]]));
      expect(peopleIn(blocks)).toEqual([]);
      expect(JSON.stringify(blocks)).toContain(JSON.stringify(literal(words)).slice(1, -1));
      expect(text).not.toMatch(/[<>]/);
    }),
    { seed: 7, numRuns: 200 },
  );
});
