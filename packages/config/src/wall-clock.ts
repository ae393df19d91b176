import type { Instant } from "@posture/core";

// Node.js has it from 26 on; loading the other one takes 12 ms, which every command would take longer.
const { Temporal } = "Temporal" in globalThis ? globalThis : await import("temporal-polyfill");

/** What the clock on the wall of a zone says at an instant. */
export interface WallClock {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** `HH:MM`: as text it is in the order of time. */
  readonly time: string;
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
}

export function wallClock(at: Instant, zone: string): WallClock {
  const there = Temporal.Instant.from(at).toZonedDateTimeISO(zone);
  return { date: there.toPlainDate().toString(), time: there.toPlainTime().toString({ smallestUnit: "minute" }), weekday: there.dayOfWeek };
}

/**
 * The next instant at which that clock comes to one of these times of the day, each `HH:MM`, or at which it is set forward or back.
 * A time that the clock shows twice comes twice, and one that it leaves out does not come: then it is the setting of the clock that is told.
 */
export function nextTurn(at: Instant, zone: string, times: readonly string[]): Instant {
  const from = Temporal.Instant.from(at);
  const there = from.toZonedDateTimeISO(zone);
  const days = [0, 1, 2].map((days) => there.toPlainDate().add({ days }));
  const reached = days.flatMap((day) =>
    times.flatMap((time) => {
      const local = day.toPlainDateTime(Temporal.PlainTime.from(time));
      return (["earlier", "later"] as const).map((disambiguation) => local.toZonedDateTime(zone, { disambiguation }).toInstant());
    }),
  );
  const set = there.getTimeZoneTransition("next")?.toInstant();
  const next = [...reached, ...(set ? [set] : [])]
    .filter((it) => Temporal.Instant.compare(it, from) > 0)
    .toSorted((a, b) => Temporal.Instant.compare(a, b));
  return new Date((next[0] ?? from).epochMilliseconds).toISOString();
}

/** Whether it is a zone by name: what is only an offset knows no summer time. */
export function isZone(name: string): boolean {
  if (!/^[A-Z]/i.test(name)) return false;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId !== "";
  } catch {
    return false;
  }
}
