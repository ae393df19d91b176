import {
  type Finding,
  fingerprintOf,
  type FirstSeen,
  type Instant,
  type ScopeCoverage,
  type Seen,
  type StoreView,
  type SweepRecord,
  type Undecided,
} from "@posture/core";
import { type About, factsOfSweep, type Found, type Judgement, undecidedOf, type Watching } from "@posture/engine";

/** Gathers what a sweep says, keeping only what can change a finding or must be reported. */
export class Gathering {
  readonly judgements: Judgement[] = [];
  readonly coverage: ScopeCoverage[] = [];
  readonly listed: Set<string> = new Set();
  scopes = 0;
  resources = 0;
  readonly #failing: ReadonlySet<string>;

  constructor(known: readonly Finding[]) {
    this.#failing = new Set(known.filter(({ condition }) => condition === "failing").map(({ fingerprint }) => fingerprint));
  }

  take(found: Found): void {
    switch (found.type) {
      case "planned":
        this.scopes += found.scopes;
        return;
      case "judged":
        this.resources += 1;
        this.judgements.push(...found.judgements.filter((judgement) => this.#matters(judgement)));
        return;
      case "scope":
        this.coverage.push(found.coverage);
        for (const key of found.keys) this.listed.add(key);
    }
  }

  /** A pass where nothing was failing is the common case, and says nothing new. */
  #matters({ outcome, checkId, ref }: Judgement): boolean {
    return outcome.status === "fail" || outcome.status === "unknown" || this.#failing.has(fingerprintOf(checkId, ref));
  }

  facts(view: StoreView, watching: Watching, readLive: ReadonlyMap<string, Instant>): About[] {
    return factsOfSweep({ judgements: this.judgements, coverage: this.coverage, listed: this.listed, readLive }, view.findings, watching);
  }

  undecided(): Undecided[] {
    return undecidedOf(this.judgements);
  }

  /** Resources that no sweep has shown before. */
  newcomers(view: StoreView, seen: Seen): FirstSeen | null {
    const keys = [...this.listed].filter((key) => view.seen.get(key) === undefined);
    return keys.length === 0 ? null : { keys, seen };
  }
}

/** Sorts by time as text does. */
export function sweepId(begunAt: Instant, random: string): string {
  return `sweep-${begunAt.replaceAll(/[-:.]/g, "")}-${random}`;
}

export function recordOf(
  gathering: Gathering,
  rest: Pick<SweepRecord, "id" | "begunAt" | "finishedAt" | "accounts" | "calls" | "unread">,
): SweepRecord {
  return { ...rest, coverage: gathering.coverage, undecided: gathering.undecided() };
}
