import { z } from "zod";
import { BASES } from "./basis.ts";
import { type AuditEvent, EVENT_TYPES, SOURCES } from "./audit.ts";
import { type CheckId, SEVERITIES } from "./check.ts";
import type { Gap, Held, ScopeCoverage, SweepRecord, Undecided, Unheard, Unread } from "./coverage.ts";
import type { AwsChange } from "./change-event.ts";
import type { Actor, Finding } from "./finding.ts";
import { type Instant, isInstant } from "./instant.ts";
import { type Evidence, type Json, UNKNOWN_REASONS } from "./outcome.ts";
import type { ResourceRef, Seen } from "./resource.ts";
import type { FirstSeen, InboxRow, LogRecord, OutboxRow, Write } from "./store.ts";
import type { DayCounts, Tally } from "./trend.ts";
import type { Rule } from "./rule.ts";
import { type Approval, type Ended, type Suppression, type SuppressionScope } from "./suppression.ts";

/* What stores keep, as it is checked when it is read back. Values are checked, never rebuilt: a rebuilt one could have another order of members, and so another hash. */

const text: z.ZodType<string> = z.string();
const texts: z.ZodType<readonly string[]> = z.array(text);
const count: z.ZodType<number> = z.int().nonnegative();
const instant: z.ZodType<Instant> = z.string().refine(isInstant, "is not an instant in UTC with milliseconds");
const checkId: z.ZodType<CheckId> = z.templateLiteral([z.string(), "/", z.string()]);
// What comes out of JSON.parse is JSON; walking it again would only cost time, and a depth of stack that its author chooses.
const json: z.ZodType<Json> = z.custom<Json>((value) => value !== undefined);
const evidence: z.ZodType<Evidence> = z.custom<Evidence>(isObject, "is not an object");

export const actorSchema: z.ZodType<Actor> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("system") }),
  z.object({ kind: z.literal("user"), id: text, via: z.enum(["slack", "cli"]) }),
]);
const ref: z.ZodType<ResourceRef> = z.object({
  type: text,
  arn: text,
  subResourceId: text.exactOptional(),
  name: text,
  accountId: text,
  region: text,
});
export const seenSchema: z.ZodType<Seen> = z.object({ first: instant, baseline: z.boolean() });
const gapFields = { reason: z.enum(UNKNOWN_REASONS), missing: texts, detail: text };
const gap: z.ZodType<Gap> = z.object(gapFields);

export const awsChangeSchema: z.ZodType<AwsChange> = z.object({ eventId: text, name: text, at: instant, by: text.nullable() });

export const findingSchema: z.ZodType<Finding> = z.object({
  fingerprint: text,
  aliases: texts,
  checkId,
  ref,
  severity: z.enum(SEVERITIES),
  title: text,
  condition: z.enum(["failing", "cleared"]),
  watched: z.enum(["yes", "retired", "unmonitored"]),
  coveredBy: checkId.nullable(),
  tags: z.record(text, text).exactOptional(),
  assignee: z.object({ id: text, at: instant, by: actorSchema }).exactOptional(),
  changed: awsChangeSchema.exactOptional(),
  message: z.object({ id: text, text, evidence, notes: texts }),
  openedAt: instant,
  clearedAt: instant.nullable(),
  reopened: count,
  lastSeenAt: instant,
  evidenceAt: instant,
  stale: z.object({ ...gapFields, since: instant }).nullable(),
});

export const dayCountsSchema: z.ZodType<DayCounts> = z.object({ day: text, critical: count, high: count, medium: count, low: count });
export const tallySchema: z.ZodType<Tally> = z.object({ opened: count, reopened: count, resolved: count, suppressed: count });

// A rule that makes no sense is kept, since the rest of the store does: it hides nothing.
const rule: z.ZodType<Rule> = z.custom<Rule>(isObject, "is not an object");
const scope: z.ZodType<SuppressionScope> = z.union([z.object({ fingerprint: text }), z.object({ rule })]);
const approval: z.ZodType<Approval> = z.union([z.enum(["not-needed", "waiting"]), z.object({ by: actorSchema, at: instant })]);
const ended: z.ZodType<Ended> = z.object({
  at: instant,
  why: z.enum(["lifted", "expired", "resolved", "declined", "withdrawn"]),
  by: actorSchema,
});

