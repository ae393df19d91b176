import { type Day, dayAfter, type DayCounts, endOf } from "./day.ts";
import { type FindingFilter, matchesFinding } from "./filter.ts";
import { type Finding, fingerprintOf, statusOf, type View } from "./finding.ts";
import type { Instant } from "./instant.ts";
import { type Breathe, inOneGo, inParts, batches, WITHOUT_PAUSE } from "./parts.ts";
import { everythingOf, type Moment, type StoreState } from "./state.ts";
import type { Suppression } from "./suppression.ts";

/**
 * The days that are over at `at`, each with what was open at its end: that of the last record, and the days after it on which nothing was written. Asked before
 * the next record is applied; a clock that was set back ends no day twice.
 */
export function daysEnded(state: StoreState, at: Instant, filter?: FindingFilter): readonly DayCounts[] {
  return inOneGo(ending(state, at, filter));
}

/** The same, with a pause after each part: of the moment of the call, also when the state is changed meanwhile. */
export async function daysEndedInParts(state: StoreState, at: Instant, breathe: Breathe, moment?: Moment): Promise<readonly DayCounts[]> {
  return inParts(ending(state, at, {}, moment), breathe);
}

/** Whether a record of this instant would be the first of a later day than the last one. */
export function endsDay(state: StoreState, at: Instant): boolean {
  const last = lastDay(state);
  return last !== undefined && endOf(last) <= at;
}

/** `days` of a store that holds its state in memory: what was open at the end of each day that is over at `now`, from `from` on. */
export async function daysOf(
  state: StoreState,
  from: Day,
  now: Instant,
  breathe: Breathe = WITHOUT_PAUSE,
  moment?: Moment,
): Promise<readonly DayCounts[]> {
  const ended = [...state.days.values()].filter((counts) => counts !== null);
  return [...ended, ...(await daysEndedInParts(state, now, breathe, moment))].filter(({ day }) => day >= from && endOf(day) <= now);
}

export function lastDay({ days }: StoreState): Day | undefined {
  return [...days.keys()].at(-1);
}

/** Yields after each part. Everything that it looks at is taken before the first. */
function* ending(
  state: StoreState,
  at: Instant,
  filter: FindingFilter = {},
  moment?: Moment,
): Generator<void, readonly DayCounts[], undefined> {
  const days: Day[] = [];
  for (let day = lastDay(state); day !== undefined && endOf(day) <= at; day = dayAfter(day)) days.push(day);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const onEach = { critical: 0, high: 0, medium: 0, low: 0 };
  const onSome = days.map((day) => ({ day, critical: 0, high: 0, medium: 0, low: 0 }));
  const view = moment ?? everythingOf(state);
  // Where nothing is written, only a suppression that begins or expires changes what is open.
  const changing = changingBetween(view.suppressions, endOf(first), endOf(last));
  for (const part of batches(view.findings)) {
    for (const finding of part) {
      if (!matchesFinding(filter, finding)) continue;
      if (changing.size > 0 && mayBeHeld(finding, changing, view)) {
        for (const counts of onSome) if (statusOf(finding, view, endOf(counts.day)) === "open") counts[finding.severity] += 1;
      } else if (statusOf(finding, view, endOf(first)) === "open") onEach[finding.severity] += 1;
    }
    yield;
  }
  return onSome.map(({ day, critical, high, medium, low }) => ({
    day,
    critical: critical + onEach.critical,
    high: high + onEach.high,
    medium: medium + onEach.medium,
    low: low + onEach.low,
  }));
}

function changingBetween(suppressions: readonly Suppression[], after: Instant, upTo: Instant): ReadonlySet<Suppression> {
  const isIn = (at: Instant): boolean => after < at && at <= upTo;
  return new Set(suppressions.filter(({ from, expiresAt }) => isIn(from) || isIn(expiresAt)));
}

/** Of these, or its cover. */
function mayBeHeld(finding: Finding, suppressions: ReadonlySet<Suppression>, view: View): boolean {
  const isHeld = (it: Finding | undefined): boolean =>
    it !== undefined && [...(view.suppressionsOf?.(it) ?? view.suppressions)].some((suppression) => suppressions.has(suppression));
  return isHeld(finding) || (finding.coveredBy !== null && isHeld(view.findingOf(fingerprintOf(finding.coveredBy, finding.ref))));
}
