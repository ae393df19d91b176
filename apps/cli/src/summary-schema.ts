import { z } from "zod";
import { resourceSchema } from "./scan-schema.ts";
import type { DayReport, PresentReport, SummaryReport } from "./summary-report.ts";

/* The contracts of `posture summary --format json`, to the letter. docs/summary.schema.json, docs/summary-of.schema.json and docs/summary-day.schema.json are generated from them. */

const instant = z.iso.datetime({ precision: 3 }).describe("UTC with milliseconds");
const day = z.iso.date().describe("A day of UTC");
const accountId = z.string().regex(/^\d{12}$/);
const count = z.int().nonnegative();
const bySeverity = z.strictObject({ critical: count, high: count, medium: count, low: count });
const happened = z
  .strictObject({ opened: count, reopened: count, resolved: count, suppressed: count })
  .describe("How often it happened on that day; suppressed: how many suppressions were begun");

const present = {
  at: instant,
  accounts: z.array(z.strictObject({ id: accountId })).describe("Those of the last sweep"),
  open: bySeverity.describe("Open findings"),
  suppressed: count,
  covered: count.describe("Findings that another open finding of the same resource already says"),
  resolved: count,
  targetDays: z
    .strictObject({
      critical: z.number().positive(),
      high: z.number().positive(),
      medium: z.number().positive(),
      low: z.number().positive(),
    })
    .describe("How many days a finding may be open, as configured"),
  overdue: bySeverity.describe("Open findings that were first seen longer ago than that"),
  oldestCriticals: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[0-9a-f]{12,32}$/),
        fingerprint: z.string().regex(/^v1-[0-9a-f]{32}$/),
        checkId: z.templateLiteral([z.string(), "/", z.string()]),
        title: z.string(),
        message: z.string(),
        resource: resourceSchema,
        firstSeenAt: instant,
      }),
    )
    .max(10)
    .describe("The open criticals that were first seen longest ago"),
  lastSweepAt: instant.nullable().describe("When the last sweep ended; null: nothing has been swept"),
  coverage: z.strictObject({
    complete: count.describe("How many listings were complete"),
    incomplete: z
      .array(z.strictObject({ accountId, region: z.string(), resourceType: z.string(), reason: z.string() }))
      .describe("What could not be listed or read, and why; without any of it, coverage is complete"),
    unknown: count.describe("Pairs of check and resource that could not be decided"),
  }),
};

/** What `posture summary --format json` prints: a member more is as wrong as one that is missing. */
export const summarySchema: z.ZodType<SummaryReport> = z
  .strictObject({
    schema: z.literal("posture.summary/1"),
    ...present,
    trend: z.strictObject({
      days: count.describe("How many days were asked for, with today"),
      known: z
        .array(z.strictObject({ day, critical: count, high: count, medium: count, low: count }))
        .describe(
          "What was open at the end of each of these days, oldest first, and today as it stands. Of a day that is not there nothing is known",
        ),
    }),
    sinceYesterday: z.strictObject({
      day: day.describe("Yesterday"),
      before: bySeverity.nullable().describe("What was open when yesterday ended; null: nothing is known of it"),
      happened: happened.describe("How often it happened today; suppressed: how many suppressions were begun"),
    }),
  })
  .describe("What is open, how that changed and what could not be read, as `posture summary --format json` prints it");

const several = z.array(z.string()).min(1).exactOptional();
const asked = z
  .strictObject({
    severities: z
      .array(z.enum(["critical", "high", "medium", "low"]))
      .min(1)
      .exactOptional(),
    framework: z.string().exactOptional(),
    categories: several,
    checks: several,
    accounts: several,
    regions: several,
    tags: z.record(z.string(), z.array(z.string())).exactOptional(),
    text: z.string().exactOptional(),
    openedFrom: z.string().exactOptional(),
    openedBefore: z.string().exactOptional(),
  })
  .describe("Which findings are counted: all of it is true of each, and of one kind one value is enough");

/** What `posture summary --severity … --format json` prints, and with any other filter. */
export const presentSchema: z.ZodType<PresentReport> = z
  .strictObject({ schema: z.literal("posture.summary-of/1"), asked, ...present })
  .describe("How some findings stand now, as `posture summary` with a filter and `--format json` prints it");

/** What `posture summary --day … --format json` prints. */
export const daySchema: z.ZodType<DayReport> = z
  .strictObject({
    schema: z.literal("posture.summary-day/1"),
    day,
    open: bySeverity.describe("Findings that were open when the day ended; of today, as it stands"),
    happened,
  })
  .describe("One day, as `posture summary --day … --format json` prints it");

/** The same as JSON Schemas, for whoever reads them elsewhere. */
export function summaryJsonSchema(): string {
  return jsonSchema("posture.summary/1", summarySchema);
}
export function presentJsonSchema(): string {
  return jsonSchema("posture.summary-of/1", presentSchema);
}
export function dayJsonSchema(): string {
  return jsonSchema("posture.summary-day/1", daySchema);
}

function jsonSchema(title: string, schema: z.ZodType): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12" });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}
