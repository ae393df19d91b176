import type { Check, Toolbox } from "./check.ts";
import { MOST_STEPS, TooComplex, withEffort } from "./effort.ts";
import { type Observed, type UnreadPart, unreadParts } from "./facets.ts";
import { type Instant, oldest } from "./instant.ts";
import {
  type Evidence,
  type Fail,
  type Messages,
  type Outcome,
  type Pass,
  render,
  UNKNOWN_REASONS,
  type Unknown,
  type UnknownReason,
  type Verdict,
} from "./outcome.ts";
import { facetOf, type ResourceRef, type Seen } from "./resource.ts";

/** All that was learnt of one resource. `asOf` dates its existence (or its absence). */
export type Observation =
  | { readonly ref: ResourceRef; readonly asOf: Instant; readonly seen: Seen; readonly facets: Readonly<Record<string, Observed>> }
  | { readonly ref: ResourceRef; readonly asOf: Instant; readonly gone: true };

export interface Env {
  /** As `check.params` parsed them. */
  readonly params?: unknown;
  readonly now: Instant;
}

/** In UTF-16 code units of JSON. */
const EVIDENCE_LIMIT = 8192;
const NOTE_LIMIT = 20;

/** One check, one resource, one outcome. Never throws for what a plugin does. */
export function judge(check: Check, observation: Observation, env: Env): Outcome {
  const { ref, asOf } = observation;
  if ("gone" in observation) return { status: "gone", evidenceAt: asOf };
  const { seen, facets } = observation;

  const names = [...check.needs, ...check.mayNeed];
  const readings = new Map(names.map((name) => [name, sound(check, name, facets[name] ?? notRead(asOf))]));
  const dates = [...readings.values()].map((reading) => reading.asOf);
  const evidenceAt = oldest(dates[0] ?? asOf, ...dates.slice(1));

  const blocked = check.needs.filter((name) => isBlocked(readings.get(name)));
  if (blocked.length > 0)
    return explained(check, { status: "unknown", reason: reasonOf(readings, blocked), facets: blocked }, readings, evidenceAt);

  const needed = check.needs.map((name): [string, unknown] => [name, valueOrNull(readings.get(name))]);
  const resource = Object.freeze({ ...ref, seen, ...Object.fromEntries(needed), ...pick(readings, check.mayNeed) });
  const verdict = ask(() => withEffort(MOST_STEPS, () => wellFormed(check, check.evaluate(resource, toolbox(env.params, env.now)))));
  switch (verdict.status) {
    case "broken":
      return { status: "unknown", reason: verdict.reason, facets: [], missing: [], detail: verdict.detail, evidenceAt };
    case "unknown":
      return explained(check, verdict, readings, evidenceAt);
    case "not-applicable":
      return { ...verdict, evidenceAt };
    case "pass":
      return { ...clipped(verdict), evidenceAt: ageOf(verdict) };
    case "fail": {
      const text = render(check.messages[verdict.messageId] ?? "", ref, verdict.evidence ?? {});
      return { ...clipped(verdict), text, evidenceAt: ageOf(verdict) };
    }
  }

  function ageOf({ restsOn }: Pass | Fail): Instant {
    const [first, ...rest] = restsOn?.flatMap((name) => readings.get(name)?.asOf ?? []) ?? [];
    return first === undefined ? evidenceAt : oldest(first, ...rest);
  }
}

interface Broken {
  readonly status: "broken";
  readonly reason: "plugin-error" | "too-complex";
  readonly detail: string;
}

function ask(evaluate: () => Verdict): Verdict | Broken {
  try {
    return evaluate();
  } catch (error) {
    const reason = error instanceof TooComplex ? "too-complex" : "plugin-error";
    return { status: "broken", reason, detail: error instanceof Error ? error.message : "the check threw something that is no error" };
  }
}

