import type { SuppressionLimits } from "@posture/config";
import {
  BASES,
  type Finding,
  findingSchema,
  type Instant,
  REFUSALS,
  ruleSchema,
  type Severity,
  type Status,
  STATUSES,
  type Suppression,
  suppressionSchema,
  UNKNOWN_REASONS,
} from "@posture/core";
import { z } from "zod";
import type { Assigned, Commands, Decided, SuppressInput, Suppressed, SuppressTarget } from "./commands.ts";
import type { Example, PreviewDigest } from "./digest.ts";
import type { DecisionAnswer, LiftAnswer, Recheck, SuppressionListed, SuppressRefusal } from "./posture.ts";

/* What commands and their answers look like on the way from one process to another. */

const text: z.ZodType<string> = z.string();
const count: z.ZodType<number> = z.int().nonnegative();
const instant: z.ZodType<Instant> = text;
const person = z.object({ kind: z.literal("user"), id: z.string().min(1), via: z.literal("cli") });
const finding: z.ZodType<Finding> = findingSchema;
const suppression: z.ZodType<Suppression> = suppressionSchema;

export const named: z.ZodType<Commands["recheck"]["input"]> = z.object({ typed: z.string().min(1), by: person });
export const target: z.ZodType<SuppressTarget> = z.union([
  z.strictObject({ typed: z.string().min(1) }),
  z.strictObject({ rule: ruleSchema }),
]);
export const suppress: z.ZodType<SuppressInput> = z.object({
  target,
  justification: text,
  basis: z.enum(BASES).exactOptional(),
  ticket: text.exactOptional(),
  expiresAt: instant.exactOptional(),
  by: person,
});
export const extend: z.ZodType<Commands["extend"]["input"]> = z.object({ typed: z.string().min(1), expiresAt: instant, by: person });

export const assign: z.ZodType<Commands["assign"]["input"]> = z.object({
  typed: z.string().min(1),
  assignee: z.string().min(1).nullable(),
  by: person,
});
export const assigned: z.ZodType<Assigned> = z.object({ id: text, changed: z.boolean(), finding });

export const exportNote: z.ZodType<Commands["note-export"]["input"]> = z.object({
  format: text,
  filter: z.record(text, z.array(text)),
  findings: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  by: person,
});
export const noted: z.ZodType<Commands["note-export"]["answer"]> = z.object({ noted: z.literal(true) });

const refusal: z.ZodType<SuppressRefusal> = z.enum([
  ...REFUSALS,
  "justification-too-short",
  "ticket-not-an-address",
  "expiry-out-of-range",
  "rule-names-nothing",
  "not-an-approver",
]);
const bySeverity: z.ZodType<Record<Severity, number>> = z.object({ critical: count, high: count, medium: count, low: count });
const limits: z.ZodType<SuppressionLimits> = z.object({
  maxDays: count,
  defaultDays: count,
  approval: z.enum(["not-needed", "waiting"]),
});
const example: z.ZodType<Example> = z.object({
  id: text,
  checkId: text,
  severity: z.enum(["critical", "high", "medium", "low"]),
  title: text,
  arn: text,
});
export const preview: z.ZodType<PreviewDigest> = z.object({
  hides: count,
  bySeverity,
  alreadyHidden: count,
  uncovers: count,
  tagsUnread: count,
  examples: z.array(example),
  uncovered: z.array(example),
  limits,
});
const listed: z.ZodType<SuppressionListed> = z.object({
  suppression,
  id: text,
  state: z.enum(["in-force", "waiting", "expired", "malformed"]),
  hides: count,
  bySeverity,
  tagsUnread: count,
});
const refused = z.object({ kind: z.literal("refused"), why: refusal, by: suppression.exactOptional() });
export const suppressed: z.ZodType<Suppressed> = z.union([z.object({ kind: z.literal("suppressed"), listed, preview }), refused]);
const decision: z.ZodType<DecisionAnswer> = z.union([
  z.object({ kind: z.literal("done"), suppression }),
  z.object({ kind: z.literal("refused"), why: refusal }),
]);
export const decided: z.ZodType<Decided> = z.object({ suppressionId: text, answer: decision });
const lift: z.ZodType<LiftAnswer> = z.union([
  z.object({ kind: z.literal("lifted") }),
  z.object({ kind: z.literal("refused"), why: z.literal("no-such-suppression") }),
]);
export const lifted: z.ZodType<Commands["lift"]["answer"]> = z.object({ listed, answer: lift });

const status: z.ZodType<Status> = z.enum(STATUSES);
const undecided = z.object({
  checkId: z.string(),
  ref: z.custom<Finding["ref"]>((value) => typeof value === "object" && value !== null),
  reason: z.enum(UNKNOWN_REASONS),
  missing: z.array(z.string()),
  detail: z.string(),
});
export const recheck: z.ZodType<Recheck> = z.object({
  readAt: instant,
  calls: z.number(),
  answer: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("unchanged"), finding, status }),
    z.object({ kind: z.literal("changed"), before: finding, finding, status }),
    z.object({
      kind: z.literal("resolved"),
      before: finding,
      finding,
      why: z.enum(["pass", "not-applicable", "gone"]),
      notes: z.array(z.string()),
      coverage: z.object({ seen: z.number(), total: z.number() }).nullable(),
    }),
    z.object({ kind: z.literal("unreadable"), finding, status, undecided }),
  ]),
});
