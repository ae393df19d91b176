import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { metered } from "./effort.ts";
import { matchesPattern } from "./pattern.ts";

const BUCKET = "arn:aws:s3:::example-logs";
const QUEUE = "arn:aws:sqs:eu-west-1:111122223333:example-queue";

describe("a pattern", () => {
  it.each([
    ["is an ARN as it is printed", BUCKET, BUCKET, true],
    ["is the whole ARN, not its beginning", "arn:aws:s3:::example", BUCKET, false],
    ["takes any run of characters with *", "arn:aws:s3:::*-logs", BUCKET, true],
    ["takes none with *", "arn:aws:s3:::example-logs*", BUCKET, true],
    ["takes : and / with *", "arn:*:example-queue", QUEUE, true],
    ["takes one character with ?", "arn:aws:sqs:eu-west-?:*", QUEUE, true],
    ["takes exactly one with ?", "arn:aws:s3:::example-logs?", BUCKET, false],
    ["counts case", "arn:aws:s3:::EXAMPLE-*", BUCKET, false],
    ["takes a star as it is after a backslash", String.raw`a\*b`, "a*b", true],
    ["takes nothing else for an escaped star", String.raw`a\*b`, "axb", false],
    ["takes a question mark as it is after a backslash", String.raw`a\?b`, "axb", false],
    ["takes two backslashes for one", String.raw`a\\*`, String.raw`a\bc`, true],
    ["ends with a backslash of its own", "*\\", "a\\", true],
    ["knows no sets of characters", "arn:[a]ws:*", BUCKET, false],
    ["that is empty matches nothing but the empty", "", BUCKET, false],
  ])("%s", (_, pattern, text, expected) => expect(matchesPattern(pattern, text)).toBe(expected));

  const hostile = fc.string({ unit: fc.constantFrom("a", "b", ":", "/", "*", "?", "\\", "[", "]", "é", "🙂"), maxLength: 30 });
  test("always matches a copy of itself, whatever is in it", () =>
    fc.assert(
      fc.property(hostile, (text) => {
        expect(matchesPattern(text, text)).toBe(true);
      }),
      { numRuns: 2000 },
    ));
  test("of escaped characters matches that text alone", () =>
    fc.assert(
      fc.property(hostile, hostile, (text, other) => {
        const pattern = text.replaceAll(/[\\*?]/g, String.raw`\$&`);
        expect(matchesPattern(pattern, text)).toBe(true);
        expect(matchesPattern(pattern, other)).toBe(other === text || other === pattern);
      }),
      { numRuns: 2000 },
    ));
  test("means the same as the slow way to say it", () =>
    fc.assert(
      fc.property(hostile, hostile, (pattern, text) => {
        expect(matchesPattern(pattern, text)).toBe(pattern === text || slowly(pattern, text));
      }),
      { numRuns: 3000 },
    ));
  test("of 500 stars is matched with 2,000 characters in few steps", () => {
    const pattern = `${"a*".repeat(500)}b`;
    const { value, steps } = metered(() => matchesPattern(pattern, "a".repeat(2000)));
    expect(value).toBe(false);
    expect(steps).toBeLessThan(10_000);
    expect(metered(() => matchesPattern("*".repeat(500), "a".repeat(2000)))).toMatchObject({ value: true });
  });
});

/** By the definition, character by character. */
function slowly(pattern: string, text: string): boolean {
  const [first, second] = [pattern.charAt(0), pattern.charAt(1)];
  if (first === "") return text === "";
  if (first === "*") return slowly(pattern.slice(1), text) || (text !== "" && slowly(pattern, text.slice(1)));
  if (first === "?") return text !== "" && slowly(pattern.slice(1), text.slice(1));
  const isEscape = first === "\\" && second !== "";
  return text.charAt(0) === (isEscape ? second : first) && slowly(pattern.slice(isEscape ? 2 : 1), text.slice(1));
}
