import {
  elapsed,
  flatMapping,
  grouping,
  HOUR,
  inOneGo,
  type Instant,
  type OutboxRow,
  PART,
  SEVERITIES,
  type Severity,
  type Work,
} from "@posture/core";
import type { Line } from "./lines.ts";
import { isFindingRow, numberOf } from "./messages.ts";
import { bumped, type FindingBody, outboxOf, type ReplyBody, replyRow, type Row, rowOf } from "./rows.ts";

/* What is due in the thread of a finding's message. Pure. */

/** So many lines are told together; more have another reply. */
const MOST_LINES = 10;
/** So many changes without a person's doing within an hour are told as flapping. */
export const FLAPS = 6;
/** That is as many reopenings within an hour as its message says it with. */
const REOPENINGS = 3;
/** More are not counted. */
const MOST_REOPENINGS = 60;

/** A message that stands in the thread of a group has none of its own, and neither has one that may yet be shared. */
export function hasThread({ state, body }: Row<FindingBody>): boolean {
  return state !== "dead" && body.thread === null && body.group === null && !body.mayShare;
}

type Replies = ReadonlyMap<string, readonly Row<ReplyBody>[]>;

/** The replies of each message, by its key. */
export function repliesIn(rows: readonly OutboxRow[]): Replies {
  return inOneGo(gatheringReplies(rows));
}

/** The same, in parts of so many rows. `subjects`: only those about these. */
export function* gatheringReplies(rows: readonly OutboxRow[], subjects?: ReadonlySet<string>, part: number = PART): Work<Replies> {
  const isWanted = ({ key, subject }: OutboxRow): boolean => key.startsWith("reply:") && (subjects?.has(subject) ?? true);
  const replies = yield* flatMapping(rows, (row) => (isWanted(row) ? repliesAs(row) : []), part);
  return yield* grouping(replies, ({ body }) => body.parent, part);
}

function repliesAs(row: OutboxRow): readonly Row<ReplyBody>[] {
  const it = rowOf(row);
  return it && isReply(it) ? [it] : [];
}

export function isReply(row: Row): row is Row<ReplyBody> {
  return row.body.type === "reply";
}

/** How lines are told. */
export interface Manner {
  /** In the channel too. */
  readonly broadcast: boolean;
  readonly owner: string | null;
  /** Until when what no person did waits. */
  readonly waits: Instant | null;
}

/** A severity that the thread has named within the hour is no news to the channel any more, whichever way it went since. */
export function unlessNamed(manner: Manner, replies: readonly Row<ReplyBody>[], severity: Severity, now: Instant): Manner {
  const isAsGrave = (other: string | null): boolean => SEVERITIES.slice(0, SEVERITIES.indexOf(severity) + 1).some((it) => it === other);
  const names = ({ did, at, from, to }: Line): boolean =>
    did === "severity-changed" && elapsed(at, now) < HOUR && (isAsGrave(from) || isAsGrave(to));
  return manner.broadcast && replies.some(({ body }) => body.lines.some(names)) ? { ...manner, broadcast: false } : manner;
}

/** A message and its replies after something happened to its finding; `reply`: the one that tells it, `null`: nothing is to be told. */
export function told(
  message: Row<FindingBody>,
  lines: readonly Line[],
  replies: readonly Row<ReplyBody>[],
  manner: Manner,
  now: Instant,
): { readonly message: Row<FindingBody>; readonly reply: Row<ReplyBody> | null } {
  const counted = lines.reduce(counting, { message, lines: [] });
  if (counted.lines.length === 0) return { message: counted.message, reply: null };
  return { message: counted.message, reply: replying(counted.message, counted.lines, replies, manner, now) };
}

interface Counted {
  readonly message: Row<FindingBody>;
  readonly lines: readonly Line[];
}

