import { type Check, defineCheck } from "@posture/core";
import { describe, expect, test } from "vitest";
import { checkTester, type Table } from "./check-tester.ts";
import { complaintsOf, words } from "./door.test.fixture.ts";

/* The tester is tested with bad checks: each must be caught, by the promise that it breaks and by no other. */

const TABLE: Table = {
  pass: { "it is locked": { given: { locked: true } } },
  fail: { "it is not": { given: { locked: false }, says: "thing is open." } },
};
const complaints = (check: Check, table: Table = TABLE): string[] => complaintsOf((runner) => checkTester(check, table, runner));

test("a good check is left in peace", () => {
  const good = defineCheck({ ...words, needs: ["locked"], evaluate: ({ locked }, { pass, fail }) => (locked ? pass() : fail("open")) });
  expect(complaints(good)).toEqual([]);
});

describe("a check is caught that", () => {
  test("passes where a facet that decides could not be read", () => {
    const careless = defineCheck({
      ...words,
      needs: ["locked"],
      mayNeed: ["guard"],
      evaluate: ({ locked, guard }, { pass, fail }) => (!locked && guard.state === "absent" ? fail("open") : pass()),
    });
    expect(complaints(careless)).toEqual(["never passes what fails only because guard cannot be read"]);
  });
  test("passes an unread conditional facet", () => {
    const careless = defineCheck({
      ...words,
      mayNeed: ["visitors"],
      evaluate: ({ visitors }, { pass, fail }) => (visitors.state === "known" && visitors.value.length > 0 ? fail("open") : pass()),
    });
    const table = {
      pass: { "nobody came": { given: { locked: false, visitors: [] } } },
      fail: { "somebody came": { given: { locked: false, visitors: ["a"] }, says: "thing is open." } },
    };
    expect(complaints(careless, table)).toEqual(["never passes what fails only because visitors cannot be read"]);
  });
  test("remembers", () => {
    let asked = 0;
    const moody = defineCheck({
      ...words,
      needs: ["locked"],
      evaluate: ({ locked }, { pass, fail }) => (locked || (asked += 1) % 2 === 0 ? pass() : fail("open")),
    });
    expect(complaints(moody)).toContain("it is not");
  });
  test("rolls dice for its evidence", () => {
    let dice = 0;
    const gambler = defineCheck({
      ...words,
      needs: ["locked"],
      evaluate: ({ locked }, { pass, fail }) => (locked ? pass() : fail("open", { evidence: { dice: (dice += 1) } })),
    });
    expect(complaints(gambler)).toContain("it is not");
  });
  test("alters what it is given", () => {
    const vandal = defineCheck({
      ...words,
      needs: ["locked"],
      mayNeed: ["guard"],
      evaluate({ locked, guard }, { pass, fail, unknown }) {
        if (guard.state === "unreadable") return unknown(guard.reason, "guard");
        if (guard.state === "known") Object.assign(guard.value, { awake: true });
        return locked ? pass() : fail("open");
      },
    });
    const table = { ...TABLE, fail: { "it is not": { given: { locked: false, guard: { awake: false } }, says: "thing is open." } } };
    expect(complaints(vandal, table)).toContain("it is not");
  });
  test("asks for a facet that it does not use", () => {
    const greedy = defineCheck({
      ...words,
      needs: ["locked", "guard"],
      evaluate: ({ locked }, { pass, fail }) => (locked ? pass() : fail("open")),
    });
    expect(complaints(greedy)).toEqual(["uses every facet it declares"]);
  });
  test("reads a facet that it does not declare", () => {
    const curious = defineCheck({
      ...words,
      needs: ["locked"],
      evaluate: (resource, { pass, fail }) => (Reflect.get(resource, "guard") || resource.locked ? pass() : fail("open")),
    });
    expect(complaints(curious)).toContain("it is locked");
  });
  test("has a message that no case shows", () => {
    const talkative = defineCheck({
      ...words,
      messages: { open: "{name} is open.", ajar: "{name} is ajar." },
      needs: ["locked"],
      evaluate: ({ locked }, { pass, fail }) => (locked ? pass() : fail("open")),
    });
    expect(complaints(talkative)).toEqual(["shows every message in a failing case"]);
  });
  test("leaves a hole in its words", () => {
    const messages: Readonly<Record<string, string>> = { open: "{name} is open {since}." };
    const holed = defineCheck({
      ...words,
      messages,
      needs: ["locked"],
      evaluate: ({ locked }, { pass, fail }) => (locked ? pass() : fail("open", {})),
    });
    const table = { ...TABLE, fail: { "it is not": { given: { locked: false }, says: "thing is open {since}." } } };
    expect(complaints(holed, table)).toEqual(["leaves no hole in its words"]);
  });
  test("says something else than its table", () => {
    const wordy = defineCheck({ ...words, needs: ["locked"], evaluate: ({ locked }, { pass, fail }) => (locked ? pass() : fail("open")) });
    expect(complaints(wordy, { ...TABLE, fail: { "it is not": { given: { locked: false }, says: "thing is shut." } } })).toEqual([
      "it is not",
    ]);
  });
  test("takes an absence for its opposite", () => {
    const inverted = defineCheck({
      ...words,
      needs: ["guard"],
      evaluate: ({ guard }, { pass, fail }) => (guard === null ? pass() : fail("open")),
    });
    const table = {
      pass: { "a guard is there": { given: { guard: { awake: true } } } },
      fail: { "none is": { given: {}, says: "thing is open." } },
    };
    expect(complaints(inverted, table)).toEqual(expect.arrayContaining(["a guard is there", "none is"]));
  });
  test("breaks where a facet is absent", () => {
    const brittle = defineCheck({
      ...words,
      needs: ["guard"],
      evaluate: ({ guard }, { pass, fail }) => ((guard?.awake ?? raise()) ? pass() : fail("open")),
    });
    const table = {
      pass: { "it is awake": { given: { guard: { awake: true } } } },
      fail: { "it sleeps": { given: { guard: { awake: false } }, says: "thing is open." } },
    };
    expect(complaints(brittle, table)).toEqual(["survives that everything is absent which can be"]);
  });
  test("has no failing case, or no passing one", () => {
    const check = defineCheck({ ...words, needs: ["locked"], evaluate: ({ locked }, { pass, fail }) => (locked ? pass() : fail("open")) });
    expect(complaints(check, { ...TABLE, fail: {} })).toContain("has a passing and a failing case");
    expect(complaints(check, { ...TABLE, pass: {} })).toContain("has a passing and a failing case");
  });
});

function raise(): never {
  throw new Error("a guard was expected");
}

test("a case that names a facet that does not exist, or a value that cannot be, is an error", () => {
  const check = defineCheck({ ...words, needs: ["locked"], evaluate: ({ locked }, { pass, fail }) => (locked ? pass() : fail("open")) });
  const withCase = (given: Readonly<Record<string, unknown>>): string[] =>
    complaints(check, { ...TABLE, pass: { "it is odd": { given } } });
  expect(withCase({ locked: true, looked: true })).toContain("it is odd");
  expect(withCase({ locked: "yes" })).toContain("it is odd");
});
