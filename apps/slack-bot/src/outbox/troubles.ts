import { type Instant, plus } from "@posture/core";
import type { Failure } from "../slack/failure.ts";
import type { To } from "./rows.ts";

/** A channel that takes nothing. */
export interface Trouble {
  /** Slack's code. */
  readonly why: string;
  readonly since: Instant;
  /** When it is tried again with what is due there then. */
  readonly probeAt: Instant;
}

/** What cannot be posted to, by channel. */
export type Troubles = ReadonlyMap<To, Trouble>;

/** In milliseconds. */
const PROBE_AFTER = 5 * 60_000;

export type Turn =
  /** People have to hear of it: it is new, or has another cause. */
  | { readonly kind: "began"; readonly former: Trouble | null }
  | { readonly kind: "goes on" }
  | { readonly kind: "ended"; readonly former: Trouble }
  | { readonly kind: "nothing" };

/** What a call to a channel says about it. Said once per channel and cause: what goes on is no news. Pure. */
export function turned(
  troubles: Troubles,
  to: To,
  failure: Failure | null,
  now: Instant,
): { readonly troubles: Troubles; readonly turn: Turn } {
  const former = troubles.get(to) ?? null;
  if (failure?.kind === "channel") {
    const goesOn = former?.why === failure.why;
    const since = goesOn ? former.since : now;
    const next = new Map(troubles).set(to, { why: failure.why, since, probeAt: plus(now, PROBE_AFTER) });
    return { troubles: next, turn: goesOn ? { kind: "goes on" } : { kind: "began", former } };
  }
  if (failure !== null || former === null) return { troubles, turn: { kind: "nothing" } };
  const next = new Map(troubles);
  next.delete(to);
  return { troubles: next, turn: { kind: "ended", former } };
}

/** Where something new goes that is due in `to`: there, or to the bot's own channel while `to` takes nothing. Pure. */
export function homeOf(to: To, troubles: Troubles, now: Instant): To {
  const trouble = troubles.get(to);
  return trouble && trouble.probeAt > now ? null : to;
}
