import { type Check, type Instant, judge, type Observed, type Outcome, type ResourceRef } from "@posture/core";
import { collect, type Given, NOW } from "@posture/testing";

function isObserved(value: unknown): value is Observed {
  return typeof value === "object" && value !== null && "state" in value && "asOf" in value;
}

function observed(value: unknown): Observed {
  if (isObserved(value)) return value;
  return value === undefined || value === null ? { state: "absent", asOf: NOW } : { state: "known", value, asOf: NOW };
}

/** What a check says of a resource whose facets are these, read as the engine reads them, and which facets it read. */
export function reading(
  check: Check,
  ref: ResourceRef,
  given: Given,
  { params = {}, now = NOW }: { readonly params?: unknown; readonly now?: Instant } = {},
): { readonly outcome: Outcome; readonly reads: readonly string[] } {
  const { reads, progress } = collect(check, ref, {}, (name) => observed(given[name]));
  const seen = { first: NOW, baseline: true };
  return { reads, outcome: judge(check, { ref, asOf: NOW, seen, facets: progress }, { now, params: check.params?.parse(params) }) };
}

export function outcome(...asked: Parameters<typeof reading>): Outcome {
  return reading(...asked).outcome;
}

/** What the engine says of a resource that AWS no longer knows. */
export function gone(check: Check, ref: ResourceRef): Outcome {
  return judge(check, { ref, asOf: NOW, gone: true }, { now: NOW });
}
