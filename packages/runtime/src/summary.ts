import {
  DAY,
  type Day,
  type DayCounts,
  dayOf,
  type FindingFilter,
  type FindingStore,
  type Found,
  GLOBAL,
  type Instant,
  plus,
  SEVERITIES,
  type Severity,
  type Status,
  type SweepRecord,
} from "@posture/core";
import type { DaySummary, Present, SeverityCounts, Summary } from "./posture.ts";
import { asOne } from "./swept-together.ts";

const CRITICALS = 10;
const TREND_DAYS = 30;

/** Asks a store what it knows now. What it costs does not grow with the length of the log. `days`: how many the trend has, with today. */
export async function summaryOf(store: FindingStore, targets: SeverityCounts, now: Instant, days: number = TREND_DAYS): Promise<Summary> {
  const [present, past, happened] = await Promise.all([
    presentIn(store, {}, targets, now),
    // Yesterday's counts are wanted also where the trend is shorter.
    store.days(daysBefore(now, Math.max(2, days) - 1), now),
    store.tally(dayOf(now)),
  ]);
  const yesterday = daysBefore(now, 1);
  return {
    ...present,
    trend: { days, known: [...past.filter(({ day }) => day >= daysBefore(now, days - 1)), { day: dayOf(now), ...present.open }] },
    sinceYesterday: { day: yesterday, before: openOf(past.find(({ day }) => day === yesterday)), happened },
  };
}

/**
 * What a store knows now of the findings of a filter, whatever their status. What could not be read is that of the accounts and regions that the filter names;
 * of everything else in it nobody knows what is missing.
 */
export async function presentIn(store: FindingStore, filter: FindingFilter, targets: SeverityCounts, now: Instant): Promise<Present> {
  const [counts, overdue, sweeps, oldestCriticals] = await Promise.all([
    store.counts(filter, now),
    overdueIn(store, filter, targets, now),
    store.read({}, (view) => view.sweeps),
    oldestCriticalsIn(store, filter, now),
  ]);
  const count = (status: Status): number => SEVERITIES.reduce((sum, severity) => sum + counts[status][severity], 0);
  return {
    at: now,
    open: counts.open,
    suppressed: count("suppressed"),
    covered: count("covered"),
    resolved: count("resolved"),
    targets,
    overdue,
    oldestCriticals,
    ...coverageOf(sweeps, filter),
  };
}

async function oldestCriticalsIn(store: FindingStore, filter: FindingFilter, now: Instant): Promise<readonly Found[]> {
  if (filter.severities?.includes("critical") === false) return [];
  return taken(store.list({ ...filter, severities: ["critical"], statuses: ["open"] }, now, { order: "oldest", limit: CRITICALS }));
}

/** What is known of one day: of a past one how it ended, of today how it stands. `null`: nothing, since it is before the first record, or not yet. */
export async function daySummaryOf(store: FindingStore, day: Day, now: Instant): Promise<DaySummary | null> {
  const [days, happened] = await Promise.all([store.days(day, now), store.tally(day)]);
  const open = day === dayOf(now) ? (await store.counts({ statuses: ["open"] }, now)).open : openOf(days.find((it) => it.day === day));
  return open && { day, open, happened };
}

async function overdueIn(store: FindingStore, filter: FindingFilter, targets: SeverityCounts, now: Instant): Promise<SeverityCounts> {
  const overdue = async (severity: Severity): Promise<number> => {
    if (filter.severities?.includes(severity) === false) return 0;
    const late = plus(now, -targets[severity] * DAY);
    const openedBefore = filter.openedBefore !== undefined && filter.openedBefore < late ? filter.openedBefore : late;
    return (await store.counts({ ...filter, severities: [severity], statuses: ["open"], openedBefore }, now)).open[severity];
  };
  const [critical, high, medium, low] = await Promise.all([overdue("critical"), overdue("high"), overdue("medium"), overdue("low")]);
  return { critical, high, medium, low };
}

function coverageOf(
  sweeps: readonly SweepRecord[],
  { accounts, regions }: Pick<FindingFilter, "accounts" | "regions">,
): Pick<Summary, "lastSweep" | "coverage" | "undecided" | "unread"> {
  // What is listed once for all regions may hold what is in one of them.
  const isMeant = ({ accountId, region }: { readonly accountId: string; readonly region: string }): boolean =>
    (accounts?.includes(accountId) ?? true) && (regions === undefined || region === GLOBAL || regions.includes(region));
  const coverage = sweeps.flatMap((sweep) => sweep.coverage).filter(isMeant);
  const [last, ...others] = sweeps.toSorted((a, b) => (a.finishedAt < b.finishedAt ? 1 : -1));
  return {
    // The last of several accounts says when; what is missing is missing wherever it is.
    lastSweep: last ? { ...asOne([last, ...others]), begunAt: last.begunAt, finishedAt: last.finishedAt, coverage } : null,
    coverage: {
      complete: coverage.filter(({ state }) => state === "complete").length,
      total: coverage.length,
      incomplete: coverage.filter(({ state }) => state === "incomplete"),
    },
    undecided: sweeps.flatMap((sweep) => sweep.undecided).filter(({ ref }) => isMeant(ref)),
    unread: sweeps.flatMap((sweep) => sweep.unread).filter(isMeant),
  };
}

function openOf(counts: DayCounts | undefined): SeverityCounts | null {
  if (!counts) return null;
  const { critical, high, medium, low } = counts;
  return { critical, high, medium, low };
}

function daysBefore(now: Instant, days: number): Day {
  return dayOf(plus(now, -days * DAY));
}

async function taken(found: AsyncIterable<Found>): Promise<readonly Found[]> {
  const all: Found[] = [];
  for await (const one of found) all.push(one);
  return all;
}
