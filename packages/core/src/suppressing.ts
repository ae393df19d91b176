import type { AuditEvent, EventType, Source } from "./audit.ts";
import type { CheckId } from "./check.ts";
import { type Actor, type Finding, SYSTEM } from "./finding.ts";
import { HOUR, type Instant, plus } from "./instant.ts";
import { renamedRule } from "./rule.ts";
import { joined, NOTHING, refuse, type Step, type Subject } from "./step.ts";
import { covers, type Ended, expiringSoon, hides, isInForce, isOutlived, isProven, type Suppression } from "./suppression.ts";

/* How a suppression begins, changes and ends: a part of `advance`, and used by nothing else. */

export function suppress({ finding, suppressions }: Subject, wanted: Suppression, now: Instant): Step {
  if ("fingerprint" in wanted.scope) {
    if (!finding || !covers(wanted.scope, finding)) return refuse("no-such-finding");
    if (finding.condition === "cleared") return refuse("already-resolved");
    const own = suppressions.filter(({ scope, ended }) => ended === null && "fingerprint" in scope && covers(scope, finding));
    if (own.some((it) => hides(it, finding, now))) return refuse("already-suppressed");
    if (own.some((it) => isWaiting(it) && now < it.expiresAt)) return refuse("already-waiting");
  }
  const by = { by: wanted.by, source: sourceOf(wanted.by) };
  return written(wanted, isWaiting(wanted) ? "suppression-asked" : "suppressed", wanted.justification, by, now);
}

interface Decision {
  readonly type: "lift" | "approve" | "decline" | "extend";
  readonly by: Actor;
  readonly source: Source;
  readonly expiresAt?: Instant;
  readonly approval?: "not-needed" | "waiting";
}

/** What a person decides about a suppression that has not ended. */
export function decided(suppression: Suppression, decision: Decision, now: Instant): Step {
  switch (decision.type) {
    case "lift":
      return isWaiting(suppression) ? declined(suppression, decision, now) : end(suppression, "lifted", decision, now);
    case "approve":
      return approved(suppression, decision, now);
    case "decline":
      return declined(suppression, decision, now);
    case "extend":
      return extended(suppression, decision, now);
  }
}

/** Somebody else than who asked. Names that a command line makes up prove nobody: there it takes two ARNs. */
function approved({ asked, ...suppression }: Suppression, { by, source }: Decision, now: Instant): Step {
  const wish = asked ?? (isWaiting(suppression) ? suppression : undefined);
  if (!wish) return refuse("not-waiting");
  if (suppression.expiresAt <= now) return refuse("no-such-suppression");
  if (isSame(by, wish.by)) return refuse("own-approval");
  if (!isProven(by) || !isProven(wish.by)) return refuse("person-unproven");
  const next = asked ? { ...unnoticed(suppression), expiresAt: asked.expiresAt } : suppression;
  return written({ ...next, approval: { by, at: now } }, "suppression-approved", `until ${next.expiresAt}`, { by, source }, now);
}

function declined({ asked, ...suppression }: Suppression, decision: Decision, now: Instant): Step {
  const wish = asked ?? (isWaiting(suppression) ? suppression : undefined);
  if (!wish) return refuse("not-waiting");
  const why = isSame(decision.by, wish.by) ? "withdrawn" : "declined";
  if (!asked) return end(suppression, why, decision, now);
  return written(suppression, "suppression-declined", `the later expiry ${asked.expiresAt} was ${why}`, decision, now);
}

function extended(suppression: Suppression, { expiresAt = "", approval, ...decision }: Decision, now: Instant): Step {
  if (suppression.asked || isWaiting(suppression)) return refuse("already-waiting");
  if (!isInForce(suppression, now)) return refuse("no-such-suppression");
  if (expiresAt <= suppression.expiresAt) return refuse("not-longer");
  const note = `until ${expiresAt}`;
  if (approval === "waiting")
    return written({ ...suppression, asked: { expiresAt, by: decision.by, at: now } }, "suppression-asked", note, decision, now);
  return written({ ...unnoticed(suppression), expiresAt }, "suppression-extended", note, decision, now);
}

