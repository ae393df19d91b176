import {
  type AwsChange,
  batches,
  type CheckId,
  type Fact,
  type Finding,
  fingerprintOf,
  GLOBAL,
  type Hints,
  hintsOf,
  inOneGo,
  type Instant,
  isComplete,
  PART,
  type ResolvedCheck,
  type ResourceRef,
  resourceKey,
  type Scope,
  type ScopeCoverage,
  type SweepRecord,
  type Undecided,
  type Watched,
  type Work,
} from "@posture/core";
import { judgedOf } from "./enabled.ts";
import type { Judgement } from "./judging.ts";
import { type Known, renamesOf, underPresentNames } from "./renames.ts";
import { mayBeOn } from "./settings.ts";

/** A fact, and the finding it is about. */
export interface About {
  readonly fingerprint: string;
  readonly fact: Fact;
}

/** What a sweep brought, boiled down while it ran: only what can change a finding or must be reported. */
export interface Harvest {
  readonly judgements: readonly Judgement[];
  readonly coverage: readonly ScopeCoverage[];
  /** Keys of all resources that were listed. */
  readonly listed: ReadonlySet<string>;
  /** Resources read live since the sweep began, and when. */
  readonly readLive: ReadonlyMap<string, Instant>;
}

/** What the configuration watches now. */
export interface Watching {
  /** By id. */
  readonly checks: ReadonlyMap<string, ResolvedCheck>;
  readonly accounts: readonly { readonly accountId: string; readonly regions: readonly string[] }[];
}

/** The facts of a sweep, in the order in which they are to be told. */
export function factsOfSweep(harvest: Harvest, known: Known, watching: Watching): About[] {
  return inOneGo(gatheringFacts(harvest, known, watching));
}

/** The same, in parts of so many judgements or findings. */
export function* gatheringFacts(
  { judgements, coverage, listed, readLive }: Harvest,
  known: Known,
  watching: Watching,
  part: number = PART,
): Work<About[]> {
  const findings = underPresentNames(known.findings, watching.checks);
  const scopes = Map.groupBy(coverage, scopeKey);
  const [seen, watched, unseen]: [About[], About[], About[]] = [[], [], []];
  const decided = new Set<string>();
  for (const some of batches(judgements, part)) {
    const facts = some.flatMap((judgement) => observed(judgement, "sweep", watching, readLive));
    for (const { fingerprint } of facts) decided.add(fingerprint);
    seen.push(...facts);
    yield;
  }
  for (const some of batches(findings, part)) {
    watched.push(...some.flatMap((finding) => watchedFact(finding, watching)));
    const rest = some.filter((finding) => !decided.has(finding.fingerprint));
    unseen.push(...rest.flatMap((finding) => unseenFact(finding, { scopes, listed, readLive }, watching)));
    yield;
  }
  return [...renamesOf(known, watching.checks), ...watched, ...seen, ...unseen];
}

/**
 * The facts of a re-check, or of a read after a change. What is not watched can be looked at, but opens nothing.
 * Renames are written down before: they reach findings that such a transaction does not see.
 */
export function factsOfReading(
  judgements: readonly Judgement[],
  by: "re-check" | "event",
  { findings }: Pick<Known, "findings">,
  watching: Watching,
  change?: AwsChange,
): About[] {
  const there = new Set(findings.map(({ fingerprint }) => fingerprint));
  const judged = judgements.flatMap((judgement) => observed(judgement, by, watching, new Map(), change));
  return [
    ...findings.flatMap((finding) => watchedFact(finding, watching)),
    ...judged.filter(
      ({ fingerprint, fact }) => there.has(fingerprint) || (fact.type === "observed" && isWatched(fact.check.id, fact.ref, watching)),
    ),
  ];
}

function observed(
  { checkId, ref, severity, outcome, tags }: Judgement,
  by: "sweep" | "re-check" | "event",
  { checks }: Watching,
  readLive: Harvest["readLive"],
  change?: AwsChange,
): About[] {
  const check = checks.get(checkId);
  if (!check) return [];
  // Where a live read found nothing wrong there is no finding to date it, so the date is remembered here.
  if (outcome.evidenceAt < (readLive.get(resourceKey(ref)) ?? "")) return [];
  // A finding keeps the severity that its check was judged with there.
  const judged = judgedOf({ ...check, severity });
  const fact = { type: "observed", by, check: judged, ref, outcome, ...(tags && { tags }), ...(change && { change }) } as const;
  return [{ fingerprint: fingerprintOf(checkId, ref), fact }];
}

