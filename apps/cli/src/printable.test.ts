import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { wantsColour } from "./colours.ts";
import { listText } from "./commands/findings.ts";
import { recheckText } from "./commands/recheck.ts";
import { explain } from "./errors.ts";
import { CHECK, INCOMPLETE, listed, REF, summaryOf, sweep } from "./finding.test.fixture.ts";
import { findingText } from "./finding-text.ts";
import { allPrintable, json, printable } from "./printable.ts";
import { scanText } from "./scan-text.ts";
import { summaryText } from "./summary-text.ts";

/** Clears the screen, moves up, sets the title, rings, turns the direction, breaks the line by other means. */
const HOSTILE = "a\u001B[2J\u001B[1Ab\u001B]0;owned\u0007c\u009B31md\u202Ee\u2066f\r\u2028g\u0000";
const WIDTHS = [40, 80, 200, Number.POSITIVE_INFINITY];
const gap = { reason: "denied", missing: [HOSTILE], detail: HOSTILE } as const;
const bad = listed("open", "critical", {
  ref: { ...REF, name: HOSTILE, arn: `arn:aws:s3:::${HOSTILE}`, region: HOSTILE },
  message: { id: "public", text: `Bucket ${HOSTILE} is public.`, evidence: { [HOSTILE]: HOSTILE }, notes: [HOSTILE] },
  stale: { ...gap, since: "2026-01-01T10:00:00.000Z" },
});
const swept = sweep({ coverage: [{ ...INCOMPLETE, gap }], undecided: [{ ...gap, checkId: CHECK.id, ref: bad.finding.ref }] });
const summary = summaryOf(swept, { oldestCriticals: [bad] });

/** What is shown, without the colours that are our own. */
function expectHarmless(text: string): void {
  expect(stripVTControlCharacters(text)).not.toMatch(/[^\P{C}\n]/u);
  expect(text).toContain("\uFFFD");
}

describe("what strangers wrote cannot command the terminal", () => {
  test.each(WIDTHS)("of %d columns", (width) => {
    const clean = allPrintable(bad);
    expectHarmless(scanText(allPrintable(swept), [clean], { width, store: "" }));
    expectHarmless(listText([clean], { wanted: ["open", "covered"] }, allPrintable(summary), width));
    expectHarmless(findingText(clean, CHECK, { width, store: "" }));
    expectHarmless(summaryText(allPrintable(summary), { width, store: "" }));
    for (const answer of [
      { kind: "unreadable", finding: bad.finding, status: "open", undecided: { ...gap, checkId: CHECK.id, ref: REF } },
      { kind: "unchanged", finding: bad.finding, status: "open" },
      { kind: "changed", before: bad.finding, finding: bad.finding, status: "open" },
      { kind: "resolved", before: bad.finding, finding: bad.finding, why: "pass", notes: [HOSTILE], coverage: null },
    ] as const)
      expectHarmless(recheckText(allPrintable({ answer, readAt: swept.finishedAt, calls: 1 }), width));
  });
  test("in the text of an error", () => expectHarmless(explain(new Error(HOSTILE))));
  it("leaves ordinary names, other scripts and joined emoji as they are", () => {
    const names = "prod-web (sg-1) – Zürich, 東京, שלום, 👩‍💻\n\tnext";
    expect(printable(names)).toBe(names);
  });
});

describe("JSON", () => {
  it("is one line of which a terminal obeys nothing, and says the same", () => {
    const anything = fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" }), fc.constant(HOSTILE));
    fc.assert(
      fc.property(anything, (value) => {
        const text = json(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(text.endsWith("\n")).toBe(true);
      }),
    );
  });
});

describe("colours", () => {
  it.each([
    ["a terminal", {}, true, true],
    ["a pipe", {}, undefined, false],
    ["a pipe of a build server", { CI: "true" }, undefined, false],
    ["a dumb terminal", { TERM: "dumb" }, true, false],
    ["a terminal with NO_COLOR", { NO_COLOR: "1" }, true, false],
    ["a terminal with an empty NO_COLOR", { NO_COLOR: "" }, true, true],
    ["a pipe with FORCE_COLOR", { FORCE_COLOR: "1" }, undefined, true],
    ["a terminal with FORCE_COLOR=0", { FORCE_COLOR: "0" }, true, false],
    ["both", { FORCE_COLOR: "1", NO_COLOR: "1" }, true, false],
  ] as const)("of %s", (_, env, isTerminal, wanted) => expect(wantsColour(env, isTerminal)).toBe(wanted));
});
