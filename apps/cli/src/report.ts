import {
  type Finding,
  isComplete,
  type ResourceRef,
  type ScopeCoverage,
  type Severity,
  type SweepRecord,
  type Undecided,
  type UnknownReason,
  type Unread,
  unreadBesides,
} from "@posture/core";
import { type CheckInfo, type Listed, stepsOf } from "@posture/runtime";
import type { FrameworkReport } from "./framework-report.ts";

/** What `scan --format json` prints: the schema `posture.scan/1`. Instants are UTC with milliseconds. */
export interface ScanReport {
  readonly schema: "posture.scan/1";
  /** The first account's. */
  readonly accountId: string;
  readonly accounts: readonly { readonly id: string; readonly alias?: string }[];
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Every failing finding that is watched: open, suppressed or covered. */
  readonly findings: readonly ReportedFinding[];
  readonly unknown: readonly {
    readonly checkId: string;
    readonly resource: ReportedResource;
    readonly reason: UnknownReason;
    readonly missingAction?: string;
  }[];
  readonly coverage: {
    /** Listings that were complete. */
    readonly complete: number;
    readonly incomplete: readonly {
      readonly accountId: string;
      readonly region: string;
      readonly resourceType: string;
      readonly reason: string;
    }[];
  };
  /** What would have been resolved in such number that it was read again before it was believed. Left out: nothing. */
  readonly held?: SweepRecord["held"];
  /** Open findings by severity, and the pairs of check and resource that could not be decided. */
  readonly counts: Readonly<Record<Severity | "unknown", number>>;
  /** Only where the sweep was about a framework. */
  readonly frameworks?: readonly FrameworkReport[];
}

export interface ReportedResource {
  readonly type: string;
  readonly arn: string;
  readonly subResourceId?: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
}

export interface ReportedFinding {
  readonly id: string;
  readonly fingerprint: string;
  readonly checkId: string;
  readonly severity: Severity;
  readonly status: FailingStatus;
  readonly title: string;
  readonly message: string;
  readonly coveredBy?: string;
  readonly resource: ReportedResource;
  readonly evidence: Finding["message"]["evidence"];
  readonly remediation: { readonly steps: readonly string[]; readonly docs: string };
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

type FailingStatus = "open" | "suppressed" | "covered";
interface Failing extends Listed {
  readonly status: FailingStatus;
}

function isFailing(listed: Listed): listed is Failing {
  return listed.status === "open" || listed.status === "suppressed" || listed.status === "covered";
}

/** Pure: what a sweep found, for machines. */
export function scanReport(sweep: SweepRecord, listed: readonly Listed[], checks: ReadonlyMap<string, CheckInfo>): ScanReport {
  const failing = listed.filter(isFailing);
  const open = failing.filter(({ status }) => status === "open");
  const count = (severity: Severity): number => open.filter(({ finding }) => finding.severity === severity).length;
  return {
    schema: "posture.scan/1",
    accountId: sweep.accounts[0]?.accountId ?? "",
    accounts: sweep.accounts.map(({ accountId }) => ({ id: accountId })),
    startedAt: sweep.begunAt,
    finishedAt: sweep.finishedAt,
    findings: failing.map((it) => reported(it, sweep, checks)),
    unknown: sweep.undecided.map(unknownOf),
    coverage: coverageReport(sweep),
    ...(sweep.held && { held: sweep.held }),
    counts: {
      critical: count("critical"),
      high: count("high"),
      medium: count("medium"),
      low: count("low"),
      unknown: sweep.undecided.length,
    },
  };
}

export function coverageReport(sweep: Pick<SweepRecord, "coverage" | "undecided" | "unread">): ScanReport["coverage"] {
  return {
    complete: sweep.coverage.filter(({ state }) => state === "complete").length,
    incomplete: [...sweep.coverage.flatMap(incompleteOf), ...unreadBesides(sweep).map(unreadOf)],
  };
}

function reported({ finding, status, id }: Failing, sweep: SweepRecord, checks: ReadonlyMap<string, CheckInfo>): ReportedFinding {
  const { fingerprint, checkId, severity, title, message, coveredBy, ref, openedAt } = finding;
  const check = checks.get(checkId);
  return {
    id,
    fingerprint,
    checkId,
    severity,
    status,
    title,
    message: message.text,
    ...(coveredBy && { coveredBy }),
    resource: resourceOf(ref),
    evidence: message.evidence,
    remediation: { steps: check ? stepsOf(check, finding) : [], docs: check?.remediation.docs ?? "" },
    firstSeenAt: openedAt,
    lastSeenAt: lastSeenOf(finding, sweep),
  };
}

/** A sweep that changes nothing writes nothing, yet it has seen the finding. */
function lastSeenOf({ lastSeenAt, stale }: Finding, sweep: SweepRecord): string {
  return stale === null && isComplete(sweep) ? sweep.finishedAt : lastSeenAt;
}

export function resourceOf({ type, arn, subResourceId, name, accountId, region }: ResourceRef): ReportedResource {
  return { type, arn, ...(subResourceId !== undefined && { subResourceId }), name, accountId, region };
}

function unknownOf({ checkId, ref, reason, missing }: Undecided): ScanReport["unknown"][number] {
  const [missingAction] = missing;
  return { checkId, resource: resourceOf(ref), reason, ...(missingAction !== undefined && { missingAction }) };
}

function incompleteOf(line: ScopeCoverage): ScanReport["coverage"]["incomplete"] {
  if (line.state === "complete") return [];
  const { accountId, region, type, gap } = line;
  return [
    { accountId, region, resourceType: type, reason: gap.missing.length > 0 ? `${gap.reason}: ${gap.missing.join(", ")}` : gap.reason },
  ];
}

function unreadOf({ accountId, region, type, call, reason, missing }: Unread): ScanReport["coverage"]["incomplete"][number] {
  return { accountId, region, resourceType: type, reason: `${reason}: ${missing.length > 0 ? missing.join(", ") : call}` };
}
