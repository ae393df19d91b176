import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterNext, heard, type Mark, nextAt, PAUSES } from "./marks.ts";

interface Lived {
  readonly events: readonly number[];
  readonly looks: readonly number[];
}

/** What happens to one resource whose events come after these pauses. */
function lived(pauses: readonly number[]): Lived {
  const events = pauses.map((_, i) => pauses.slice(0, i + 1).reduce((sum, it) => sum + it, 0));
  const looks: number[] = [];
  let mark: Mark | null = null;
  const pass = (until: number): void => {
    while (mark && nextAt(mark, PAUSES) <= until) {
      const at: number = nextAt(mark, PAUSES);
      looks.push(at);
      mark = afterNext(mark, at, PAUSES);
    }
  };
  for (const at of events) {
    pass(at);
    const told = heard(mark, at, PAUSES);
    if (told.isDue) looks.push(at);
    ({ mark } = told);
  }
  pass(Number.POSITIVE_INFINITY);
  return { events, looks };
}

const pause = fc.oneof(fc.nat(50), fc.nat(6000), fc.nat(90_000));
const times = fc.array(pause, { minLength: 1, maxLength: 40 });
function always(holds: (it: Lived) => void): void {
  fc.assert(
    fc.property(times, (pauses) => holds(lived(pauses))),
    { numRuns: 2000, seed: 20_261_125 },
  );
}

describe("a resource, whatever events come", () => {
  test("is read at once after the first, and within 5 s after any", () => {
    expect.hasAssertions();
    always(({ events, looks }) => {
      expect(looks[0]).toBe(events[0]);
      for (const at of events) expect(looks.some((look) => look >= at && look <= at + PAUSES.merge)).toBe(true);
    });
  });
  test("is read for the last time 60 s after the latest", () => {
    expect.hasAssertions();
    always(({ events, looks }) => {
      expect(looks.at(-1)).toBe((events.at(-1) ?? 0) + PAUSES.second);
    });
  });
  test("is not read twice within 5 s, except that a first event may come just after a second look", () => {
    expect.hasAssertions();
    always(({ events, looks }) => {
      for (const [i, look] of looks.entries()) {
        const before = looks[i - 1];
        if (before !== undefined && look - before < PAUSES.merge) expect(events).toContain(look);
      }
    });
  });
  test("is read at most once for each event, and a second time", () => {
    expect.hasAssertions();
    always(({ events, looks }) => {
      expect(looks.length).toBeLessThanOrEqual(2 * events.length);
    });
  });
});
