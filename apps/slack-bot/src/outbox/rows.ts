import { type Assignee, type Instant, type OutboxRow, plus, type Suppression, type Write } from "@posture/core";
import {
  type AssignedBody,
  type DigestBody,
  type FindingBody,
  type GroupBody,
  type Lapsed,
  type NoticeBody,
  outboxOf,
  type ReplyBody,
  type Row,
  type RowBody,
  rowOf,
  type Said,
  type ShareBody,
  type TroubleBody,
} from "./bodies.ts";
import type { Line } from "./lines.ts";

export {
  type AssignedBody,
  type Checking,
  type DailyBody,
  type DigestBody,
  type FindingBody,
  type GroupBody,
  type Lapsed,
  type NoticeBody,
  outboxOf,
  type ReplyBody,
  type Row,
  type RowBody,
  rowOf,
  type Said,
  type ShareBody,
  type TroubleBody,
  type WeeklyBody,
} from "./bodies.ts";

export const UNSENT = {
  ts: null,
  channel: null,
  to: null,
  away: false,
  wanted: 1,
  under: 0,
  shown: 0,
  attempts: 0,
  misses: 0,
  triedAt: null,
  lastError: null,
  plain: false,
  mayRepeat: false,
  said: null,
  asked: false,
};

/** What a message is due in: a channel as it is configured, or `null` for the bot's own. */
export type To = string | null;

/** The bot's own channel is not named: keys of before there were others stay what they are. */
export function inChannel(name: string, to: To): string {
  return to === null ? name : `${name}@${to}`;
}

export interface FindingMore {
  readonly to?: To;
  readonly follows?: string | null;
  readonly mayShare?: boolean;
  readonly owner?: string | null;
  readonly waited?: boolean;
  readonly lapsed?: Lapsed | null;
}

export function findingRow(fingerprint: string, n: number, now: Instant, more: FindingMore = {}): Row<FindingBody> {
  const { to = null, follows = null, mayShare = false, owner = null, waited = false, lapsed = null } = more;
  const shared = { mayShare, group: null, told: 0, open: false, thread: null };
  const later = { waited, lapsed, next: null, nextAfter: "reopening" as const, flips: [], flapping: false, reopenings: [], checking: null };
  return {
    key: `${inChannel(`finding:${fingerprint}`, to)}:${n}`,
    subject: fingerprint,
    state: "due",
    dueAt: now,
    body: { type: "finding", ...UNSENT, to, follows, owner, ...shared, ...later },
  };
}

/** What a group is of, and where: findings that came in these 60 seconds. */
export interface GroupOf {
  readonly to: To;
  /** `null`: of any, in a flood, or since it was quiet. */
  readonly checkId: string | null;
  readonly accountId: string | null;
  /** What waited for the end of quiet hours, and nothing that came later. */
  readonly quiet?: boolean;
  readonly from: Instant;
  readonly until: Instant;
}

/** What every row of a group is about. */
export const GROUP = "group";

export function groupKey({ to, checkId, accountId, quiet, from }: GroupOf): string {
  return inChannel(`group:${checkId ?? (quiet ? "quiet" : "any")}:${accountId ?? "any"}:${from}`, to);
}

export function groupRow(of: GroupOf, now: Instant): Row<GroupBody> {
  const { to, checkId, accountId, quiet = false, from, until } = of;
  const many = { count: 0, parts: 0, owners: [] };
  const given = { type: "group" as const, ...UNSENT, wanted: 0, to, checkId, accountId, quiet, from, until, ...many };
  return { key: groupKey(of), subject: GROUP, state: "due", dueAt: now, body: given };
}

export interface ReplyTo {
  /** The message whose thread it stands in. */
  readonly parent: Row<FindingBody>;
  /** 0 for the first of a thread, which says what to do. */
  readonly n: number;
  readonly lines: readonly Line[];
}

/** Not due before its message stands. */
export function replyRow({ parent: { key, subject, body }, n, lines }: ReplyTo, dueAt: Instant): Row<ReplyBody> {
  const answers = body.ts !== null && body.channel !== null ? { ts: body.ts, channel: body.channel } : null;
  const given = { type: "reply" as const, ...UNSENT, to: body.to, away: body.away, parent: key, answers };
  return {
    key: `reply:${key}:${n}`,
    subject,
    state: "due",
    dueAt: answers ? dueAt : null,
    body: { ...given, lines: [...lines], broadcast: false, owner: null },
  };
}

/** A finding that a group tells is to have a message of its own as well; of any other, nothing changes. */
export function opened(row: Row<FindingBody>, now: Instant): Row<FindingBody> {
  const { group, open, ts, wanted } = row.body;
  if (group === null || open || ts !== null) return row;
  return { ...row, state: "due", dueAt: now, body: { ...row.body, open: true, asked: true, wanted: wanted + 1 } };
}

