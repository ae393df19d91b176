import { type Check, judge, type Observed, optionsOf, type Outcome, type ResourceRef } from "@posture/core";
import { collect, type Given, NOW } from "@posture/testing";

/** What a check says of a resource whose facets are these, read as the engine reads them. */
export function outcome(check: Check, ref: ResourceRef, given: Given, asked: unknown = {}): Outcome {
  const params = check.params?.parse(asked);
  const { progress } = collect(check, ref, {}, (name) => observed(given[name]), optionsOf(check.resource, [{ check, params }]));
  return judge(check, { ref, asOf: NOW, seen: { first: NOW, baseline: true }, facets: progress }, { now: NOW, params });
}

function isObserved(value: unknown): value is Observed {
  return typeof value === "object" && value !== null && "state" in value && "asOf" in value;
}

function observed(value: unknown): Observed {
  if (isObserved(value)) return value;
  return value === undefined || value === null ? { state: "absent", asOf: NOW } : { state: "known", value, asOf: NOW };
}
