import type { OutboxRow } from "@posture/core";
import { z } from "zod";
import { dailyFields, weeklyFields } from "../digests/fields.ts";
import { SHAREABLE } from "../codec.ts";
import { actor, line } from "./lines.ts";

/** What somebody's deed last said about a message, for its last line. `by`: a Slack user id, or `null` for Posture itself. */
const said = z.object({ by: z.string().nullable(), at: z.string(), text: z.string() });
export type Said = z.infer<typeof said>;

/** Who has the resource read now, and since when. */
const checking = z.object({ by: z.string(), at: z.string() });
export type Checking = Readonly<z.infer<typeof checking>>;

/** Who had it suppressed until now, and why. */
const lapsed = z.object({ by: actor, until: z.string(), why: z.string() });
export type Lapsed = Readonly<z.infer<typeof lapsed>>;

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
    /** Whom it mentions where it is posted: a Slack user's or user group's id, of the configuration. */
    owner: z.string().nullable().default(null),
    /** It became due later than it was known, since it was quiet. */
    waited: z.boolean().default(false),
    /** The key of the message that goes on from here, and after what. */
    next: z.string().nullable().default(null),
    nextAfter: z.enum(["reopening", "lapse"]).default("reopening"),
    /** It is told again, or for the first time, since a suppression has ended by time. */
    lapsed: lapsed.nullable().default(null),
    /** `null`: nobody. What a bot left there when it was killed is taken back when the request is done again. */
    checking: checking.nullable().default(null),
    /** When it last changed without a person's doing, and whether that was too often to be told. */
    flips: z.array(z.string()).default([]),
    flapping: z.boolean().default(false),
    /** When it last reopened, within an hour. */
    reopenings: z.array(z.string()).default([]),
  }),
  /** In the thread of a finding's message. `parent`: the key of that; `answers`: where it stands, `null` as long as nobody knows. */
  z.object({
    type: z.literal("reply"),
    ...common,
    parent: z.string(),
    answers: thread.nullable(),
    /** What is told; of the first reply, which says what to do, none. */
    lines: z.array(line),
    /** Shown in the channel as well. */
    broadcast: z.boolean(),
    /** Whom it mentions. */
    owner: z.string().nullable(),
  }),
  /** Findings of one check in one account, or of a flood (`null`), that share a message. Which they are is in `parts` rows of their own: see `members.ts`. */
  z.object({
    type: z.literal("group"),
    ...common,
    checkId: z.string().nullable(),
    accountId: z.string().nullable(),
    /** They waited for the end of quiet hours. */
    quiet: z.boolean().default(false),
    from: z.string(),
    until: z.string(),
    count: z.int(),
    parts: z.int(),
    /** Whom it mentions: each once. */
    owners: z.array(z.string()).default([]),
  }),
  /** `expiresAt`: the expiry that is near; `thread`: where the finding's message stands, `null` where it has none. */
  z.object({
    type: z.literal("notice"),
    ...common,
    expiresAt: z.string(),
    thread: thread.nullable(),
  }),
  /** To whom a finding was given by somebody else; `at`: when that was said. */
  z.object({ type: z.literal("assigned"), ...common, at: z.string() }),
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
    /** Of first sweeps alone: accounts besides that one, where many are told of at once. */
    more: z.array(z.string()).default([]),
    /** When it was decided; of rows of before that was kept, `null`. */
    since: z.string().nullable().default(null),
    first: z.boolean(),
    parts: z.int().default(0),
    fingerprints: z.array(z.string()).default([]),
  }),
  /** An answer that somebody shares: which it is, and where it was asked. */
  z.object({ type: z.literal("share"), ...common, by: z.string(), word: z.enum(SHAREABLE), typed: z.string(), page: z.int() }),
  /** What a day brought in a channel. */
  z.object({ type: z.literal("daily"), ...common, ...dailyFields }),
  /** What is open of one owner's. */
  z.object({ type: z.literal("weekly"), ...common, ...weeklyFields }),
]);
export type RowBody = z.infer<typeof body>;
export type FindingBody = Extract<RowBody, { type: "finding" }>;
export type ReplyBody = Extract<RowBody, { type: "reply" }>;
export type GroupBody = Extract<RowBody, { type: "group" }>;
export type NoticeBody = Extract<RowBody, { type: "notice" }>;
export type AssignedBody = Extract<RowBody, { type: "assigned" }>;
export type TroubleBody = Extract<RowBody, { type: "trouble" }>;
export type DigestBody = Extract<RowBody, { type: "digest" }>;
export type ShareBody = Extract<RowBody, { type: "share" }>;
export type DailyBody = Extract<RowBody, { type: "daily" }>;
export type WeeklyBody = Extract<RowBody, { type: "weekly" }>;

export interface Row<B extends RowBody = RowBody> extends Omit<OutboxRow, "body"> {
  readonly body: B;
}

/** Rows never change: each is understood once, as long as its store hands out the same. */
const understood = new WeakMap<OutboxRow, Row | null>();

/** A row as it is understood; `null` for one of a later version. */
export function rowOf(row: OutboxRow): Row | null {
  const known = understood.get(row);
  if (known !== undefined) return known;
  const parsed = body.safeParse(row.body);
  const it = parsed.success ? { ...row, body: parsed.data } : null;
  understood.set(row, it);
  return it;
}

/** Who reads it before it is written need not understand it anew. */
export function outboxOf(row: Row): OutboxRow {
  const { body: given, ...rest } = row;
  const it = { ...rest, body: given };
  understood.set(it, row);
  return it;
}
