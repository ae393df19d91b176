import { elapsed, type Instant, plus } from "@posture/core";
import type { Failure } from "../slack/failure.ts";
import type { Row } from "./rows.ts";

/** What the sender does next. */
export type Step =
  | { readonly kind: "post" | "update" | "reconcile"; readonly row: Row }
  /** Nothing before this instant. `null`: nothing at all. */
  | { readonly kind: "wait"; readonly until: Instant | null };

/** What the pace depends on: when this process last posted, and its latest updates; and until when Slack wants to be left alone. */
export interface Pace {
  readonly postedAt: Instant | null;
  readonly updates: readonly Instant[];
  readonly silentUntil: Instant | null;
}
export const UNHURRIED: Pace = { postedAt: null, updates: [], silentUntil: null };

/** Slack takes about one post a second and channel: https://docs.slack.dev/apis/web-api/rate-limits */
const BETWEEN_POSTS = 1000;
/** `chat.update` is of tier 3: 50 and more a minute. A third is kept for what people wait to see. */
const UPDATES_A_MINUTE = { asked: 45, unasked: 30 } as const;
const MINUTE = 60_000;

/** After a post of unknown outcome, Slack is asked at these times, in milliseconds after the attempt. */
const LOOK_AFTER = [5000, 30_000] as const;
const LONGEST_PAUSE = 5 * MINUTE;
const PATIENCE = 5;

/**
 * Chooses what to send next, `rank` telling the gravest first. Pure.
 * Posts of unknown outcome are settled before anything is posted; messages that exist are corrected before new ones are made,
 * those first that a person waits for.
 */
export function nextStep(rows: readonly Row[], pace: Pace, rank: (row: Row) => number, now: Instant): Step {
  const waiting = rows.filter(({ state, dueAt }) => (state === "due" || state === "unknown") && dueAt !== null);
  const quiet = pace.silentUntil !== null && pace.silentUntil > now;
  if (waiting.length === 0) return { kind: "wait", until: null };
  if (quiet) return { kind: "wait", until: pace.silentUntil };
  const ready = waiting.filter(({ dueAt }) => dueAt !== null && dueAt <= now);
  const [lost] = ready.filter(({ state }) => state === "unknown");
  if (lost) return { kind: "reconcile", row: lost };
  const [stale] = ready.filter(({ body }) => body.ts !== null).toSorted((a, b) => patience(a) - patience(b) || inOrder(a, b));
  const mayUpdateAt = updateTime(pace, stale?.body.asked === true, now);
  if (stale && mayUpdateAt <= now) return { kind: "update", row: stale };
  const mayPostAt = pace.postedAt === null ? now : plus(pace.postedAt, BETWEEN_POSTS);
  const [fresh] = ready
    .filter(({ body }) => body.ts === null)
    .toSorted((a, b) => rank(a) - rank(b) || patience(a) - patience(b) || inOrder(a, b));
  if (fresh && mayPostAt <= now) return { kind: "post", row: fresh };
  const later = waiting.flatMap(({ dueAt }) => (dueAt !== null && dueAt > now ? [dueAt] : []));
  const times = [...later, ...(stale ? [mayUpdateAt] : []), ...(fresh ? [mayPostAt] : [])];
  return { kind: "wait", until: times.toSorted()[0] ?? null };
}

function updateTime({ updates }: Pace, asked: boolean, now: Instant): Instant {
  const recent = updates.filter((at) => elapsed(at, now) < MINUTE);
  const first = recent.at(-UPDATES_A_MINUTE[asked ? "asked" : "unasked"]);
  return first === undefined ? now : plus(first, MINUTE);
}

function patience({ body }: Row): number {
  return body.asked ? 0 : 1;
}

function inOrder(a: Row, b: Row): number {
  return compare(a.dueAt ?? "", b.dueAt ?? "") || compare(a.key, b.key);
}
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The row as it is kept before the call: from here on, only Slack knows. */
export function claimed(row: Row, now: Instant): Row {
  const { body } = row;
  return { ...row, state: "sending", dueAt: null, body: { ...body, under: body.wanted, attempts: body.attempts + 1, triedAt: now } };
}

export type Sent = { readonly ts: string; readonly channel: string };
export type Outcome = { readonly ok: true; readonly sent: Sent } | { readonly ok: false; readonly failure: Failure };

/** The row after the call. `row` is the row as it is now, which may be due for a later revision already. */
export function settled(row: Row, outcome: Outcome, now: Instant): Row {
  return outcome.ok ? arrived(row, outcome.sent, row.body.under, now) : failed(row, outcome.failure, now);
}

function arrived(row: Row, { ts, channel }: Sent, revision: number, now: Instant): Row {
  const body = { ...row.body, ts, channel, shown: revision, under: 0, attempts: 0, misses: 0, lastError: null };
  if (body.wanted > revision) return { ...row, state: "due", dueAt: now, body };
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
      if (body.type === "notice" && body.ts === null && body.thread)
        return { ...row, state: "due", dueAt: now, body: { ...body, thread: null } };
      // Somebody deleted it: nothing to correct. What becomes of the finding later is a message of its own.
      return dead(row, why);
    case "channel":
    case "installation":
      return { ...again, dueAt: plus(now, LONGEST_PAUSE) };
    case "later":
      return again;
    case "other":
      return body.attempts >= PATIENCE ? dead(row, why) : again;
  }
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
