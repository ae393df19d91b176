import { DAY, type Day, type DayCounts, dayOf, endOf, plus } from "@posture/core";
import fc from "fast-check";

export const TODAY: Day = "2026-03-02";

/** So many days before today. */
export function daysAgo(days: number): Day {
  return dayOf(plus(endOf(TODAY), -(days + 1) * DAY));
}

export function counts(day: Day, critical: number, high: number, medium: number, low: number): DayCounts {
  return { day, critical, high, medium, low };
}

const anyCount = fc.oneof(fc.constantFrom(0, 1, 100_000), fc.nat(50));

/** Some of the last days, in order, some of them from before the trend. */
export const anyDays: fc.Arbitrary<readonly DayCounts[]> = fc
  .uniqueArray(fc.record({ ago: fc.nat(80), critical: anyCount, high: anyCount, medium: anyCount, low: anyCount }), {
    selector: ({ ago }) => ago,
    maxLength: 40,
  })
  .map((days) =>
    days.toSorted((a, b) => b.ago - a.ago).map(({ ago, critical, high, medium, low }) => counts(daysAgo(ago), critical, high, medium, low)),
  );