/** Whether a finding is still looked at follows from the configuration alone. */
function watchedFact(finding: Finding, watching: Watching): About[] {
  const watched = watchedBy(finding, watching);
  return watched === finding.watched ? [] : [{ fingerprint: finding.fingerprint, fact: { type: "watched", watched } }];
}

export function watchedBy({ checkId, ref }: Pick<Finding, "checkId" | "ref">, { checks, accounts }: Watching): Watched {
  const check = checks.get(checkId);
  if (!check || !mayBeOn(check, ref)) return "retired";
  const account = accounts.find(({ accountId }) => accountId === ref.accountId);
  return account && (ref.region === GLOBAL || account.regions.includes(ref.region)) ? "yes" : "unmonitored";
}

function isWatched(checkId: CheckId, ref: ResourceRef, watching: Watching): boolean {
  return watchedBy({ checkId, ref }, watching) === "yes";
}

interface Ended extends Pick<Harvest, "listed" | "readLive"> {
  /** By `scopeKey`. */
  readonly scopes: ReadonlyMap<string, readonly ScopeCoverage[]>;
}

function scopeKey({ accountId, type }: Pick<Scope, "accountId" | "type">): string {
  return `${accountId} ${type}`;
}

/** A failing finding whose resource was not judged: gone if the listing was complete, else stale. */
function unseenFact(finding: Finding, { scopes, listed, readLive }: Ended, watching: Watching): About[] {
  const { fingerprint, ref, checkId } = finding;
  const scope = scopes.get(scopeKey(ref))?.find((line) => isScopeOf(line, ref));
  const check = watching.checks.get(checkId);
  if (finding.condition === "cleared" || !scope || !check || listed.has(resourceKey(ref))) return [];
  // A listing that began before the resource was read live does not know whether it is still there.
  if (scope.listedAt < (readLive.get(resourceKey(ref)) ?? "")) return [];
  if (scope.state === "complete") return [{ fingerprint, fact: { type: "absent", listedAt: scope.listedAt } }];
  const outcome = { status: "unknown", facets: [], evidenceAt: scope.listedAt, ...scope.gap } as const;
  return [{ fingerprint, fact: { type: "observed", by: "sweep", check: judgedOf(check), ref, outcome } }];
}

export function isScopeOf(scope: Scope, { accountId, region, type }: Scope): boolean {
  return scope.accountId === accountId && scope.type === type && (scope.region === region || scope.region === GLOBAL);
}

/** What failing findings name, by the key of their resource. */
export function hintsFor(known: readonly Finding[], checks: Watching["checks"]): ReadonlyMap<string, Hints> {
  return inOneGo(gatheringHints(known, checks));
}

/** The same, in parts. */
export function* gatheringHints(known: readonly Finding[], checks: Watching["checks"]): Work<ReadonlyMap<string, Hints>> {
  const failing = new Map<string, Parameters<typeof hintsOf>[0][number][]>();
  for (const some of batches(underPresentNames(known, checks))) {
    for (const { condition, checkId, ref, message } of some) {
      const check = checks.get(checkId)?.check;
      if (condition !== "failing" || !check?.hints) continue;
      const key = resourceKey(ref);
      failing.set(key, [...(failing.get(key) ?? []), { check, evidence: message.evidence }]);
    }
    yield;
  }
  const hints = new Map<string, Hints>();
  for (const some of batches([...failing])) {
    for (const [key, named] of some) hints.set(key, hintsOf(named));
    yield;
  }
  return hints;
}

/** The (check, resource) pairs that could not be decided, for the report. */
export function undecidedOf(judgements: readonly Judgement[]): Undecided[] {
  return judgements.flatMap(({ checkId, ref, outcome }) =>
    outcome.status === "unknown" ? [{ checkId, ref, reason: outcome.reason, missing: outcome.missing, detail: outcome.detail }] : [],
  );
}

/** Baseline: no complete sweep of the account was there before. */
export function isBaseline(accountId: string, sweptAccounts: ReadonlySet<string>): boolean {
  return !sweptAccounts.has(accountId);
}

export function completeAccounts(sweep: SweepRecord): string[] {
  return isComplete(sweep) ? sweep.accounts.map(({ accountId }) => accountId) : [];
}
