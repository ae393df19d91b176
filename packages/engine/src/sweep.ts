import {
  type Gap,
  GLOBAL,
  type Hints,
  type Instant,
  type Listed,
  ListingFailure,
  oldest,
  resourceKey,
  type RuleSet,
  type Scope,
  type ScopeCoverage,
  type Seen,
  type Target,
} from "@posture/core";
import pLimit from "p-limit";
import { listedFacets, type Watch, watchIn } from "./enabled.ts";
import { isScopeOf } from "./facts.ts";
import { type Judgement, judgeAll } from "./judging.ts";
import { observe } from "./observe.ts";
import type { Place } from "./settings.ts";

/** What a sweep says while it runs. Structured-cloneable, since it may cross a thread. */
export type Found =
  | { readonly type: "planned"; readonly scopes: number }
  /** Every judgement of one resource. */
  | { readonly type: "judged"; readonly judgements: readonly Judgement[] }
  /** A scope has ended. `keys` are the resources its listing showed, judged or not. */
  | { readonly type: "scope"; readonly coverage: ScopeCoverage; readonly keys: readonly string[] };

export interface SweepPlan {
  readonly watches: readonly Watch[];
  /** Accounts with the regions that are watched in each. */
  readonly accounts: readonly { readonly accountId: string; readonly partition: string; readonly regions: readonly string[] }[];
  /** Only the listings that show resources of these are made. Left out: all. */
  readonly scopes?: readonly Scope[];
  /** Keys of the resources that are looked at; others are listed and no more. Left out: all. */
  readonly resources?: ReadonlySet<string>;
  /** When this resource was first seen; `undefined` for one that is new. */
  seenOf(key: string): Seen | undefined;
  /** What its failing findings name. Left out: nothing is named. */
  hintsOf?(key: string): Hints | undefined;
  /** Sets of suppressions by rule that name tags. Left out: there are none. */
  readonly tagged?: readonly RuleSet[];
  /** Given to resources that are new. */
  readonly newcomer: Seen;
  /** Resources in work at once, over all scopes. */
  readonly width?: number;
  /** How often a scope that failed for lack of an answer is listed again at the end, and until when. */
  readonly again?: { readonly times: number; readonly until: Instant; pause(): Promise<void> };
}

export interface SweepTools {
  readonly now: () => Instant;
  readonly emit: (found: Found) => void;
}

const WIDTH = 64;

/** Lists and judges everything that is watched. Ends when every scope is complete, or incomplete with its reason. */
export async function sweep(plan: SweepPlan, tools: SweepTools): Promise<void> {
  const jobs = plan.watches.flatMap((watch) => jobsOf(plan, watch));
  tools.emit({ type: "planned", scopes: jobs.length });
  const limit = pLimit(plan.width ?? WIDTH);
  const run = async (job: Job): Promise<Job[]> => {
    const { coverage, keys } = await sweepScope(job, plan, tools, limit);
    if (coverage.state === "incomplete" && mayAnswerLater(coverage.gap) && tools.now() < (plan.again?.until ?? "")) return [job];
    tools.emit({ type: "scope", coverage, keys });
    return [];
  };
  let left: Job[] = jobs;
  for (let round = plan.again?.times ?? 0; round > 0 && left.length > 0; round -= 1) {
    left = (await Promise.all(left.map(run))).flat();
    if (left.length > 0) await plan.again?.pause();
  }
  await Promise.all(
    left.map(async (job) => {
      const { coverage, keys } = await sweepScope(job, plan, tools, limit);
      tools.emit({ type: "scope", coverage, keys });
    }),
  );
}

interface Job {
  readonly watch: Watch;
  readonly target: Target & { readonly regions: readonly string[] };
}