/** What a person does is always told. */
function counting({ message: before, lines }: Counted, line: Line): Counted {
  const message = line.did === "reopened" ? reopenedAt(before, line.at) : before;
  if (isDeed(line)) return { message, lines: [...lines, line] };
  const { flips, flapping } = message.body;
  const last = flips.at(-1);
  const rested = last === undefined || elapsed(last, line.at) >= HOUR;
  const recent = [...flips.filter((at) => elapsed(at, line.at) < HOUR), line.at].slice(-FLAPS);
  const began = recent.length >= FLAPS && (rested || !flapping);
  const next = { ...message, body: { ...message.body, flips: recent, flapping: began || (flapping && !rested) } };
  if (began) return { message: next, lines: [...lines, { ...line, did: "flapping", why: String(recent.length) }] };
  return { message: next, lines: next.body.flapping ? lines : [...lines, line] };
}

function reopenedAt(message: Row<FindingBody>, at: Instant): Row<FindingBody> {
  const recent = message.body.reopenings.filter((it) => elapsed(it, at) < HOUR);
  return { ...message, body: { ...message.body, reopenings: [...recent, at].slice(-MOST_REOPENINGS) } };
}

/** How a finding comes and goes. */
export interface Flapping {
  /** How often it was resolved and reopened. */
  readonly times: number;
  readonly from: Instant;
  readonly to: Instant;
}

/** `null`: it does not, or has rested for an hour. */
export function flappingOf({ reopenings }: Pick<FindingBody, "reopenings">, now: Instant): Flapping | null {
  const [from, to] = [reopenings[0], reopenings.at(-1)];
  if (from === undefined || to === undefined || reopenings.length < REOPENINGS || elapsed(to, now) >= HOUR) return null;
  return { times: reopenings.length, from, to };
}

function isDeed({ by }: Line): boolean {
  return by.kind === "user";
}

/** What waits to be sent takes more lines; what may have arrived does not. */
function replying(
  message: Row<FindingBody>,
  lines: readonly Line[],
  replies: readonly Row<ReplyBody>[],
  { broadcast, owner, waits }: Manner,
  now: Instant,
): Row<ReplyBody> {
  const last = replies.toSorted((a, b) => numberOf(a) - numberOf(b)).at(-1);
  const dueAt = lines.some(isDeed) ? now : (waits ?? now);
  const open = last && mayGrow(last) && last.body.lines.length + lines.length <= MOST_LINES ? last : null;
  const row = open ?? replyRow({ parent: message, n: last ? numberOf(last) + 1 : 1, lines: [] }, dueAt);
  return {
    ...row,
    dueAt: row.dueAt === null || row.body.attempts > 0 || row.dueAt < dueAt ? row.dueAt : dueAt,
    body: {
      ...row.body,
      lines: [...row.body.lines, ...lines],
      broadcast: row.body.broadcast || broadcast,
      owner: row.body.owner ?? owner,
      asked: row.body.asked || lines.some(isDeed),
    },
  };
}

function mayGrow({ state, body }: Row<ReplyBody>): boolean {
  return state === "due" && body.ts === null && !body.mayRepeat && body.lines.length > 0;
}

/** What follows from a call about a message. `others`: rows about the same finding. */
export function following(before: Row, after: Row, others: readonly OutboxRow[], now: Instant): readonly OutboxRow[] {
  if (!isFindingRow(after) || before.body.ts !== null || (after.body.ts === null && after.state !== "dead")) return [];
  const replies = repliesIn(others).get(after.key) ?? [];
  const waiting = replies.filter(({ state, body }) => state === "due" && body.answers === null);
  const { ts, channel, away, thread } = after.body;
  if (ts === null || channel === null || thread !== null) return waiting.map((row) => outboxOf({ ...row, state: "dead", dueAt: null }));
  const woken = waiting.map((row) => ({ ...row, dueAt: now, body: { ...row.body, away, answers: { ts, channel } } }));
  const guide = replies.some((row) => numberOf(row) === 0) ? [] : [replyRow({ parent: after, n: 0, lines: [] }, now)];
  const earlier = others.map(rowOf).filter((row) => row !== null && isFindingRow(row) && row.body.next === after.key);
  return [...guide, ...woken, ...earlier.filter((row) => row !== null).map((row) => bumped(row, now))].map((row) => outboxOf(row));
}
