import type { Fact, Judged } from "./advance.ts";
import type { AuditEvent, EventType } from "./audit.ts";
import { type CheckId, SEVERITIES, type Severity } from "./check.ts";
import type { Finding } from "./finding.ts";
import { type Outcome, UNKNOWN_REASONS } from "./outcome.ts";
import type { Suppression } from "./suppression.ts";

/* From what the audit says back to the facts that were told: what `verifyLog` tells `advance` once more. */

/** Events that one fact brought about, of one finding or one suppression. */
export interface Telling {
  readonly subject: string;
  readonly events: readonly [AuditEvent, ...AuditEvent[]];
}

/** The events that change something, and the order in which one observation of a failing finding brings them. The others only report. */
const CHANGING: Readonly<Partial<Record<EventType, "observation" | "finding" | "suppression">>> = {
  opened: "finding",
  reopened: "finding",
  resolved: "finding",
  "evidence-changed": "observation",
  "readable-again": "observation",
  "severity-changed": "observation",
  covered: "observation",
  uncovered: "observation",
  "watched-changed": "observation",
  "tags-changed": "observation",
  "went-stale": "finding",
  renamed: "finding",
  assigned: "finding",
  unassigned: "finding",
  suppressed: "suppression",
  "suppression-asked": "suppression",
  "suppression-approved": "suppression",
  "suppression-declined": "suppression",
  "suppression-extended": "suppression",
  "suppression-expiring": "suppression",
  "suppression-ended": "suppression",
};
const ORDER: readonly EventType[] = [
  "evidence-changed",
  "readable-again",
  "severity-changed",
  "covered",
  "uncovered",
  "watched-changed",
  "tags-changed",
];

/** A rule that names a check is renamed with it: then the event is about the suppression. */
export function isAboutSuppression({ subject, events: [{ type }] }: Telling): boolean {
  return CHANGING[type] === "suppression" || (type === "renamed" && !subject.startsWith("v1-"));
}

/** The events of a record that change something, by the fact that brought them. */
export function tellingsOf(events: readonly AuditEvent[]): Telling[] {
  const tellings: { subject: string; events: [AuditEvent, ...AuditEvent[]] }[] = [];
  for (const event of events) {
    if (CHANGING[event.type] === undefined) continue;
    const last = tellings.at(-1);
    if (last && isOfOneFact(last.events.at(-1) ?? last.events[0], event)) last.events.push(event);
    else tellings.push({ subject: event.subject, events: [event] });
  }
  return tellings;
}

function isOfOneFact(first: AuditEvent, second: AuditEvent): boolean {
  return (
    CHANGING[first.type] === "observation" &&
    CHANGING[second.type] === "observation" &&
    ORDER.indexOf(first.type) < ORDER.indexOf(second.type) &&
    // One observation covers or uncovers.
    !(first.type === "covered" && second.type === "uncovered") &&
    first.subject === second.subject &&
    first.source === second.source &&
    first.note === second.note &&
    first.before === second.before &&
    first.after === second.after &&
    first.change?.eventId === second.change?.eventId
  );
}

/**
 * The facts that may have brought these events about a finding, of which the record holds `written`, its last value. There is one, unless a later fact of
 * the same record spoke of the finding anew (a listing that was begun again judges twice): what the earlier one found is nowhere written then, and any of a
 * few will do. None: no fact does.
 */
export function factsAbout(telling: Telling, written: Finding, known: Finding | null, isLast: boolean): readonly Fact[] {
  const [{ type, source, note, actor: by, after: to, change }] = telling.events;
  if (type === "renamed") return known ? [renaming(known.checkId, written.checkId)] : [];
  if (type === "assigned") return to === undefined ? [] : [{ type: "assign", to, by, source }];
  if (type === "unassigned") return [{ type: "unassign", by, source }];
  if (type === "watched-changed" && note !== "")
    return note === "yes" || note === "retired" || note === "unmonitored" ? [{ type: "watched", watched: note }] : [];
  if (source !== "sweep" && source !== "re-check" && source !== "event") return [];
  const cover = written.coveredBy ?? known?.coveredBy ?? null;
  const outcomes = outcomesOf(telling, written, known, isLast);
  return severitiesOf(telling, written, isLast).flatMap((severity) => {
    const check = judgedOf({ ...written, coveredBy: cover }, severity);
    return outcomes.map((outcome): Fact => ({
      type: "observed",
      by: source,
      check,
      ref: written.ref,
      ...tagsOf(written),
      outcome,
      ...(change && { change }),
    }));
  });
}

