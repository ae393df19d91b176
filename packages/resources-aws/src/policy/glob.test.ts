import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { covers, matches } from "./glob.ts";

/** As the definition reads, however slow. */
function naive(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  const rest = pattern.slice(1);
  if (pattern.startsWith("*")) return naive(rest, text) || (text !== "" && naive(pattern, text.slice(1)));
  return text !== "" && (pattern.startsWith("?") || pattern[0] === text[0]) && naive(rest, text.slice(1));
}

const LETTERS = ["a", "b", "x"];
function wordsUpTo(length: number): string[] {
  const words = [""];
  let last = words;
  for (let n = 0; n < length; n += 1) {
    last = last.flatMap((word) => LETTERS.map((letter) => word + letter));
    words.push(...last);
  }
  return words;
}
const WORDS = wordsUpTo(6);

const spelt = (symbols: readonly string[], maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...symbols), { maxLength }).map((list) => list.join(""));

describe("a pattern", () => {
  it("matches as the naive matcher does", () => {
    fc.assert(
      fc.property(spelt(["a", "b", "*", "?"], 7), spelt(["a", "b"], 9), (pattern, text) => {
        expect(matches(pattern, text)).toBe(naive(pattern, text));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
  it("covers another only if it matches every string of it", () => {
    fc.assert(
      fc.property(spelt(["a", "b", "*", "?"], 5), spelt(["a", "b", "*", "?"], 5), (pattern, target) => {
        const missed = covers(pattern, target) ? WORDS.filter((word) => naive(target, word) && !naive(pattern, word)) : [];
        expect(missed, `${pattern} covers ${target}`).toEqual([]);
      }),
      { seed: 2, numRuns: 400 },
    );
  });
  it("without ? covers exactly what it matches every string of", () => {
    fc.assert(
      fc.property(spelt(["a", "b", "*"], 5), spelt(["a", "b", "*", "?"], 5), (pattern, target) => {
        expect(covers(pattern, target), `${pattern} and ${target}`).toBe(
          WORDS.every((word) => !naive(target, word) || naive(pattern, word)),
        );
      }),
      { seed: 3, numRuns: 400 },
    );
  });
  it.each([
    ["*", "s3:*", true],
    ["s3:*", "*", false],
    ["s3:Get*", "s3:GetObject*", true],
    ["arn:aws:s3:::b*", "arn:aws:s3:::b/*", true],
    ["?", "*", false],
    ["?", "?", true],
    ["a", "?", false],
  ] as const)("%s covers %s: %s", (pattern, target, expected) => expect(covers(pattern, target)).toBe(expected));
  it("means nothing to a regular expression", () => {
    expect(matches("(a+)+$", "aaaa")).toBe(false);
    expect(matches("a.c", "abc")).toBe(false);
    expect(matches("[*", "[x")).toBe(true);
  });
  it("of thousands of stars takes no time", () => {
    const before = performance.now();
    expect(matches("*a".repeat(2000) + "c", "ab".repeat(2048))).toBe(false);
    expect(matches("*" + "a".repeat(2000) + "b", "a".repeat(4000))).toBe(false);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});
