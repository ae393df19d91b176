import type { Instant, Severity } from "@posture/core";
import { z } from "zod";
import { type Destination, type QuietHours, type Weekday, WEEKDAYS } from "./destination.ts";
import { timeOfDay, timeZone } from "./shapes.ts";
import { nextTurn, wallClock } from "./wall-clock.ts";

interface Shape {
  from: string;
  to: string;
  timeZone: string;
  days?: Weekday[] | undefined;
}

export const quietShape: z.ZodType<Shape> = z
  .strictObject({
    from: timeOfDay,
    to: timeOfDay,
    timeZone,
    days: z.array(z.enum(WEEKDAYS)).min(1, "no day is named; leave `days` out to mean none").optional(),
  })
  .refine(
    ({ from, to }) => from !== to,
    "`from` and `to` are the same time, which may mean a whole day or nothing; name whole days in `days`",
  )
  .refine(({ days = [] }) => new Set(days).size < WEEKDAYS.length, "every day is quiet, so nothing but criticals would ever be posted");

export function resolveQuiet({ from, to, timeZone, days }: Shape): QuietHours {
  return { from, to, timeZone, ...(days && { days }) };
}

/**
 * When these quiet hours end; `null`: they are not now. The clock on the wall says what is quiet, also on days on which it is set forward or back.
 * Pure.
 */
export function quietUntil(quiet: QuietHours, now: Instant): Instant | null {
  if (!isQuiet(quiet, now)) return null;
  let end = now;
  // Ends, since no quiet hours are all hours of all days.
  while (isQuiet(quiet, end)) end = nextTurn(end, quiet.timeZone, [MIDNIGHT, quiet.to]);
  return end;
}

/** Until when a message to this destination waits; `null`: it does not. Nobody waits for a critical. Pure. */
export function waitsUntil({ quiet }: Pick<Destination, "quiet">, severity: Severity, now: Instant): Instant | null {
  return quiet === null || severity === "critical" ? null : quietUntil(quiet, now);
}

const MIDNIGHT = "00:00";

function isQuiet({ from, to, timeZone, days = [] }: QuietHours, at: Instant): boolean {
  const { time, weekday } = wallClock(at, timeZone);
  const day = WEEKDAYS[weekday - 1];
  if (day && days.includes(day)) return true;
  return from < to ? from <= time && time < to : from <= time || time < to;
}
