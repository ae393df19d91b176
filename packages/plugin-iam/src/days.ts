import { DAY, elapsed, type Instant, plus } from "@posture/core";

/** In whole days, rounded down; never below zero, whatever the clocks say. */
export function daysBetween(from: Instant, to: Instant): number {
  return Math.max(0, Math.floor(elapsed(from, to) / DAY));
}

export function afterDays(from: Instant, days: number): Instant {
  return plus(from, days * DAY);
}

/** `2026-01-31`: what a person needs of an instant. */
export function dayOf(at: Instant): string {
  return at.slice(0, 10);
}
