import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ELSEWHERE, LATER, threads, threadsIn } from "./lessons.ts";
import { ROOT } from "./packages.ts";
import { uncommented } from "./vectors.ts";

const read = (pattern: string): readonly string[] => globSync(pattern, { cwd: ROOT }).map((file) => readFileSync(join(ROOT, file), "utf8"));
const named = new Set(read("packages/*/src/lessons.test.ts").flatMap(threadsIn));
const tests = read("packages/*/src/**/*.test.ts").map(uncommented).join("\n");

test("every report about another scanner is a test, but for those that are listed with the reason", () => {
  const untried = threads().filter((thread) => !named.has(thread) && !(thread in ELSEWHERE));
  expect(untried.toSorted()).toEqual(Object.keys(LATER).toSorted());
});
test("every test of a lesson, and every note about one, names a report whose repository is known", () => {
  const known = new Set(threads());
  expect([...named, ...Object.keys(ELSEWHERE)].filter((thread) => !known.has(thread))).toEqual([]);
});
test("no two repositories are called the same", () => {
  expect(new Set(threads()).size).toBe(threads().length);
});
test.each(Object.entries(ELSEWHERE))("%s is proved by a test that exists: %s", (_, name) => {
  expect(tests).toContain(`"${name}"`);
});
test("threads are read from names of tests, and not from comments", () => {
  const source = '  // it (kics 1)\n  it("is so (prowler 464, pull 487; cfn_nag 183), also twice (mql 8531)", () => f(a, b1));';
  expect(threadsIn(source)).toEqual(["prowler 464", "prowler 487", "cfn_nag 183", "mql 8531"]);
});
