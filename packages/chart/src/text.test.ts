import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyDays, counts, daysAgo, TODAY } from "./days.test.fixture.ts";
import { trendText } from "./text.ts";

describe("the trend in a terminal", () => {
  it("fits, whatever is known, and has no colour of its own", () => {
    fc.assert(
      fc.property(anyDays, fc.integer({ min: 24, max: 220 }), fc.integer({ min: 1, max: 365 }), (known, width, days) => {
        const text = trendText(known, { today: TODAY, days, width });
        for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
        expect(text).not.toMatch(/NaN|Infinity|undefined/);
        expect(text).not.toContain("\u001B");
        expect(text.split("\n").findIndex((line) => line.includes("└"))).toBe(8);
      }),
    );
  });
  it("tells severities apart by characters, and a day without data from one without findings", () => {
    const known = [
      counts(daysAgo(4), 2, 2, 2, 2),
      counts(daysAgo(3), 0, 0, 0, 8),
      counts(daysAgo(1), 0, 0, 0, 0),
      counts(TODAY, 1, 0, 0, 0),
    ];
    expect(trendText(known, { today: TODAY, days: 5, width: 80 })).toBe(
      [
        "10 ┤",
        "   │",
        "   │░░░ ░░░",
        "   │▒▒▒ ░░░",
        " 5 ┤▒▒▒ ░░░",
        "   │▓▓▓ ░░░",
        "   │███ ░░░",
        "   │███ ░░░ ···     ███",
        " 0 └────────────────────",
        "                   today",
        "█ critical 1   ▓ high 0   ▒ medium 0   ░ low 0   · no data",
      ].join("\n"),
    );
  });
  it("shows one critical among a hundred thousand", () => {
    const text = trendText([counts(TODAY, 1, 0, 0, 100_000)], { today: TODAY, days: 1, width: 80 });
    expect(text.split("\n")[7]).toBe("        │███");
  });
  it("colours what belongs to a severity, and nothing else", () => {
    const text = trendText([counts(TODAY, 1, 0, 0, 0)], {
      today: TODAY,
      days: 1,
      width: 80,
      colour: (severity, it) => `<${severity}:${it}>`,
    });
    expect(text.split("\n").slice(0, 2)).toEqual(["1 ┤<critical:███>", "  │<critical:███>"]);
    expect(text).toContain("<critical:█ critical 1>");
    expect(text).toContain("<low:░ low 0>");
  });
  it("leaves out the oldest days that do not fit, and says so", () => {
    const text = trendText([counts(TODAY, 1, 0, 0, 0)], { today: TODAY, days: 365, width: 80 });
    expect(text).toMatch(/the last \d+ days/);
    expect(text.split("\n")[7]).toMatch(/·█$/);
  });
});
