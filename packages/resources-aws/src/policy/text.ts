/** One text or a list of texts, as a list; `null` for anything else. */
export function textsOf(value: unknown): readonly string[] | null {
  if (typeof value === "string") return [value];
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? [...value] : null;
}

/** Only these characters, and at least one `*`. */
export function isOnlyStarsAnd(text: string, others: string): boolean {
  return text.includes("*") && text.split("").every((character) => character === "*" || others.includes(character));
}

/** No wildcard and no policy variable: it stands for one value. */
export function isFixed(text: string): boolean {
  return text !== "" && !text.includes("*") && !text.includes("?") && !text.includes("${");
}

export function hasWildcard(text: string): boolean {
  return text.includes("*") || text.includes("?");
}

export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}
