import {
  advance,
  type AuditEvent,
  eachOf,
  type Fact,
  type Finding,
  fingerprintOf,
  flatMapping,
  holding,
  inOneGo,
  type Instant,
  PART,
  plus,
  type Refusal,
  type Status,
  statusOf,
  type StoreView,
  type Subject,
  type Suppression,
  type Work,
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
  return inOneGo(telling(view, facts, now));
}

/** The same, in parts of so many facts or findings. */
export function* telling(view: StoreView, facts: readonly About[], now: Instant, part: number = PART): Work<Told> {
  const after = new Overlay(view);
  const writes = new Map<string, Write>();
  const events: AuditEvent[] = [];
  const refused: Refusal[] = [];
  const tellOne = ({ fingerprint, fact }: About): void => {
    const step = advance(after.subjectOf(fingerprint, fact), fact, now);
    for (const write of step.writes) {
      after.take(write);
      // The record holds the last value only: the ones between were never anyone's state.
      if (write.kind === "finding") for (const former of write.value.aliases) writes.delete(former);
      writes.set(write.kind === "finding" ? write.value.fingerprint : write.value.id, write);
    }
    events.push(...step.events);
    if (step.refused) refused.push(step.refused);
  };
  yield* eachOf(facts, tellOne, part);
  return { writes: [...writes.values()], events, refused, changes: yield* changesBetween(view, after, now, part) };
}

/** No fingerprint. */
const ANY = "";

/** What a transaction sees, with what is about to be written laid over it. */
class Overlay {
  readonly #view: StoreView;
  readonly findings = new Map<string, Finding>();
  readonly #suppressions: Map<string, Suppression>;
  /** From a former fingerprint to the present one, for what was written just now. */
  readonly #present = new Map<string, string>();
  /** Of the suppressions as they were. There may be thousands, and each may be written. */
  readonly #held: ReturnType<typeof holding>;
  readonly #written = new Map<string, Suppression>();
  /** The ids of those that were not there before, by the fingerprint that each is about; of rules, under no fingerprint. */
  readonly #begun = new Map<string, Set<string>>();

  constructor(view: StoreView) {
    this.#view = view;
    this.#suppressions = new Map(view.suppressions.map((suppression) => [suppression.id, suppression]));
    this.#held = holding(view.suppressions);
  }
  get suppressions(): readonly Suppression[] {
    return [...this.#suppressions.values()];
  }
  suppressionsOf(finding: Pick<Finding, "fingerprint" | "aliases">): readonly Suppression[] {
    const held = this.#held(finding);
    if (this.#written.size === 0) return held;
    return [...held.map((it) => this.#written.get(it.id) ?? it), ...this.#begunFor(finding)];
  }
  #begunFor({ fingerprint, aliases }: Pick<Finding, "fingerprint" | "aliases">): readonly Suppression[] {
    if (this.#begun.size === 0) return [];
    const ids = [fingerprint, ...aliases, ANY].flatMap((name) => [...(this.#begun.get(name) ?? [])]);
    return ids.flatMap((id) => this.#written.get(id) ?? []);
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
    const { id, scope } = suppression;
    if (!this.#suppressions.has(id)) {
      const name = "fingerprint" in scope ? scope.fingerprint : ANY;
      this.#begun.set(name, (this.#begun.get(name) ?? new Set()).add(id));
    }
    this.#suppressions.set(id, suppression);
    this.#written.set(id, suppression);
  }
}

/**
 * A status can change without a write to its finding: a cover that was suppressed, a suppression that expired.
 * So all findings in sight are compared, not only the written ones.
 */
function* changesBetween(view: StoreView, after: Overlay, now: Instant, part: number): Work<readonly Changed[]> {
  // Under its present name, so that a finding which was renamed is one, and not one that went and one that came.
  const present = new Set<string>();
  yield* eachOf(view.findings, ({ fingerprint }) => void present.add(after.findingOf(fingerprint)?.fingerprint ?? fingerprint), part);
  yield* eachOf([...after.findings.keys()], (fingerprint) => void present.add(fingerprint), part);
  const before = believed(view, now);
  return yield* flatMapping([...present], (fingerprint) => changeIn(fingerprint, view, after, before, now), part);
}

function changeIn(fingerprint: string, view: StoreView, after: Overlay, before: ReturnType<typeof believed>, now: Instant): Changed[] {
  const is = after.findingOf(fingerprint);
  if (!is) return [];
  const was = view.findingOf(fingerprint) ?? is.aliases.map((name) => view.findingOf(name)).find((it) => it !== undefined);
  const status = statusOf(is, after, now);
  if (!was) return [{ before: null, after: { finding: is, status } }];
  const believedOf = before(was).find((it) => it !== status) ?? status;
  return was === is && believedOf === status ? [] : [{ before: { finding: was, status: believedOf }, after: { finding: is, status } }];
}

/**
 * What people may still believe of a finding, the latest first: as it is by now, or as it was before an expiry that nobody has written down.
 * Whether somebody has noticed such an expiry is not known, so that it is told rather twice than never.
 */
function believed(view: StoreView, now: Instant): (finding: Finding) => readonly Status[] {
  const held = holding(view.suppressions);
  const before = { ...view, suppressionsOf: held };
  const expired = (of: Finding): Instant[] =>
    held(of).flatMap(({ ended, expiresAt }) => (ended === null && expiresAt <= now ? [expiresAt] : []));
  const anyExpired = view.suppressions.some(({ ended, expiresAt }) => ended === null && expiresAt <= now);
  return (finding) => {
    if (!anyExpired) return [statusOf(finding, before, now)];
    const cover = finding.coveredBy === null ? undefined : view.findingOf(fingerprintOf(finding.coveredBy, finding.ref));
    const expiries = [...expired(finding), ...(cover ? expired(cover) : [])].map((at) => plus(at, -1));
    return [now, ...[...new Set(expiries)].toSorted().toReversed()].map((at) => statusOf(finding, before, at));
  };
}
