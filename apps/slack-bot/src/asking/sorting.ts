import { nearest } from "@posture/config";
import type { FindingOrder } from "@posture/core";
import { partsOf } from "./words.ts";

/** What a list of findings may be sorted by, in the words that people type. */
export const SORTS = {
  severity: "gravest",
  age: "oldest",
  newest: "newest",
  resource: "resource",
  account: "account",
} as const satisfies Readonly<Record<string, FindingOrder>>;
export type Sort = keyof typeof SORTS;
export const SORT_WORDS: readonly Sort[] = ["severity", "age", "newest", "resource", "account"];

/** Words that say it alone, as in "oldest critical". */
const ALONE: ReadonlyMap<string, Sort> = new Map([
  ["gravest", "severity"],
  ["oldest", "age"],
  ["newest", "newest"],
]);

export interface Sorted {
  readonly sort: Sort;
  /** What was typed besides: words of a filter. */
  readonly filter: string;
}

/** Takes apart what a person typed after `findings`: by what it is sorted, and the filter. Pure, never throws. */
export function sortedBy(typed: string): Sorted | { readonly mistake: string } {
  const parts = partsOf(typed);
  const said = parts.flatMap((part) => {
    const word = part.toLowerCase();
    const value = word.startsWith(KEY) ? word.slice(KEY.length) : undefined;
    return value === undefined ? (ALONE.get(word) ?? []) : [ALONE.get(value) ?? value];
  });
  const strange = said.find((word) => !isSort(word));
  if (strange !== undefined) return { mistake: strangeSort(strange) };
  const sorts = [...new Set(said.filter(isSort))];
  const [sort = "severity"] = sorts;
  if (sorts.length > 1) return { mistake: `A list is sorted by one thing, not by ${sorts.join(" and ")}.` };
  return { sort, filter: parts.filter((part) => !isOfSort(part)).join(" ") };
}

const KEY = "sort=";

export function isSort(word: string): word is Sort {
  return Object.hasOwn(SORTS, word);
}

function isOfSort(part: string): boolean {
  return part.toLowerCase().startsWith(KEY) || ALONE.has(part.toLowerCase());
}

function strangeSort(word: string): string {
  const near = nearest(word, SORT_WORDS);
  return `Findings cannot be sorted by “${word.slice(0, 60)}”${near === null ? `. It can be sort=${SORT_WORDS.join(", sort=")}.` : `; did you mean sort=${near}?`}`;
}

/** What a person would have to type for the same filter in another order. Pure. */
export function typedSorted({ sort, filter }: Sorted): string {
  return sort === "severity" ? filter : `${filter} ${KEY}${sort}`.trim();
}
