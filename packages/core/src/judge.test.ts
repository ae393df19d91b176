import { describe, expect, test } from "vitest";
import { type Check, defineCheck } from "./check.ts";
import { metered, MOST_STEPS, spend, TooComplex, withEffort } from "./effort.ts";
import type { Observed } from "./facets.ts";
import { judge, type Observation } from "./judge.ts";
import type { Verdict } from "./outcome.ts";
import { absent, common, denied, known, NOW, ref, thinWalls, tooManyKeys } from "./vault.test.fixture.ts";

const EARLY = "2025-12-31T00:00:00.000Z";
const seen = { first: NOW, baseline: true };
const of = (facets: Readonly<Record<string, Observed>>): Observation => ({ ref, asOf: NOW, seen, facets });
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a plugin in plain JavaScript may return anything
const saying = (evaluate: () => unknown): Check => defineCheck({ ...common, id: "bank/said", evaluate: evaluate as () => Verdict });
function raise(thrown: unknown): never {
  throw thrown;
}
const outcomeOf = (check: Check, facets: Readonly<Record<string, Observed>> = {}): ReturnType<typeof judge> =>
  judge(check, of(facets), { now: NOW });

describe("an outcome", () => {
  test("is what the check says, with its words filled in", () => {
    expect(outcomeOf(thinWalls, { walls: known(1) })).toMatchObject({ status: "fail", text: "gold is bad." });
  });
  test("is as old as the oldest evidence", () => {
    const facets = { door: known({ locked: true }, EARLY), keys: known(["a"]), reported: absent };
    expect(outcomeOf(tooManyKeys, facets)).toMatchObject({ status: "pass", evidenceAt: EARLY });
  });
  test("of a resource that is no more is `gone`, whatever the check would say", () => {
    expect(judge(thinWalls, { ref, asOf: EARLY, gone: true }, { now: NOW })).toEqual({ status: "gone", evidenceAt: EARLY });
  });
});

describe("what could not be read", () => {
  test("is unknown where it is needed, with the reason and the action that is missing", () => {
    expect(outcomeOf(thinWalls, { walls: denied })).toMatchObject({ status: "unknown", reason: "denied", missing: ["bank:GetWalls"] });
  });
  test("names the one call that was refused, where it is known", () => {
    const call = { service: "bank", operation: "GetBricks", action: "bank:GetBricks" };
    expect(outcomeOf(thinWalls, { walls: { state: "unreadable", reason: "denied", asOf: NOW, call } })).toMatchObject({
      missing: ["bank:GetBricks"],
    });
  });
  test("asks for no permission where none was missing", () => {
    expect(outcomeOf(thinWalls, { walls: { state: "unreadable", reason: "throttled", asOf: NOW } })).toMatchObject({
      reason: "throttled",
      missing: [],
    });
  });
  test("is the check's to weigh where it may only be needed", () => {
    const facets = { door: known({ locked: true }), keys: denied };
    expect(outcomeOf(tooManyKeys, { ...facets, reported: known(["a", "b", "c"]) })).toMatchObject({ status: "fail" });
    expect(outcomeOf(tooManyKeys, { ...facets, reported: denied })).toMatchObject({ status: "unknown", reason: "denied" });
  });
  test("an absence that AWS has no answer for is a broken reading", () => {
    expect(outcomeOf(thinWalls, { walls: absent })).toMatchObject({ status: "unknown", reason: "malformed" });
  });
  test("what nobody read is not ready, never absent", () => {
    expect(outcomeOf(thinWalls)).toMatchObject({ status: "unknown", reason: "not-ready" });
  });
});

describe("a check that misbehaves is unknown by an error of its own", () => {
  const broken = { status: "unknown", reason: "plugin-error" };
  test.each<[string, () => unknown]>([
    ["throws", () => raise(new Error("boom"))],
    ["throws what is no error", () => raise("boom")],
    ["returns nothing", () => undefined],
    ["returns a promise", () => Promise.resolve({ status: "pass" })],
    ["fails with a message it does not have", () => ({ status: "fail", messageId: "nope" })],
    ["says covered and names no cover", () => ({ status: "fail", messageId: "bad", covered: true })],
    ["gives a reason that does not exist", () => ({ status: "unknown", reason: "whim", facets: [] })],
    ["gives evidence that is no JSON", () => ({ status: "pass", evidence: { n: 1n } })],
  ])("%s", (_, evaluate) => expect(outcomeOf(saying(evaluate))).toMatchObject(broken));
  test("and cannot alter the resource for the next one", () => {
    const vandal = defineCheck({
      ...common,
      id: "bank/vandal",
      needs: ["walls"],
      evaluate: (resource, { pass }) => (Reflect.set(resource, "name", "lead") ? pass({ notes: ["altered"] }) : pass()),
    });
    expect(outcomeOf(vandal, { walls: known(3) })).toMatchObject({ status: "pass" });
    expect(outcomeOf(vandal, { walls: known(3) })).not.toMatchObject({ notes: ["altered"] });
    expect(ref.name).toBe("gold");
  });
});

describe("an evaluation", () => {
  test("that takes more steps than it may is unknown as too complex, and the next one has all of its own again", () => {
    const slow = saying(() => {
      for (;;) spend(1000);
    });
    expect(outcomeOf(slow)).toMatchObject({ status: "unknown", reason: "too-complex", detail: "it would take more than 2,000,000 steps" });
    const thorough = saying(() => {
      spend(MOST_STEPS);
      return { status: "pass" };
    });
    expect(outcomeOf(thorough)).toMatchObject({ status: "pass" });
  });
  test("inside another spends its own steps", () => {
    withEffort(10, () => {
      withEffort(5, () => spend(5));
      expect(() => spend(11)).toThrow(TooComplex);
    });
    expect(() => spend(MOST_STEPS * 2)).not.toThrow();
  });
  test("is metered in the steps that were spent within, also where they were too many", () => {
    expect(metered(() => outcomeOf(saying(() => (spend(7), withEffort(5, () => spend(5)), { status: "pass" }))))).toMatchObject({
      value: { status: "pass" },
      steps: 12,
    });
    expect(metered(() => outcomeOf(saying(() => (spend(MOST_STEPS + 1), { status: "pass" }))))).toMatchObject({
      value: { status: "unknown", reason: "too-complex" },
      steps: MOST_STEPS + 1,
    });
    expect(metered(() => "nothing")).toEqual({ value: "nothing", steps: 0 });
  });
});

describe("evidence", () => {
  test("that is too long is shortened, and never changes the verdict", () => {
    const talker = saying(() => ({ status: "fail", messageId: "bad", evidence: { short: 1, long: "x".repeat(9000) } }));
    expect(outcomeOf(talker)).toMatchObject({
      status: "fail",
      evidence: { short: 1 },
      notes: ["The evidence was too long and is shortened."],
    });
  });
  test("does not fill a hole in the words with what an object inherits", () => {
    const messages: Readonly<Record<string, string>> = { bad: "{constructor} {name}" };
    const holed = defineCheck({
      ...common,
      id: "bank/holed",
      messages,
      evaluate: (_, { fail }) => fail("bad"),
    });
    expect(outcomeOf(holed)).toMatchObject({ text: "{constructor} gold" });
  });
});
