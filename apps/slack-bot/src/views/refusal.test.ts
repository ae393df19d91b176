import { resolveRoles, ROLES } from "@posture/config";
import { describe, expect, test } from "vitest";
import type { Deed } from "../roles/deed.ts";
import { mayDo, type Person, type Refusal } from "../roles/may.ts";
import type { Standing } from "../roles/standing.ts";
import type { Message } from "../slack/port.ts";
import { problemsOf } from "./limits.ts";
import { refusalMessage, refusalText } from "./refusal.ts";
import { KEYS } from "../asking/asked.ts";
import { SORT_WORDS } from "../asking/sorting.ts";
import { LIMIT } from "./parts.ts";
import { helpMessage } from "./words.ts";

const GIVEN = {
  viewer: ["everyone"],
  responder: ["C0ONCALL"],
  analyst: ["U0ANA", "S0SECOPS"],
  approver: ["U0BEN"],
  admin: ["workspace-admins"],
};
const rules = { roles: resolveRoles(GIVEN), approvers: null };
const who = (kind: Person["kind"], isIn: readonly (readonly [string, boolean])[] = []): Person => ({
  id: "U0CEM",
  kind,
  isIn: new Map(isIn),
});
const NOWHERE = [["C0ONCALL", false] as const, ["S0SECOPS", false] as const];
function refusalOf(person: Person, deed: Deed, given = rules): Refusal {
  const verdict = mayDo(person, deed, false, given);
  if (verdict.kind !== "refused") throw new Error(`not refused: ${verdict.kind}`);
  return verdict;
}

describe("a refusal", () => {
  test("says which role it takes, and names who has it: people, groups, channels, the workspace's admins", () => {
    const refusal = refusalOf(who("member", NOWHERE), "recheck");
    const message = refusalMessage(refusal);
    expect(message.text).toBe("You may not re-check a finding: that takes the role responder or one above it.");
    expect(message.blocks).toMatchSnapshot();
    expect(problemsOf(message.blocks)).toEqual([]);
  });
  test("says to a guest that any full member can, where nothing is configured", () => {
    const refusal = refusalOf(who("guest"), "suppress", { roles: resolveRoles(), approvers: null });
    expect(refusalText(refusal)).toBe(
      "Only full members of this workspace may suppress a finding. Every full member can: ask one in this channel.",
    );
    expect(JSON.stringify(refusalMessage(refusal).blocks)).toContain("Every full member can");
  });
  test("says in a window, where Slack shows no names, where they can be read", () =>
    expect(refusalText(refusalOf(who("member", NOWHERE), "suppress"))).toBe(
      "You may not suppress a finding: that takes the role analyst or one above it. /posture help says who can.",
    ));
  test("says that nobody can where the configuration names nobody", () => {
    const nobody = { roles: resolveRoles({ viewer: ["everyone"] }), approvers: null };
    expect(refusalText(refusalOf(who("member"), "scan", nobody))).toContain("names nobody who can");
  });
});

describe("the help", () => {
  const MEANT: Readonly<Record<(typeof ROLES)[number], Deed>> = {
    viewer: "findings",
    responder: "recheck",
    analyst: "suppress",
    approver: "approve",
    admin: "scan",
  };
  const standings = (person: Person): readonly Standing[] =>
    ROLES.map((role) => ({ role, verdict: mayDo(person, MEANT[role], false, rules) }));
  const last = ({ blocks }: Message): unknown => blocks.at(-2);
  test.each([
    [
      "one who may do some of it",
      who("member", [
        ["C0ONCALL", false],
        ["S0SECOPS", true],
      ]),
    ],
    ["one of whom Slack does not say it", who("member")],
    ["a guest", who("guest")],
  ])("says to %s what they may do, and who can do the rest", (_, person) => {
    const message = helpMessage(standings(person));
    expect(problemsOf(message.blocks)).toEqual([]);
    expect(last(message)).toMatchSnapshot();
  });
  test("names every filter, every order and what can be shared, with room to spare", () => {
    const { blocks } = helpMessage([]);
    const said = JSON.stringify(blocks);
    for (const word of [...KEYS, ...SORT_WORDS]) expect(said, word).toContain(`\`${word}\``);
    expect(said).toContain("Share to channel");
    const longest = Math.max(...blocks.map((block) => (block.type === "section" ? (block.text?.text.length ?? 0) : 0)));
    expect(longest).toBeLessThan(LIMIT.section);
  });
  test("says to one who may do all that it is all", () =>
    expect(JSON.stringify(last(helpMessage([{ role: "admin", verdict: { kind: "yes" } }])))).toContain("You may do all of this."));
});
