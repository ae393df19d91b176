import { type Instant, type ResourceRef, type Seen, wantedFacets } from "@posture/core";
import { type Enabled, type Watch, watchOf } from "./enabled.ts";
import { type Judgement, judgeAll, observe } from "./observe.ts";

/**
 * Reads one resource live for the asked checks, and judges with them every other check that the same reads decide.
 * Nothing is primed: a re-check rests on no listing.
 */
export async function recheck(
  watch: Watch,
  asked: readonly Enabled[],
  ref: ResourceRef,
  seen: Seen,
  now: () => Instant,
): Promise<Judgement[]> {
  const narrow = watchOf(watch.collector, asked);
  const observation = await observe(narrow, { ref, asOf: now(), seen, primed: {} }, now);
  if ("gone" in observation) return judgeAll(watch.enabled, observation, now());
  const decided = watch.enabled.filter(({ check }) =>
    wantedFacets(watch.kind, [check]).every((facet) => observation.facets[facet] !== undefined),
  );
  return judgeAll(decided, observation, now());
}
