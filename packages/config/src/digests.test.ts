import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WEEKDAYS } from "./destination.ts";
import { dailyIn, dateDue, digestsShape, resolveDigests } from "./digests.ts";

const wrongWith = (given: unknown): string =>
  digestsShape
    .safeParse(given)
    .error?.issues.map((it) => JSON.stringify(it))
    .join() ?? "";

describe("slack.digests", () => {
  it("is a daily digest at nine UTC with a line where nothing changed, and a weekly one where there are owners", () => {
    const usual = { at: "09:00", timeZone: "UTC", days: WEEKDAYS, whenNothingChanged: "short" };
    expect(resolveDigests().digests).toEqual({ daily: usual, channels: new Map(), weekly: null });
    expect(resolveDigests({}, true).digests.weekly).toEqual({ day: "mon", at: "09:00", timeZone: "UTC" });
    expect(resolveDigests({ weekly: false, daily: false }, true).digests).toMatchObject({ daily: null, weekly: null });
  });
  it("lets a channel differ in what it names, and be left out", () => {
    const { digests } = resolveDigests({
      daily: { at: "08:00", timeZone: "Europe/Berlin", channels: { "#a": { at: "10:00" }, "#b": false } },
    });
    expect(dailyIn(digests, "#a")).toMatchObject({ at: "10:00", timeZone: "Europe/Berlin" });
    expect([dailyIn(digests, "#b"), dailyIn(digests, "#c")?.at]).toEqual([null, "08:00"]);
  });
  it("refuses a weekday, a zone, a time and a setting that there is not, and names what is near", () => {
    expect(resolveDigests({ daily: { days: ["mo"] }, weekly: { day: "freitag" } }).problems).toEqual([
      "slack.digests.daily.days names the weekday mo, which there is not; did you mean mon?",
      "slack.digests.weekly.day names the weekday freitag, which there is not; there are mon, tue, wed, thu, fri, sat, sun",
    ]);
    expect(wrongWith({ weekly: { timeZone: "Europe/Berln" } })).toContain("did you mean Europe/Berlin?");
    expect(wrongWith({ daily: { at: "9:00" } })).toContain("HH:MM");
    expect(wrongWith({ daily: { channels: { security: {} } } })).toContain("a channel is its name with a #");
    expect(wrongWith({ dayly: {} })).toContain("dayly");
  });
});

/* ---------- against a clock that knows nothing of it ---------- */

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Africa/Cairo",
  "America/Havana",
  "Asia/Beirut",
  "Pacific/Apia",
  "Asia/Kathmandu",
];
const STARTS = ["2026-03-01", "2026-10-10", "2027-03-20", "2026-04-20", "2011-12-25"];
const MINUTE = 60_000;

function clockOf(zone: string): (at: number) => { readonly date: string; readonly time: string; readonly day: string } {
  const words = { weekday: "short", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...words });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
    return { date: `${of("year")}-${of("month")}-${of("day")}`, time: `${of("hour")}:${of("minute")}`, day: of("weekday").toLowerCase() };
  };
}

describe("a digest is due", () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => [h, m].map((it) => String(it).padStart(2, "0")).join(":"));
  const days = fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 });

  it("once on each of its days that the bot sees after the hour, and never before it, also where clocks are set", () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom(...STARTS),
        time,
        days,
        fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 300 }),
        (timeZone, start, at, on, gaps) => {
          const clock = clockOf(timeZone);
          let now = Date.parse(`${start}T00:00:00.000Z`);
          const made: string[] = [];
          const wanted = new Set<string>();
          for (const gap of gaps) {
            now += gap * 4 * MINUTE;
            const { date, time: shown, day } = clock(now);
            if (shown >= at && on.some((it) => it === day)) wanted.add(date);
            const due = dateDue({ at, timeZone, days: on }, new Date(now).toISOString());
            if (due !== null && !made.includes(due)) made.push(due);
            if (due !== null) expect(due).toBe(date);
          }
          expect(made).toEqual([...wanted]);
        },
      ),
    ));
});
