import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dueAt, type Opened, type Pace } from "./due.ts";

const PACE: Pace = { watches: 1000, between: 30, most: 2 };
const tab = (user: string, more: Partial<Opened> = {}): Opened => ({ user, openedAt: 0, publishedAt: 0, isStale: true, ...more });

describe("a Home tab is published anew", () => {
  test("to who opened it, in the order in which they did", () =>
    expect(dueAt([tab("b", { openedAt: 5 }), tab("a", { openedAt: 1 })], 100, PACE)).toEqual({ now: ["a", "b"], next: null }));
  test("not where it still shows what is true, nor to who opened it long ago", () =>
    expect(dueAt([tab("a", { isStale: false }), tab("b", { openedAt: -1000 })], 100, PACE)).toEqual({ now: [], next: null }));
  test("to nobody sooner than a while after the last time, and then", () => {
    const all = [tab("a", { publishedAt: 90 })];
    expect(dueAt(all, 100, PACE)).toEqual({ now: [], next: 120 });
    expect(dueAt(all, 120, PACE).now).toEqual(["a"]);
  });
  test("to so many people at most, those who opened it last", () => {
    const all = ["a", "b", "c"].map((user, openedAt) => tab(user, { openedAt }));
    expect(dueAt(all, 100, PACE).now).toEqual(["b", "c"]);
  });

  const tabs = fc.array(
    fc.record({
      user: fc.uuid(),
      openedAt: fc.integer({ min: 0, max: 999 }),
      publishedAt: fc.integer({ min: 0, max: 999 }),
      isStale: fc.boolean(),
    }),
    { maxLength: 10 },
  );
  test("never too soon, never to too many, and never forgotten", () =>
    fc.assert(
      fc.property(tabs, fc.integer({ min: 0, max: 1500 }), (all, now) => {
        const due = dueAt(all, now, PACE);
        const stateOf = (user: string): Opened | undefined => all.find((it) => it.user === user);
        expect(due.now.length).toBeLessThanOrEqual(PACE.most);
        for (const user of due.now) expect(now - (stateOf(user)?.publishedAt ?? now)).toBeGreaterThanOrEqual(PACE.between);
        if (due.next !== null) {
          expect(due.next).toBeGreaterThan(now);
          const then = dueAt(all, due.next, { ...PACE, watches: Number.POSITIVE_INFINITY });
          expect(then.now.length).toBeGreaterThan(0);
        }
      }),
    ));
});
