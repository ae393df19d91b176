import type { Actor } from "@posture/core";

/** What draws nothing, or turns the direction of what stands beside it, or is no text at all: half of a surrogate pair. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029]/gu;
/** Joiners: emoji are made of the one, Persian is written with the other. */
const JOINERS = "\u200C\u200D";

/** `\u202e` for each invisible character besides line feeds, tabs and joiners, so that nobody is shown one name for another. */
export function visible(text: string): string {
  return text.replaceAll(INVISIBLE, (it) => (`\n\t${JOINERS}`.includes(it) ? it : escaped(it)));
}

export function hasInvisible(text: string): boolean {
  return visible(text) !== text;
}

/** JSON in one line. What a terminal, a browser or a spreadsheet might obey is escaped, which changes no value. */
export function json(value: unknown): string {
  return JSON.stringify(value).replaceAll(INVISIBLE, (it) => (JOINERS.includes(it) ? it : escaped(it)));
}

/** As JSON and JavaScript write UTF-16. */
export function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`).join("");
}

export function actorText(actor: Actor): string {
  return actor.kind === "system" ? "system" : actor.id;
}

/** `1 finding`, `2 findings`, `12,000 findings`. */
export function plural(count: number, word: string): string {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}

/** Is it an address of the web, written as one may be? Where others would follow it, nothing else is given to them. */
export function isWebAddress(text: string): boolean {
  return /^https:\/\/[\w.-]+(:\d+)?(\/[\w.~:/?#@!$&()*+,;=%-]*)?$/.test(text) && !/%(?![0-9a-f]{2})/i.test(text) && URL.canParse(text);
}
