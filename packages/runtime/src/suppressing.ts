import { randomUUID } from "node:crypto";
import {
  type Actor,
  DAY,
  elapsed,
  type Finding,
  type Instant,
  isInstant,
  plus,
  type Severity,
  type StoreView,
  type Suppression,
} from "@posture/core";
import { tell } from "@posture/engine";
import { changeOf, type Context, neighbourhoodOf } from "./context.ts";
import type { LiftAnswer, SuppressAnswer, SuppressRefusal, SuppressWish } from "./posture.ts";

/** A justification that says something takes at least this many characters. */
export const JUSTIFICATION_MIN = 10;
/** The longest suppression, in days. */
export const MAX_DAYS: Readonly<Record<Severity, number>> = { critical: 30, high: 90, medium: 365, low: 365 };
const DEFAULT_DAYS = 30;

export async function runSuppress(context: Context, wish: SuppressWish): Promise<SuppressAnswer> {
  const found = await neighbourhoodOf(context, wish.fingerprint);
  if (!found) return { kind: "refused", why: "no-such-finding" };
  const { fingerprints } = found;
  const id = wish.id ?? `s-${randomUUID()}`;
  return context.store.transact<SuppressAnswer>({ findings: { fingerprints }, outbox: { subjects: fingerprints } }, (view) => {
    const at = context.now();
    const nothing = { at, events: [], writes: [] };
    const finding = view.findingOf(wish.fingerprint);
    if (!finding) return { ...nothing, result: { kind: "refused", why: "no-such-finding" } };
    const done = view.suppressions.find((it) => it.id === id);
    if (done) return { ...nothing, result: { kind: "suppressed", suppression: done, finding } };
    const suppression = suppressionOf(wish, id, finding, at);
    const wrong = whatIsWrong(suppression, finding, at);
    if (wrong) return { ...nothing, result: { kind: "refused", why: wrong } };
    const told = tell(view, [{ fingerprint: finding.fingerprint, fact: { type: "suppress", suppression } }], at);
    const [why] = told.refused;
    if (why !== undefined) return { ...nothing, result: refused(why === "no-such-suppression" ? "no-such-finding" : why, finding, view) };
    return {
      ...changeOf(context, view, told, { kind: "suppression", suppression }, at),
      result: { kind: "suppressed", suppression, finding },
    };
  });
}

export function runLift(context: Context, suppressionId: string, by: Actor): Promise<LiftAnswer> {
  return context.store.transact<LiftAnswer>({ findings: "all", outbox: {} }, (view) => {
    const at = context.now();
    const suppression = view.suppressions.find(({ id }) => id === suppressionId);
    const source = by.kind === "user" ? by.via : "clock";
    const told = tell(view, [{ fingerprint: "", fact: { type: "lift", suppressionId, by, source } }], at);
    if (!suppression || told.refused.length > 0)
      return { at, events: [], writes: [], result: { kind: "refused", why: "no-such-suppression" } };
    return { ...changeOf(context, view, told, { kind: "suppression", suppression }, at), result: { kind: "lifted" } };
  });
}

/** Writes down the suppressions that have ended by time alone, and announces what they no longer hide. */
export function runTick(context: Context): Promise<void> {
  return context.store.transact<undefined>({ findings: "all", outbox: {} }, (view) => {
    const at = context.now();
    const passed = view.suppressions.map(({ scope }) => ({
      fingerprint: "fingerprint" in scope ? scope.fingerprint : "",
      fact: { type: "time-passed" } as const,
    }));
    return { ...changeOf(context, view, tell(view, passed, at), { kind: "clock" }, at), result: undefined };
  });
}

function suppressionOf({ justification, by, expiresAt }: SuppressWish, id: string, { fingerprint }: Finding, at: Instant): Suppression {
  const until = expiresAt ?? plus(at, DEFAULT_DAYS * DAY);
  return {
    id,
    scope: { fingerprint },
    justification: justification.trim(),
    by,
    from: at,
    expiresAt: until,
    approval: "not-needed",
    ended: null,
  };
}

/** What is wrong with a wish before anybody looks at the finding's state. */
function whatIsWrong({ justification, expiresAt }: Suppression, { severity }: Finding, now: Instant): SuppressRefusal | null {
  if (Array.from(justification).length < JUSTIFICATION_MIN) return "justification-too-short";
  const length = isInstant(expiresAt) ? elapsed(now, expiresAt) : Number.NaN;
  return length > 0 && length <= MAX_DAYS[severity] * DAY ? null : "expiry-out-of-range";
}

function refused(why: SuppressRefusal, { fingerprint }: Finding, { suppressions }: StoreView): SuppressAnswer {
  const by = suppressions.find(({ scope }) => "fingerprint" in scope && scope.fingerprint === fingerprint);
  return { kind: "refused", why, ...(by && { by }) };
}
