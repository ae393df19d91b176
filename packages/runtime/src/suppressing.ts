import { randomUUID } from "node:crypto";
import { limitsOf, type SuppressionLimits, unknownCheck } from "@posture/config";
import {
  type Actor,
  type AuditEvent,
  DAY,
  type Decision,
  elapsed,
  type Finding,
  type Instant,
  isInForce,
  isInstant,
  isProven,
  isTicket,
  mayHold,
  plus,
  previewing,
  previewOf,
  type ResolvedCheck,
  type Rule,
  SEVERITIES,
  setsOf,
  type Severity,
  type StoreView,
  type Suppression,
  type SuppressionScope,
  type Work,
} from "@posture/core";
import { telling } from "@posture/engine";
import { changing, type Context } from "./context.ts";
import type { Previewed, SuppressAnswer, SuppressRefusal, SuppressWish } from "./posture.ts";

/** A justification that says something takes at least this many characters. */
export const JUSTIFICATION_MIN = 10;

export async function runPreview(context: Context, scope: SuppressionScope): Promise<Previewed> {
  requireChecks(context, scope);
  return context.store.read({ findings: mayHold([scope]) }, (view) => {
    const preview = previewOf(scope, view.findings, view, context.now());
    return { preview, limits: limitsFor(context, scope, view) };
  });
}

export async function runLimits(context: Context, scope: SuppressionScope): Promise<SuppressionLimits> {
  requireChecks(context, scope);
  const findings = "rule" in scope ? [] : [scope.fingerprint];
  return context.store.read({ findings: { fingerprints: findings } }, (view) => limitsFor(context, scope, view));
}

export async function runSuppress(context: Context, wish: SuppressWish): Promise<SuppressAnswer> {
  const scope = "rule" in wish ? { rule: wish.rule } : { fingerprint: wish.fingerprint };
  requireChecks(context, scope);
  const id = wish.id ?? `s-${randomUUID()}`;
  return context.store.transact<SuppressAnswer>({ findings: mayHold([scope]), outbox: {} }, function* (view): Work<
    Decision<SuppressAnswer>
  > {
    const at = context.now();
    const preview = yield* previewing(scope, view.findings, view, at, context.part);
    const finding = "fingerprint" in scope ? (view.findingOf(scope.fingerprint) ?? null) : null;
    const done = view.suppressions.find((it) => it.id === id);
    if (done) return { at, events: [], writes: [], result: { kind: "suppressed", suppression: done, finding, preview } };
    const refuse = (why: SuppressRefusal, by?: Suppression): Decision<SuppressAnswer> =>
      refused({ kind: "refused", why, ...(by && { by }) } as const, wish.by, "fingerprint" in scope ? scope.fingerprint : id, at);
    if ("fingerprint" in scope && !finding) return refuse("no-such-finding");
    const own = finding ? { fingerprint: finding.fingerprint } : scope;
    const limits = limitsFor(context, scope, view);
    const suppression = suppressionOf(wish, { id, scope: own, limits, at });
    const wrong = whatIsWrong(suppression, limits, at);
    if (wrong) return refuse(wrong);
    const fact = { type: "suppress", suppression } as const;
    const told = yield* telling(view, [{ fingerprint: finding?.fingerprint ?? "", fact }], at, context.part);
    const [why] = told.refused;
    if (why !== undefined) return refuse(why, finding ? ownOf(finding, view, at) : undefined);
    const result = { kind: "suppressed", suppression, finding, preview } as const;
    return { ...(yield* changing(context, view, told, { kind: "suppression", suppression }, at)), result };
  });
}

interface Making {
  readonly id: string;
  readonly scope: SuppressionScope;
  readonly limits: SuppressionLimits;
  readonly at: Instant;
}

function suppressionOf({ justification, basis, ticket, by, expiresAt }: SuppressWish, { id, scope, limits, at }: Making): Suppression {
  const until = expiresAt ?? plus(at, limits.defaultDays * DAY);
  const why = { justification: justification.trim(), ...(basis && { basis }), ...(ticket !== undefined && { ticket: ticket.trim() }) };
  return { id, scope, ...why, by, from: at, expiresAt: until, approval: limits.approval, ended: null };
}

