import type { Recheck } from "@posture/runtime";
import { describe, expect, test } from "vitest";
import { listed, NOW } from "../finding.test.fixture.ts";
import { verdictSentence } from "./verdicts.ts";

const { finding } = listed();
type Resolved = Extract<Recheck["answer"], { kind: "resolved" }>;
const said = (more: Partial<Resolved> = {}): string =>
  verdictSentence({
    readAt: NOW,
    calls: 2,
    answer: { kind: "resolved", before: finding, finding, why: "pass", notes: [], coverage: null, ...more },
  });

describe("a re-check that resolves", () => {
  test("says so", () => expect(said()).toBe("re-checked: fixed."));
  test("on a part of what there is says how much it looked at", () =>
    expect(said({ coverage: { seen: 12, total: 40 }, notes: ["No public object was found in a sample of 12."] })).toBe(
      "re-checked: fixed. Looked at 12 of 40. No public object was found in a sample of 12.",
    ));
  test("on everything there is does not count it", () => expect(said({ coverage: { seen: 40, total: 40 } })).toBe("re-checked: fixed."));
  test("because the check does not apply says why", () =>
    expect(said({ why: "not-applicable", notes: ["overrides[0] switches the check off for what is tagged env=dev"] })).toBe(
      "re-checked: the check does not apply to it any more. overrides[0] switches the check off for what is tagged env=dev",
    ));
  test("with many notes says three of them, and how many more there are", () =>
    expect(said({ notes: ["One.", "Two.", "Three.", "Four.", "Five."] })).toBe(
      "re-checked: fixed. One. Two. Three. (And 2 more notes, which the command line shows.)",
    ));
});
