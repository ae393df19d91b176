import type { Finding, Instant, OutboxRow, Suppression } from "@posture/core";
import { z } from "zod";

/** What somebody's deed last said about a message, for its last line. `by`: a Slack user id, or `null` for Posture itself. */
const said = z.object({ by: z.string().nullable(), at: z.string(), text: z.string() });
export type Said = z.infer<typeof said>;

/** What an outbox row is about, and how far it got. */
const common = {
  /** The message's own timestamp at Slack, once it is known. */
  ts: z.string().nullable(),
  channel: z.string().nullable(),
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
  z.object({ type: z.literal("digest"), ...common, accountId: z.string(), first: z.boolean(), fingerprints: z.array(z.string()) }),
]);
export type RowBody = z.infer<typeof body>;
export type FindingBody = Extract<RowBody, { type: "finding" }>;
export type NoticeBody = Extract<RowBody, { type: "notice" }>;
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

export function findingRow(fingerprint: string, n: number, now: Instant, follows: string | null = null): Row<FindingBody> {
  return {
    key: `finding:${fingerprint}:${n}`,
    subject: fingerprint,
    state: "due",
    dueAt: now,
    body: { type: "finding", ...UNSENT, follows },
  };
}

export function digestKey(accountId: string): string {
  return `digest:first:${accountId}`;
}

export function digestRow(
  sweepId: string,
  accountId: string,
  first: boolean,
  fingerprints: readonly string[],
  now: Instant,
): Row<DigestBody> {
  const key = first ? digestKey(accountId) : `digest:${sweepId}:${accountId}`;
  const given = { type: "digest" as const, ...UNSENT, accountId, first, fingerprints: [...fingerprints] };
  return { key, subject: sweepId, state: "due", dueAt: now, body: given };
}

/** That an expiry is near: once for each suppression and expiry. */
export function noticeRow(
  { id, expiresAt }: Pick<Suppression, "id" | "expiresAt">,
  thread: NoticeBody["thread"],
  now: Instant,
): Row<NoticeBody> {
  const given = { type: "notice" as const, ...UNSENT, expiresAt, thread };
  return { key: `notice:${id}:${expiresAt}`, subject: id, state: "due", dueAt: now, body: given };
}

/** A rule that waits has no finding's message that could say so. */
export function ruleRow({ id }: Pick<Suppression, "id">, now: Instant): Row {
  return { key: `rule:${id}`, subject: id, state: "due", dueAt: now, body: { type: "rule", ...UNSENT } };
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

function isFindingRow(row: Row): row is Row<FindingBody> {
  return row.body.type === "finding";
}

/** The number of the message about one finding: 1 for the first. */
export function numberOf({ key }: Pick<OutboxRow, "key">): number {
  return Number(key.split(":").at(-1));
}

/** The latest message of each finding, by fingerprint. */
export function latestByFinding(rows: readonly OutboxRow[]): Map<string, Row<FindingBody>> {
  const latest = new Map<string, Row<FindingBody>>();
  for (const row of rows) {
    const it = rowOf(row);
    if (!it || !isFindingRow(it)) continue;
    const known = latest.get(it.subject);
    if (!known || numberOf(known) < numberOf(it)) latest.set(it.subject, it);
  }
  return latest;
}

/** The message about a finding, under whatever name of it; `undefined`: it has none, or Slack did not take it. */
export function messageOf({ fingerprint, aliases }: Finding, latest: ReadonlyMap<string, Row<FindingBody>>): Row<FindingBody> | undefined {
  return [fingerprint, ...aliases].map((it) => latest.get(it)).find((row) => row !== undefined && row.state !== "dead");
}
