import type { AuditEvent, EventType, Source } from "./audit.ts";
import type { CheckId, Severity } from "./check.ts";
import type { Gap } from "./coverage.ts";
import { type Actor, type Finding, fingerprintOf, SYSTEM, type Watched } from "./finding.ts";
import { HOUR, type Instant, oldest, plus } from "./instant.ts";
import type { Outcome } from "./outcome.ts";
import type { ResourceRef } from "./resource.ts";
import type { Write } from "./store.ts";
import { covers, type Ended, hides, isFlap, isOutlived, type Suppression } from "./suppression.ts";

/** What a check contributes to its findings; severity is the configured one. */
export interface Judged {
  readonly id: CheckId;
  readonly title: string;
  readonly severity: Severity;
  readonly coveredBy?: CheckId;
}

export type Fact =
  | {
      readonly type: "observed";
      readonly by: "sweep" | "re-check" | "event";
      readonly check: Judged;
      readonly ref: ResourceRef;
      readonly outcome: Outcome;
    }
  | { readonly type: "absent"; readonly listedAt: Instant }
  | { readonly type: "watched"; readonly watched: Watched }
  | { readonly type: "renamed"; readonly from: CheckId; readonly to: CheckId }
  | { readonly type: "suppress"; readonly suppression: Suppression }
  | { readonly type: "lift"; readonly suppressionId: string; readonly by: Actor; readonly source: Source }
  | { readonly type: "time-passed" };

type Renamed = Extract<Fact, { readonly type: "renamed" }>;

export type Refusal = "no-such-finding" | "already-resolved" | "already-suppressed" | "no-such-suppression";

/** Committed together or not at all. No writes: nothing happened that is worth a record. */
export interface Step {
  readonly writes: readonly Extract<Write, { readonly kind: "finding" | "suppression" }>[];
  readonly events: readonly AuditEvent[];
  readonly refused?: Refusal;
}

/** A finding (or none yet), and the suppressions whose scope may hold it. */
export interface Subject {
  readonly finding: Finding | null;
  readonly suppressions: readonly Suppression[];
  /** Only for a rename: the finding that has the new identity already, where two checks became one. */
  readonly namesake?: Finding | null;
}

const NOTHING: Step = { writes: [], events: [] };

/** The only way a finding or a suppression changes. docs/lifecycle.md is its table. */
export function advance(subject: Subject, fact: Fact, now: Instant): Step {
  const { finding, suppressions } = subject;
  switch (fact.type) {
    case "observed":
      return observe(subject, fact, now);
    case "absent":
      return finding ? clear(finding, "gone", fact.listedAt, "sweep", now) : NOTHING;
    case "watched":
      if (!finding || finding.watched === fact.watched) return NOTHING;
      return changed(finding, { ...finding, watched: fact.watched }, ["watched-changed"], "sweep", fact.watched, now);
    case "renamed":
      return joined([rename(subject, fact, now), ...suppressions.map((s) => renameIn(s, fact, now))]);
    case "suppress":
      return suppress(subject, fact.suppression, now);
    case "lift": {
      const lifted = suppressions.find((s) => s.id === fact.suppressionId && s.ended === null);
      return lifted ? end(lifted, { at: now, why: "lifted", by: fact.by }, fact.source, now) : refuse("no-such-suppression");
    }
    case "time-passed":
      return joined(suppressions.map((s) => lapse(s, finding, now)));
  }
}