export const suppressionSchema: z.ZodType<Suppression> = z.object({
  id: text,
  scope,
  justification: text,
  basis: z.enum(BASES).exactOptional(),
  ticket: text.exactOptional(),
  by: actorSchema,
  from: instant,
  expiresAt: instant,
  approval,
  asked: z.object({ expiresAt: instant, by: actorSchema, at: instant }).exactOptional(),
  noticedAt: instant.exactOptional(),
  ended: ended.nullable(),
});

const scopeFields = { accountId: text, region: text, type: text, listedAt: instant };
const coverage: z.ZodType<ScopeCoverage> = z.union([
  z.object({ ...scopeFields, state: z.literal("complete"), seen: count }),
  z.object({ ...scopeFields, state: z.literal("incomplete"), gap }),
]);
const undecided: z.ZodType<Undecided> = z.object({ ...gapFields, checkId: text, ref });
const unread: z.ZodType<Unread> = z.object({ ...gapFields, call: text, type: text, accountId: text, region: text, times: count });

const held: z.ZodType<Held> = z.object({ accountId: text, failing: count, resolving: count, resolved: count });

const unheard: z.ZodType<Unheard> = z.object({ accountId: text, region: text, type: text, changes: count, latest: instant });

export const sweepSchema: z.ZodType<SweepRecord> = z.object({
  id: text,
  begunAt: instant,
  finishedAt: instant,
  accounts: z.array(z.object({ accountId: text, regions: texts, baseline: z.boolean() })),
  coverage: z.array(coverage),
  undecided: z.array(undecided),
  unread: z.array(unread),
  calls: count,
  held: z.array(held).exactOptional(),
  settings: z.record(text, text).exactOptional(),
  unheard: z.array(unheard).exactOptional(),
});

export const firstSeenSchema: z.ZodType<FirstSeen> = z.object({ keys: texts, seen: seenSchema });

export const outboxSchema: z.ZodType<OutboxRow> = z.object({
  key: text,
  subject: text,
  state: z.enum(["due", "sending", "sent", "unknown", "dead"]),
  dueAt: instant.nullable(),
  body: json,
});

export const inboxSchema: z.ZodType<InboxRow> = z.object({
  key: text,
  receivedAt: instant,
  state: z.enum(["received", "done"]),
  body: json,
});

export const writeSchema: z.ZodType<Write> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("finding"), value: findingSchema }),
  z.object({ kind: z.literal("suppression"), value: suppressionSchema }),
  z.object({ kind: z.literal("sweep"), value: sweepSchema }),
  z.object({ kind: z.literal("seen"), value: firstSeenSchema }),
  z.object({ kind: z.literal("outbox"), value: outboxSchema }),
  z.object({ kind: z.literal("inbox"), value: inboxSchema }),
  z.object({ kind: z.literal("forget"), value: z.object({ inbox: texts }) }),
]);

export const auditEventSchema: z.ZodType<AuditEvent> = z.object({
  type: z.enum(EVENT_TYPES),
  subject: text,
  at: instant,
  actor: actorSchema,
  source: z.enum(SOURCES),
  note: text,
  before: text.exactOptional(),
  after: text.exactOptional(),
  change: awsChangeSchema.exactOptional(),
});

const sha256: z.ZodType<string> = z.string().regex(/^[0-9a-f]{64}$/);

export const logRecordSchema: z.ZodType<LogRecord> = z.object({
  seq: z.int().positive(),
  prev: sha256,
  hash: sha256,
  at: instant,
  events: z.array(auditEventSchema),
  writes: z.array(writeSchema),
});

/** What the hash of a record is made of: number, hash of the record before, instant, events, writes. */
export const sealedSchema: z.ZodType<readonly [number, string, Instant, readonly AuditEvent[], readonly Write[]]> = z.tuple([
  z.int().positive(),
  text,
  instant,
  z.array(auditEventSchema),
  z.array(writeSchema),
]);

/** Is this what the schema says? The value itself is kept as it is. */
export function conforms<T>(schema: z.ZodType<T>, value: unknown): value is T {
  return schema.safeParse(value).success;
}

/** What does not conform, for people: where, and why. */
export function problemOf(schema: z.ZodType, value: unknown): string {
  const { error } = schema.safeParse(value);
  const [first] = error?.issues ?? [];
  return first ? `${first.path.join(".") || "the value"}: ${first.message}` : "nothing";
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
