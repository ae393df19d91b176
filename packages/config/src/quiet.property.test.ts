import { plus } from "@posture/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type QuietHours, type Weekday, WEEKDAYS } from "./destination.ts";
import { quietUntil, waitsUntil } from "./quiet.ts";

const MINUTE = 60_000;
const BERLIN: QuietHours = { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" };

describe("quiet hours", () => {
  it.each<[string, QuietHours, string, string | null]>([
    ["in the evening, until the next morning", BERLIN, "2026-01-15T21:30:00.000Z", "2026-01-16T06:00:00.000Z"],
    ["after midnight, until the same morning", BERLIN, "2026-01-16T00:00:00.000Z", "2026-01-16T06:00:00.000Z"],
    ["not by day", BERLIN, "2026-01-16T12:00:00.000Z", null],
    ["their first instant is quiet", BERLIN, "2026-01-15T21:00:00.000Z", "2026-01-16T06:00:00.000Z"],
    ["the instant before is not", BERLIN, "2026-01-15T20:59:59.999Z", null],
    ["their end is not", BERLIN, "2026-01-16T06:00:00.000Z", null],
    ["an hour earlier in summer", BERLIN, "2026-07-15T20:00:00.000Z", "2026-07-16T05:00:00.000Z"],
    ["a night with an hour less", BERLIN, "2026-03-28T21:00:00.000Z", "2026-03-29T05:00:00.000Z"],
    ["a night with an hour more", BERLIN, "2026-10-24T20:00:00.000Z", "2026-10-25T06:00:00.000Z"],
    [
      "an end that the clock leaves out is where it goes on",
      { ...BERLIN, to: "02:30" },
      "2026-03-28T22:00:00.000Z",
      "2026-03-29T01:00:00.000Z",
    ],
    [
      "a time that the clock shows twice is quiet twice",
      { ...BERLIN, to: "02:30" },
      "2026-10-25T01:10:00.000Z",
      "2026-10-25T01:30:00.000Z",
    ],
    ["and not in between", { ...BERLIN, to: "02:30" }, "2026-10-25T00:40:00.000Z", null],
    ["a weekend, with the nights around it", { ...BERLIN, days: ["sat", "sun"] }, "2026-01-16T21:00:00.000Z", "2026-01-19T06:00:00.000Z"],
    [
      "a day that the islands left out",
      { from: "01:00", to: "02:00", timeZone: "Pacific/Apia", days: ["fri"] },
      "2011-12-30T11:30:00.000Z",
      "2011-12-30T12:00:00.000Z",
    ],
  ])("%s", (_, quiet, now, expected) => expect(quietUntil(quiet, now)).toBe(expected));

  it("hold up everything but criticals, and nothing where there are none", () => {
    const night = "2026-01-15T23:00:00.000Z";
    const waits = (["critical", "high", "medium", "low"] as const).map((severity) => waitsUntil({ quiet: BERLIN }, severity, night));
    const morning = "2026-01-16T06:00:00.000Z";
    expect(waits).toEqual([null, morning, morning, morning]);
    expect(waitsUntil({ quiet: null }, "high", night)).toBeNull();
  });
});

/* ---------- against a clock that knows nothing of intervals ---------- */

function clock(zone: string): (at: string) => { readonly time: string; readonly day: string } {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return (at) => {
    const parts = new Map(format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
    return { time: `${parts.get("hour")}:${parts.get("minute")}`, day: parts.get("weekday")?.toLowerCase() ?? "" };
  };
}

/** Zones that set their clocks at midnight, by half an hour, in the south, and never; each with instants around which it does so. */
const TURNS: readonly (readonly [string, string])[] = [
  ["Europe/Berlin", "2026-03-29T01:00:00.000Z"],
  ["Europe/Berlin", "2026-10-25T01:00:00.000Z"],
  ["America/New_York", "2026-03-08T07:00:00.000Z"],
  ["America/New_York", "2026-11-01T06:00:00.000Z"],
  ["America/Sao_Paulo", "2018-11-04T03:00:00.000Z"],
  ["America/Havana", "2026-03-08T05:00:00.000Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00:00.000Z"],
  ["Pacific/Apia", "2011-12-30T10:00:00.000Z"],
  ["Asia/Kathmandu", "2026-06-01T00:00:00.000Z"],
  ["UTC", "2026-06-01T00:00:00.000Z"],
];
const anyTime = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 15, 30, 59))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
const anyQuiet = fc
  .record({
    turn: fc.constantFrom(...TURNS),
    from: anyTime,
    to: anyTime,
    days: fc.subarray<Weekday>([...WEEKDAYS], { maxLength: 2 }),
    away: fc.integer({ min: -2000, max: 2000 }),
  })
  .filter(({ from, to }) => from !== to);

describe("whenever it is, also on days on which clocks are set,", () => {
  it("quiet lasts until the first minute at which the clock on the wall says that it is not", () => {
    fc.assert(
      fc.property(anyQuiet, ({ turn: [timeZone, around], from, to, days, away }) => {
        const at = clock(timeZone);
        const isQuiet = (instant: string): boolean => {
          const { time, day } = at(instant);
          const inHours = from < to ? time >= from && time < to : time >= from || time < to;
          return inHours || days.some((it_) => it_ === day);
        };
        const now = plus(around, away * MINUTE);
        let end = now;
        while (isQuiet(end)) end = plus(end, MINUTE);
        expect(quietUntil({ from, to, timeZone, ...(days.length > 0 && { days }) }, now)).toBe(end === now ? null : end);
      }),
      { numRuns: 300 },
    );
  });
});
