import { nearest } from "@posture/config";
import { isPostureError, NOBODY, SEVERITIES, STATUSES } from "@posture/core";
import { type Asked, categoryNamed, type CheckInfo, frameworkNamed } from "@posture/runtime";
import { assigneeTyped, isMention } from "../assignees.ts";
import { type Word, wordsOf } from "./words.ts";

/** What a word may be the name of. */
export interface Known {
  readonly checks: readonly (Pick<CheckInfo, "categories" | "frameworks"> & { readonly id: string })[];
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  /** Who asks; left out where that is of no concern. */
  readonly me?: string;
}

export type Answer = { readonly asked: Asked } | { readonly mistake: string };

/** What one word says: a wish, nothing by itself, or that either neighbour is enough. */
type Meaning = Answer | "nothing" | "or";

/** Words that people write around the others. None that turns a sentence round, such as "not", may ever stand here. */
const FILLERS: ReadonlySet<string> = new Set(
  "and in of on the with finding findings check checks severity service region account status".split(" "),
);

type ListField = "severities" | "statuses" | "categories" | "checks" | "accounts" | "regions";
type Reader = (value: string, known: Known) => Answer;

const READERS: Readonly<Record<string, Reader>> = {
  severity: each("severities", "severity", () => SEVERITIES),
  status: (value, known) => (value.toLowerCase() === "all" ? EVERY_STATUS : each("statuses", "status", () => STATUSES)(value, known)),
  service: eachOf((word, { checks }) => ({ asked: { categories: [categoryNamed(word.toLowerCase(), checks)] } })),
  framework: (value, { checks }) => tried(() => ({ asked: { framework: frameworkNamed(value, checks) } })),
  check: each("checks", "check", ({ checks }) => checks.map(({ id }) => id)),
  account: each("accounts", "account", ({ accounts }) => accounts),
  region: each("regions", "region", ({ regions }) => regions),
  tag: tagOf,
  assignee: eachOf(assigneeOf),
  text: (value) => ({ asked: { text: value } }),
};
export const KEYS: readonly string[] = Object.keys(READERS);

/** Is written as a filter is, and is none. */
const SORT = "sort";

const EVERY_STATUS: Answer = { asked: { statuses: STATUSES } };

/**
 * The findings, or checks, that a person asks for, as `severity=high service=s3` or as `high s3`. Different fields must all be true, of one field one value is
 * enough. A word that is not known is a mistake and never left out, since the answer would be wider than the question. Pure, never throws.
 */
export function asked(typed: string, known: Known): Answer {
  const read = wordsOf(typed);
  if ("mistake" in read) return read;
  const meanings = read.words.map((word) => meaningOf(word, known));
  return misplacedOr(meanings) ?? meanings.filter((it) => typeof it === "object").reduce(both, { asked: {} });
}

function meaningOf({ key, value, quoted }: Word, known: Known): Meaning {
  if (key !== null) return keyed(key, value, known);
  if (quoted) return keyed("text", value, known);
  if (isMention(value)) return keyed("assignee", value, known);
  const word = value.toLowerCase();
  if (FILLERS.has(word)) return "nothing";
  if (word === "or") return "or";
  return natural(word, known) ?? { mistake: strangeWord(value, known) };
}

function keyed(key: string, value: string, known: Known): Answer {
  const reader = Object.hasOwn(READERS, key) ? READERS[key] : undefined;
  if (key === SORT) return { mistake: "Only a list of findings is sorted: /posture findings sort=age." };
  if (!reader)
    return { mistake: `There is no filter ${shown(key)}${didYouMean(key, [...KEYS, SORT], `The filters are ${KEYS.join(", ")}.`)}` };
  if (value.trim() === "") return { mistake: `${key}= needs a value. ${EXAMPLES[key] ?? ""}`.trim() };
  return reader(value, known);
}

const EXAMPLES: Readonly<Record<string, string>> = {
  tag: "Write for example tag=env=prod, or tag=env for any value.",
  text: 'Write for example text="debug access".',
};

/** What a word means that stands alone; `null`: nothing that is known. */
function natural(word: string, { checks, accounts, regions, me }: Known): Answer | null {
  if (word === "all") return EVERY_STATUS;
  if (word === "mine") return { asked: { assignees: [me ?? "me"] } };
  if (word === "unassigned") return { asked: { assignees: [NOBODY] } };
  const severity = SEVERITIES.find((it) => it === word || `${it}s` === word);
  if (severity) return { asked: { severities: [severity] } };
  const status = STATUSES.find((it) => it === word);
  if (status) return { asked: { statuses: [status] } };
  if (checks.some(({ categories }) => categories.includes(word))) return { asked: { categories: [word] } };
  if (regions.includes(word)) return { asked: { regions: [word] } };
  if (accounts.includes(word)) return { asked: { accounts: [word] } };
  return checks.some(({ id }) => id === word) ? { asked: { checks: [word] } } : null;
}

function strangeWord(word: string, { checks, accounts, regions }: Known): string {
  if (KEYS.includes(word.toLowerCase())) return `${word}= needs a value. ${EXAMPLES[word.toLowerCase()] ?? ""}`.trim();
  const categories = checks.flatMap((check) => check.categories);
  const words = [
    ...SEVERITIES,
    ...STATUSES,
    "all",
    "mine",
    "unassigned",
    ...categories,
    ...regions,
    ...accounts,
    ...checks.map(({ id }) => id),
  ];
  return `Posture does not know the word ${shown(word)}${didYouMean(word.toLowerCase(), words, `To search for it, write text="${word.slice(0, 60)}".`)}`;
}

