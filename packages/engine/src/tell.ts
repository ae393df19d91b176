import {
  advance,
  type AuditEvent,
  type Fact,
  type Finding,
  fingerprintOf,
  holding,
  type Instant,
  plus,
  type Refusal,
  type Status,
  statusOf,
  type StoreView,
  type Subject,
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
    const step = advance(after.subjectOf(fingerprint, fact), fact, now);
    for (const write of step.writes) {
      after.take(write);
      // The record holds the last value only: the ones between were never anyone's state.
      if (write.kind === "finding") for (const former of write.value.aliases) writes.delete(former);
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
  /** From a former fingerprint to the present one, for what was written just now. */
  readonly #present = new Map<string, string>();
  /** Of the suppressions as they are now; asked for anew after one was written. */
  #holding: ReturnType<typeof holding> | undefined;

  constructor(view: StoreView) {
    this.#view = view;
    this.#suppressions = new Map(view.suppressions.map((suppression) => [suppression.id, suppression]));
  }
  get suppressions(): readonly Suppression[] {
    return [...this.#suppressions.values()];
  }
  /** There may be thousands, and as many findings to be asked about. */
  suppressionsOf(finding: Pick<Finding, "fingerprint" | "aliases">): readonly Suppression[] {
    return (this.#holding ??= holding(this.suppressions))(finding);
  }
  /** By its present or a former fingerprint, also one that it has lost just now. */
  findingOf(fingerprint: string): Finding | undefined {
    return this.findings.get(this.#present.get(fingerprint) ?? fingerprint) ?? this.#view.findingOf(fingerprint);
  }
  subjectOf(fingerprint: string, fact: Fact): Subject {
    const finding = this.findingOf(fingerprint) ?? null;
    const subject = { finding, suppressions: this.relevant(fingerprint, fact) };
    if (fact.type !== "renamed" || !finding) return subject;
    return { ...subject, namesake: this.findingOf(fingerprintOf(fact.to, finding.ref)) ?? null };
  }
  /** Suppressions of other findings are none of this fact's business. */
  relevant(fingerprint: string, fact: Fact): readonly Suppression[] {
    if ("suppressionId" in fact) return this.suppressions;
    return this.suppressionsOf(this.findingOf(fingerprint) ?? { fingerprint, aliases: [] });
  }
  take(write: Write): void {
    if (write.kind === "finding") this.#takeFinding(write.value);
    if (write.kind === "suppression") this.#takeSuppression(write.value);
  }
  #takeFinding(finding: Finding): void {
    for (const former of finding.aliases) {
      this.findings.delete(former);
      this.#present.set(former, finding.fingerprint);
    }
    this.findings.set(finding.fingerprint, finding);
  }
  #takeSuppression(suppression: Suppression): void {
    this.#suppressions.set(suppression.id, suppression);
    this.#holding = undefined;
  }
}

/**
 * A status can change without a write to its finding: a cover that was suppressed, a suppression that expired.
 * So all findings in sight are compared, not only the written ones.
 */
function changesBetween(view: StoreView, after: Overlay, now: Instant): Changed[] {
  // Under its present name, so that a finding which was renamed is one, and not one that went and one that came.
  const before = believed(view, now);
  const present = view.findings.map(({ fingerprint }) => after.findingOf(fingerprint)?.fingerprint ?? fingerprint);
  return [...new Set([...present, ...after.findings.keys()])].flatMap((fingerprint): Changed[] => {
    const is = after.findingOf(fingerprint);
    if (!is) return [];
    const was = [fingerprint, ...is.aliases].map((name) => view.findingOf(name)).find((it) => it !== undefined);
    const status = statusOf(is, after, now);
    if (!was) return [{ before: null, after: { finding: is, status } }];
    const believedOf = before(was).find((it) => it !== status) ?? status;
    return was === is && believedOf === status ? [] : [{ before: { finding: was, status: believedOf }, after: { finding: is, status } }];
  });
}

/**
 * What people may still believe of a finding, the latest first: as it is by now, or as it was before an expiry that nobody has written down.
 * Whether somebody has noticed such an expiry is not known, so that it is told rather twice than never.
 */
function believed(view: StoreView, now: Instant): (finding: Finding) => readonly Status[] {
  const expiries = view.suppressions
    .filter(({ ended, expiresAt }) => ended === null && expiresAt <= now)
    .map(({ expiresAt }) => plus(expiresAt, -1));
  const instants = [now, ...[...new Set(expiries)].toSorted().toReversed()];
  const before = { ...view, suppressionsOf: holding(view.suppressions) };
  return (finding) => instants.map((at) => statusOf(finding, before, at));
}
