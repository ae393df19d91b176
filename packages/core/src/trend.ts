import type { AuditEvent, EventType } from "./audit.ts";
import type { Severity } from "./check.ts";
import { type Day, type DayCounts, dayOf } from "./day.ts";
import { daysEnded, lastDay } from "./days.ts";
import { type Counts, type FindingFilter, matchesFinding } from "./filter.ts";
import { type Finding, type Status, statusOf, type View } from "./finding.ts";
import type { Instant } from "./instant.ts";
import { inOneGo, weighed, type Work } from "./parts.ts";
import { all, applyWrite, emptyState, everythingOf, put, sizeOf, type StoreState, type Undo } from "./state.ts";
import type { Change, LogRecord } from "./store.ts";

export * from "./day.ts";

type Tallied = Extract<EventType, "opened" | "reopened" | "resolved" | "suppressed">;
const TALLIED: readonly Tallied[] = ["opened", "reopened", "resolved", "suppressed"];
/** How often it happened on one day. A finding that was resolved and reopened on the same day counts in both; a rule that suppresses many counts once. */
export type Tally = Readonly<Record<Tallied, number>>;
export const NO_TALLY: Tally = { opened: 0, reopened: 0, resolved: 0, suppressed: 0 };

/** How many findings have each status and severity at this instant. */
export function countsOf(state: StoreState, now: Instant, filter: FindingFilter = {}): Counts {
  const counts = noCounts();
  const moment = everythingOf(state);
  countInto(counts, moment.findings, moment, filter, now);
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

/** The one way from a record to state: ends the days that are over, then applies its writes. `ended`: these days, where they were counted before. */
export function applyRecord(state: StoreState, record: Change, ended: readonly DayCounts[] = daysEnded(state, record.at)): Undo {
  return inOneGo(applying(state, record, ended));
}

/** The same, in parts: until the last, the state is neither the one before nor the one after. */
export function* applying(state: StoreState, { at, events, writes }: Change, ended: readonly DayCounts[]): Work<Undo> {
  const undos = ended.map((counts) => put(state.days, counts.day, counts));
  const day = dayOf(at);
  if (day > (lastDay(state) ?? "")) undos.push(put<DayCounts | null>(state.days, day, null));
  if (events.length > 0) undos.push(put(state.tallies, day, tallied(events, tallyOf(state, day))));
  for (const some of weighed(writes, sizeOf)) {
    undos.push(...some.map((write) => applyWrite(state, write)));
    yield;
  }
  return all(undos);
}

function tallied(events: readonly AuditEvent[], before: Tally): Tally {
  const tally = { ...before };
  for (const type of TALLIED) for (const event of events) if (event.type === type) tally[type] += 1;
  return tally;
}

export function tallyOf({ tallies }: StoreState, day: Day): Tally {
  return tallies.get(day) ?? NO_TALLY;
}

/**
 * What was open at the end of each day that the log has seen, oldest first, counted from the log alone. The last one is the day of `now`, as it stands.
 * A day before the first record is not there: nothing is known of it.
 */
export async function trendOf(records: AsyncIterable<LogRecord>, now: Instant, filter?: FindingFilter): Promise<readonly DayCounts[]> {
  const state = emptyState();
  for await (const record of records) applyRecord(state, record, daysEnded(state, record.at, filter));
  if (state.days.size === 0) return [];
  const ended = [...state.days.values()].filter((counts) => counts !== null);
  const rest = daysEnded(state, now, filter);
  const today = { day: dayOf(now), ...countsOf(state, now, filter).open };
  return [...ended, ...rest, today];
}
