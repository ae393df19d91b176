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
  const isAsked = ({ check }: Enabled): boolean => asked.some((it) => it.check.id === check.id);
  const isDecided = ({ check }: Enabled): boolean =>
    wantedFacets(watch.kind, [check]).every((facet) => observation.facets[facet] !== undefined);
  // Who asked gets an answer also where an unreadable facet kept later ones from being read.
  return judgeAll(
    watch.enabled.filter((it) => isAsked(it) || isDecided(it)),
    observation,
    now(),
  );
}
