import { type Hints, type Instant, type ResolvedCheck, type ResourceRef, type RuleSet, type Seen, wantedFacets } from "@posture/core";
import { type Watch, watchIn, watchOf } from "./enabled.ts";
import { type Judgement, judgeAll, wantsTags } from "./judging.ts";
import { observe } from "./observe.ts";

/**
 * Reads one resource live for the asked checks, and judges with them every other check that the same reads decide.
 * Nothing is primed: a re-check rests on no listing. `hints` are what the resource's failing findings name, `tagged` sets of suppressions by rule that name tags. Checks that the configuration switches off where the resource is are not judged.
 */
export async function recheck(
  watch: Watch,
  asked: readonly ResolvedCheck[],
  ref: ResourceRef,
  seen: Seen,
  now: () => Instant,
  hints?: Hints,
  tagged?: readonly RuleSet[],
): Promise<Judgement[]> {
  const here = watchIn(watch, [ref]);
  const narrow = here && watchIn(watchOf(watch.collector, asked), [ref]);
  if (!narrow) return [];
  const observation = await observe(narrow, { ref, asOf: now(), seen, primed: {}, hints, tagged }, now);
  if ("gone" in observation) return judgeAll(here.enabled, observation, now());
  const isAsked = ({ check }: ResolvedCheck): boolean => narrow.enabled.some((it) => it.check.id === check.id);
  const isDecided = (it: ResolvedCheck): boolean =>
    wantedFacets(watch.kind, [it.check]).every((facet) => observation.facets[facet] !== undefined) && !wantsTags([it], observation, now());
  // Who asked gets an answer also where an unreadable facet kept later ones from being read.
  return judgeAll(
    here.enabled.filter((it) => isAsked(it) || isDecided(it)),
    observation,
    now(),
  );
}
