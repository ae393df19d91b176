import { covers, matchesPattern } from "@posture/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { listed, refOf } from "../finding.test.fixture.ts";
import { problemsOf } from "../views/limits.ts";
import { suppressModal } from "../views/suppress.ts";
import { windowOf } from "../finding.test.fixture.ts";
import { scopeChoices, scopeChosen } from "./scopes.ts";

const finding = listed("open", { tags: { team: "payments", "aws:cloudformation:stack-name": "press", any: "*" } }).finding;

test("a finding may be suppressed alone, or with what it has in common with others; AWS's own tags come last", () => {
  expect(scopeChoices(finding).map(({ label, scope }) => [label, scope])).toEqual([
    ["This finding only", { fingerprint: finding.fingerprint }],
    ["This check in the whole account 111122223333", { rule: { checks: ["s3/bucket-acl-public"], accounts: ["111122223333"] } }],
    ["This check, tag team=payments", { rule: { checks: ["s3/bucket-acl-public"], tags: { team: ["payments"] } } }],
    [
      "This check, tag aws:cloudformation:stack-name=press",
      { rule: { checks: ["s3/bucket-acl-public"], tags: { "aws:cloudformation:stack-name": ["press"] } } },
    ],
    ["Every check on this resource", { rule: { accounts: ["111122223333"], arns: ["arn:aws:s3:::exports"] } }],
  ]);
});

test("a choice means the same when it comes back, and nothing once the tag is gone", () => {
  const [, , team] = scopeChoices(finding);
  expect(scopeChosen(finding, team?.value ?? "")).toEqual(team);
  expect(scopeChosen({ ...finding, tags: { team: "search" } }, team?.value ?? "")).toBeNull();
  expect(scopeChosen(finding, "tag:0")).toBeNull();
});

const awkward = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
  fc.constantFrom("__proto__", "a*b?", String.raw`\*`, "🏳️‍🌈".repeat(60)),
);

test("whatever a resource is called and tagged with, each scope holds the finding, and the window fits Slack's limits", () => {
  fc.assert(
    fc.property(awkward, fc.array(fc.tuple(awkward, awkward), { maxLength: 60 }), (name, pairs) => {
      const it = listed("open", { ref: refOf(name), tags: Object.fromEntries(pairs) }).finding;
      for (const { scope } of scopeChoices(it)) expect(covers(scope, it)).toBe(true);
      const choices = scopeChoices(it);
      expect(new Set(choices.map(({ value }) => value)).size).toBe(choices.length);
      expect(problemsOf(suppressModal(windowOf(it)).blocks, "modal")).toEqual([]);
    }),
    { seed: 21, numRuns: 200 },
  );
});

test("every check on a resource is of this resource alone, whatever pattern its ARN looks like", () => {
  const { scope } = scopeChoices(listed("open", { ref: refOf("a*?") }).finding).at(-1) ?? {};
  const [pattern = ""] = scope && "rule" in scope && "arns" in scope.rule ? (scope.rule.arns ?? []) : [];
  expect([matchesPattern(pattern, "arn:aws:s3:::a*?"), matchesPattern(pattern, "arn:aws:s3:::abc")]).toEqual([true, false]);
});
