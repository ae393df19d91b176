import { type Instant, plus, type Progress, type ResourceRef, resourceKey, type Seen, setsOnTags } from "@posture/core";
import { hintsFor, type Judgement } from "@posture/engine";
import type { Context } from "./context.ts";

/** In milliseconds. */
const DEADLINE = 60_000;

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
export async function readNow({ thread, now, store, account, checks, tagged: always }: Context, wish: ReadWish): Promise<Reading> {
  const { ref, checkIds, primed } = wish;
  const { partition } = await account();
  const key = resourceKey(ref);
  const readAt = now();
  const [known, hints, tagged] = await store.read({ seen: [key], findings: { arns: [ref.arn] } }, (view): Beforehand => [
    view.seen.get(key),
    hintsFor(view.findings, checks).get(key),
    [...always, ...setsOnTags(view.suppressions, readAt)],
  ]);
  const seen = known ?? { first: wish.firstSeen ?? readAt, baseline: false };
  const rest = { partition, seen, hints: hints ?? {}, tagged, ...(primed && { primed }), deadline: plus(readAt, DEADLINE) };
  return { ...(await thread.ask({ op: "recheck", checkIds, ref, ...rest })), readAt, isKnown: known !== undefined };
}

type Beforehand = readonly [Seen | undefined, ReturnType<ReturnType<typeof hintsFor>["get"]>, Context["tagged"]];

/** What could not be read says nothing that an older outcome of a sweep might contradict; all else a running sweep has to know. */
export function noteLive({ readLive }: Context, ref: ResourceRef, { judgements, readAt }: Pick<Reading, "judgements" | "readAt">): void {
  if (judgements.some(({ outcome }) => outcome.status !== "unknown")) readLive.set(resourceKey(ref), readAt);
}
