import {
  type Affected,
  asRead,
  type ChangeEvent,
  type Check,
  facetOf,
  type FindingStore,
  GLOBAL,
  type Instant,
  type Progress,
  type ResolvedCheck,
  type ResourceRef,
  type Selector,
  wantedFacets,
} from "@posture/core";
import { watchedBy, type Watching } from "@posture/engine";

/** What an event asks for: resources, or selectors of such, of one kind, for some checks. */
export interface Touched {
  readonly checkIds: ReadonlySet<string>;
  readonly refs: readonly ResourceRef[];
  readonly selectors: readonly Selector[];
  readonly primed: Progress;
}

/** So many different calls for one resource are cheap enough to be made after each change of it. */
const CHEAP = 5;

/**
 * The checks as events are held against them, once for all events. One that is neither cheap nor grave is left to the next sweep, where one
 * answer serves many resources: whether a security group is in use is asked in twenty ways, and is not urgent.
 */
export function heardBy(checks: Iterable<ResolvedCheck>): readonly Check[] {
  return [...checks].filter((it) => isGrave(it) || readsOf(it) <= CHEAP).map(asRead);
}

function isGrave({ severity }: ResolvedCheck): boolean {
  return severity === "critical" || severity === "high";
}

function readsOf({ check }: ResolvedCheck): number {
  const { resource: kind } = check;
  return new Set(wantedFacets(kind, [check]).flatMap((name) => facetOf(kind.facets, name).read.map(({ operation }) => operation))).size;
}

/** What is watched of what an event touches: see `affectedBy`. Pure. */
export function touchedBy({ event }: ChangeEvent, affected: readonly Affected[], watching: Watching): readonly Touched[] {
  return affected.flatMap(({ kind, checks, targets }) => {
    const refs = targets.filter((it) => "arn" in it);
    const watched = refs.filter((ref) => checks.some((checkId) => watchedBy({ checkId, ref }, watching) === "yes"));
    // What nobody finds is for the next sweep.
    const selectors = targets.flatMap((it) => ("arn" in it || !kind.finds?.[it.by] || !mayBeWatched(it, watching) ? [] : [it]));
    if (watched.length + selectors.length === 0) return [];
    return [{ checkIds: new Set<string>(checks), refs: watched, selectors, primed: kind.primedBy?.(event) ?? {} }];
  });
}

function mayBeWatched({ accountId, region }: Selector, { accounts }: Watching): boolean {
  const account = accounts.find((it) => it.accountId === accountId);
  return account !== undefined && (region === null || region === GLOBAL || account.regions.includes(region));
}

/** The resources that fail already, of those that a selector may be about. */
export async function failingOf(store: FindingStore, { type, accountId, region }: Selector, now: Instant): Promise<readonly ResourceRef[]> {
  const filter = { types: [type], accounts: [accountId], ...(region !== null && { regions: [region] }), statuses: UNRESOLVED };
  const refs: ResourceRef[] = [];
  for await (const { finding } of store.list(filter, now)) refs.push(finding.ref);
  return refs;
}
const UNRESOLVED = ["open", "suppressed", "covered"] as const;
