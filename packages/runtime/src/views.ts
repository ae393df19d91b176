import {
  type Finding,
  hides,
  type Instant,
  SEVERITIES,
  type Severity,
  shortIds,
  type Status,
  statusOf,
  type StoreView,
  type Suppression,
  postureError,
} from "@posture/core";
import type { Listed, Summary } from "./posture.ts";

/** Every finding with what is derived of it, the gravest first and of those the oldest. */
function listOf(view: StoreView, now: Instant): Listed[] {
  const ids = shortIds(view.findings.map(({ fingerprint }) => fingerprint));
  return view.findings
    .map((finding): Listed => {
      const status = statusOf(finding, view, now);
      return {
        finding,
        status,
        id: ids.get(finding.fingerprint) ?? finding.fingerprint,
        suppression: suppressionOf(finding, status, view, now),
      };
    })
    .toSorted((a, b) => compare(a.finding, b.finding));
}

function suppressionOf(finding: Finding, status: Status, { suppressions }: StoreView, now: Instant): Suppression | null {
  return status === "suppressed" ? (suppressions.find((suppression) => hides(suppression, finding, now)) ?? null) : null;
}

function compare(a: Finding, b: Finding): number {
  return rank(a.severity) - rank(b.severity) || order(a.openedAt, b.openedAt) || order(a.checkId, b.checkId) || order(a.ref.arn, b.ref.arn);
}
function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The one finding that a person's text names.
 * @throws {PostureError} POSTURE_FINDING_UNKNOWN, POSTURE_FINDING_AMBIGUOUS
 */
export function theOne(named: readonly Listed[], typed: string): Listed {
  const [first, ...others] = named;
  if (!first) throw postureError("POSTURE_FINDING_UNKNOWN", { id: typed });
  if (others.length === 0) return first;
  const candidates = named.slice(0, SHOWN).map(({ id }) => id);
  throw postureError("POSTURE_FINDING_AMBIGUOUS", { id: typed, candidates: candidates.join(", ") });
}

const SHOWN = 5;
const CRITICALS = 10;

export function summaryOf(view: StoreView, now: Instant): Summary {
  const listed = listOf(view, now);
  const count = (status: Status): number => listed.filter((it) => it.status === status).length;
  const open = listed.filter(({ status }) => status === "open");
  const lastSweep = view.sweeps.toSorted((a, b) => order(a.finishedAt, b.finishedAt)).at(-1) ?? null;
  const coverage = view.sweeps.flatMap((sweep) => sweep.coverage);
  return {
    at: now,
    open: {
      critical: open.filter(({ finding }) => finding.severity === "critical").length,
      high: open.filter(({ finding }) => finding.severity === "high").length,
      medium: open.filter(({ finding }) => finding.severity === "medium").length,
      low: open.filter(({ finding }) => finding.severity === "low").length,
    },
    suppressed: count("suppressed"),
    covered: count("covered"),
    resolved: count("resolved"),
    lastSweep,
    coverage: {
      complete: coverage.filter(({ state }) => state === "complete").length,
      total: coverage.length,
      incomplete: coverage.filter(({ state }) => state === "incomplete"),
    },
    undecided: view.sweeps.flatMap((sweep) => sweep.undecided),
    unread: view.sweeps.flatMap((sweep) => sweep.unread),
    oldestCriticals: open.filter(({ finding }) => finding.severity === "critical").slice(0, CRITICALS),
  };
}
