import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly, placesAfter } from "./s3-object-keys.ts";

const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 60 }).map((all) => all.toSorted());

describe("a choice of keys", () => {
  test("loses none, adds none, and begins with as many as are asked for, in their order", () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 80 }), (all, count) => {
        const chosen = evenly(all, count);
        expect(chosen.toSorted()).toEqual(all);
        const first = chosen.slice(0, count);
        expect(first).toEqual(first.toSorted());
        const gaps = first.map((key, i) => all.indexOf(key) - (i === 0 ? 0 : all.indexOf(first[i - 1] ?? "")));
        expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.ceil(all.length / Math.min(count, all.length)));
      }),
    );
  });
});

describe("the places behind a first page", () => {
  test("are one to four, and none is on the page", () => {
    fc.assert(
      fc.property(keys, (page) => {
        const places = placesAfter(page);
        expect(places.length).toBeGreaterThan(0);
        expect(places.length).toBeLessThanOrEqual(4);
        expect(new Set(places).size).toBe(places.length);
        expect(places.every((place) => place >= (page.at(-1) ?? ""))).toBe(true);
      }),
    );
  });
  test("are inside the folder that all keys share, and behind it", () => {
    const places = placesAfter(["logs/2024/01/01", "logs/2024/03/31"]);
    expect(places).toHaveLength(4);
    expect(places.some((place) => place.startsWith("logs/2024/0"))).toBe(true);
    expect(places.some((place) => !place.startsWith("logs/"))).toBe(true);
  });
  test("go on from the page where no letter is behind it", () => expect(placesAfter(["~a", "~z", "\u{10FFFF}"])).toEqual(["\u{10FFFF}"]));
});
