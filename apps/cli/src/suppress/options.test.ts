import type { RuleSet } from "@posture/core";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { expiryOf, ruleOptions, type Until, untilOptions } from "./options.ts";

/** What a command line of these words means, or what is said against it. */
function meant(...words: readonly string[]): { readonly sets: readonly RuleSet[]; readonly until: Until } {
  let said = "";
  const command = untilOptions(new Command("suppress"))
    .exitOverride()
    .configureOutput({ writeErr: (text) => (said += text) });
  const sets = ruleOptions(command);
  try {
    command.parse([...words], { from: "user" });
  } catch {
    throw new Error(said);
  }
  return { sets: sets(), until: command.opts<Until>() };
}

describe("a rule on the command line", () => {
  it.each<[string, readonly string[], readonly RuleSet[]]>([
    ["is one set of what is typed", ["--check", "a/b", "--account", "111122223333"], [{ checks: ["a/b"], accounts: ["111122223333"] }]],
    ["takes alternatives", ["--region", "eu-west-1", "--region", "global"], [{ regions: ["eu-west-1", "global"] }]],
    ["is of several sets with --or", ["--check", "a/b", "--or", "--arn", "arn:*"], [{ checks: ["a/b"] }, { arns: ["arn:*"] }]],
    [
      "takes values of a tag",
      ["--tag", "env=dev", "--tag", "env=test", "--tag", "team"],
      [{ tags: { env: ["dev", "test"], team: ["*"] } }],
    ],
    ["takes a tag whose value has a = of its own", ["--tag", "q=a=b"], [{ tags: { q: ["a=b"] } }]],
    ["takes an empty value", ["--tag", "env="], [{ tags: { env: [""] } }]],
    ["keeps a set that names nothing, which is then refused", ["--check", "a/b", "--or"], [{ checks: ["a/b"] }, {}]],
  ])("%s", (_, words, expected) => expect(meant(...words).sets).toEqual(expected));

  it.each<[string, readonly string[], string]>([
    ["an account that is none", ["--account", "1111"], "12 digits"],
    ["a region that is none", ["--region", "everywhere"], "looks like eu-west-1"],
    ["a tag without a key", ["--tag", "=x"], "key=value"],
    ["an empty check", ["--check", " "], "It is empty"],
    ["a part of a day", ["--days", "1.5"], "whole number of days"],
    ["no day at all", ["--days", "0"], "whole number of days"],
    ["a day that there is not", ["--until", "2026-02-30"], "Write a day"],
    ["two ends", ["--until", "2026-02-20", "--days", "3"], "cannot be used with"],
  ])("refuses %s", (_, words, part) => expect(() => meant(...words)).toThrow(part));
});

describe("an expiry on the command line", () => {
  const NOW = "2026-01-01T10:00:00.000Z";
  it.each<[string, readonly string[], string | undefined]>([
    ["is so many times 24 hours from now", ["--days", "3"], "2026-01-04T10:00:00.000Z"],
    ["is the end of a day", ["--until", "2026-01-31"], "2026-01-31T23:59:59.999Z"],
    ["is an instant", ["--until", "2026-01-31T09:30:00.000Z"], "2026-01-31T09:30:00.000Z"],
    ["is left to the configuration", [], undefined],
  ])("%s", (_, words, expected) => expect(expiryOf(meant(...words).until, NOW)).toBe(expected));
});
