import type { AuditEvent, EventType } from "./audit.ts";
import type { Severity } from "./check.ts";
import { type Counts, type FindingFilter, matchesFinding } from "./filter.ts";
import { type Finding, type Status, statusOf, type View } from "./finding.ts";
import { DAY, type Instant, plus } from "./instant.ts";
import { all, applyWrite, emptyState, everythingOf, put, type StoreState, type Undo } from "./state.ts";
import type { Change, LogRecord } from "./store.ts";

/** A day of UTC: `2026-01-31`. */
export type Day = string;

/** How many findings were open when the day ended, by severity. */
export interface DayCounts extends Readonly<Record<Severity, number>> {
  readonly day: Day;
}

type Tallied = Extract<EventType, "opened" | "reopened" | "resolved" | "suppressed">;
const TALLIED: readonly Tallied[] = ["opened", "reopened", "resolved", "suppressed"];
/** How often it happened on one day. A finding that was resolved and reopened on the same day counts in both; a rule that suppresses many counts once. */
export type Tally = Readonly<Record<Tallied, number>>;
export const NO_TALLY: Tally = { opened: 0, reopened: 0, resolved: 0, suppressed: 0 };

export function dayOf(at: Instant): Day {
  return at.slice(0, 10);
}

/** The instant at which the day is over, and the next begins. */
export function endOf(day: Day): Instant {
  return plus(`${day}T00:00:00.000Z`, DAY);
}

export function dayAfter(day: Day): Day {
  return dayOf(endOf(day));
}

/** How many findings have each status and severity at this instant. */
export function countsOf(state: StoreState, now: Instant, filter: FindingFilter = {}): Counts {
  const counts = noCounts();
  countInto(counts, state.findings.values(), everythingOf(state), filter, now);
  return counts;
}

export function countInto(
  counts: Record<Status, Record<Severity, number>>,
  findings: Iterable<Finding>,
  view: View,
  filter: FindingFilter,
  now: Instant,
): void {
  for (const finding of findings) {
    if (!matchesFinding(filter, finding)) continue;
    const status = statusOf(finding, view, now);
    if (filter.statuses?.includes(status) ?? true) counts[status][finding.severity] += 1;
  }
}

export function noCounts(): Record<Status, Record<Severity, number>> {
  const none = (): Record<Severity, number> => ({ critical: 0, high: 0, medium: 0, low: 0 });
  return { open: none(), covered: none(), suppressed: none(), resolved: none(), unmonitored: none(), retired: none() };
}

/**
 * The days that are over at `at`, each with what was open at its end: that of the last record, and the days after it on which nothing was written. Asked before
 * the next record is applied; a clock that was set back ends no day twice.
 */
export function daysEnded(state: StoreState, at: Instant, filter?: FindingFilter): readonly DayCounts[] {
  const last = lastDay(state);
  if (last === undefined) return [];
  const days: DayCounts[] = [];
  for (let day = last; endOf(day) <= at; day = dayAfter(day)) {
    const before = days.at(-1);
    days.push(before && !changesBetween(state, endOf(before.day), endOf(day)) ? { ...before, day } : dayCounts(state, day, filter));
  }
  return days;
}

function dayCounts(state: StoreState, day: Day, filter?: FindingFilter): DayCounts {
  return { day, ...countsOf(state, endOf(day), filter).open };
}

/** Where nothing is written, only a suppression that begins or expires changes what is open. */
function changesBetween({ suppressions }: StoreState, after: Instant, upTo: Instant): boolean {
  const isIn = (at: Instant): boolean => after < at && at <= upTo;
  return [...suppressions.values()].some(({ from, expiresAt }) => isIn(from) || isIn(expiresAt));
}

/** The one way from a record to state: ends the days that are over, then applies its writes. */
export function applyRecord(state: StoreState, { at, events, writes }: Change, filter?: FindingFilter): Undo {
  const undos = daysEnded(state, at, filter).map((counts) => put(state.days, counts.day, counts));
  const day = dayOf(at);
  if (day > (lastDay(state) ?? "")) undos.push(put<DayCounts | null>(state.days, day, null));
  if (events.length > 0) undos.push(put(state.tallies, day, tallied(events, tallyOf(state, day))));
  return all([...undos, ...writes.map((write) => applyWrite(state, write))]);
}

function tallied(events: readonly AuditEvent[], before: Tally): Tally {
  const tally = { ...before };
  for (const type of TALLIED) for (const event of events) if (event.type === type) tally[type] += 1;
  return tally;
}

export function tallyOf({ tallies }: StoreState, day: Day): Tally {
  return tallies.get(day) ?? NO_TALLY;
}

/** What was open at the end of each day that is over at `now`, from `from` on. */
export function daysOf(state: StoreState, from: Day, now: Instant): readonly DayCounts[] {
  const ended = [...state.days.values()].filter((counts) => counts !== null);
  return [...ended, ...daysEnded(state, now)].filter(({ day }) => day >= from && endOf(day) <= now);
}

function lastDay({ days }: StoreState): Day | undefined {
  return [...days.keys()].at(-1);
}

/**
 * What was open at the end of each day that the log has seen, oldest first, counted from the log alone. The last one is the day of `now`, as it stands.
 * A day before the first record is not there: nothing is known of it.
 */
export async function trendOf(records: AsyncIterable<LogRecord>, now: Instant, filter?: FindingFilter): Promise<readonly DayCounts[]> {
  const state = emptyState();
  for await (const record of records) applyRecord(state, record, filter);
  if (state.days.size === 0) return [];
  const ended = [...state.days.values()].filter((counts) => counts !== null);
  const rest = daysEnded(state, now, filter);
  const today = { day: dayOf(now), ...countsOf(state, now, filter).open };
  return [...ended, ...rest, today];
}