function observe({ finding, suppressions }: Subject, { by, check, ref, outcome }: Extract<Fact, { type: "observed" }>, now: Instant): Step {
  if (finding && outcome.evidenceAt < finding.evidenceAt) return NOTHING; // what is older than what we know proves nothing
  switch (outcome.status) {
    case "fail": {
      const seen = failing(finding, check, ref, outcome, now);
      if (!finding) return changed(null, seen, ["opened"], by, "", now);
      if (finding.condition === "failing") return confirmed(finding, seen, by, now);
      // What outlived its finding ended an hour after the resolution; it is only written down now.
      const lapsed = suppressions.map((s) => lapse(s, finding, now));
      return joined([...lapsed, changed(finding, seen, ["reopened"], by, isFlap(finding, now) ? "flap" : "", now)]);
    }
    case "pass":
    case "not-applicable":
    case "gone":
      return finding ? clear(finding, outcome.status, outcome.evidenceAt, by, now) : NOTHING;
    case "unknown": {
      if (!finding || finding.condition === "cleared") return NOTHING;
      const stale = { reason: outcome.reason, missing: outcome.missing, detail: outcome.detail, since: finding.stale?.since ?? now };
      return isSameGap(finding.stale, stale) ? NOTHING : changed(finding, { ...finding, stale }, ["went-stale"], by, outcome.reason, now);
    }
  }
}

function isSameGap(before: Gap | null, after: Gap): boolean {
  return before?.reason === after.reason && before.missing.join() === after.missing.join();
}

function failing(
  before: Finding | null,
  check: Judged,
  ref: ResourceRef,
  outcome: Extract<Outcome, { status: "fail" }>,
  now: Instant,
): Finding {
  const message = { id: outcome.messageId, text: outcome.text, evidence: outcome.evidence ?? {}, notes: outcome.notes ?? [] };
  const reopened = before ? before.reopened + (before.condition === "cleared" ? 1 : 0) : 0;
  return {
    fingerprint: fingerprintOf(check.id, ref),
    aliases: before?.aliases ?? [],
    checkId: check.id,
    ref,
    severity: check.severity,
    title: check.title,
    condition: "failing",
    watched: before?.watched ?? "yes",
    coveredBy: outcome.covered && check.coveredBy ? check.coveredBy : null,
    message,
    openedAt: before?.openedAt ?? now,
    clearedAt: null,
    reopened,
    lastSeenAt: now,
    evidenceAt: outcome.evidenceAt,
    stale: null,
  };
}

/** A sweep that finds nothing new writes nothing; a targeted read writes its date, since a sweep may be running beside it. */
function confirmed(before: Finding, after: Finding, by: "sweep" | "re-check" | "event", now: Instant): Step {
  const events = differences(before, after);
  return events.length === 0 && by === "sweep" ? NOTHING : changed(before, after, events, by, "", now);
}

function differences(before: Finding, after: Finding): EventType[] {
  const told = ({ message: { id, evidence, notes } }: Finding): string => JSON.stringify([id, evidence, notes]);
  return [
    ...(told(before) === told(after) ? [] : ["evidence-changed" as const]),
    ...(before.stale ? ["readable-again" as const] : []),
    ...(before.severity === after.severity ? [] : ["severity-changed" as const]),
    ...(before.coveredBy === after.coveredBy ? [] : [after.coveredBy ? ("covered" as const) : ("uncovered" as const)]),
  ];
}

function clear(finding: Finding, why: string, evidenceAt: Instant, source: Source, now: Instant): Step {
  if (evidenceAt < finding.evidenceAt || finding.condition === "cleared") return NOTHING;
  const cleared: Finding = { ...finding, condition: "cleared", clearedAt: now, lastSeenAt: now, evidenceAt, stale: null };
  return changed(finding, cleared, ["resolved"], source, why, now);
}

/** The old fingerprint stays an alias; a store drops what it holds under an alias. */
function rename({ finding, namesake = null }: Subject, { from, to }: Renamed, now: Instant): Step {
  if (!finding || finding.checkId !== from) return NOTHING;
  const fingerprint = fingerprintOf(to, finding.ref);
  const one = namesake ? merged(finding, namesake) : finding;
  const aliases = [...new Set([...finding.aliases, ...(namesake?.aliases ?? []), finding.fingerprint])].filter((it) => it !== fingerprint);
  return changed(finding, { ...one, checkId: to, fingerprint, aliases }, ["renamed"], "sweep", from, now);
}

