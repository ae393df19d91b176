import { type Instant, plus, type Progress, type ResourceRef, resourceKey, type Seen, setsOnTags } from "@posture/core";
import { hintsFor, type Judgement } from "@posture/engine";
import type { Context } from "./context.ts";

/** In milliseconds: whoever reads some resources live does not wait longer for AWS. */
export const READ_DEADLINE = 60_000;

export interface Reading {
  readonly judgements: readonly Judgement[];
  readonly calls: number;
  readonly readAt: Instant;
  /** Whether some sweep or read has shown the resource before. */
  readonly isKnown: boolean;
}

export interface ReadWish {
  readonly ref: ResourceRef;
  readonly checkIds: readonly string[];
  /** Of a resource that nothing has shown before: when it was first seen. Left out: now. */
  readonly firstSeen?: Instant;
  /** What an event proves of it. */
  readonly primed?: Progress;
}

/** Reads one resource in AWS now, and has it judged. */
export async function readNow(context: Context, wish: ReadWish): Promise<Reading> {
  const { thread, now, account } = context;
  const { ref, checkIds, primed } = wish;
  const { partition } = await account();
  const key = resourceKey(ref);
  const readAt = now();
  const before = await knownOf(context, [ref], readAt);
  const [known, hints, tagged] = [before.seen.get(key), before.hints.get(key), before.tagged];
  const seen = known ?? { first: wish.firstSeen ?? readAt, baseline: false };
  const rest = { partition, seen, hints: hints ?? {}, tagged, ...(primed && { primed }), deadline: plus(readAt, READ_DEADLINE) };
  return { ...(await thread.ask({ op: "recheck", checkIds, ref, ...rest })), readAt, isKnown: known !== undefined };
}

interface Beforehand {
  /** By `resourceKey`, as `hints`. */
  readonly seen: ReadonlyMap<string, Seen>;
  readonly hints: ReturnType<typeof hintsFor>;
  readonly tagged: Context["tagged"];
}

/** What has to be known of resources before they are read. */
export function knownOf({ store, checks, tagged }: Context, refs: readonly ResourceRef[], at: Instant): Promise<Beforehand> {
  return store.read({ seen: refs.map(resourceKey), findings: { arns: refs.map(({ arn }) => arn) } }, (view) => ({
    seen: view.seen,
    hints: hintsFor(view.findings, checks),
    tagged: [...tagged, ...setsOnTags(view.suppressions, at)],
  }));
}

/** What could not be read says nothing that an older outcome of a sweep might contradict; all else a running sweep has to know. */
export function noteLive({ readLive }: Context, ref: ResourceRef, { judgements, readAt }: Pick<Reading, "judgements" | "readAt">): void {
  if (judgements.some(({ outcome }) => outcome.status !== "unknown")) readLive.set(resourceKey(ref), readAt);
}
