import { alignPattern } from "@posture/core";

/**
 * Does the text match the pattern? `*` is any run of characters, `:` and `/` included; `?` is one. Nothing escapes them.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matches(pattern: string, text: string): boolean {
  return alignPattern(pattern, text, (wish, found) => wish === "?" || wish === found);
}

/**
 * Does every string of the pattern `target` match `pattern`? "Yes" is always true; "no" may be too careful where both play with `?`.
 * A `*` of the target stands for more than one character could, so only a `*` of the pattern can take it.
 */
export function covers(pattern: string, target: string): boolean {
  return alignPattern(pattern, target, (wish, found) => (found === "*" ? false : wish === "?" || (wish === found && found !== "?")));
}