/** What no compiler saw: a plugin in plain JavaScript may return anything. */
function wellFormed(check: Check, verdict: Verdict): Verdict {
  switch (verdict?.status) {
    case "fail":
      if (!(verdict.messageId in check.messages)) throw new Error(`the check failed with a message it does not have: ${verdict.messageId}`);
      if (verdict.covered && !check.coveredBy) throw new Error("the check said `covered` but names no `coveredBy`");
      JSON.stringify(verdict.evidence);
      return verdict;
    case "pass":
      JSON.stringify(verdict.evidence);
      return verdict;
    case "unknown":
      if (!UNKNOWN_REASONS.includes(verdict.reason)) throw new Error(`the check gave a reason that does not exist: ${verdict.reason}`);
      return verdict;
    case "not-applicable":
      return verdict;
    default:
      throw new Error("the check returned no verdict");
  }
}

function toolbox(params: unknown, now: Instant): Toolbox<Messages, unknown, string> {
  return {
    params,
    now,
    pass: (details = {}) => ({ ...details, status: "pass" }),
    fail: (messageId, details = {}) => ({ ...details, status: "fail", messageId }),
    notApplicable: (reason) => ({ status: "not-applicable", reason }),
    unknown: (reason, ...facets) => ({ status: "unknown", reason, facets }),
  };
}

/** "There is none", where AWS has no such answer, is a broken reading and not an absence. */
function sound(check: Check, name: string, observed: Observed): Observed {
  if (observed.state !== "absent" || facetOf(check.resource.facets, name).schema.safeParse(null).success) return observed;
  return { state: "unreadable", reason: "malformed", detail: `AWS gave no ${name}, and has no such answer`, asOf: observed.asOf };
}

function notRead(asOf: Instant): Observed {
  return { state: "unreadable", reason: "not-ready", asOf };
}

function isBlocked(reading: Observed | undefined): boolean {
  return reading?.state !== "known" && reading?.state !== "absent";
}

function reasonOf(readings: ReadonlyMap<string, Observed>, blocked: readonly string[]): UnknownReason {
  const first = readings.get(blocked[0] ?? "");
  return first?.state === "unreadable" ? first.reason : "not-ready";
}

function valueOrNull(reading: Observed | undefined): unknown {
  return reading?.state === "known" ? reading.value : null;
}

function pick(readings: ReadonlyMap<string, Observed>, names: readonly string[]): Record<string, Observed | undefined> {
  return Object.fromEntries(names.map((name) => [name, readings.get(name)]));
}

/** Adds what would have to be granted: the refused call where it is known, else every call of a denied facet. */
function explained(check: Check, verdict: Unknown, readings: ReadonlyMap<string, Observed>, evidenceAt: Instant): Outcome {
  const unread = verdict.facets.flatMap((name) => unreadOf(readings.get(name)).map((reading) => ({ name, reading })));
  const missing = unread.flatMap(({ name, reading }) => {
    if (reading?.state === "unreadable" && reading.reason !== "denied") return [];
    if (reading?.state === "unreadable" && reading.call) return [reading.call.action];
    return verdict.reason === "denied" ? facetOf(check.resource.facets, name).read.map((call) => call.action) : [];
  });
  const details = unread.flatMap(({ reading }) => (reading?.state === "unreadable" && reading.detail ? [reading.detail] : []));
  return { ...verdict, missing: [...new Set(missing)].toSorted(), detail: [...new Set(details)].join("; "), evidenceAt };
}

/** What stands in the way: the reading itself, or, of one that is made of parts, those that could not be read. */
function unreadOf(reading: Observed | undefined): readonly (Observed | UnreadPart | undefined)[] {
  const unread = reading?.state === "known" ? unreadParts(reading.value) : [];
  return unread.length > 0 ? unread : [reading];
}

/** Evidence that is too long never changes a verdict: it loses its long members, and says so. */
function clipped<V extends Pass | Fail>(verdict: V): V {
  const notes = verdict.notes && verdict.notes.length > NOTE_LIMIT ? verdict.notes.slice(0, NOTE_LIMIT) : verdict.notes;
  if (!verdict.evidence || JSON.stringify(verdict.evidence).length <= EVIDENCE_LIMIT)
    return notes === verdict.notes ? verdict : { ...verdict, notes };
  const short: Evidence = Object.fromEntries(
    Object.entries(verdict.evidence)
      .filter(([, value]) => JSON.stringify(value ?? null).length <= 256)
      .slice(0, 16),
  );
  return { ...verdict, evidence: short, notes: [...(notes ?? []), "The evidence was too long and is shortened."] };
}
