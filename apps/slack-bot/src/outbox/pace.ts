import { elapsed, type Instant, plus } from "@posture/core";
import { numberOf } from "./messages.ts";
import type { ReplyBody, Row, To } from "./rows.ts";
import { isReply } from "./threads.ts";

/** What the sender does next. */
export type Step =
  | { readonly kind: "post" | "update" | "reconcile"; readonly row: Row; readonly place: To }
  /** Nothing before this instant. `null`: nothing at all. */
  | { readonly kind: "wait"; readonly until: Instant | null };

type Kind = "post" | "update" | "reconcile";

/** What the pace depends on. A place is a channel as it is configured, or `null`: the bot's own. */
export interface Pace {
  /** When this process last posted, by place. */
  readonly posted: ReadonlyMap<To, Instant>;
  /** Its latest changes of messages, the oldest first: their limit is one for the whole workspace. */
  readonly updates: readonly { readonly at: Instant; readonly place: To }[];
  /** Until when Slack wants to be left alone, by `silenceOf`. */
  readonly silent: ReadonlyMap<string, Instant>;
  /** Where a call is under way. */
  readonly busy: ReadonlySet<To>;
  /** The same of threads: when a reply was last posted, and where one is under way. */
  readonly replied: ReadonlyMap<To, Instant>;
  readonly replying: ReadonlySet<To>;
}
export const UNHURRIED: Pace = {
  posted: new Map(),
  updates: [],
  silent: new Map(),
  busy: new Set(),
  replied: new Map(),
  replying: new Set(),
};

/** What a 429 holds: posts of one channel, or every call of another method. Source: https://docs.slack.dev/apis/web-api/rate-limits */
export function silenceOf(kind: Kind, place: To): string {
  return kind === "post" ? `post ${place ?? ""}` : kind;
}
/** One place, whatever would be done there. */
export function silenceAt(place: To): string {
  return `all ${place ?? ""}`;
}

/** Slack takes about one post a second and channel: https://docs.slack.dev/apis/web-api/rate-limits */
const BETWEEN_POSTS = 1000;
/** What a sweep tells threads is in no hurry. */
const BETWEEN_LINES = 2000;
/** `chat.update` is of tier 3: 50 and more a minute. A third is kept for what people wait to see. */
const UPDATES_A_MINUTE = { asked: 45, unasked: 30 } as const;
export const MINUTE = 60_000;

export interface Order {
  /** The gravest first. */
  readonly rank: (row: Row) => number;
  /** Where the next call about a row goes. */
  readonly placeOf: (row: Row) => To;
}

/** What could be done in one place, or from when on. */
interface Possible {
  readonly steps: readonly Exclude<Step, { kind: "wait" }>[];
  readonly times: readonly Instant[];
}

/**
 * Chooses what to send next. Pure. In each place, posts of unknown outcome are settled before anything is posted; messages that exist are corrected before new
 * ones are made, those first that a person waits for. One place never waits for another: what they share is how often messages may be changed, and of that
 * whoever had least comes first. A channel never waits for its threads.
 */
export function nextStep(rows: readonly Row[], pace: Pace, order: Order, now: Instant): Step {
  const waiting = rows.filter(({ state, dueAt }) => (state === "due" || state === "unknown") && dueAt !== null);
  const first = firstUnposted(rows);
  // A finding's messages in one channel are posted in their order, and so are the replies to one, whoever waits for which.
  const isNext = (row: Row): boolean => !isOrdered(row) || first.get(lineIn(row)) === numberOf(row);
  const [replies, messages] = [waiting.filter(isReply), waiting.filter((row) => !isReply(row))];
  const places = [...Map.groupBy(messages, order.placeOf)];
  const inChannels = places
    .filter(([place]) => !pace.busy.has(place))
    .map(([place, there]) => possibleAt(place, there, isNext, pace, order, now));
  const [next] = inChannels
    .flatMap(({ steps }) => steps.slice(0, 1))
    .toSorted((a, b) => turn(a, pace, now) - turn(b, pace, now) || inOrder(a.row, b.row));
  if (next) return next;
  const crowded = new Set(places.flatMap(([place, there]) => (there.some((row) => isFresh(row, now) && isNext(row)) ? [place] : [])));
  // What somebody did is told after what stands before it in that thread.
  const awaited = new Set(replies.filter(({ body }) => body.asked).map(({ body }) => body.parent));
  const hurry = ({ body }: Row<ReplyBody>): number => (awaited.has(body.parent) ? 0 : 1);
  const inThreads = [...Map.groupBy(replies.filter(isNext), order.placeOf)]
    .filter(([place]) => !pace.replying.has(place) && !crowded.has(place))
    .map(([place, there]) => possibleIn(place, there, hurry, pace, now));
  const [reply] = inThreads.flatMap(({ steps }) => steps.slice(0, 1)).toSorted((a, b) => inOrder(a.row, b.row));
  if (reply) return reply;
  return { kind: "wait", until: [...inChannels, ...inThreads].flatMap(({ times }) => times).toSorted()[0] ?? null };
}

/** Ready to be posted. */
function isFresh({ state, dueAt, body }: Row, now: Instant): boolean {
  return state === "due" && body.ts === null && dueAt !== null && dueAt <= now;
}

