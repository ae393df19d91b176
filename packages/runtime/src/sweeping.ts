import {
  batches,
  type Finding,
  fingerprintOf,
  type FirstSeen,
  type Held,
  type Instant,
  type Scope,
  type ScopeCoverage,
  type Seen,
  type StoreView,
  type SweepRecord,
  type Undecided,
  type Work,
} from "@posture/core";
import {
  type About,
  type Doubt,
  type Found,
  gatheringFacts,
  type Judgement,
  type Known,
  type Told,
  undecidedOf,
  underPresentNames,
  type Watching,
} from "@posture/engine";
import type { Answers } from "./protocol.ts";

type SweepAnswer = Answers["sweep"];

/** What one look at AWS brought. */
export interface Look extends SweepAnswer {
  readonly gathering: Gathering;
}

/** Gathers what a sweep says, keeping only what can change a finding or must be reported. */
export class Gathering {
  readonly judgements: Judgement[] = [];
  readonly coverage: ScopeCoverage[] = [];
  readonly listed: Set<string> = new Set();
  /** Checks with an outcome that time alone would make another. */
  readonly timed: Set<string> = new Set();
  scopes = 0;
  resources = 0;
  readonly #failing: ReadonlySet<string>;

  constructor(known: readonly Finding[], checks: Watching["checks"]) {
    this.#failing = new Set(
      underPresentNames(known, checks)
        .filter(({ condition }) => condition === "failing")
        .map(({ fingerprint }) => fingerprint),
    );
  }

  take(found: Found): void {
    switch (found.type) {
      case "planned":
        this.scopes += found.scopes;
        return;
      case "judged":
        this.resources += 1;
        for (const { outcome, checkId } of found.judgements) if ("holdsUntil" in outcome) this.timed.add(checkId);
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

  facts(known: Known, watching: Watching, readLive: ReadonlyMap<string, Instant>, part: number): Work<readonly About[]> {
    const { judgements, coverage, listed } = this;
    return gatheringFacts({ judgements, coverage, listed, readLive }, known, watching, part);
  }

  undecided(): Undecided[] {
    return undecidedOf(this.judgements);
  }

  /** Resources that no sweep has shown before: many in several writes, so that none is long. */
  newcomers(view: StoreView, seen: Seen): FirstSeen[] {
    const keys = [...this.listed].filter((key) => view.seen.get(key) === undefined);
    return [...batches(keys)].map((some) => ({ keys: some, seen }));
  }
}

/** Sorts by time as text does. */
export function sweepId(begunAt: Instant, random: string): string {
  return `sweep-${begunAt.replaceAll(/[-:.]/g, "")}-${random}`;
}

/** What is kept of a sweep. What the second look could not read is a gap as well. */
export function recordOf(
  first: Look,
  second: Look | null,
  rest: Pick<SweepRecord, "id" | "begunAt" | "finishedAt" | "accounts" | "held" | "settings">,
): SweepRecord {
  const looks = second ? [first, second] : [first];
  const failed = second?.gathering.coverage.filter(({ state }) => state === "incomplete") ?? [];
  const pairs = looks.flatMap(({ gathering }) => gathering.undecided());
  const unread = looks.flatMap((look) => look.unread);
  return {
    ...rest,
    coverage: first.gathering.coverage.map((line) => failed.find((other) => isSameScope(line, other)) ?? line),
    undecided: once(pairs, ({ checkId, ref }) => fingerprintOf(checkId, ref)),
    unread: once(unread, ({ call, accountId, region }) => `${call} ${accountId} ${region}`),
    calls: looks.reduce((sum, { calls }) => sum + calls, 0),
  };
}

function isSameScope(a: Scope, b: Scope): boolean {
  return a.accountId === b.accountId && a.region === b.region && a.type === b.type;
}

/** The first of each name. */
function once<T>(all: readonly T[], nameOf: (it: T) => string): readonly T[] {
  return [...Map.groupBy(all, nameOf).values()].flatMap(([first]) => (first === undefined ? [] : [first]));
}

/** How a doubt ended. */
export function heldOf({ accountId, failing, resolving }: Doubt, { changes }: Told): Held {
  const resolved = changes.filter(
    ({ before, after }) =>
      after.finding.ref.accountId === accountId && before?.finding.condition === "failing" && after.finding.condition === "cleared",
  );
  return { accountId, failing, resolving, resolved: resolved.length };
}
