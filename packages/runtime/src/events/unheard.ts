import {
  type Check,
  type CheckId,
  elapsed,
  eventsOf,
  type Facet,
  facetOf,
  fingerprintOf,
  GLOBAL,
  type Instant,
  plus,
  resourceKey,
  type ResourceRef,
  type SweepRecord,
  type Unheard,
  wantedFacets,
} from "@posture/core";
import type { Changed } from "@posture/engine";
import { type Heard, placeKey } from "./hearing.ts";

/* Which changes a sweep found that an event should have told of, and none did. Pure; where it cannot be known, it is not said. */

/** In milliseconds: an event that takes longer is missed until it comes. */
export const EXPECTED_WITHIN: number = 10 * 60_000;
/** What a sweep found may have been told of shortly before what the sweep before it saw. In milliseconds. */
const SLACK = 15 * 60_000;
/** In milliseconds: so long nothing else says that events come, or do not. */
const KEPT = 7 * 24 * 3_600_000;

/** A change of a resource that waits for its event. */
export interface Suspect {
  readonly ref: ResourceRef;
  /** It happened after this. */
  readonly after: Instant;
  readonly foundAt: Instant;
}

/** What one sweep is asked about. */
export interface SweepSeen {
  readonly sweep: SweepRecord;
  /** The one before it of the account; `null`: it is the first. */
  readonly previous: SweepRecord | null;
  readonly changes: readonly Changed[];
  /** When a resource was first seen, by `resourceKey`. */
  readonly firstSeen: (key: string) => Instant | undefined;
  /** Checks whose verdict may become another with time alone. */
  readonly timed: ReadonlySet<string>;
}

/**
 * The checks whose verdict on a resource that stays becomes another only after a change that an event tells of: each facet is changed by events, or
 * fixed when the resource is made. Events that a trail has only where it was told to (of S3's objects), or that another account hears
 * (Organizations), cannot be expected.
 */
export function toldBy(checks: readonly Check[]): ReadonlySet<CheckId> {
  return new Set(checks.filter(isTold).map(({ id }) => id));
}

function isTold(check: Check): boolean {
  const kind = check.resource;
  const facets = wantedFacets(kind, [check]).map((name) => facetOf(kind.facets, name));
  const names = eventsOf(kind, [check]);
  const isElsewhere = names.some(({ source, name }) => source === "organizations.amazonaws.com" || name === "PutObject");
  return (
    !isElsewhere && facets.some(({ changedBy }) => changedBy.length > 0) && facets.every((it) => it.changedBy.length > 0 || isFixed(it))
  );
}

/** What a listing brings of every resource, and no event changes. */
function isFixed({ prime, after }: Facet): boolean {
  return prime.length > 0 && after.length === 0;
}

/** The changes that a sweep found and that events should have told of, or should tell of soon. */
export function suspectsIn(seen: SweepSeen, told: ReadonlySet<string>, heard: Heard): readonly Suspect[] {
  const { sweep, previous, changes } = seen;
  // Both sweeps are of this listening, so the configuration is the same, and what changed in between has been listened for.
  if (!previous || heard.since === null || heard.since > previous.begunAt) return [];
  const undecided = new Set([...previous.undecided, ...sweep.undecided].map(({ checkId, ref }) => fingerprintOf(checkId, ref)));
  return changes.flatMap(({ before, after: { finding } }) => {
    const { ref, checkId, fingerprint, evidenceAt } = finding;
    const isAnother = before === null ? finding.condition === "failing" : before.finding.condition !== finding.condition;
    const first = seen.firstSeen(resourceKey(ref));
    const isExpected =
      isAnother &&
      told.has(checkId) &&
      !seen.timed.has(checkId) &&
      finding.watched === "yes" &&
      sameSetting(checkId, previous, sweep) &&
      // Evidence of a report, or of a listing that began before, may be older than the queue.
      evidenceAt >= sweep.begunAt &&
      first !== undefined &&
      first <= previous.finishedAt &&
      !undecided.has(fingerprint) &&
      (before?.finding.stale ?? null) === null &&
      isListed(ref, previous) &&
      isListed(ref, sweep);
    return isExpected ? [{ ref, after: previous.begunAt, foundAt: sweep.finishedAt }] : [];
  });
}