/** What could be done in the threads of a place, where nothing waits to be posted in the channel itself. */
function possibleIn(
  place: To,
  waiting: readonly Row<ReplyBody>[],
  hurry: (row: Row<ReplyBody>) => number,
  pace: Pace,
  now: Instant,
): Possible {
  const ready = waiting.filter(({ dueAt }) => dueAt !== null && dueAt <= now);
  const later = waiting.flatMap(({ dueAt }) => (dueAt !== null && dueAt > now ? [dueAt] : []));
  const lost = ready.filter(({ state }) => state === "unknown").toSorted(inOrder)[0];
  const [fresh] = ready.filter(({ state }) => state === "due").toSorted((a, b) => hurry(a) - hurry(b) || inOrder(a, b));
  const chosen = [
    ...(lost ? [{ kind: "reconcile" as const, row: lost, from: now }] : []),
    ...(fresh
      ? [{ kind: "post" as const, row: fresh, from: replyTime(pace, place, hurry(fresh) > 0 && fresh.body.lines.length > 0, now) }]
      : []),
  ];
  return allowed(chosen, later, place, pace, now);
}

function replyTime({ posted, replied }: Pace, place: To, canWait: boolean, now: Instant): Instant {
  const [post, reply] = [posted.get(place), replied.get(place)];
  const earliest = [
    ...(post === undefined ? [] : [plus(post, BETWEEN_POSTS)]),
    ...(reply === undefined ? [] : [plus(reply, canWait ? BETWEEN_LINES : BETWEEN_POSTS)]),
  ];
  return latest([now, ...earliest]);
}

function possibleAt(
  place: To,
  waiting: readonly Row[],
  isNext: (row: Row) => boolean,
  pace: Pace,
  { rank }: Order,
  now: Instant,
): Possible {
  const ready = waiting.filter(({ dueAt }) => dueAt !== null && dueAt <= now);
  const later = waiting.flatMap(({ dueAt }) => (dueAt !== null && dueAt > now ? [dueAt] : []));
  const lost = ready.filter(({ state }) => state === "unknown").toSorted(inOrder)[0];
  const [stale] = ready
    .filter(({ state, body }) => state === "due" && body.ts !== null)
    .toSorted((a, b) => patience(a) - patience(b) || inOrder(a, b));
  const [fresh] = ready
    .filter((row) => row.state === "due" && row.body.ts === null && isNext(row))
    .toSorted((a, b) => rank(a) - rank(b) || patience(a) - patience(b) || inOrder(a, b));
  const chosen = [
    ...(lost ? [{ kind: "reconcile" as const, row: lost, from: now }] : []),
    ...(stale ? [{ kind: "update" as const, row: stale, from: updateTime(pace, stale.body.asked, now) }] : []),
    ...(fresh ? [{ kind: "post" as const, row: fresh, from: postTime(pace, place, now) }] : []),
  ];
  return allowed(chosen, later, place, pace, now);
}

interface Chosen {
  readonly kind: Kind;
  readonly row: Row;
  readonly from: Instant;
}

/** What Slack does not want to be left alone with. */
function allowed(all: readonly Chosen[], later: readonly Instant[], place: To, pace: Pace, now: Instant): Possible {
  const chosen = all.map((it) => ({ ...it, from: latest([it.from, ...heldUntil(pace, it.kind, place)]) }));
  return {
    steps: chosen.filter(({ from }) => from <= now).map(({ kind, row }) => ({ kind, row, place })),
    times: [...later, ...chosen.flatMap(({ from }) => (from > now ? [from] : []))],
  };
}

function isOrdered({ body }: Row): boolean {
  return body.type === "finding" || body.type === "reply";
}

/** The number of the first unposted message of each finding in each channel, and of the first unposted reply to each. */
function firstUnposted(rows: readonly Row[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const row of rows) {
    if (!isOrdered(row) || row.body.ts !== null) continue;
    first.set(lineIn(row), Math.min(numberOf(row), first.get(lineIn(row)) ?? Number.POSITIVE_INFINITY));
  }
  return first;
}
function lineIn({ subject, body }: Row): string {
  return body.type === "reply" ? body.parent : JSON.stringify([subject, body.to]);
}

function heldUntil({ silent }: Pace, kind: Kind, place: To): Instant[] {
  return [silent.get(silenceOf(kind, place)), silent.get(silenceAt(place))].filter((it) => it !== undefined);
}
function latest(times: readonly Instant[]): Instant {
  return times.toSorted().at(-1) ?? "";
}

function postTime({ posted }: Pace, place: To, now: Instant): Instant {
  const before = posted.get(place);
  return before === undefined ? now : plus(before, BETWEEN_POSTS);
}

function updateTime({ updates }: Pace, asked: boolean, now: Instant): Instant {
  const recent = updates.filter(({ at }) => elapsed(at, now) < MINUTE);
  const first = recent.at(-UPDATES_A_MINUTE[asked ? "asked" : "unasked"]);
  return first === undefined ? now : plus(first.at, MINUTE);
}

/** Whose turn it is among places: what is lost, then what a person waits for, then whoever changed least of late. */
function turn({ kind, row, place }: Exclude<Step, { kind: "wait" }>, { updates }: Pace, now: Instant): number {
  if (kind === "reconcile") return 0;
  if (kind === "post") return 1;
  if (row.body.asked) return 2;
  return 3 + updates.filter((it) => it.place === place && elapsed(it.at, now) < MINUTE).length;
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
