import { type Instant, type OutboxRow, plus, type Suppression } from "@posture/core";
import { z } from "zod";
import { dailyFields, weeklyFields } from "../digests/fields.ts";

/** What somebody's deed last said about a message, for its last line. `by`: a Slack user id, or `null` for Posture itself. */
const said = z.object({ by: z.string().nullable(), at: z.string(), text: z.string() });
export type Said = z.infer<typeof said>;

/** What an outbox row is about, and how far it got. */
const common = {
  /** The message's own timestamp at Slack, once it is known. */
  ts: z.string().nullable(),
  channel: z.string().nullable(),
  /** The channel that it is due in, as it is configured. `null`: the bot's own; rows of before there were others have none. */
  to: z.string().nullable().default(null),
  /** It stands, or is about to stand, in the bot's own channel, since the one that it is due in took nothing. */
  away: z.boolean().default(false),
  /** The revision that is due, the one that is under way, and the one that Slack shows. */
  wanted: z.int(),
  under: z.int(),
  shown: z.int(),
  attempts: z.int(),
  /** How often a post of unknown outcome was looked for and not found. */
  misses: z.int(),
  triedAt: z.string().nullable(),
  lastError: z.string().nullable(),
  /** Slack refused the blocks: words alone are sent. */
  plain: z.boolean(),
  /** Posted again although it may already be there, since Slack would not say. */
  mayRepeat: z.boolean(),
  said: said.nullable(),
  /** A person waits to see it: it goes before what merely keeps messages true. */
  asked: z.boolean(),
};
const thread = z.object({ ts: z.string(), channel: z.string() });
const body = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("finding"),
    ...common,
    /** The ts of the message that this one follows, after a reopening. */
    follows: z.string().nullable(),
    /** It may share a message with others: that is decided when it would be posted. */
    mayShare: z.boolean().default(false),
    /** The key of the group that tells it, and the revision that the group knows. */
    group: z.string().nullable().default(null),
    told: z.int().default(0),
    /** Somebody wants to see it: it has a message of its own, in the thread of the group. */
    open: z.boolean().default(false),
    thread: thread.nullable().default(null),
  }),
  /** Findings of one check in one account, or of a flood (`null`), that share a message. Which they are is in `parts` rows of their own: see `members.ts`. */
  z.object({
    type: z.literal("group"),
    ...common,
    checkId: z.string().nullable(),
    accountId: z.string().nullable(),
    from: z.string(),
    until: z.string(),
    count: z.int(),
    parts: z.int(),
  }),
  /** `expiresAt`: the expiry that is near; `thread`: where the finding's message stands, `null` where it has none. */
  z.object({
    type: z.literal("notice"),
    ...common,
    expiresAt: z.string(),
    thread: thread.nullable(),
  }),
  /** A rule that another person has to approve. */
  z.object({ type: z.literal("rule"), ...common }),
  /** That a channel takes nothing. `of`: which, `null` for the bot's own; `count`: how many messages stand in the bot's own channel instead. */
  z.object({
    type: z.literal("trouble"),
    ...common,
    of: z.string().nullable(),
    why: z.string(),
    since: z.string(),
    ended: z.string().nullable(),
    count: z.int(),
  }),
  /** `parts`: how many rows hold which findings it is about; digests of before there were such rows hold them themselves. */
  z.object({
    type: z.literal("digest"),
    ...common,
    accountId: z.string(),
    first: z.boolean(),
    parts: z.int().default(0),
    fingerprints: z.array(z.string()).default([]),
  }),
  /** What a day brought in a channel. */
  z.object({ type: z.literal("daily"), ...common, ...dailyFields }),
  /** What is open of one owner's. */
  z.object({ type: z.literal("weekly"), ...common, ...weeklyFields }),
]);
export type RowBody = z.infer<typeof body>;
export type FindingBody = Extract<RowBody, { type: "finding" }>;
export type GroupBody = Extract<RowBody, { type: "group" }>;
export type NoticeBody = Extract<RowBody, { type: "notice" }>;
export type TroubleBody = Extract<RowBody, { type: "trouble" }>;
export type DigestBody = Extract<RowBody, { type: "digest" }>;
export type DailyBody = Extract<RowBody, { type: "daily" }>;
export type WeeklyBody = Extract<RowBody, { type: "weekly" }>;

export interface Row<B extends RowBody = RowBody> extends Omit<OutboxRow, "body"> {
  readonly body: B;
}

/** A row as it is understood; `null` for one of a later version. */
export function rowOf(row: OutboxRow): Row | null {
  const parsed = body.safeParse(row.body);
  return parsed.success ? { ...row, body: parsed.data } : null;
}

export function outboxOf({ body: given, ...rest }: Row): OutboxRow {
  return { ...rest, body: given };
}

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
}

export function findingRow(fingerprint: string, n: number, now: Instant, more: FindingMore = {}): Row<FindingBody> {
  const { to = null, follows = null, mayShare = false } = more;
  const shared = { mayShare, group: null, told: 0, open: false, thread: null };
  return {
    key: `${inChannel(`finding:${fingerprint}`, to)}:${n}`,
    subject: fingerprint,
    state: "due",
    dueAt: now,
    body: { type: "finding", ...UNSENT, to, follows, ...shared },
  };
}

/** What a group is of, and where: findings that came in these 60 seconds. */
export interface GroupOf {
  readonly to: To;
  /** `null`: of any, in a flood. */
  readonly checkId: string | null;
  readonly accountId: string | null;
  readonly from: Instant;
  readonly until: Instant;
}

/** What every row of a group is about. */
export const GROUP = "group";

export function groupKey({ to, checkId, accountId, from }: GroupOf): string {
  return inChannel(`group:${checkId ?? "any"}:${accountId ?? "any"}:${from}`, to);
}

export function groupRow(of: GroupOf, now: Instant): Row<GroupBody> {
  const { to, checkId, accountId, from, until } = of;
  const given = { type: "group" as const, ...UNSENT, wanted: 0, to, checkId, accountId, from, until, count: 0, parts: 0 };
  return { key: groupKey(of), subject: GROUP, state: "due", dueAt: now, body: given };
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
}

export function digestRow({ sweepId, accountId, first, parts = 0, to = null }: DigestOf, now: Instant): Row<DigestBody> {
  const given = { type: "digest" as const, ...UNSENT, to, accountId, first, parts, fingerprints: [] };
  return {
    key: inChannel(`digest:${first ? "first" : sweepId}:${accountId}`, to),
    subject: sweepId,
    state: "due",
    dueAt: now,
    body: given,
  };
}

/** Whether a row is a digest of this account's first sweep, in whatever channel. */
export function isFirstDigest({ key }: Pick<OutboxRow, "key">, accountId: string): boolean {
  const name = `digest:first:${accountId}`;
  return key === name || key.startsWith(`${name}@`);
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

/** A rule that waits has no finding's message that could say so. */
export function ruleRow({ id }: Pick<Suppression, "id">, now: Instant): Row {
  return { key: `rule:${id}`, subject: id, state: "due", dueAt: now, body: { type: "rule", ...UNSENT } };
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
const BETWEEN_EDITS: Readonly<Partial<Record<RowBody["type"], number>>> = { group: 3000, trouble: 30_000 };

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
