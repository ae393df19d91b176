import { type Day, SEVERITIES } from "@posture/core";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { anyDays, counts, daysAgo, TODAY } from "./days.test.fixture.ts";
import { LOOKS } from "./looks.ts";
import { scaleOf } from "./series.ts";
import { trendSvg } from "./svg.ts";

/** A day as the picture has it: its state, and how many findings the heights of its bars are, by the ticks of the axis. */
interface Seen {
  readonly day: Day;
  readonly state: string;
  readonly heights: Readonly<Record<string, number>>;
}

function seenIn(svg: string): readonly Seen[] {
  const tick = Math.max(...[...svg.matchAll(/text-anchor="end">([\d,]+)</g)].map(([, text = ""]) => Number(text.replaceAll(",", ""))));
  const ys = [...svg.matchAll(/<line x1="64" y1="([\d.]+)"/g)].map(([, y]) => Number(y));
  const perPixel = tick / (Math.max(...ys) - Math.min(...ys));
  return [...svg.matchAll(/<g data-day="([^"]+)" data-state="([^"]+)">(.*?)<\/g>/g)].map(([, day = "", state = "", inside = ""]) => {
    const bars = [...inside.matchAll(/data-severity="(\w+)"[^>]* height="([\d.]+)"/g)];
    return { day, state, heights: Object.fromEntries(bars.map(([, severity = "", height]) => [severity, Number(height) * perPixel])) };
  });
}

describe("a picture of the trend", () => {
  it("has every day once and in order, whatever is known, and bars as high as the counts", () => {
    fc.assert(
      fc.property(anyDays, fc.integer({ min: 1, max: 60 }), (known, days) => {
        const seen = seenIn(trendSvg(known, { today: TODAY, days }));
        expect(seen.map(({ day }) => day)).toEqual(Array.from({ length: days }, (_, i) => daysAgo(days - 1 - i)));
        const most = Math.max(1, ...known.map((it) => it.critical + it.high + it.medium + it.low));
        for (const { day, state, heights } of seen) {
          const its = known.find((it) => it.day === day);
          expect(state).toBe(its ? (day === TODAY ? "today" : "over") : "missing");
          // Heights are rounded to hundredths of a pixel, of which the whole has 270.
          for (const severity of SEVERITIES)
            expect(Math.abs((heights[severity] ?? 0) - (its?.[severity] ?? 0))).toBeLessThan(most / 10_000);
        }
      }),
      { numRuns: 100 },
    );
  });
  it.each([0, 1, 100_000])("of %d open findings has an axis that holds them", (open) => {
    const svg = trendSvg([counts(TODAY, 0, 0, 0, open)], { today: TODAY });
    expect(seenIn(svg).at(-1)?.heights).toEqual(open === 0 ? {} : { low: expect.closeTo(open, -1) });
    expect(svg).toContain(`>${open.toLocaleString("en")} open now<`);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
  });
  it("says nothing of a day without data, and shows one without findings as zero", () => {
    const svg = trendSvg([counts(daysAgo(2), 0, 0, 0, 0), counts(TODAY, 1, 0, 0, 0)], { today: TODAY, days: 3 });
    expect(svg).toContain(`<g data-day="${daysAgo(1)}" data-state="missing"><title>1 Mar: no data</title></g>`);
    expect(svg).toContain(`<title>28 Feb: 0 critical, 0 high, 0 medium, 0 low</title>`);
    expect(svg).toMatch(/data-state="over">.*?>0<\/text><\/g>/);
    expect(svg).toContain("Of 1 of 3 days nothing is known.");
    expect(svg).toContain("-missing)");
  });
  it("does not claim a number for today where nothing is known of today", () => {
    const svg = trendSvg([counts(daysAgo(1), 3, 0, 0, 0)], { today: TODAY });
    expect(svg).toContain(">Today: no data<");
    expect(svg).toContain("Nothing is known of today.");
  });
  it("is told to whoever does not see it", () => {
    const svg = trendSvg([counts(daysAgo(1), 3, 2, 0, 1), counts(TODAY, 1, 2, 0, 0)], { today: TODAY });
    expect(svg).toMatch(/<svg [^>]*role="img" aria-labelledby="posture-trend-light-title posture-trend-light-desc"/);
    expect(svg).toContain(`<title id="posture-trend-light-title">Open findings by severity, 1 Feb to 2 Mar 2026</title>`);
    expect(svg).toContain("Today 3 open: 1 critical, 2 high, 0 medium, 0 low. The most were 6, on 1 Mar.");
  });
  it("holds any title, and none of it is markup", () => {
    const svg = trendSvg([], { today: TODAY, title: `<script>"a" & b\u0000\uD800</script>` });
    expect(svg).not.toContain("<script");
    expect(svg).toContain("&lt;script&gt;&quot;a&quot; &amp; b\uFFFD\uFFFD&lt;/script&gt;");
  });
});

describe("an axis", () => {
  it("has about as many ticks as are asked for, at whole findings, and ends at or above the highest day", () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(200), fc.nat(10_000_000)), fc.integer({ min: 2, max: 8 }), (most, ticks) => {
        const { top, step } = scaleOf(most, ticks);
        expect(top).toBeGreaterThanOrEqual(most);
        expect(top % step).toBe(0);
        expect(String(step)).toMatch(/^[125]0*$/);
        expect(top / step).toBeLessThanOrEqual(ticks);
        expect(top - step).toBeLessThan(Math.max(1, most));
      }),
    );
  });
});

describe.each(["light", "dark"] as const)("the colours on %s", (theme) => {
  const look = LOOKS[theme];
  test("are seen by people who see little contrast", () => {
    for (const text of [look.text, look.muted]) {
      expect(contrast(text, look.background)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(text, look.today)).toBeGreaterThanOrEqual(4.5);
    }
    for (const severity of SEVERITIES) {
      const { fill, line } = look.paints[severity];
      expect(contrast(line, look.background), severity).toBeGreaterThanOrEqual(3);
      expect(contrast(line, fill), severity).toBeGreaterThanOrEqual(2);
    }
  });
  test("are not needed: each severity has a pattern and a mark of its own", () => {
    const svg = trendSvg([counts(TODAY, 1, 1, 1, 1)], { today: TODAY, theme });
    const inside = [...svg.matchAll(/<pattern id="[^"]+-(?:critical|high|medium|low)"[^>]*><rect[^>]*\/>(.*?)<\/pattern>/g)].map(([, it]) =>
      it?.replaceAll(/(stroke|fill)="#\w+"/g, ""),
    );
    expect(new Set(inside).size).toBe(4);
    for (const label of ["● Critical 1", "▲ High 1", "■ Medium 1", "○ Low 1"]) expect(svg).toContain(`>${label}<`);
  });
});

/** The ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
