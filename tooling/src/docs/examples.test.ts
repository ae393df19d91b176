import { expect, test } from "vitest";
import { tablesOf } from "./examples.ts";

test("the sentences of a table are its check's examples, without the ids of vectors", () => {
  const source = `
    import { doorOpen as check } from "./door-open.ts";
    checkTester(check, {
      base: { open: false },
      pass: { "DOR-01: it is shut": {}, quiet: {} },
      fail: { "DOR-02, DOR-03: it stands open": { given: { open: true }, says: "x" } },
      unknown: { ...others, "the door was not seen": { reason: "denied" } },
    }, { describe, it });`;
  expect(tablesOf("door-open.test.ts", source)).toEqual([
    {
      check: "door-open",
      examples: { pass: ["it is shut", "quiet"], fail: ["it stands open"], notApplicable: [], unknown: ["the door was not seen"] },
    },
  ]);
});
test("a table within a function is that of every check which the function is called with", () => {
  const source = `function all(check) { checkTester(check, { pass: { "it is shut": {} } }); }  all(doorOpen); all(gateOpen, 1);`;
  expect(tablesOf("x.test.ts", source).map(({ check, examples }) => [check, examples.pass])).toEqual([
    ["door-open", ["it is shut"]],
    ["gate-open", ["it is shut"]],
  ]);
});
test("what is no table has no examples", () => expect(tablesOf("x.test.ts", "checkTester(check); other(check, {});")).toEqual([]));
