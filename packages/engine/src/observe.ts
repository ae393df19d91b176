import {
  type Answer,
  type Instant,
  judge,
  next,
  type Observation,
  type Observed,
  type Outcome,
  type Progress,
  type ResourceRef,
  type Seen,
  unreadable,
} from "@posture/core";
import type { Enabled, Watch } from "./enabled.ts";

/** One outcome of one check on one resource. */
export interface Judgement {
  readonly checkId: Enabled["check"]["id"];
  readonly ref: ResourceRef;
  readonly outcome: Outcome;
}

/** A resource to look at, and what is known of it already. */
export interface Sight {
  readonly ref: ResourceRef;
  /** When it was known to exist. */
  readonly asOf: Instant;
  readonly seen: Seen;
  readonly primed: Progress;
}

type Now = () => Instant;

/** Reads what the enabled checks need of one resource, each facet once, and gathers what was learnt. */
export async function observe(watch: Watch, { ref, asOf, seen, primed }: Sight, now: Now): Promise<Observation> {
  const { kind, checks, options } = watch;
  let step = next(kind, ref, checks, primed, now(), options);
  while (step.read.length > 0) {
    const answers = await Promise.all(
      step.read.map(async (facet): Promise<[string, Answer]> => [facet, await readSafely(watch, ref, facet, now)]),
    );
    const gone = answers.find(([, answer]) => answer.state === "gone");
    if (gone) return { ref, asOf: gone[1].asOf, gone: true };
    step = next(kind, ref, checks, { ...step.progress, ...Object.fromEntries(answers.flatMap(settled)) }, now(), options);
  }
  return { ref, asOf, seen, facets: step.progress };
}

function settled([facet, answer]: [string, Answer]): [string, Observed][] {
  return answer.state === "gone" ? [] : [[facet, answer]];
}

/** A collector of a third party may throw; that is its error and nobody else's. */
async function readSafely({ collector, options, kind }: Watch, ref: ResourceRef, facet: string, now: Now): Promise<Answer> {
  const asOf = now();
  try {
    return await collector.read(ref, facet, options[facet] ?? kind.facets[facet]?.options?.default);
  } catch (error) {
    return unreadable("plugin-error", asOf, { detail: error instanceof Error ? error.message : String(error) });
  }
}

/** Every enabled check's outcome on what was observed. */
export function judgeAll(enabled: readonly Enabled[], observation: Observation, now: Instant): Judgement[] {
  return enabled.map(({ check, params }) => ({
    checkId: check.id,
    ref: observation.ref,
    outcome: judge(check, observation, { params, now }),
  }));
}
