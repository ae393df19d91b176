import { type AwsChange, elapsed, type Instant } from "@posture/core";

/* When what arrives is so old that something else may have been missed. Pure. */

/** In milliseconds, from the call in AWS to its event. CloudTrail takes minutes at most. */
export const LATE: number = 15 * 60_000;

/** A change that was heard of late, and when. */
export interface LateChange {
  readonly change: AwsChange;
  readonly receivedAt: Instant;
}

export function isLate({ change, receivedAt }: LateChange): boolean {
  return elapsed(change.at, receivedAt) > LATE;
}

/**
 * Of two, the one whose change was made last: a sweep that began after it has seen what both may have missed. Since a change is late only a
 * quarter of an hour after it was made, no two sweeps that follow from late changes begin within that time.
 */
export function laterOf(before: LateChange | null, it: LateChange): LateChange {
  return before !== null && before.change.at >= it.change.at ? before : it;
}

/** Whether a sweep that began then has seen everything until the change. `null`: none has been done. */
export function isSwept({ change }: LateChange, begunAt: Instant | null): boolean {
  return begunAt !== null && begunAt > change.at;
}
