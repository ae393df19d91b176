import {
  type AwsChange,
  countedBySeverity,
  type Finding,
  fingerprintOf,
  type OutboxRow,
  type ResourceRef,
  type Severity,
  shortId,
  type Status,
  type StoreView,
  type Suppression,
} from "@posture/core";
import type { CheckInfo, Listed, StatusChange, Summary } from "@posture/runtime";
import { digestRow, outboxOf } from "./outbox/rows.ts";
import { scopeChoices } from "./suppressing/scopes.ts";
import type { FindingModel } from "./views/finding.ts";
import type { Counted } from "./views/preview.ts";
import type { SuppressModel } from "./views/suppress.ts";

export const AT = "2026-01-01T10:00:00.000Z";
export const NOW = "2026-01-02T10:00:00.000Z";
export const ACCOUNT = "111122223333";

export function refOf(name = "exports"): ResourceRef {
  return { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${name}`, name, accountId: ACCOUNT, region: "eu-west-1" };
}

function findingOf(more: Partial<Finding> = {}): Finding {
  const checkId = more.checkId ?? "s3/bucket-acl-public";
  const ref = more.ref ?? refOf();
  return {
    fingerprint: fingerprintOf(checkId, ref),
    aliases: [],
    checkId,
    ref,
    severity: "critical",
    title: "Bucket ACL grants public read",
    condition: "failing",
    watched: "yes",
    coveredBy: null,
    message: { id: "public", text: `Bucket ${ref.name} grants READ to everyone.`, evidence: { permissions: "READ" }, notes: [] },
    openedAt: AT,
    clearedAt: null,
    reopened: 0,
    lastSeenAt: AT,
    evidenceAt: AT,
    stale: null,
    ...more,
  };
}

export function listed(status: Status = "open", more: Partial<Finding> = {}): Listed {
  const finding = findingOf({
    condition: status === "resolved" ? "cleared" : "failing",
    clearedAt: status === "resolved" ? NOW : null,
    ...more,
  });
  return { finding, status, id: shortId(finding.fingerprint), suppression: status === "suppressed" ? suppressionOf(finding) : null };
}

export function many(count: number, severity: Severity): Listed[] {
  return Array.from({ length: count }, (_, i) => listed("open", { severity, ref: refOf(`${severity}-${i}`) }));
}

export function suppressionOf({ fingerprint }: Pick<Finding, "fingerprint">, more: Partial<Suppression> = {}): Suppression {
  return {
    id: "s-1",
    scope: { fingerprint },
    justification: "A static website; reviewed with the web team.",
    by: { kind: "user", id: "U0ANA", via: "slack" },
    from: AT,
    expiresAt: "2026-01-31T10:00:00.000Z",
    approval: "not-needed",
    ended: null,
    ...more,
  };
}

export const CHANGE: AwsChange = {
  eventId: "e-1",
  name: "PutBucketAcl",
  at: "2026-01-02T09:59:57.000Z",
  by: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/ana@example.com`,
};

export const CHECK: CheckInfo = {
  id: "s3/bucket-acl-public",
  title: "Bucket ACL grants public read",
  risk: "Anyone can read it.",
  severity: "critical",
  categories: ["s3"],
  frameworks: { "aws-fsbp": ["S3.2"] },
  permissions: ["s3:GetBucketAcl"],
  remediation: {
    steps: ["Open the bucket {name}.", { text: "Remove the grant.", command: "aws s3api put-bucket-acl --bucket {name} --acl private" }],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
  },
  resourceType: "AWS::S3::Bucket",
  consoleOf: ({ name }) => `https://eu-west-1.console.aws.amazon.com/s3/buckets/${name}`,
};

export function modelOf(it: Listed, more: Partial<FindingModel> = {}): FindingModel {
  return {
    ...it,
    check: CHECK,
    cover: undefined,
    checking: null,
    said: null,
    pending: null,
    follows: null,
    lapsed: null,
    flapping: null,
    next: null,
    owner: null,
    mayRepeat: false,
    now: NOW,
    ...more,
  };
}

/** The window of "Suppress" as it opens. */
export function windowOf(finding: Finding, more: Partial<SuppressModel> = {}): SuppressModel {
  const choices = scopeChoices(finding);
  return {
    finding,
    channel: "C1",
    choices,
    scope: choices[0],
    limits: { maxDays: 30, defaultDays: 30, approval: "not-needed" },
    days: Number.NaN,
    preview: null,
    now: NOW,
    ...more,
  };
}

/** A suppression that would hide all of these. */
export function previewOfAll(hidden: readonly Finding[], more: Partial<Counted> = {}): Counted {
  return { hidden, bySeverity: countedBySeverity(hidden), alreadyHidden: 0, uncovered: [], tagsUnread: [], ...more };
}

/** That people were told of these accounts before. */
const HEARD: readonly OutboxRow[] = [ACCOUNT, "444455556666"].map((accountId) => ({
  ...outboxOf(digestRow({ sweepId: "sweep-0", accountId, first: true }, AT)),
  state: "sent",
  dueAt: null,
}));

/** Of accounts that people were told of before, unless `more` has an outbox. */
export function viewOf(outbox: readonly OutboxRow[] = [], more: Partial<StoreView> = {}): StoreView {
  return {
    findings: [],
    suppressions: [],
    outbox: [...HEARD, ...outbox],
    inbox: [],
    sweeps: [],
    sweptAccounts: new Set(),
    seen: new Map(),
    findingOf: () => undefined,
    ...more,
  };
}

export function opened(it: Listed, cause: StatusChange["cause"] = { kind: "sweep", sweepId: "sweep-2" }): StatusChange {
  return { before: null, after: it, cause };
}

export function summaryOf(more: Partial<Summary> = {}): Summary {
  return {
    at: NOW,
    open: { critical: 2, high: 1, medium: 4, low: 0 },
    suppressed: 1,
    covered: 2,
    resolved: 3,
    lastSweep: null,
    coverage: { complete: 3, total: 3, incomplete: [] },
    undecided: [],
    unread: [],
    oldestCriticals: many(2, "critical"),
    trend: { days: 30, known: [{ day: "2026-01-02", critical: 2, high: 1, medium: 4, low: 0 }] },
    sinceYesterday: { day: "2026-01-01", before: null, happened: { opened: 0, reopened: 0, resolved: 0, suppressed: 0 } },
    targets: { critical: 1, high: 7, medium: 30, low: 90 },
    overdue: { critical: 0, high: 0, medium: 0, low: 0 },
    ...more,
  };
}