function unnoticed(suppression: Suppression): Suppression {
  const { noticedAt: _, ...rest } = suppression;
  return rest;
}

/** One person at two doors is one person. */
function isSame(a: Actor, b: Actor): boolean {
  return a.kind === "user" && b.kind === "user" && a.id === b.id;
}

/** A rule that names the check by its former id goes on holding its findings, those to come as well. */
export function renameIn(suppression: Suppression, { from, to }: { readonly from: CheckId; readonly to: CheckId }, now: Instant): Step {
  const { scope, ended } = suppression;
  const rule = "rule" in scope && !ended ? renamedRule(scope.rule, from, to) : null;
  if (!rule) return NOTHING;
  const event: AuditEvent = { type: "renamed", subject: suppression.id, at: now, actor: SYSTEM, source: "sweep", note: from, after: to };
  return { writes: [{ kind: "suppression", value: { ...suppression, scope: { rule } } }], events: [event] };
}

/** Writes down an end that `hides` has known since it came; of two, the one that came first. */
function lapse(suppression: Suppression, finding: Finding | null, now: Instant): Step {
  if (suppression.ended) return NOTHING;
  const expired: Ended[] = suppression.expiresAt <= now ? [{ at: suppression.expiresAt, why: "expired", by: SYSTEM }] : [];
  const outlived: Ended[] =
    finding?.clearedAt && covers(suppression.scope, finding) && isOutlived(suppression, finding, now)
      ? [{ at: plus(finding.clearedAt, HOUR), why: "resolved", by: SYSTEM }]
      : [];
  const [first] = [...expired, ...outlived].toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return first ? ended(suppression, first, "clock", now) : NOTHING;
}

/** What time has done: an end, or an expiry that has come near (`notice` in milliseconds). */
export function passed(suppression: Suppression, finding: Finding | null, notice: number | undefined, now: Instant): Step {
  const end = lapse(suppression, finding, now);
  if (end.writes.length > 0 || notice === undefined || expiringSoon([suppression], now, notice).length === 0) return end;
  const note = `on ${suppression.expiresAt}`;
  return written({ ...suppression, noticedAt: now }, "suppression-expiring", note, { by: SYSTEM, source: "clock" }, now);
}

/**
 * Writes down the ends of what hides this one finding. A rule hides others too, which may not be in sight, and whose messages would never hear of it:
 * its end is written when time is told, by whom all of them are seen.
 */
export function lapsed(suppressions: readonly Suppression[], finding: Finding, now: Instant): Step {
  return joined(suppressions.flatMap((it) => ("fingerprint" in it.scope ? [lapse(it, finding, now)] : [])));
}

function end(suppression: Suppression, why: Ended["why"], { by, source }: Pick<Decision, "by" | "source">, now: Instant): Step {
  return ended(suppression, { at: now, why, by }, source, now);
}

function ended(suppression: Suppression, how: Ended, source: Source, now: Instant): Step {
  const type = how.why === "declined" || how.why === "withdrawn" ? "suppression-declined" : "suppression-ended";
  return written({ ...suppression, ended: how }, type, how.why, { by: how.by, source }, now);
}

function isWaiting({ approval }: Suppression): boolean {
  return approval === "waiting";
}

function sourceOf(by: Actor): Source {
  return by.kind === "user" ? by.via : "clock";
}

function written(value: Suppression, type: EventType, note: string, { by, source }: Pick<Decision, "by" | "source">, now: Instant): Step {
  const about = "fingerprint" in value.scope ? { after: value.scope.fingerprint } : {};
  const event: AuditEvent = { type, subject: value.id, at: now, actor: by, source, note, ...about };
  return { writes: [{ kind: "suppression", value }], events: [event] };
}