function sameSetting(checkId: string, a: SweepRecord, b: SweepRecord): boolean {
  return a.settings?.[checkId] !== undefined && a.settings[checkId] === b.settings?.[checkId];
}

function isListed({ accountId, type, region }: ResourceRef, { coverage }: SweepRecord): boolean {
  const its = coverage.filter((it) => it.accountId === accountId && it.type === type && (it.region === region || it.region === GLOBAL));
  return its.length > 0 && its.every(({ state }) => state === "complete");
}

function wasHeard({ ref, after }: Suspect, { resources, unnamed }: Heard): boolean {
  const from = plus(after, -SLACK);
  const times = [resources.get(resourceKey(ref)), ...placesOf(ref).map((key) => unnamed.get(key))];
  return times.some((at) => at !== undefined && at >= from);
}

function placesOf({ accountId, type, region }: Pick<ResourceRef, "accountId" | "type" | "region">): readonly string[] {
  return [region, GLOBAL, null].map((it) => placeKey({ accountId, type, region: it }));
}

/** Of those that wait for their events: which still do, and of which none came. */
export function judged(
  suspects: readonly Suspect[],
  heard: Heard,
  now: Instant,
): { readonly waiting: readonly Suspect[]; readonly unheard: readonly Suspect[] } {
  // What a listening with a gap did not hear says nothing.
  if (heard.since === null) return { waiting: [], unheard: [] };
  const { since } = heard;
  const silent = suspects.filter((it) => since <= it.after && !wasHeard(it, heard));
  const isOver = ({ foundAt }: Suspect): boolean => elapsed(foundAt, now) >= EXPECTED_WITHIN;
  return { waiting: silent.filter((it) => !isOver(it)), unheard: silent.filter(isOver) };
}

/** What is known of such changes after another sweep: what was, less where events have told of something since, and what is new. */
export function unheardAfter(before: readonly Unheard[], fresh: readonly Suspect[], heard: Heard, now: Instant): readonly Unheard[] {
  const kept = before.filter(
    (it) => elapsed(it.latest, now) < KEPT && !placesOf(it).some((key) => (heard.places.get(key) ?? "") > it.latest),
  );
  const byPlace = new Map(kept.map((it) => [placeKey(it), it]));
  for (const { ref, foundAt } of fresh) {
    const { accountId, type, region } = ref;
    const known = byPlace.get(placeKey(ref));
    byPlace.set(placeKey(ref), { accountId, type, region, changes: (known?.changes ?? 0) + 1, latest: foundAt });
  }
  return [...byPlace.values()];
}

/** In one sentence without its end: how many there were, and where. `null`: none. */
export function unheardWords(unheard: readonly Unheard[]): string | null {
  if (unheard.length === 0) return null;
  const count = unheard.reduce((sum, { changes }) => sum + changes, 0);
  const latest =
    unheard
      .map((it) => it.latest)
      .toSorted()
      .at(-1) ?? "";
  return `sweeps found ${count} ${count === 1 ? "change" : "changes"} that no event told of, ${whereOf(unheard)}; the last at ${latest.slice(0, 16)}Z`;
}

/** What to look at, in sentences. */
export function unheardNext(unheard: readonly Unheard[]): string {
  const isGlobal = unheard.some(({ region }) => region === GLOBAL);
  const tells = isGlobal ? " What is of no region is told of in the partition's first region, us-east-1." : "";
  return `See that the trail logs management events ${whereOf(unheard)}, print the template anew with \`posture events template\`, and deploy it there.${tells}`;
}

function whereOf(unheard: readonly Unheard[]): string {
  const regions = [...new Set(unheard.map(({ region }) => region))].toSorted();
  const named = regions.filter((it) => it !== GLOBAL);
  const words = [
    ...(named.length > 0 ? [`in ${named.join(", ")}`] : []),
    ...(named.length < regions.length ? ["of IAM or the account"] : []),
  ];
  return words.join(" and ");
}