export interface DigestOf {
  readonly sweepId: string;
  readonly accountId: string;
  /** Of the account's first sweep. */
  readonly first: boolean;
  /** How many rows hold which findings it is about. */
  readonly parts?: number;
  readonly to?: To;
  /** When that was decided. */
  readonly since?: Instant | null;
}

export function digestRow({ sweepId, accountId, first, parts = 0, to = null, since = null }: DigestOf, dueAt: Instant): Row<DigestBody> {
  const given = { type: "digest" as const, ...UNSENT, to, accountId, more: [], since, first, parts, fingerprints: [] };
  return {
    key: inChannel(`digest:${first ? "first" : sweepId}:${accountId}`, to),
    subject: sweepId,
    state: "due",
    dueAt,
    body: given,
  };
}

/** The digest of first sweeps that a row is; `null`: it is none. */
export function firstDigestIn(row: OutboxRow): Row<DigestBody> | null {
  const digest = row.key.startsWith("digest:first:") ? rowOf(row) : null;
  return digest?.body.type === "digest" ? { ...digest, body: digest.body } : null;
}

/** That an expiry is near: once for each suppression, expiry and channel. */
export function noticeRow(
  { id, expiresAt }: Pick<Suppression, "id" | "expiresAt">,
  thread: NoticeBody["thread"],
  now: Instant,
  to: To = null,
): Row<NoticeBody> {
  const given = { type: "notice" as const, ...UNSENT, to, expiresAt, thread };
  return { key: inChannel(`notice:${id}:${expiresAt}`, to), subject: id, state: "due", dueAt: now, body: given };
}

/** To the assignee alone, once for each time that somebody says so. */
export function assignedRow(fingerprint: string, { id, at }: Assignee, now: Instant): Row<AssignedBody> {
  const given = { type: "assigned" as const, ...UNSENT, to: id, at };
  return { key: inChannel(`assigned:${fingerprint}:${at}`, id), subject: fingerprint, state: "due", dueAt: now, body: given };
}

/** A rule that waits has no finding's message that could say so. */
export function ruleRow({ id }: Pick<Suppression, "id">, now: Instant): Row {
  return { key: `rule:${id}`, subject: id, state: "due", dueAt: now, body: { type: "rule", ...UNSENT } };
}

export interface ShareOf extends Pick<ShareBody, "by" | "word" | "typed" | "page"> {
  /** What tells this answer from every other. */
  readonly answer: string;
  readonly to: To;
}

/** Once for each answer, however often it is asked for. */
export function shareRow({ answer, to, ...of }: ShareOf, now: Instant): Row<ShareBody> {
  const given = { type: "share" as const, ...UNSENT, asked: true, to, ...of };
  return { key: inChannel(`share:${answer}`, to), subject: `share:${answer}`, state: "due", dueAt: now, body: given };
}

/** What every row about a channel that takes nothing is about. */
export const TROUBLE = "trouble";

/** Once for each channel and cause: `since` is when it began. */
export function troubleRow(
  of: To,
  { why, since }: { readonly why: string; readonly since: Instant },
  now: Instant,
  to: To,
): Row<TroubleBody> {
  const given = { type: "trouble" as const, ...UNSENT, to, of, why, since, ended: null, count: 0 };
  return { key: inChannel(`trouble:${of ?? ""}:${since}`, to), subject: TROUBLE, state: "due", dueAt: now, body: given };
}

export interface News {
  /** Left out: the last line stays as it is. */
  readonly said?: Said | undefined;
  readonly asked?: boolean;
}

/** At most so often, in milliseconds: what changes with every finding is no news each time. */
const BETWEEN_EDITS: Readonly<Partial<Record<RowBody["type"], number>>> = { digest: 3000, group: 3000, trouble: 30_000 };

/** When a row that is due may be sent again. */
export function dueOf({ type, triedAt }: RowBody, now: Instant): Instant {
  const earliest = triedAt === null ? now : plus(triedAt, BETWEEN_EDITS[type] ?? 0);
  return earliest > now ? earliest : now;
}

/** Makes a row due once more. What is being sent, or is unknown, is settled first and then goes on to this revision. */
export function bumped<B extends RowBody>(row: Row<B>, now: Instant, news: News = {}): Row<B> {
  const asked = row.body.asked || news.asked === true;
  const changed = { ...row.body, wanted: row.body.wanted + 1, asked, ...(news.said !== undefined && { said: news.said }) };
  const isFree = row.state === "sent" || row.state === "due";
  return isFree ? { ...row, state: "due", dueAt: dueOf(row.body, now), body: changed } : { ...row, body: changed };
}

/** What there is to write where a row becomes another one. */
export function written(row: Row | null, change: (row: Row) => Row | null): Write[] {
  const next = row && change(row);
  return next && next !== row ? [{ kind: "outbox", value: outboxOf(next) }] : [];
}
