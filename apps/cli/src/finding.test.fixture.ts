import { type Finding, fingerprintOf, type ResourceRef, type Severity, shortId, type Status, type SweepRecord } from "@posture/core";
import type { CheckInfo, Listed, Summary } from "@posture/runtime";

export const REF: ResourceRef = {
  type: "AWS::S3::Bucket",
  arn: "arn:aws:s3:::exports",
  name: "exports",
  accountId: "111122223333",
  region: "eu-west-1",
};
const AT = "2026-01-01T10:00:00.000Z";
export const LATER = "2026-01-02T10:00:00.000Z";

export function listed(status: Status = "open", severity: Severity = "critical", more: Partial<Finding> = {}): Listed {
  const checkId = more.checkId ?? "s3/bucket-acl-public";
  const ref = more.ref ?? REF;
  const fingerprint = fingerprintOf(checkId, ref);
  const finding: Finding = {
    fingerprint,
    aliases: [],
    checkId,
    ref,
    severity,
    title: "Bucket ACL grants public read",
    condition: status === "resolved" ? "cleared" : "failing",
    watched: "yes",
    coveredBy: null,
    message: { id: "public", text: "Bucket exports grants READ to everyone.", evidence: { permissions: "READ" }, notes: [] },
    openedAt: AT,
    clearedAt: null,
    reopened: 0,
    lastSeenAt: AT,
    evidenceAt: AT,
    stale: null,
    ...more,
  };
  return { finding, status, id: shortId(fingerprint), suppression: null };
}

export const CHECK: CheckInfo = {
  id: "s3/bucket-acl-public",
  title: "Bucket ACL grants public read",
  risk: "Anyone can read it.",
  severity: "critical",
  categories: ["s3"],
  frameworks: { "aws-fsbp": ["S3.2"] },
  permissions: ["s3:GetBucketAcl"],
  remediation: {
    steps: ["Open the bucket {name}.", "Remove the grant."],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
  },
  resourceType: "AWS::S3::Bucket",
  consoleOf: ({ name }) => `https://eu-west-1.console.aws.amazon.com/s3/buckets/${name}`,
};

export function sweep(more: Partial<SweepRecord> = {}): SweepRecord {
  return {
    id: "sweep-1",
    begunAt: AT,
    finishedAt: LATER,
    accounts: [{ accountId: "111122223333", regions: ["eu-west-1"], baseline: true }],
    coverage: [{ accountId: "111122223333", region: "global", type: "AWS::S3::Bucket", state: "complete", listedAt: AT, seen: 3 }],
    undecided: [],
    unread: [],
    calls: 12,
    ...more,
  };
}

export const INCOMPLETE: Extract<SweepRecord["coverage"][number], { state: "incomplete" }> = {
  accountId: "111122223333",
  region: "us-east-1",
  type: "AWS::EC2::SecurityGroup",
  state: "incomplete",
  listedAt: AT,
  gap: { reason: "denied", missing: ["ec2:DescribeSecurityGroups"], detail: "ec2:DescribeSecurityGroups was denied" },
};

export function summaryOf(lastSweep: SweepRecord | null, more: Partial<Summary> = {}): Summary {
  return {
    at: LATER,
    open: { critical: 1, high: 0, medium: 0, low: 0 },
    suppressed: 0,
    covered: 0,
    resolved: 0,
    lastSweep,
    coverage: { complete: 0, total: 1, incomplete: [] },
    undecided: lastSweep?.undecided ?? [],
    unread: [],
    oldestCriticals: [],
    trend: { days: 30, known: [{ day: "2026-01-02", critical: 1, high: 0, medium: 0, low: 0 }] },
    sinceYesterday: { day: "2026-01-01", before: null, happened: { opened: 0, reopened: 0, resolved: 0, suppressed: 0 } },
    targets: { critical: 1, high: 7, medium: 30, low: 90 },
    overdue: { critical: 0, high: 0, medium: 0, low: 0 },
    ...more,
  };
}
