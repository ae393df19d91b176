/*
 * Names, tags and policies are written by strangers, and a terminal obeys what it is sent: an escape sequence in a tag could hide the line of
 * a finding, and a character that turns the direction could make one name look like another.
 */

/** U+200D joins emoji. */
const KEPT: ReadonlySet<string> = new Set(["\n", "\t", "\u200D"]);

/** The text with every character replaced that draws nothing and commands a terminal instead. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (it) => (KEPT.has(it) ? it : "\uFFFD"));
}

/** The same for every string in a value, keys included. */
export function allPrintable<T>(value: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a string stays a string, and every other shape is what it was
  return cleaned(value) as T;
}

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return printable(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [printable(key), cleaned(it)]));
}

/** One JSON document in one line. What a terminal might obey is escaped, which changes no value. */
export function json(value: unknown): string {
  const text = JSON.stringify(value).replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (it) =>
    Array.from({ length: it.length }, (_, i) => `\\u${it.charCodeAt(i).toString(16).padStart(4, "0")}`).join(""),
  );
  return `${text}\n`;
}
