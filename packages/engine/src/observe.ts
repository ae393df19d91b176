import {
  type Answer,
  type Hints,
  type Instant,
  next,
  type Observation,
  type Observed,
  type Progress,
  type ResourceRef,
  type RuleSet,
  type Seen,
  TAGS,
  unreadable,
} from "@posture/core";
import type { Watch } from "./enabled.ts";
import { tagsIn, wantsTags } from "./judging.ts";
import { mayBeOn } from "./settings.ts";

/** A resource to look at, and what is known of it already. */
export interface Sight {
  readonly ref: ResourceRef;
  /** When it was known to exist. */
  readonly asOf: Instant;
  readonly seen: Seen;
  readonly primed: Progress;
  readonly hints?: Hints | undefined;
  /** Sets of suppressions by rule that name tags: of what fails and may be held by one, the tags are read. */
  readonly tagged?: readonly RuleSet[] | undefined;
}

type Now = () => Instant;

/** Reads what the enabled checks need of one resource, each facet once, and its tags where a rule on them matters. */
export async function observe(watch: Watch, { ref, asOf, seen, primed, hints, tagged }: Sight, now: Now): Promise<Observation> {
  const { kind, enabled, options } = watch;
  const checks = enabled.filter((it) => mayBeOn(it, ref, tagsIn(primed[TAGS]))).map(({ check }) => check);
  let step = next(kind, ref, checks, primed, now(), options);
  while (step.read.length > 0) {
    const answers = await Promise.all(
      step.read.map(async (facet): Promise<[string, Answer]> => [facet, await readSafely(watch, ref, facet, now, hints?.[facet])]),
    );
    const gone = answers.find(([, answer]) => answer.state === "gone");
    if (gone) return { ref, asOf: gone[1].asOf, gone: true };
    step = next(kind, ref, checks, { ...step.progress, ...Object.fromEntries(answers.flatMap(settled)) }, now(), options);
  }
  const observation = { ref, asOf, seen, facets: step.progress };
  if (!wantsTags(enabled, observation, now(), tagged)) return observation;
  const tags = await readTags(watch, ref, now);
  return tags.state === "gone" ? { ref, asOf: tags.asOf, gone: true } : { ...observation, facets: { ...observation.facets, [TAGS]: tags } };
}

function settled([facet, answer]: [string, Answer]): [string, Observed][] {
  return answer.state === "gone" ? [] : [[facet, answer]];
}

async function readTags(watch: Watch, ref: ResourceRef, now: Now): Promise<Answer> {
  const isReadable = (watch.kind.facets[TAGS]?.read ?? []).length > 0;
  if (isReadable) return readSafely(watch, ref, TAGS, now);
  return unreadable("not-ready", now(), { detail: `nobody reads the tags of ${ref.type}` });
}

/** A collector of a third party may throw; that is its error and nobody else's. */
async function readSafely(
  { collector, options, kind }: Watch,
  ref: ResourceRef,
  facet: string,
  now: Now,
  hints: readonly string[] = [],
): Promise<Answer> {
  const asOf = now();
  try {
    return await collector.read(ref, facet, options[facet] ?? kind.facets[facet]?.options?.default, hints);
  } catch (error) {
    return unreadable("plugin-error", asOf, { detail: error instanceof Error ? error.message : String(error) });
  }
}
