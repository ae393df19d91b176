import type { Instant, OutboxRow, Suppression } from "@posture/core";
import { z } from "zod";

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
const body = z.discriminatedUnion("type", [
  /** `follows`: the ts of the message that this one follows, after a reopening. */
  z.object({ type: z.literal("finding"), ...common, follows: z.string().nullable() }),
  /** `expiresAt`: the expiry that is near; `thread`: where the finding's message stands, `null` where it has none. */
  z.object({
    type: z.literal("notice"),
    ...common,
    expiresAt: z.string(),
    thread: z.object({ ts: z.string(), channel: z.string() }).nullable(),
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
  z.object({ type: z.literal("digest"), ...common, accountId: z.string(), first: z.boolean(), fingerprints: z.array(z.string()) }),
]);
export type RowBody = z.infer<typeof body>;
export type FindingBody = Extract<RowBody, { type: "finding" }>;
export type NoticeBody = Extract<RowBody, { type: "notice" }>;
export type TroubleBody = Extract<RowBody, { type: "trouble" }>;
export type DigestBody = Extract<RowBody, { type: "digest" }>;

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

const UNSENT = {
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
function inChannel(name: string, to: To): string {
  return to === null ? name : `${name}@${to}`;
}

export interface FindingMore {
  readonly to?: To;
  readonly follows?: string | null;
}

export function findingRow(
  fingerprint: string,
  n: number,
  now: Instant,
  { to = null, follows = null }: FindingMore = {},
): Row<FindingBody> {
  return {
    key: `${inChannel(`finding:${fingerprint}`, to)}:${n}`,
    subject: fingerprint,
    state: "due",
    dueAt: now,
    body: { type: "finding", ...UNSENT, to, follows },
  };
}

export interface DigestOf {
  readonly sweepId: string;
  readonly accountId: string;
  /** Of the account's first sweep. */
  readonly first: boolean;
  readonly fingerprints: readonly string[];
  readonly to?: To;
}

export function digestRow({ sweepId, accountId, first, fingerprints, to = null }: DigestOf, now: Instant): Row<DigestBody> {
  const given = { type: "digest" as const, ...UNSENT, to, accountId, first, fingerprints: [...fingerprints] };
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

/** Makes a row due once more. What is being sent, or is unknown, is settled first and then goes on to this revision. */
export function bumped<B extends RowBody>(row: Row<B>, now: Instant, news: News = {}): Row<B> {
  const asked = row.body.asked || news.asked === true;
  const changed = { ...row.body, wanted: row.body.wanted + 1, asked, ...(news.said !== undefined && { said: news.said }) };
  return row.state === "sent" || row.state === "due" ? { ...row, state: "due", dueAt: now, body: changed } : { ...row, body: changed };
}