/** What is wrong with a wish before anybody looks at the finding's state. Pure. */
function whatIsWrong(
  { justification, ticket, scope, by, approval, expiresAt }: Suppression,
  limits: SuppressionLimits,
  now: Instant,
): SuppressRefusal | null {
  if (Array.from(justification).length < JUSTIFICATION_MIN) return "justification-too-short";
  if (ticket !== undefined && !isTicket(ticket)) return "ticket-not-an-address";
  if ("rule" in scope && !namesSomething(scope.rule)) return "rule-names-nothing";
  if (!isWithin(expiresAt, limits, now)) return "expiry-out-of-range";
  // What waits for a person who proves who they are was asked by one.
  return approval === "waiting" && !isProven(by) ? "person-unproven" : null;
}

export function isWithin(expiresAt: Instant, { maxDays }: SuppressionLimits, now: Instant): boolean {
  const length = isInstant(expiresAt) ? elapsed(now, expiresAt) : Number.NaN;
  return length > 0 && length <= maxDays * DAY;
}

/** A set that matches nothing by mistake beside one that matches is a mistake too. */
function namesSomething(rule: Rule): boolean {
  const sets = setsOf(rule);
  const isList = (list: readonly string[] | undefined): boolean => list === undefined || list.length > 0;
  return (
    sets.length > 0 &&
    sets.every(({ checks, accounts, regions, arns, tags }) => {
      const lists = [checks, accounts, regions, arns, ...Object.values(tags ?? {})];
      return lists.every(isList) && [checks, accounts, regions, arns, ...Object.keys(tags ?? {})].some((it) => it !== undefined);
    })
  );
}

/** Limits of whatever the scope may ever hide: a rule is there before its findings. */
export function limitsFor(
  { checks, suppressions }: Context,
  scope: SuppressionScope,
  view: Pick<StoreView, "findings" | "findingOf">,
): SuppressionLimits {
  if ("rule" in scope) return limitsOf(suppressions, severitiesOf(scope.rule, checks));
  const finding = view.findingOf(scope.fingerprint);
  return limitsOf(suppressions, finding ? [finding.severity] : SEVERITIES);
}

/** Where every set names checks, these say how grave it may get, wherever they are set otherwise; else it may be anything. Pure. */
function severitiesOf(rule: Rule, checks: ReadonlyMap<string, ResolvedCheck>): readonly Severity[] {
  const named = setsOf(rule).map((set) => set.checks?.map((id) => checks.get(id)));
  if (named.some((set) => set === undefined || set.includes(undefined))) return SEVERITIES;
  const found = named
    .flatMap((set = []) => set)
    .flatMap((it) => (it ? [it.severity, ...it.variants.map(({ change }) => change.severity)] : []));
  return SEVERITIES.filter((severity) => found.includes(severity));
}

/** @throws {PostureError} POSTURE_CHECK_UNKNOWN: a rule by a misspelt id would hide nothing, and nobody would know. */
function requireChecks({ checks }: Context, scope: SuppressionScope): void {
  const named = "rule" in scope ? setsOf(scope.rule).flatMap((set) => set.checks ?? []) : [];
  const stranger = named.find((id) => !checks.has(id));
  if (stranger !== undefined) throw unknownCheck(stranger, [...checks.keys()]);
}

function ownOf({ fingerprint, aliases }: Finding, { suppressions }: StoreView, now: Instant): Suppression | undefined {
  const names = [fingerprint, ...aliases];
  return suppressions.find(
    (it) => "fingerprint" in it.scope && names.includes(it.scope.fingerprint) && (isInForce(it, now) || it.approval === "waiting"),
  );
}

/** Nothing changes, and the audit says who was refused what, and why. */
export function refused<T extends { readonly why: string }>(result: T, by: Actor, subject: string, at: Instant): Decision<T> {
  const event: AuditEvent = { type: "suppression-refused", subject, at, actor: by, source: sourceOf(by), note: result.why };
  return { at, events: [event], writes: [], result };
}

export function sourceOf(by: Actor): "slack" | "cli" | "clock" {
  return by.kind === "user" ? by.via : "clock";
}