/** A live read that finds what was known, and leaves its date: `written` has what such a read brings without a word, a title or a text that were reworded. */
export function liveReadOf(known: Finding, written: Finding): Fact {
  const { id, evidence, notes } = known.message;
  const outcome = failOf(written, { id, evidence, notes, text: written.message.text }, known.coveredBy !== null);
  const check = judgedOf({ ...known, title: written.title }, known.severity);
  return { type: "observed", by: "re-check", check, ref: written.ref, ...tagsOf(written), outcome };
}

function tagsOf({ tags }: Finding): Pick<Finding, "tags"> {
  return tags === undefined ? {} : { tags };
}
function renaming(from: CheckId, to: CheckId): Fact {
  const fact = { type: "renamed", from, to } as const;
  return fact;
}

function outcomesOf({ events: [{ type, note }] }: Telling, written: Finding, known: Finding | null, isLast: boolean): Outcome[] {
  const { evidenceAt, message, coveredBy, stale } = written;
  if (type === "resolved") {
    if (note === "pass" || note === "gone") return [{ status: note, evidenceAt }];
    return note === "not-applicable" ? [{ status: note, reason: "", evidenceAt }] : [];
  }
  if (type === "went-stale") {
    const reason = UNKNOWN_REASONS.find((it) => it === note);
    const gaps = isLast ? [stale ?? SUPERSEDED_GAP] : [...(stale ? [stale] : []), SUPERSEDED_GAP, { missing: [], detail: "" }];
    // What could not be read dates nothing, so its own age is not kept.
    const dated = { facets: [], evidenceAt: known?.evidenceAt ?? evidenceAt };
    return reason === undefined ? [] : gaps.map(({ missing, detail }) => ({ status: "unknown", reason, missing, detail, ...dated }));
  }
  if (isLast) return [failOf(written, message, coveredBy !== null)];
  const messages = [message, ...(known ? [known.message] : []), { ...message, notes: SUPERSEDED }];
  return messages.flatMap((it) => [failOf(written, it, coveredBy !== null), failOf(written, it, coveredBy === null)]);
}

/** Something that nobody wrote, in the place of what nobody kept. */
const SUPERSEDED: readonly string[] = ["superseded"];
const SUPERSEDED_GAP = { missing: SUPERSEDED, detail: "" };

function failOf(
  { evidenceAt }: Finding,
  { id, text, evidence, notes }: Finding["message"],
  covered: boolean,
): Extract<Outcome, { status: "fail" }> {
  return { status: "fail", messageId: id, text, evidence, notes, covered, evidenceAt };
}

/** What the check may have been configured to. Of a finding that is not watched the events name none. */
function severitiesOf({ events: [{ after }] }: Telling, written: Finding, isLast: boolean): readonly Severity[] {
  const named = SEVERITIES.filter((it) => after === `failing, ${it}`);
  return named.length > 0 ? named : isLast ? [written.severity] : SEVERITIES;
}

/** The check as it was configured then, as far as the finding shows it. */
function judgedOf({ checkId, title, coveredBy }: Finding, severity: Severity): Judged {
  return { id: checkId, title, severity, coveredBy: coveredBy ?? "unknown/cover" };
}

/** The fact that brought these events about a suppression. */
export function factOfSuppression({ events: [event] }: Telling, written: Suppression): Fact {
  const { type, subject, actor, source, note, after = "" } = event;
  if (type === "renamed" && isCheckId(note) && isCheckId(after)) return renaming(note, after);
  const about = { suppressionId: subject, by: actor, source };
  switch (type) {
    case "suppression-asked":
      if (written.asked?.at === event.at) return { type: "extend", ...about, expiresAt: written.asked.expiresAt, approval: "waiting" };
      return { type: "suppress", suppression: { ...written, ended: null } };
    case "suppressed":
      return { type: "suppress", suppression: { ...written, ended: null } };
    case "suppression-approved":
      return { type: "approve", ...about };
    case "suppression-declined":
      return { type: "decline", ...about };
    case "suppression-extended":
      return { type: "extend", ...about, expiresAt: written.expiresAt, approval: "not-needed" };
    case "suppression-expiring":
      // How long before is configured; that it was not too early shows in half of the time having passed.
      return { type: "time-passed", notice: Number.POSITIVE_INFINITY };
    default:
      return note === "lifted" ? { type: "lift", ...about } : { type: "time-passed" };
  }
}

function isCheckId(text: string): text is CheckId {
  return text.includes("/");
}
