import type { Severity } from "./check.ts";
import { DAY, type Instant, plus } from "./instant.ts";

/** A day of UTC: `2026-01-31`. */
export type Day = string;

/** How many findings were open when the day ended, by severity. */
export interface DayCounts extends Readonly<Record<Severity, number>> {
  readonly day: Day;
}

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
