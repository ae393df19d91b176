import { type Instant, plus } from "@posture/core";
import type { Failure } from "../slack/failure.ts";
import { dueOf, type Row, type RowBody } from "./rows.ts";

const MINUTE = 60_000;

/** After a post of unknown outcome, Slack is asked at these times, in milliseconds after the attempt. */
const LOOK_AFTER = [5000, 30_000] as const;
const LONGEST_PAUSE = 5 * MINUTE;
const PATIENCE = 5;

/** Where a message goes. */
export interface Target {
  /** Its id. */
  readonly channel: string;
  /** It is the bot's own, in place of the one that the message is due in. */
  readonly away: boolean;
  /** The message that it answers. */
  readonly thread?: { readonly ts: string; readonly channel: string };
}

/** The row as it is kept before the call: from here on, only Slack knows. */
export function claimed(row: Row, target: Target, now: Instant): Row {
  const { body } = row;
  const tried = { under: body.wanted, attempts: body.attempts + 1, triedAt: now };
  return { ...row, state: "sending", dueAt: null, body: { ...(body.ts === null ? placed(body, target) : body), ...tried } };
}

function placed(body: RowBody, { channel, away, thread }: Target): RowBody {
  if (body.type !== "finding") return { ...body, channel, away };
  return { ...body, channel, away, mayShare: false, thread: thread ?? null };
}

export type Sent = { readonly ts: string; readonly channel: string };
export type Outcome = { readonly ok: true; readonly sent: Sent } | { readonly ok: false; readonly failure: Failure };

/** The row after the call. `row` is the row as it is now, which may be due for a later revision already. */
export function settled(row: Row, outcome: Outcome, now: Instant): Row {
  return outcome.ok ? arrived(row, outcome.sent, row.body.under, now) : failed(row, outcome.failure, now);
}

function arrived(row: Row, { ts, channel }: Sent, revision: number, now: Instant): Row {
  const body = { ...row.body, ts, channel, shown: revision, under: 0, attempts: 0, misses: 0, lastError: null };
  if (body.wanted > revision) return { ...row, state: "due", dueAt: dueOf(body, now), body };
  return { ...row, state: "sent", dueAt: null, body: { ...body, asked: false } };
}

function failed(row: Row, { kind, why, retryAfter }: Failure, now: Instant): Row {
  const body = { ...row.body, under: 0, lastError: why };
  const pause = retryAfter ?? Math.min(1000 * 2 ** Math.min(body.attempts, 12), LONGEST_PAUSE);
  const again = { ...row, state: "due", dueAt: plus(now, pause), body } as const;
  switch (kind) {
    case "unknown":
      // Changing a message twice to the same is as good as once; posting twice is not.
      return body.ts === null
        ? { ...row, state: "unknown", dueAt: plus(row.body.triedAt ?? now, LOOK_AFTER[0]), body: { ...row.body, lastError: why } }
        : again;
    case "payload":
      return body.plain ? dead(row, why) : { ...row, state: "due", dueAt: now, body: { ...body, plain: true } };
    case "gone":
      // What stands in a thread is said in the channel where that thread is gone.
      if (body.ts === null && "thread" in body && body.thread) return { ...row, state: "due", dueAt: now, body: withoutThread(body) };
      // Somebody deleted it: nothing to correct. What becomes of the finding later is a message of its own.
      return dead(row, why);
    case "channel":
      // Where it was to be shown it was asked for, and nowhere else.
      if (body.type === "share") return dead(row, why);
      // Not there: then in the bot's own channel. What stands there already, or what not even that takes, waits.
      // A reply stays in its thread.
      if (body.ts === null && body.to !== null && !body.away && body.type !== "reply")
        return { ...again, dueAt: now, body: { ...body, channel: null } };
      return { ...again, dueAt: plus(now, LONGEST_PAUSE) };
    case "installation":
      // Nothing is sent until the app may speak again; then all of it is due.
      return { ...again, dueAt: now };
    case "later":
      return again;
    case "other":
      return body.attempts >= PATIENCE ? dead(row, why) : again;
  }
}

/** A finding whose group is gone is told on its own. */
function withoutThread(body: Extract<RowBody, { thread: unknown }>): RowBody {
  return body.type === "finding" ? { ...body, thread: null, group: null } : { ...body, thread: null };
}

function dead(row: Row, why: string): Row {
  return { ...row, state: "dead", dueAt: null, body: { ...row.body, under: 0, lastError: why } };
}

/** What was found of a post of unknown outcome: the message and the revision it carries, nothing, or no leave to look. */
export type Found =
  | { readonly kind: "found"; readonly sent: Sent; readonly revision: number }
  | { readonly kind: "absent" }
  | { readonly kind: "blind"; readonly why: string };

export function reconciled(row: Row, found: Found, now: Instant): Row {
  const { body } = row;
  switch (found.kind) {
    case "found":
      return arrived(row, found.sent, found.revision, now);
    case "blind":
      return { ...row, state: "due", dueAt: now, body: { ...body, under: 0, misses: 0, mayRepeat: true, lastError: found.why } };
    case "absent": {
      const misses = body.misses + 1;
      const next = LOOK_AFTER[misses];
      return next === undefined
        ? { ...row, state: "due", dueAt: now, body: { ...body, under: 0, misses: 0 } }
        : { ...row, dueAt: plus(body.triedAt ?? now, next), body: { ...body, misses } };
    }
  }
}

/** What was being sent when the last process ended: nobody knows whether it arrived. */
export function recovered(row: Row, now: Instant): Row {
  if (row.state !== "sending") return row;
  if (row.body.ts !== null) return { ...row, state: "due", dueAt: now, body: { ...row.body, under: 0 } };
  return { ...row, state: "unknown", dueAt: plus(row.body.triedAt ?? now, LOOK_AFTER[0]) };
}

/** A thread of another channel is none of this one. */
export function threadOf({ body }: Row, channel: string): string | undefined {
  if (body.type === "reply") return body.answers?.ts;
  return "thread" in body && body.thread?.channel === channel ? body.thread.ts : undefined;
}
