import { type Check, judge, type Observed, type Outcome, type Unreadable } from "@posture/core";
import { collect, type Given, NOW } from "@posture/testing";
import { CHECKS } from "./checks.ts";
import { GROUP, REF } from "./group.fixture.ts";

const SEEN = { first: NOW, baseline: true };

/** What one check says of a group, read as the engine reads it. */
export function outcome(check: Check, given: Given, params: unknown = {}): Outcome {
  const values: Given = { group: GROUP, ...given };
  const answer = (name: string): Observed => observed(values[name]);
  const { progress } = collect(check, REF, {}, answer);
  return judge(check, { ref: REF, asOf: NOW, seen: SEEN, facets: progress }, { now: NOW, params: check.params?.parse(params) });
}

function observed(value: unknown): Observed {
  if (value === undefined) return { state: "unreadable", reason: "malformed", asOf: NOW };
  return isUnreadable(value) ? value : { state: "known", value, asOf: NOW };
}

function isUnreadable(value: unknown): value is Unreadable {
  return typeof value === "object" && value !== null && "state" in value && value.state === "unreadable" && "asOf" in value;
}

/** What all eight say, by the short name of the check: "pass", "fail", "covered", "unknown", "not-applicable". */
export function verdicts(given: Given): Record<string, string> {
  return Object.fromEntries(
    CHECKS.map((check) => {
      const found = outcome(check, given);
      return [
        check.id.slice("security-group/".length, -"-open-to-internet".length),
        found.status === "fail" && found.covered ? "covered" : found.status,
      ];
    }),
  );
}

const ALL: readonly string[] = ["ssh", "rdp", "mysql", "postgresql", "mssql", "mongodb", "all-ports", "web"];

/** Every check says `verdict`, but for the exceptions. */
export function all(verdict: string, exceptions: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...Object.fromEntries(ALL.map((name) => [name, verdict])), ...exceptions };
}
