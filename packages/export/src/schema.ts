import { BASES, type Evidence, type Json, SEVERITIES, STATUSES, UNKNOWN_REASONS } from "@posture/core";
import { z } from "zod";
import type { ExportedFinding } from "./finding.ts";
import { EXPORT_SCHEMA } from "./json.ts";
import type { ExportContext } from "./row.ts";

/* The contract of JSON exports, to the letter: a member more is as wrong as one that is missing. docs/export.schema.json is generated from it. */

const instant = z.iso.datetime({ precision: 3 }).describe("UTC with milliseconds");
const count = z.int().nonnegative();
const texts = z.array(z.string());
const json: z.ZodType<Json> = z.json();
const evidence: z.ZodType<Evidence> = z.record(z.string(), json).describe("The facts behind it, as they were read");

const counts = z.strictObject({ critical: count, high: count, medium: count, low: count });

const resource = z.strictObject({
  type: z.string().describe("CloudFormation's name of the type, such as AWS::S3::Bucket"),
  arn: z.string(),
  subResourceId: z.string().exactOptional().describe("A part of the resource that has no ARN of its own"),
  name: z.string(),
  accountId: z.string(),
  region: z.string().describe("Where the resource is; global where it is nowhere in particular"),
});

const suppression = z.strictObject({
  id: z.string(),
  scope: z.enum(["finding", "rule"]),
  justification: z.string(),
  basis: z.enum(BASES).exactOptional().describe("What sort of reason the justification gives; left out, nobody said"),
  ticket: z.string().exactOptional().describe("Where it is spoken about, an https address"),
  by: z.string().describe("A Slack user id, or the ARN or system user of a command line"),
  from: instant,
  expiresAt: instant,
});

const assignee = z.strictObject({
  id: z.string().describe("A Slack user id, or the ARN or name of a command line"),
  at: instant.describe("Since when"),
  by: z.string().describe("Who said so: a Slack user id, or the ARN or system user of a command line"),
});

const stale = z.strictObject({ reason: z.enum(UNKNOWN_REASONS), missing: texts, detail: z.string(), since: instant });

const step = z.strictObject({
  text: z.string(),
  command: z.string().exactOptional().describe("For a POSIX shell"),
  docs: z.string().exactOptional().describe("A page about this step; left out, that of the remediation"),
});

/** A finding: a member of `findings`, and a line of JSON Lines. */
export const exportedFindingSchema: z.ZodType<ExportedFinding> = z
  .strictObject({
    id: z
      .string()
      .regex(/^[0-9a-f]{12,32}$/)
      .describe("What people type; any unique beginning of it does"),
    fingerprint: z
      .string()
      .regex(/^v1-[0-9a-f]{32}$/)
      .describe("The identity of the pair of check and resource, the same for ever"),
    checkId: z.string(),
    severity: z.enum(SEVERITIES),
    status: z.enum(STATUSES),
    title: z.string().describe("What kind of thing is wrong: the check's title"),
    message: z.string().describe("What is wrong with this resource"),
    notes: texts,
    resource,
    tags: z.record(z.string(), z.string()).nullable().describe("null: they were not read"),
    evidence,
    coveredBy: z.string().nullable().describe("The check whose finding on the same resource may already say this"),
    assignee: assignee.nullable().describe("Who sees to it; null: nobody in particular"),
    suppression: suppression.nullable().describe("What hides it now"),
    stale: stale.nullable().describe("Why the latest look could not decide; null where it could"),
    categories: texts,
    frameworks: z.record(z.string(), texts).describe("Control ids by framework"),
    risk: z.string().nullable().describe("null: its check is not loaded any more"),
    remediation: z
      .strictObject({ steps: z.array(step), docs: z.string() })
      .nullable()
      .describe("null: its check is not loaded any more"),
    consoleUrl: z.string().nullable(),
    firstSeenAt: instant,
    lastSeenAt: instant,
    evidenceAt: instant.describe("The age of the oldest evidence behind it"),
    resolvedAt: instant.nullable(),
    daysOpen: count.describe("Whole days from the first failure to the resolution, or to the export"),
    reopened: count.describe("How often it failed again after it was resolved"),
  })
  .describe("A finding: a member of `findings`, and a line of JSON Lines");

interface ExportDocument extends Omit<ExportContext, "at"> {
  readonly schema: typeof EXPORT_SCHEMA;
  readonly exportedAt: string;
  readonly findings: readonly ExportedFinding[];
}

/** A whole document. */
export const exportSchema: z.ZodType<ExportDocument> = z
  .strictObject({
    schema: z.literal(EXPORT_SCHEMA),
    exportedAt: instant,
    version: z.string().describe("Posture's"),
    filter: z.record(z.string(), texts).describe("What was asked for; nothing in it: everything"),
    counts: counts.describe("Open findings by severity, among what was asked for"),
    coverage: z
      .strictObject({
        complete: count.describe("Listings of the last sweeps that were complete"),
        total: count,
        incomplete: texts.describe("What could not be read, and why"),
      })
      .describe("Nothing is all clear unless every listing was complete"),
    trend: z.array(z.strictObject({ day: z.iso.date(), critical: count, high: count, medium: count, low: count })).describe("Oldest first"),
    findings: z.array(exportedFindingSchema),
  })
  .describe("Findings as Posture exports them as JSON; a line of JSON Lines is `#/$defs/finding`");

/** The same as a JSON Schema, for whoever reads it elsewhere. */
export function exportJsonSchema(): string {
  z.globalRegistry.add(exportedFindingSchema, { id: "finding" });
  const { $schema, ...rest } = z.toJSONSchema(exportSchema, { target: "draft-2020-12" });
  return `${JSON.stringify({ $schema, title: EXPORT_SCHEMA, ...rest }, null, 2)}\n`;
}