/** Where no check can be on, nothing is listed. */
function jobsOf({ accounts, scopes }: SweepPlan, watch: Watch): Job[] {
  const isGlobal = watch.collector.reach === "global";
  return accounts.flatMap(({ accountId, partition, regions }) =>
    (isGlobal ? [GLOBAL] : regions).flatMap((region): Job[] => {
      const places = (isGlobal ? [GLOBAL, ...regions] : [region]).map((it): Place => ({ accountId, region: it }));
      const isAsked = scopes?.some((scope) => isScopeOf({ accountId, region, type: watch.kind.type }, scope)) ?? true;
      const here = isAsked && watchIn(watch, places);
      return here ? [{ watch: here, target: { accountId, partition, region, regions } }] : [];
    }),
  );
}

function mayAnswerLater({ reason }: Gap): boolean {
  return reason === "throttled" || reason === "network";
}

type Limit = ReturnType<typeof pLimit>;

async function sweepScope(
  { watch, target }: Job,
  plan: SweepPlan,
  tools: SweepTools,
  limit: Limit,
): Promise<{ coverage: ScopeCoverage; keys: string[] }> {
  const listedAt = tools.now();
  const scope: Scope = { accountId: target.accountId, region: target.region, type: watch.kind.type };
  const keys = new Set<string>();
  const work = new Set<Promise<void>>();
  const watchAt = remembered((place) => watchIn(watch, [place]));
  let sourceAt = listedAt;
  const gap = await gapOf(async () => {
    const listing = watch.collector.list(target, listedFacets(watch, plan.tagged))[Symbol.asyncIterator]();
    for (let step = await listing.next(); ; step = await listing.next()) {
      if (step.done) {
        sourceAt = oldest(listedAt, step.value ?? listedAt);
        return;
      }
      const listed = step.value;
      const key = resourceKey(listed.ref);
      if (keys.has(key)) continue;
      keys.add(key);
      if (plan.resources && !plan.resources.has(key)) continue;
      const here = isWatched(listed, target) ? watchAt(listed.ref) : null;
      if (!here) continue;
      const job = limit(() => lookAt(here, listed, listedAt, plan, tools)).finally(() => work.delete(job));
      work.add(job);
      // A listing runs no further ahead than the work it makes, or a large account would fill the memory.
      if (work.size >= WIDTH * 2) await Promise.race(work);
    }
  });
  await Promise.all(work);
  const coverage: ScopeCoverage = gap
    ? { ...scope, state: "incomplete", listedAt, gap }
    : { ...scope, state: "complete", listedAt: sourceAt, seen: keys.size };
  return { coverage, keys: [...keys] };
}

/** A kind that is listed once per account also shows what lies in regions nobody watches. */
function isWatched({ ref }: Listed, { regions }: Job["target"]): boolean {
  return ref.region === GLOBAL || regions.includes(ref.region);
}

/** A listing shows many resources in few places. */
function remembered<T>(make: (place: Place) => T): (place: Place) => T {
  const known = new Map<string, { readonly value: T }>();
  return ({ accountId, region }) => {
    const key = `${accountId} ${region}`;
    const { value } = known.get(key) ?? { value: make({ accountId, region }) };
    known.set(key, { value });
    return value;
  };
}

async function gapOf(list: () => Promise<void>): Promise<Gap | null> {
  try {
    await list();
    return null;
  } catch (error) {
    if (error instanceof ListingFailure) return error.gap;
    return { reason: "plugin-error", missing: [], detail: error instanceof Error ? error.message : String(error) };
  }
}

async function lookAt(watch: Watch, { ref, facets }: Listed, listedAt: Instant, plan: SweepPlan, { now, emit }: SweepTools): Promise<void> {
  const key = resourceKey(ref);
  const seen = plan.seenOf(key) ?? plan.newcomer;
  const observation = await observe(
    watch,
    { ref, asOf: listedAt, seen, primed: facets, hints: plan.hintsOf?.(key), tagged: plan.tagged },
    now,
  );
  emit({ type: "judged", judgements: judgeAll(watch.enabled, observation, now()) });
}
