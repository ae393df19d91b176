import { spend } from "./effort.ts";

/**
 * Does the pattern match the text? `*` is any run of characters, none included, `/` and `:` too; `?` is one character; a backslash takes the next
 * character as it is. A text always matches itself, whatever is in it.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  return (
    pattern === text || alignPattern(wishesOf(pattern), text, (wish, found) => wish === "?" || wish === found || wish === `\\${found}`)
  );
}

/** What a pattern wants, one character after the other: `*`, `?`, or a character; a `*` or `?` that was escaped keeps its backslash, so that it is neither. */
export function wishesOf(pattern: string): readonly string[] {
  const wishes: string[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const [first, second] = [pattern.charAt(at), pattern.charAt(at + 1)];
    if (first !== "\\" || second === "") {
      wishes.push(first);
      continue;
    }
    wishes.push(second === "*" || second === "?" ? `\\${second}` : second);
    at += 1;
  }
  return wishes;
}

/** Steps are counted in batches, since counting costs as much as a step. */
const BATCH = 256;

/**
 * Aligns wishes, of which `*` is any run, with a text. Two pointers and one point to go back to: never a RegExp made of somebody else's text.
 * @throws {TooComplex} when the evaluation that is under way has no steps left
 */
export function alignPattern(wishes: ArrayLike<string>, text: string, fits: (wish: string, found: string) => boolean): boolean {
  spend(Math.min(BATCH, wishes.length + text.length));
  let at = 0;
  let wish = 0;
  let star = -1;
  let resume = 0;
  for (let steps = 1; at < text.length; steps += 1) {
    if (steps % BATCH === 0) spend(BATCH);
    const wanted = wishes[wish];
    if (wanted === "*") {
      star = wish;
      wish += 1;
      resume = at;
    } else if (wanted !== undefined && fits(wanted, text.charAt(at))) {
      wish += 1;
      at += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      wish = star + 1;
    } else {
      return false;
    }
  }
  while (wishes[wish] === "*") wish += 1;
  return wish === wishes.length;
}
