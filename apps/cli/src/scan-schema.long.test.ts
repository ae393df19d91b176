import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SEVERITIES } from "@posture/core";
import { startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type CommandLine, commandLine, KEYS } from "./process.test.fixture.ts";
import type { ScanReport } from "./report.ts";
import { scanSchema } from "./scan-schema.ts";

/* The contract of `posture scan --format json` on what the command really prints, against the simulated AWS. */

const SCAN = ["scan", "--format", "json", "--store", "memory", "--region", "us-east-1", "--region", "eu-west-1"];

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let aws: Awaited<ReturnType<typeof startAws>>;
let posture: CommandLine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-schema-"));
  aws = await startAws({});
  posture = commandLine(folder);
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});

/** Exactly one JSON document on standard output, by the contract, and nothing on standard error. */
async function scanned(...more: readonly string[]): Promise<{ readonly code: number; readonly report: ScanReport }> {
  const { out, said, code } = await posture.run([...SCAN, ...more], { ...KEYS, AWS_ENDPOINT_URL: aws.url });
  expect(said).toBe("");
  return { code, report: scanSchema.parse(JSON.parse(out)) };
}

function expectConsistent({ findings, counts, unknown, accounts, accountId, startedAt, finishedAt }: ScanReport): void {
  for (const severity of SEVERITIES)
    expect(counts[severity]).toBe(findings.filter((it) => it.severity === severity && it.status === "open").length);
  expect(counts.unknown).toBe(unknown.length);
  expect(accounts).toEqual([{ id: accountId }]);
  expect(startedAt < finishedAt).toBe(true);
  expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(findings.length);
  for (const { id, fingerprint, resource, remediation, status, coveredBy, firstSeenAt, lastSeenAt } of findings) {
    expect(fingerprint.startsWith(`v1-${id}`)).toBe(true);
    expect([accountId, "eu-west-1", "us-east-1", "global"]).toEqual(expect.arrayContaining([resource.accountId, resource.region]));
    expect(remediation.steps.length).toBeGreaterThan(0);
    expect(remediation.steps.join(" ")).not.toMatch(/\{\w+\}/);
    expect(remediation.docs).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    expect(status === "covered").toBe(coveredBy !== undefined);
    expect(firstSeenAt <= lastSeenAt).toBe(true);
  }
}

describe("posture.scan/1", () => {
  it("is kept to the letter by a complete sweep", async () => {
    const { code, report } = await scanned("--strict");
    expect(code).toBe(0);
    expectConsistent(report);
    // The five kinds of IAM and buckets are listed once, security groups in each region.
    expect(report.coverage).toEqual({ complete: 28, incomplete: [] });
    expect(report.unknown).toEqual([]);
    expect(new Set(report.findings.map(({ status }) => status))).toEqual(new Set(["open", "covered"]));
    expect(report.findings.find(({ status }) => status === "covered")?.coveredBy).toMatch(/^[a-z0-9-]+\/[a-z0-9-]+$/);
  });
  it("is kept to the letter where a listing and a facet were denied", async () => {
    aws.addFault({ operation: "ec2:DescribeSecurityGroups", kind: "denied", region: "eu-west-1" });
    aws.addFault({ operation: "s3:GetBucketPolicy", kind: "denied" });
    try {
      const { code, report } = await scanned("--strict");
      expect(code).toBe(3);
      expectConsistent(report);
      expect(report.coverage.complete).toBe(27);
      expect(report.coverage.incomplete).toContainEqual({
        accountId: report.accountId,
        region: "eu-west-1",
        resourceType: "AWS::EC2::SecurityGroup",
        reason: "denied: ec2:DescribeSecurityGroups",
      });
      const [unknown] = report.unknown.filter(({ checkId }) => checkId === "s3/bucket-policy-public");
      expect(unknown).toMatchObject({
        reason: "denied",
        missingAction: "s3:GetBucketPolicy",
        resource: { type: "AWS::S3::Bucket", accountId: report.accountId },
      });
    } finally {
      aws.clearFaults();
    }
  });
  it("a finding at or above --fail-on comes before an incomplete coverage", async () => {
    aws.addFault({ operation: "ec2:DescribeSecurityGroups", kind: "denied" });
    try {
      expect((await scanned("--strict", "--fail-on", "low")).code).toBe(2);
    } finally {
      aws.clearFaults();
    }
  });
  it("refuses a member more and a member less", async () => {
    const { report } = await scanned();
    expect(scanSchema.safeParse({ ...report, more: 1 }).success).toBe(false);
    expect(scanSchema.safeParse({ ...report, coverage: { complete: 3 } }).success).toBe(false);
    expect(scanSchema.safeParse({ ...report, accounts: [{ id: report.accountId, alias: "prod" }] }).success).toBe(true);
  });
});
