import type { Day, Finding, Severity, SweepRecord, Tally } from "@posture/core";
import type { Asked, DaySummary, Listed, Present, Summary } from "@posture/runtime";
import { coverageReport, type ReportedResource, resourceOf, type ScanReport } from "./report.ts";

type BySeverity = Readonly<Record<Severity, number>>;

/** What `summary --format json` prints: the schema `posture.summary/1`. Instants and days are UTC. */
export interface SummaryReport {
  readonly schema: "posture.summary/1";
  readonly at: string;
  readonly accounts: readonly { readonly id: string }[];
  readonly open: BySeverity;
  readonly suppressed: number;
  readonly covered: number;
  readonly resolved: number;
  readonly trend: { readonly days: number; readonly known: readonly ({ readonly day: Day } & BySeverity)[] };
  readonly sinceYesterday: { readonly day: Day; readonly before: BySeverity | null; readonly happened: Tally };
  readonly targetDays: BySeverity;
  readonly overdue: BySeverity;
  readonly oldestCriticals: readonly ReportedCritical[];
  readonly lastSweepAt: string | null;
  readonly coverage: ScanReport["coverage"] & { readonly unknown: number };
}

/** What `summary --severity … --format json` prints: the schema `posture.summary-of/1`. Of the past only the whole is kept. */
export interface PresentReport extends Omit<SummaryReport, "schema" | "trend" | "sinceYesterday"> {
  readonly schema: "posture.summary-of/1";
  /** What was asked for: all of it must be true, and of one kind one is enough. */
  readonly asked: Asked;
}

interface ReportedCritical extends Pick<Finding, "fingerprint" | "checkId" | "title"> {
  readonly id: string;
  readonly message: string;
  readonly resource: ReportedResource;
  readonly firstSeenAt: string;
}

/** What `summary --day … --format json` prints: the schema `posture.summary-day/1`. */
export interface DayReport extends DaySummary {
  readonly schema: "posture.summary-day/1";
}

/** Pure: the summary, for machines. */
export function summaryReport(summary: Summary): SummaryReport {
  const { trend, sinceYesterday } = summary;
  return { schema: "posture.summary/1", ...presentOf(summary), trend, sinceYesterday };
}

/** Pure: the summary of the findings that were asked for, for machines. */
export function presentReport(present: Present, asked: Asked): PresentReport {
  return { schema: "posture.summary-of/1", asked, ...presentOf(present) };
}

function presentOf(present: Present): Omit<SummaryReport, "schema" | "trend" | "sinceYesterday"> {
  const { at, open, suppressed, covered, resolved, targets, overdue, lastSweep, oldestCriticals } = present;
  return {
    at,
    accounts: (lastSweep?.accounts ?? []).map(({ accountId }) => ({ id: accountId })),
    open,
    suppressed,
    covered,
    resolved,
    targetDays: targets,
    overdue,
    oldestCriticals: oldestCriticals.map(reportedCritical),
    lastSweepAt: lastSweep?.finishedAt ?? null,
    coverage: { ...coverageReport(coveredBy(present)), unknown: present.undecided.length },
  };
}

export function dayReport(day: DaySummary): DayReport {
  return { schema: "posture.summary-day/1", ...day };
}

function coveredBy({ lastSweep, undecided, unread }: Present): Pick<SweepRecord, "coverage" | "undecided" | "unread"> {
  return { coverage: lastSweep?.coverage ?? [], undecided, unread };
}

function reportedCritical({ id, finding }: Listed): ReportedCritical {
  const { fingerprint, checkId, title, message, ref, openedAt } = finding;
  return { id, fingerprint, checkId, title, message: message.text, resource: resourceOf(ref), firstSeenAt: openedAt };
}