/** Of two findings that become one, what fails goes on, since nothing has proved otherwise; of two alike, the one that was looked at last. */
function merged(a: Finding, b: Finding): Finding {
  const rank = ({ condition, evidenceAt }: Finding): string => `${condition === "failing" ? 1 : 0} ${evidenceAt}`;
  const one = rank(a) > rank(b) ? a : b;
  return { ...one, openedAt: oldest(a.openedAt, b.openedAt), reopened: Math.max(a.reopened, b.reopened) };
}

/** A rule that names the check by its former id goes on holding its findings, those to come as well. */
function renameIn(suppression: Suppression, { from, to }: Renamed, now: Instant): Step {
  const { scope, ended } = suppression;
  const checks = "rule" in scope ? scope.rule.checks : undefined;
  if (!("rule" in scope) || !checks?.includes(from) || checks.includes(to) || ended) return NOTHING;
  const value = { ...suppression, scope: { rule: { ...scope.rule, checks: [...checks, to] } } };
  const event: AuditEvent = { type: "renamed", subject: suppression.id, at: now, actor: SYSTEM, source: "sweep", note: from, after: to };
  return { writes: [{ kind: "suppression", value }], events: [event] };
}

function suppress({ finding, suppressions }: Subject, wanted: Suppression, now: Instant): Step {
  if ("fingerprint" in wanted.scope) {
    if (!finding || !covers(wanted.scope, finding)) return refuse("no-such-finding");
    if (finding.condition === "cleared") return refuse("already-resolved");
    if (suppressions.some((s) => "fingerprint" in s.scope && hides(s, finding, now))) return refuse("already-suppressed");
  }
  const source = wanted.by.kind === "user" ? wanted.by.via : "clock";
  const about = "fingerprint" in wanted.scope ? { after: wanted.scope.fingerprint } : {};
  const event: AuditEvent = {
    type: "suppressed",
    subject: wanted.id,
    at: now,
    actor: wanted.by,
    source,
    note: wanted.justification,
    ...about,
  };
  return { writes: [{ kind: "suppression", value: wanted }], events: [event] };
}

/** Writes down an end that `hides` has known since it came; of two, the one that came first. */
function lapse(suppression: Suppression, finding: Finding | null, now: Instant): Step {
  if (suppression.ended) return NOTHING;
  const expired: Ended[] = suppression.expiresAt <= now ? [{ at: suppression.expiresAt, why: "expired", by: SYSTEM }] : [];
  const outlived: Ended[] =
    finding?.clearedAt && isOutlived(suppression, finding, now) ? [{ at: plus(finding.clearedAt, HOUR), why: "resolved", by: SYSTEM }] : [];
  const [first] = [...expired, ...outlived].toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return first ? end(suppression, first, "clock", now) : NOTHING;
}

function end(suppression: Suppression, ended: Ended, source: Source, now: Instant): Step {
  const about = "fingerprint" in suppression.scope ? { after: suppression.scope.fingerprint } : {};
  const event: AuditEvent = {
    type: "suppression-ended",
    subject: suppression.id,
    at: now,
    actor: ended.by,
    source,
    note: ended.why,
    ...about,
  };
  return { writes: [{ kind: "suppression", value: { ...suppression, ended } }], events: [event] };
}

function changed(before: Finding | null, after: Finding, types: readonly EventType[], source: Source, note: string, now: Instant): Step {
  const states = { ...(before && { before: stateOf(before) }), after: stateOf(after) };
  const events = types.map((type): AuditEvent => ({ type, subject: after.fingerprint, at: now, actor: SYSTEM, source, note, ...states }));
  return { writes: [{ kind: "finding", value: after }], events };
}

function stateOf({ condition, watched, severity }: Finding): string {
  return watched === "yes" ? `${condition}, ${severity}` : watched;
}

function joined(steps: readonly Step[]): Step {
  return { writes: steps.flatMap((step) => step.writes), events: steps.flatMap((step) => step.events) };
}

function refuse(refused: Refusal): Step {
  return { ...NOTHING, refused };
}
