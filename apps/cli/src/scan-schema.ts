import { type Json, SEVERITIES, UNKNOWN_REASONS } from "@posture/core";
import { z } from "zod";
import { CONTROL_STATES, type FrameworkReport } from "./framework-report.ts";
import type { ReportedFinding, ReportedResource, ScanReport } from "./report.ts";

/* The contract of `posture scan --format json`, to the letter. docs/scan.schema.json is generated from it. */

const instant = z.iso.datetime({ precision: 3 }).describe("UTC with milliseconds");
const accountId = z.string().regex(/^\d{12}$/);
const json: z.ZodType<Json> = z.json();

export const resourceSchema: z.ZodType<ReportedResource> = z.strictObject({
  type: z.string().describe("CloudFormation's name of the type, such as AWS::S3::Bucket"),
  arn: z.string().startsWith("arn:"),
  subResourceId: z.string().exactOptional().describe("A part of the resource that has no ARN of its own"),
  name: z.string(),
  accountId,
  region: z.string().describe("Where the resource is; global where it is nowhere in particular"),
});

const finding: z.ZodType<ReportedFinding> = z.strictObject({
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
  status: z.enum(["open", "suppressed", "covered"]),
  title: z.string(),
  message: z.string(),
  coveredBy: z.string().exactOptional().describe("The check whose finding on the same resource already says this"),
  resource: resourceSchema,
  evidence: z.record(z.string(), json),
  remediation: z.strictObject({ steps: z.array(z.string()), docs: z.string() }),
  firstSeenAt: instant,
  lastSeenAt: instant,
});

const count = z.int().nonnegative();

const framework: z.ZodType<FrameworkReport> = z.strictObject({
  id: z.string(),
  name: z.string(),
  controls: z.array(
    z.strictObject({
      id: z.string(),
      checks: z.array(z.string()).min(1).describe("The checks that map to it"),
      state: z
        .enum(CONTROL_STATES)
        .describe("The gravest that applies to any of its checks, in the order failing, unknown, suppressed, passing"),
      failing: count.describe("Findings that are open, or covered by one that is"),
      suppressed: count.describe("Findings that a person suppressed"),
      unknown: count.describe("Pairs of check and resource that could not be decided, and listings that were incomplete"),
    }),
  ),
});

/** What `posture scan --format json` prints, checked to the letter: a member more is as wrong as one that is missing. */
export const scanSchema: z.ZodType<ScanReport> = z
  .strictObject({
    schema: z.literal("posture.scan/1"),
    accountId: accountId.describe("The first account's"),
    accounts: z.array(z.strictObject({ id: accountId, alias: z.string().exactOptional() })).min(1),
    startedAt: instant,
    finishedAt: instant,
    findings: z.array(finding).describe("Every failing finding that is watched: open, suppressed or covered"),
    unknown: z
      .array(
        z.strictObject({
          checkId: z.string(),
          resource: resourceSchema,
          reason: z.enum(UNKNOWN_REASONS),
          missingAction: z.string().exactOptional().describe("The IAM action to grant"),
        }),
      )
      .describe("Pairs of check and resource that could not be decided"),
    coverage: z.strictObject({
      complete: count.describe("How many listings were complete"),
      incomplete: z
        .array(z.strictObject({ accountId, region: z.string(), resourceType: z.string(), reason: z.string() }))
        .describe("What could not be listed or read, and why; without any of it, coverage is complete"),
    }),
    held: z
      .array(z.strictObject({ accountId, failing: count, resolving: count, resolved: count }))
      .exactOptional()
      .describe("Accounts of which so much would have been resolved that it was read again first"),
    counts: z
      .strictObject({ critical: count, high: count, medium: count, low: count, unknown: count })
      .describe("Open findings by severity, and how many pairs are unknown"),
    frameworks: z
      .array(framework)
      .min(1)
      .exactOptional()
      .describe("Only with --framework, and then findings, unknown, coverage and counts are those of its checks alone"),
  })
  .describe("One sweep, as `posture scan --format json` prints it");

/** The same as a JSON Schema, for whoever reads it elsewhere. */
export function scanJsonSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(scanSchema, { target: "draft-2020-12" });
  return `${JSON.stringify({ $schema, title: "posture.scan/1", ...rest }, null, 2)}\n`;
}
