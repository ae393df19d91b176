import {
  hasTagRules,
  type Instant,
  judge,
  type Observation,
  type Observed,
  oldest,
  type Outcome,
  type ResolvedCheck,
  type ResourceRef,
  type RuleSet,
  setOn,
  type Setting,
  type Severity,
  TAGS,
  type Unreadable,
  unreadable,
} from "@posture/core";
import { type Decided, settingOf, type Tags, whyOff, wordsOf } from "./settings.ts";

/** One outcome of one check on one resource, and the severity that the check has there. */
export interface Judgement {
  readonly checkId: ResolvedCheck["check"]["id"];
  readonly ref: ResourceRef;
  readonly severity: Severity;
  readonly outcome: Outcome;
  /** Of a failure: what the resource is tagged with, where that was read. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Every check's outcome on what was observed, as it is set for this resource. */
export function judgeAll(enabled: readonly ResolvedCheck[], observation: Observation, now: Instant): Judgement[] {
  const tags = "gone" in observation ? null : tagsIn(observation.facets[TAGS]);
  return enabled.map((it) => {
    const { judgement } = weigh(it, observation, now);
    return tags && judgement.outcome.status === "fail" ? { ...judgement, tags } : judgement;
  });
}

/** Whether the tags would decide something that is still open: a setting of a check, or whether one of these sets holds what fails. */
export function wantsTags(
  enabled: readonly ResolvedCheck[],
  observation: Observation,
  now: Instant,
  sets: readonly RuleSet[] = [],
): boolean {
  return enabled.some((it) => {
    if (!hasTagRules(it) && sets.length === 0) return false;
    const { judgement, wantsTags: isOpen } = weigh(it, observation, now);
    return (
      isOpen || (!isRead(observation) && judgement.outcome.status === "fail" && sets.some((set) => setOn(set, judgement) === "unread"))
    );
  });
}

function isRead(observation: Observation): boolean {
  return "gone" in observation || observation.facets[TAGS] !== undefined;
}

type Seen = Extract<Observation, { readonly facets: unknown }>;

function weigh(it: ResolvedCheck, observation: Observation, now: Instant): { judgement: Judgement; wantsTags: boolean } {
  const { check } = it;
  const { ref } = observation;
  const told = (severity: Severity, outcome: Outcome): Judgement => ({ checkId: check.id, ref, severity, outcome });
  if ("gone" in observation) return { judgement: told(it.severity, judge(check, observation, { now })), wantsTags: false };

  const reading = observation.facets[TAGS];
  const setting = settingOf(it, ref, tagsIn(reading));
  const held = outcomeOf(it, setting, observation, now);
  const others = setting.otherwise.map((other) => outcomeOf(it, other, observation, now));
  if (others.length === 0 || areAlike([held, ...others]))
    return { judgement: told(setting.severity, dated(it, held, observation)), wantsTags: false };
  const unread = unreadIn(reading, observation.asOf);
  return { judgement: told(setting.severity, inDoubt(held, others, setting, unread)), wantsTags: reading === undefined };
}

function outcomeOf(it: ResolvedCheck, { enabled, params }: Setting, observation: Seen, now: Instant): Outcome {
  if (enabled) return judge(it.check, observation, { params, now });
  const { ref, facets, asOf } = observation;
  return { status: "not-applicable", reason: whyOff(it, ref, tagsIn(facets[TAGS])), evidenceAt: asOf };
}

/** Settings make no difference where none opens a finding and each resolves one, or where none can decide. */
function areAlike(outcomes: readonly Outcome[]): boolean {
  return (
    outcomes.every(({ status }) => status === "pass" || status === "not-applicable") || outcomes.every(({ status }) => status === "unknown")
  );
}

/** A rule that could not be applied does not hold: a failure stays one, and says so. But nothing is resolved for want of it. */
function inDoubt(held: Outcome, others: readonly Outcome[], { unapplied }: Decided, unread: Unreadable): Outcome {
  const rules = unapplied.map((variant) => `${variant.place} (${wordsOf(variant)})`).join(", ");
  const why = `a rule of the configuration on tags could not be applied: ${rules}`;
  switch (held.status) {
    case "fail": {
      const { reason, call } = unread;
      const note = `${why[0]?.toUpperCase()}${why.slice(1)}; the tags could not be read (${reason}${call ? `, ${call.action}` : ""}).`;
      return { ...held, notes: [note, ...(held.notes ?? [])] };
    }
    case "unknown":
      return held;
    default:
      return {
        status: "unknown",
        reason: unread.reason,
        facets: [TAGS],
        missing: unread.reason === "denied" && unread.call ? [unread.call.action] : [],
        detail: `${why}; ${unread.detail ?? "the tags could not be read"}`,
        evidenceAt: oldest(held.evidenceAt, unread.asOf, ...others.map(({ evidenceAt }) => evidenceAt)),
      };
  }
}

/** Where tags had a say, an outcome is no younger than they are. */
function dated(it: ResolvedCheck, outcome: Outcome, { ref, facets }: Seen): Outcome {
  const reading = facets[TAGS];
  if (!reading || !hasTagRules(it) || settingOf(it, ref, null).otherwise.length === 0) return outcome;
  return { ...outcome, evidenceAt: oldest(outcome.evidenceAt, reading.asOf) };
}

/** What a reading of the facet `tags` says; `null`: nothing that rules could be held against. */
export function tagsIn(reading: Observed | undefined): Tags {
  if (reading?.state === "absent") return {};
  return reading?.state === "known" && isTags(reading.value) ? reading.value : null;
}

/** A kind of a third party may call anything `tags`. */
function isTags(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every((it) => typeof it === "string");
}

function unreadIn(reading: Observed | undefined, asOf: Instant): Unreadable {
  if (reading?.state === "unreadable") return reading;
  if (reading?.state === "known") return unreadable("malformed", reading.asOf, { detail: "they are not text by key" });
  return unreadable("not-ready", reading?.asOf ?? asOf);
}
