import fc from "fast-check";
import { expect, test } from "vitest";
import { eachOf, flatMapping, grouping, indexing, type Work } from "./parts.ts";

const anyItems = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 300, size: "max" });
const anyPart = fc.integer({ min: 1, max: 120 });

/** What it answers, and how often others had their turn. */
function done<T>(work: Work<T>): { readonly value: T; readonly pauses: number } {
  for (let pauses = 0; ; pauses += 1) {
    const step = work.next();
    if (step.done) return { value: step.value, pauses };
  }
}

test("what is made, grouped or indexed in parts is what it would be at once", () => {
  const of = (n: number): readonly number[] => Array.from({ length: n % 4 }, (_, i) => n + i);
  const keyOf = (n: number): number => n % 7;
  fc.assert(
    fc.property(anyItems, anyPart, (items, part) => {
      expect(done(flatMapping(items, of, part)).value).toEqual(items.flatMap(of));
      expect([...done(grouping(items, keyOf, part)).value]).toEqual([...Map.groupBy(items, keyOf)]);
      const index = new Map([[3, -1]]);
      const all: (readonly [number, number])[] = [[3, -1], ...items.map((n) => [keyOf(n), n] as const)];
      expect([...done(indexing(items, keyOf, part, index)).value]).toEqual([...new Map(all)]);
    }),
  );
});

test("no more than a part is done in one turn, and what is small is done in one", () => {
  fc.assert(
    fc.property(anyItems, anyPart, (items, part) => {
      const turns: number[] = [0];
      const work = eachOf(items, () => void (turns[turns.length - 1] = (turns.at(-1) ?? 0) + 1), part);
      while (!work.next().done) turns.push(0);
      expect(Math.max(...turns)).toBeLessThanOrEqual(part);
      expect(turns.reduce((sum, n) => sum + n, 0)).toBe(items.length);
    }),
  );
  expect(done(eachOf(Array.from({ length: 100 }), () => {}, 2_000)).pauses).toBe(0);
  expect(done(eachOf(Array.from({ length: 101 }), () => {}, 2_000)).pauses).toBe(1);
});
