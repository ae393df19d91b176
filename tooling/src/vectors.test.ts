import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./packages.ts";
import { LATER, untried, vectorIds } from "./vectors.ts";

const tests = globSync(["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts"], { cwd: ROOT }).map((file) =>
  readFileSync(join(ROOT, file), "utf8"),
);

test("every vector is a test, but for those that are listed with the reason", () => {
  expect(untried(vectorIds(), tests).toSorted()).toEqual(Object.keys(LATER).toSorted());
});
test("a vector that only a comment names is untried", () => {
  expect(untried(["ABC-01", "ABC-02"], ['  // ABC-01 is hard\n it("ABC-02: is not", () => {});'])).toEqual(["ABC-01"]);
});
test("the ids of a check are numbered without a gap", () => {
  expect(vectorIds({ ABC: 2, XYZ: 1 })).toEqual(["ABC-01", "ABC-02", "XYZ-01"]);
});
