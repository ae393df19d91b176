import {
  advance,
  type AuditEvent,
  type Fact,
  type Finding,
  type Instant,
  plus,
  type Refusal,
  type Status,
  statusOf,
  type StoreView,
  type Suppression,
  type Write,
} from "@posture/core";
import type { About } from "./facts.ts";

/** A finding whose content or status differs from before. */
export interface Changed {
  /** `null`: the finding is new. */
  readonly before: { readonly finding: Finding; readonly status: Status } | null;
  readonly after: { readonly finding: Finding; readonly status: Status };
}

export interface Told {
  readonly writes: readonly Write[];
  readonly events: readonly AuditEvent[];
  readonly changes: readonly Changed[];
  readonly refused: readonly Refusal[];
}

/** Tells facts to what a transaction sees, one after the other, and says what is to be committed and whose status changed. Pure. */
export function tell(view: StoreView, facts: readonly About[], now: Instant): Told {
  const after = new Overlay(view);
  const writes = new Map<string, Write>();
  const events: AuditEvent[] = [];
  const refused: Refusal[] = [];
  for (const { fingerprint, fact } of facts) {
    const step = advance({ finding: after.findingOf(fingerprint) ?? null, suppressions: after.relevant(fingerprint, fact) }, fact, now);
    for (const write of step.writes) {
      after.take(write);
      // The record holds the last value only: the ones between were never anyone's state.
      writes.set(write.kind === "finding" ? write.value.fingerprint : write.value.id, write);
    }
    events.push(...step.events);
    if (step.refused) refused.push(step.refused);
  }
  return { writes: [...writes.values()], events, refused, changes: changesBetween(view, after, now) };
}

/** What a transaction sees, with what is about to be written laid over it. */
class Overlay {
  readonly #view: StoreView;
  readonly findings = new Map<string, Finding>();
  readonly #suppressions: Map<string, Suppression>;

  constructor(view: StoreView) {
    this.#view = view;
    this.#suppressions = new Map(view.suppressions.map((suppression) => [suppression.id, suppression]));
  }
  get suppressions(): readonly Suppression[] {
    return [...this.#suppressions.values()];
  }
  findingOf(fingerprint: string): Finding | undefined {
    return this.findings.get(fingerprint) ?? this.#view.findingOf(fingerprint);
  }
  /** Suppressions of other findings are none of this fact's business, and there may be thousands. */
  relevant(fingerprint: string, fact: Fact): readonly Suppression[] {
    if (fact.type === "lift") return this.suppressions;
    const finding = this.findingOf(fingerprint);
    const names = finding ? [finding.fingerprint, ...finding.aliases] : [fingerprint];
    return this.suppressions.filter(({ scope }) => "rule" in scope || names.includes(scope.fingerprint));
  }
  take(write: Write): void {
    if (write.kind === "finding") this.findings.set(write.value.fingerprint, write.value);
    if (write.kind === "suppression") this.#suppressions.set(write.value.id, write.value);
  }
}

/**
 * A status can change without a write to its finding: a cover that was suppressed, a suppression that expired.
 * So all findings in sight are compared, not only the written ones.
 */
function changesBetween(view: StoreView, after: Overlay, now: Instant): Changed[] {
  const fingerprints = new Set([...view.findings.map(({ fingerprint }) => fingerprint), ...after.findings.keys()]);
  return [...fingerprints].flatMap((fingerprint): Changed[] => {
    const was = view.findingOf(fingerprint);
    const is = after.findingOf(fingerprint);
    if (!is) return [];
    const status = statusOf(is, after, now);
    if (!was) return [{ before: null, after: { finding: is, status } }];
    const before = { finding: was, status: statusBefore(was, view, now) };
    return was === is && before.status === status ? [] : [{ before, after: { finding: is, status } }];
  });
}

/** What expired unnoticed was in force until it was noticed: people still see the finding as suppressed. */
function statusBefore(finding: Finding, view: StoreView, now: Instant): Status {
  const instants = view.suppressions
    .filter(({ ended, expiresAt }) => ended === null && expiresAt <= now)
    .map(({ expiresAt }) => plus(expiresAt, -1));
  const [earliest = now] = instants.toSorted();
  return statusOf(finding, view, earliest);
}
