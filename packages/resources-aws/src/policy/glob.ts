import { spend } from "@posture/core";

/**
 * Does the text match the pattern? `*` is any run of characters, `:` and `/` included; `?` is one.
 * Two pointers and one point to go back to: never a RegExp made of somebody else's text.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matches(pattern: string, text: string): boolean {
  return align(pattern, text, (wish, found) => wish === "?" || wish === found);
}

/**
 * Does every string of the pattern `target` match `pattern`? "Yes" is always true; "no" may be too careful where both play with `?`.
 * A `*` of the target stands for more than one character could, so only a `*` of the pattern can take it.
 */
export function covers(pattern: string, target: string): boolean {
  return align(pattern, target, (wish, found) => (found === "*" ? false : wish === "?" || (wish === found && found !== "?")));
}

/** Steps are counted in batches, since counting costs as much as a step. */
const BATCH = 256;

function align(pattern: string, target: string, fits: (wish: string, found: string) => boolean): boolean {
  spend(Math.min(BATCH, pattern.length + target.length));
  let at = 0;
  let wish = 0;
  let star = -1;
  let resume = 0;
  for (let steps = 1; at < target.length; steps += 1) {
    if (steps % BATCH === 0) spend(BATCH);
    if (pattern[wish] === "*") {
      star = wish;
      wish += 1;
      resume = at;
    } else if (wish < pattern.length && fits(pattern.charAt(wish), target.charAt(at))) {
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
  while (pattern[wish] === "*") wish += 1;
  return wish === pattern.length;
}