/** One value, or several with commas between them, each of which must be known. */
function each(field: ListField, name: string, wordsIn: (known: Known) => readonly string[]): Reader {
  return eachOf((value, known) => {
    const words = wordsIn(known);
    const found = words.find((word) => word === value.toLowerCase());
    return found === undefined
      ? { mistake: `There is no ${name} ${shown(value)}${didYouMean(value.toLowerCase(), words)}` }
      : { asked: { [field]: [found] } };
  });
}

function eachOf(read: Reader): Reader {
  return (list, known) => {
    const values = list.split(",").map((value) => value.trim());
    if (values.includes("")) return { mistake: `${shown(list)} has a comma with nothing beside it.` };
    return values.map((value) => tried(() => read(value, known))).reduce(both);
  };
}

function assigneeOf(word: string, { me }: Known): Answer {
  const id = assigneeTyped(word, me ?? "me");
  if (id === undefined)
    return { mistake: `assignee=${shown(word)} names nobody: write me, none, @ and a name that Slack offers, or the id of a person (U…).` };
  return { asked: { assignees: [id ?? NOBODY] } };
}

function tagOf(value: string): Answer {
  const [, key = "", wanted = "*"] = /^([^=]*)(?:=(.*))?$/s.exec(value) ?? [];
  if (key === "" || wanted === "") return { mistake: `tag=${shown(value)} has no ${key === "" ? "key" : "value"}. ${EXAMPLES["tag"]}` };
  return { asked: { tags: Object.fromEntries([[key, [wanted]]]) } };
}

/** The runtime names what it does not know by throwing. */
function tried(read: () => Answer): Answer {
  try {
    return read();
  } catch (error) {
    if (!isPostureError(error)) throw error;
    return { mistake: `${error.message} ${error.next}` };
  }
}

/** Both of two wishes. Of mistakes, the first is told. */
function both(one: Answer, other: Answer): Answer {
  if ("mistake" in one) return one;
  if ("mistake" in other) return other;
  const a = one.asked;
  const b = other.asked;
  if (a.text !== undefined && b.text !== undefined) return { mistake: "Only one text can be looked for at a time." };
  if (a.framework !== undefined && b.framework !== undefined && a.framework !== b.framework)
    return { mistake: "Only one framework can be asked for at a time." };
  return {
    asked: {
      ...a,
      ...b,
      ...(a.severities && b.severities && { severities: joined(a.severities, b.severities) }),
      ...(a.statuses && b.statuses && { statuses: joined(a.statuses, b.statuses) }),
      ...(a.categories && b.categories && { categories: joined(a.categories, b.categories) }),
      ...(a.checks && b.checks && { checks: joined(a.checks, b.checks) }),
      ...(a.accounts && b.accounts && { accounts: joined(a.accounts, b.accounts) }),
      ...(a.regions && b.regions && { regions: joined(a.regions, b.regions) }),
      ...(a.assignees && b.assignees && { assignees: joined(a.assignees, b.assignees) }),
      ...(a.tags && b.tags && { tags: joinedTags(a.tags, b.tags) }),
    },
  };
}

function joined<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Set([...a, ...b])];
}

function joinedTags(a: NonNullable<Asked["tags"]>, b: NonNullable<Asked["tags"]>): NonNullable<Asked["tags"]> {
  const keys = joined(Object.keys(a), Object.keys(b));
  const valuesOf = (tags: NonNullable<Asked["tags"]>, key: string): readonly string[] =>
    (Object.hasOwn(tags, key) ? tags[key] : undefined) ?? [];
  return Object.fromEntries(keys.map((key) => [key, joined(valuesOf(a, key), valuesOf(b, key))]));
}

/** "critical or s3" would be taken for "critical and s3": "or" stands between two values of one field, or it is a mistake. */
function misplacedOr(meanings: readonly Meaning[]): Answer | null {
  const fieldsOf = (it: Meaning | undefined): string =>
    typeof it === "object" && "asked" in it ? JSON.stringify([Object.keys(it.asked), Object.keys(it.asked.tags ?? {})]) : "";
  const isMisplaced = meanings.some(
    (it, i) => it === "or" && (fieldsOf(meanings[i - 1]) === "" || fieldsOf(meanings[i - 1]) !== fieldsOf(meanings[i + 1])),
  );
  const told = meanings.find((it) => typeof it === "object" && "mistake" in it);
  return isMisplaced && !told
    ? { mistake: "“or” can only stand between two values of one kind, such as “critical or high”. Different kinds must all be true." }
    : null;
}

function shown(text: string): string {
  return `“${text.slice(0, 60)}”`;
}

function didYouMean(word: string, words: readonly string[], otherwise?: string): string {
  const near = nearest(word, words);
  if (near !== null) return `; did you mean ${near}?`;
  const few = [...new Set(words)];
  return `. ${otherwise ?? (few.length === 0 ? "None is known yet." : few.length > 12 ? "Nothing that is known comes near it." : `It can be ${few.join(", ")}.`)}`;
}
