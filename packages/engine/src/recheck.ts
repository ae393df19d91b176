import {
  type Hints,
  type Instant,
  type Progress,
  type ResolvedCheck,
  type ResourceRef,
  type RuleSet,
  type Seen,
  wantedFacets,
} from "@posture/core";
import { type Watch, watchIn, watchOf } from "./enabled.ts";
import { type Judgement, judgeAll, wantsTags } from "./judging.ts";
import { observe } from "./observe.ts";

/** What is known of a resource before it is read. */
export interface Beforehand {
  /** What its failing findings name. */
  readonly hints?: Hints | undefined;
  /** Sets of suppressions by rule that name tags. */
  readonly tagged?: readonly RuleSet[] | undefined;
  /** What an event proves of it: that can make a check fail, and never pass. */
  readonly primed?: Progress | undefined;
}

/**
 * Reads one resource live for the asked checks, and judges with them every other check that the same reads decide. A re-check rests on no
 * listing. Checks that the configuration switches off where the resource is are not judged.
 */
export async function recheck(
  watch: Watch,
  asked: readonly ResolvedCheck[],
  ref: ResourceRef,
  seen: Seen,
  now: () => Instant,
  { hints, tagged, primed = {} }: Beforehand = {},
): Promise<Judgement[]> {
  const here = watchIn(watch, [ref]);
  const narrow = here && watchIn(watchOf(watch.collector, asked), [ref]);
  if (!narrow) return [];
  const observation = await observe(narrow, { ref, asOf: now(), seen, primed, hints, tagged }, now);
  if ("gone" in observation) return judgeAll(here.enabled, observation, now());
  const isAsked = ({ check }: ResolvedCheck): boolean => narrow.enabled.some((it) => it.check.id === check.id);
  const isDecided = (it: ResolvedCheck): boolean =>
    wantedFacets(watch.kind, [it.check]).every((facet) => observation.facets[facet] !== undefined) && !wantsTags([it], observation, now());
  // Who asked gets an answer also where an unreadable facet kept later ones from being read.
  const judgements = judgeAll(
    here.enabled.filter((it) => isAsked(it) || isDecided(it)),
    observation,
    now(),
  );
  const onPrimed = new Set(
    here.enabled.filter(({ check }) => wantedFacets(watch.kind, [check]).some((name) => name in primed)).map(({ check }) => check.id),
  );
  return judgements.filter(({ checkId, outcome }) => outcome.status === "fail" || !onPrimed.has(checkId));
}
