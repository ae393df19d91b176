import type { AuditEvent, EventType, Source } from "./audit.ts";
import type { AwsChange } from "./change-event.ts";
import type { CheckId, Severity } from "./check.ts";
import type { Gap } from "./coverage.ts";
import { type Actor, type Finding, fingerprintOf, SYSTEM, type Watched } from "./finding.ts";
import { type Instant, oldest } from "./instant.ts";
import type { Outcome } from "./outcome.ts";
import type { ResourceRef } from "./resource.ts";
import { joined, NOTHING, refuse, type Step, type Subject } from "./step.ts";
import { decided, lapsed, passed, renameIn, suppress } from "./suppressing.ts";
import { isFlap, type Suppression } from "./suppression.ts";

export { type Refusal, REFUSALS, type Step, type Subject } from "./step.ts";

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
      /** What the resource is tagged with; left out where nobody read it, and what was known stays. */
      readonly tags?: Readonly<Record<string, string>>;
      /** The change that had it looked at; of a change event only. */
      readonly change?: AwsChange;
    }
  | { readonly type: "absent"; readonly listedAt: Instant }
  | { readonly type: "watched"; readonly watched: Watched }
  | { readonly type: "renamed"; readonly from: CheckId; readonly to: CheckId }
  | { readonly type: "suppress"; readonly suppression: Suppression }
  | ({ readonly type: "lift" } & AboutSuppression)
  | ({ readonly type: "approve" } & AboutSuppression)
  | ({ readonly type: "decline" } & AboutSuppression)
  /** `approval`: whether the later expiry waits for another person. */
  | ({ readonly type: "extend"; readonly expiresAt: Instant; readonly approval: "not-needed" | "waiting" } & AboutSuppression)
  | { readonly type: "assign"; readonly to: string; readonly by: Actor; readonly source: Source }
  | { readonly type: "unassign"; readonly by: Actor; readonly source: Source }
  /** `notice`: how long before an expiry that is written down, in milliseconds; left out: never. */
  | { readonly type: "time-passed"; readonly notice?: number };

interface AboutSuppression {
  readonly suppressionId: string;
  readonly by: Actor;
  readonly source: Source;
}

type Renamed = Extract<Fact, { readonly type: "renamed" }>;

/** The only way a finding or a suppression changes. docs/lifecycle.md is its table. */
export function advance(subject: Subject, fact: Fact, now: Instant): Step {
  const { finding, suppressions } = subject;
  switch (fact.type) {
    case "observed":
      return observe(subject, fact, now);
    case "absent":
      return finding ? clear(finding, "gone", fact.listedAt, SWEPT, now) : NOTHING;
    case "watched":
      if (!finding || finding.watched === fact.watched) return NOTHING;
      return changed(finding, { ...finding, watched: fact.watched }, ["watched-changed"], SWEPT, fact.watched, now);
    case "renamed":
      return joined([rename(subject, fact, now), ...suppressions.map((it) => renameIn(it, fact, now))]);
    case "suppress":
      return suppress(subject, fact.suppression, now);
    case "lift":
    case "approve":
    case "decline":
    case "extend": {
      const named = suppressions.find(({ id, ended }) => id === fact.suppressionId && ended === null);
      return named ? decided(named, fact, now) : refuse("no-such-suppression");
    }
    case "assign":
    case "unassign":
      return finding ? assigned(finding, fact, now) : refuse("no-such-finding");
    case "time-passed":
      return joined(suppressions.map((it) => passed(it, finding, fact.notice, now)));
  }
}

