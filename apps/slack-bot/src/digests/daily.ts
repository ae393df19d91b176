import { DAY, type Day, type DayCounts, type Finding, type Instant, plus, SEVERITIES, type Severity, type Status } from "@posture/core";
import type { Listed, SeverityCounts, Summary, SuppressionListed } from "@posture/runtime";
import type { DailyBody, To } from "../outbox/rows.ts";
import { type Pending, pendingOf } from "../pending.ts";
import type { Anchor, Happened } from "./happened.ts";

export interface Known {
  readonly finding: Finding;
  readonly status: Status;
}

/** A suppression, by what people type and what it hides. */
export interface About {
  readonly listed: SuppressionListed;
  /** `null`: it is by rule, or its finding is not known any more. */
  readonly finding: Finding | null;
}
export interface Waiting extends About {
  readonly pending: Pending;
}

/** Everything that a digest is made from, of all channels. */
export interface Facts {
  readonly summary: Summary;
  /** All that is open, the gravest first. */
  readonly open: readonly Listed[];
  readonly happened: Happened;
  /** The findings that something happened to, as they are now. */
  readonly touched: readonly Known[];
  readonly suppressions: readonly About[];
  /** How near an expiry is when it is said, in milliseconds. */
  readonly notice: number;
  /** Why the latest sweep could not be done; `null` where it could. */
  readonly trouble: string | null;
}

/** Does a finding belong to this channel? */
export type BelongsTo = (finding: Finding) => boolean;

/** A day in one channel. */
export interface Daily {
  readonly opened: readonly Known[];
  readonly reopened: readonly Known[];
  readonly resolved: readonly Known[];
  readonly waiting: readonly Waiting[];
  readonly expiring: readonly About[];
  readonly overdue: SeverityCounts;
  /** What became overdue since. */
  readonly newlyOverdue: number;
  /** All that is open there, the gravest first. */
  readonly findings: readonly Listed[];
  readonly oldest: readonly Listed[];
  readonly open: SeverityCounts;
  readonly unsure: Pick<Summary, "coverage" | "undecided" | "unread">;
  readonly lastSweep: Summary["lastSweep"];
  readonly targets: SeverityCounts;
  readonly trouble: string | null;
}

const OLDEST = 5;

/** What one channel is told: of the facts, those that belong to it. Rules belong to the bot's own channel. Pure. */
export function dailyOf(facts: Facts, belongs: BelongsTo, to: To, since: Instant, now: Instant): Daily {
  const { summary, happened, touched, suppressions, notice, trouble } = facts;
  const mine = touched.filter(({ finding }) => belongs(finding)).toSorted((a, b) => rank(a.finding) - rank(b.finding));
  const those = (fingerprints: ReadonlySet<string>): readonly Known[] => mine.filter((it) => isNamedIn(it, fingerprints));
  const findings = facts.open.filter(({ finding }) => belongs(finding));
  const here = suppressions.filter(({ listed, finding }) =>
    "rule" in listed.suppression.scope ? to === null : finding !== null && belongs(finding),
  );
  const dueAt = ({ finding: { openedAt, severity } }: Listed): Instant => plus(openedAt, summary.targets[severity] * DAY);
  const late = findings.filter((it) => dueAt(it) < now);
  return {
    // What a cover says, and what is not watched, is nobody's news.
    opened: those(happened.opened).filter(({ status }) => status === "open" || status === "suppressed" || status === "resolved"),
    reopened: those(happened.reopened),
    resolved: those(happened.resolved),
    waiting: here.flatMap((it) => {
      const pending = pendingOf(it.listed.suppression, now);
      return pending ? [{ ...it, pending }] : [];
    }),
    expiring: here.filter(({ listed: { state, suppression } }) => state === "in-force" && suppression.expiresAt <= plus(now, notice)),
    overdue: countsOf(late),
    newlyOverdue: late.filter((it) => dueAt(it) >= since).length,
    findings,
    oldest: findings
      .filter(({ finding }) => finding.severity === "critical")
      .toSorted((a, b) => (a.finding.openedAt < b.finding.openedAt ? -1 : 1))
      .slice(0, OLDEST),
    open: countsOf(findings),
    unsure: summary,
    lastSweep: summary.lastSweep,
    targets: summary.targets,
    trouble,
  };
}

function isNamedIn({ finding: { fingerprint, aliases } }: Known, fingerprints: ReadonlySet<string>): boolean {
  return fingerprints.has(fingerprint) || aliases.some((it) => fingerprints.has(it));
}

function rank({ severity }: Finding): number {
  return SEVERITIES.indexOf(severity);
}

export function countsOf(listed: readonly Pick<Listed, "finding">[]): Record<Severity, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { finding } of listed) counts[finding.severity] += 1;
  return counts;
}

/** Is there anything that yesterday's digest did not say? Whatever waits for a person is said every day. Pure. */
export function hasChanged(daily: Daily, before: Pick<DailyBody, "open" | "coverage" | "at"> | null): boolean {
  const { opened, reopened, resolved, waiting, expiring, newlyOverdue, open, unsure, trouble } = daily;
  if (before === null || trouble !== null) return true;
  const { complete, total } = unsure.coverage;
  return (
    opened.length + reopened.length + resolved.length + waiting.length + newlyOverdue > 0 ||
    expiring.some(({ listed: { suppression } }) => suppression.noticedAt === undefined || suppression.noticedAt >= before.at) ||
    SEVERITIES.some((severity) => open[severity] !== before.open[severity]) ||
    complete !== before.coverage.complete ||
    total !== before.coverage.total
  );
}

/** What was open by the digests of a channel, oldest first, and last by this one: the trend of a channel that is told a part. Pure. */
export function trendIn(
  rows: readonly Pick<DailyBody, "date" | "open">[],
  date: Day,
  open: SeverityCounts,
  days: number,
): readonly DayCounts[] {
  const from = new Date(Date.parse(`${date}T00:00:00Z`) - (days - 1) * DAY).toISOString().slice(0, 10);
  const known = rows.filter((it) => from <= it.date && it.date < date).toSorted((a, b) => (a.date < b.date ? -1 : 1));
  return [...known.map((it) => ({ day: it.date, ...it.open })), { day: date, ...open }];
}

/** What a message shows of it. */
export interface DailyModel extends Daily {
  readonly date: Day;
  readonly since: Instant;
  readonly before: SeverityCounts | null;
  /** Other channels are told other findings. */
  readonly isPart: boolean;
  readonly trend: Summary["trend"];
  readonly anchor: Anchor | null;
  readonly changed: boolean;
  readonly mayRepeat: boolean;
  /** It is told to one person before its hour has come. */
  readonly isSoFar: boolean;
  readonly now: Instant;
}