function observe(
  { finding, suppressions }: Subject,
  { by: source, check, ref, outcome, tags, change }: Extract<Fact, { type: "observed" }>,
  now: Instant,
): Step {
  const by: Cause = { source, ...(change && { change }) };
  if (finding && outcome.evidenceAt < finding.evidenceAt) return NOTHING; // what is older than what we know proves nothing
  switch (outcome.status) {
    case "fail": {
      const seen = failing(finding, check, ref, outcome, tags, now);
      if (!finding) return changed(null, { ...seen, ...changedBy(by) }, ["opened"], by, "", now);
      if (finding.condition === "failing") return confirmed(finding, { ...seen, ...changedOf(finding) }, by, now);
      // What outlived its finding ended an hour after the resolution; it is only written down now.
      const lapses = lapsed(suppressions, finding, now);
      return joined([lapses, changed(finding, { ...seen, ...changedBy(by) }, ["reopened"], by, isFlap(finding, now) ? "flap" : "", now)]);
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
  read: Finding["tags"],
  now: Instant,
): Finding {
  const message = { id: outcome.messageId, text: outcome.text, evidence: outcome.evidence ?? {}, notes: outcome.notes ?? [] };
  const tags = read && !isSameTags(before?.tags, read) ? read : before?.tags;
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
    ...(tags && { tags }),
    message,
    openedAt: before?.openedAt ?? now,
    clearedAt: null,
    reopened,
    lastSeenAt: now,
    evidenceAt: outcome.evidenceAt,
    stale: null,
    ...assigneeOf(before?.assignee),
  };
}

/** A sweep that finds nothing new writes nothing; a targeted read writes its date, since a sweep may be running beside it. */
function confirmed(before: Finding, after: Finding, by: Cause, now: Instant): Step {
  const events = differences(before, after);
  return events.length === 0 && by.source === "sweep" ? NOTHING : changed(before, after, events, by, "", now);
}

function differences(before: Finding, after: Finding): EventType[] {
  const told = ({ message: { id, evidence, notes } }: Finding): string => JSON.stringify([id, evidence, notes]);
  return [
    ...(told(before) === told(after) ? [] : ["evidence-changed" as const]),
    ...(before.stale ? ["readable-again" as const] : []),
    ...(before.severity === after.severity ? [] : ["severity-changed" as const]),
    ...(before.coveredBy === after.coveredBy ? [] : [after.coveredBy ? ("covered" as const) : ("uncovered" as const)]),
    ...(isSameTags(before.tags, after.tags) ? [] : ["tags-changed" as const]),
  ];
}

/** Their order is none. */
function isSameTags(a: Finding["tags"], b: Finding["tags"]): boolean {
  const told = (tags: Finding["tags"]): string => JSON.stringify(tags && Object.entries(tags).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  return told(a) === told(b);
}

function clear(finding: Finding, why: string, evidenceAt: Instant, by: Cause, now: Instant): Step {
  if (evidenceAt < finding.evidenceAt || finding.condition === "cleared") return NOTHING;
  const cleared: Finding = {
    ...unexplained(finding),
    condition: "cleared",
    clearedAt: now,
    lastSeenAt: now,
    evidenceAt,
    stale: null,
    ...changedBy(by),
  };
  return changed(finding, cleared, ["resolved"], by, why, now);
}

/** The old fingerprint stays an alias; a store drops what it holds under an alias. */
function rename({ finding, namesake = null }: Subject, { from, to }: Renamed, now: Instant): Step {
  if (!finding || finding.checkId !== from) return NOTHING;
  const fingerprint = fingerprintOf(to, finding.ref);
  const one = namesake ? merged(finding, namesake) : finding;
  const aliases = [...new Set([...finding.aliases, ...(namesake?.aliases ?? []), finding.fingerprint])].filter((it) => it !== fingerprint);
  return changed(finding, { ...one, checkId: to, fingerprint, aliases }, ["renamed"], SWEPT, from, now);
}

/** Of two findings that become one, what fails goes on, since nothing has proved otherwise; of two alike, the one that was looked at last. */
function merged(a: Finding, b: Finding): Finding {
  const rank = ({ condition, evidenceAt }: Finding): string => `${condition === "failing" ? 1 : 0} ${evidenceAt}`;
  const one = rank(a) > rank(b) ? a : b;
  const assignee = one.assignee ?? (one === a ? b : a).assignee;
  return { ...one, ...assigneeOf(assignee), openedAt: oldest(a.openedAt, b.openedAt), reopened: Math.max(a.reopened, b.reopened) };
}

function assigneeOf(assignee: Finding["assignee"]): Pick<Finding, "assignee"> {
  return assignee ? { assignee } : {};
}

type Assigning = Extract<Fact, { readonly type: "assign" | "unassign" }>;

/** Whoever is assigned stays so until a person says otherwise, whatever is found meanwhile. */
function assigned({ assignee: before, ...finding }: Finding, fact: Assigning, now: Instant): Step {
  const { by, source } = fact;
  const after = fact.type === "assign" ? { id: fact.to, at: now, by } : undefined;
  if (before?.id === after?.id) return NOTHING;
  const states = { ...(before && { before: before.id }), ...(after && { after: after.id }) };
  const type = after ? "assigned" : "unassigned";
  const event: AuditEvent = { type, subject: finding.fingerprint, at: now, actor: by, source, note: "", ...states };
  return { writes: [{ kind: "finding", value: { ...finding, ...assigneeOf(after) } }], events: [event] };
}

/** Where a change of a finding came from, and the change in AWS that it followed, if one is known. */
interface Cause {
  readonly source: Source;
  readonly change?: AwsChange;
}
const SWEPT: Cause = { source: "sweep" };

/** Of a condition that is another now. */
function changedBy({ change }: Cause): Pick<Finding, "changed"> {
  return change ? { changed: change } : {};
}
function unexplained({ changed: _old, ...finding }: Finding): Finding {
  return finding;
}
/** Of a condition that is as it was. */
function changedOf({ changed: known }: Finding): Pick<Finding, "changed"> {
  return known ? { changed: known } : {};
}

function changed(before: Finding | null, after: Finding, types: readonly EventType[], by: Cause, note: string, now: Instant): Step {
  const states = { ...(before && { before: stateOf(before) }), after: stateOf(after) };
  const about = { subject: after.fingerprint, at: now, actor: SYSTEM };
  const events = types.map((type): AuditEvent => ({
    ...about,
    type,
    source: by.source,
    note,
    ...states,
    ...(by.change && { change: by.change }),
  }));
  return { writes: [{ kind: "finding", value: after }], events };
}

function stateOf({ condition, watched, severity }: Finding): string {
  return watched === "yes" ? `${condition}, ${severity}` : watched;
}
