import type { RuleSet } from "@posture/core";
import { DAY, type Instant, isInstant, plus } from "@posture/core/instant";
import { type Command, InvalidArgumentError, Option } from "commander";

/* What is typed to say which findings a suppression is about, and for how long. */

export interface Until {
  readonly until?: Instant;
  readonly days?: number;
}

/** Left out: `undefined`, and the configuration says. A day is 24 hours. */
export function expiryOf({ until, days }: Until, now: Instant): Instant | undefined {
  return until ?? (days === undefined ? undefined : plus(now, days * DAY));
}

/** `2026-01-31` is the end of that day in UTC. */
function until(text: string): Instant {
  const instant = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999Z` : text;
  // Some engines take the 30th of February for the 2nd of March.
  if (isInstant(instant) && new Date(instant).toISOString() === instant) return instant;
  throw new InvalidArgumentError("Write a day (2026-01-31, to its end in UTC) or an instant (2026-01-31T09:00:00.000Z).");
}

function days(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("It is not a whole number of days.");
}

export function untilOptions(command: Command): Command {
  return command
    .addOption(new Option("-d, --days <n>", "for so many days (default: as configured)").argParser(days).conflicts("until"))
    .addOption(new Option("-u, --until <day>", "to the end of this day, in UTC, or to an instant").argParser(until));
}

/** Gathers the sets of a rule in the order in which their words are typed: `--or` begins the next. */
export function ruleOptions(command: Command): () => readonly RuleSet[] {
  const sets: Gathered[] = [{}];
  const current = (): Gathered => sets.at(-1) ?? {};
  const list =
    (key: Lists, judge: (text: string) => string) =>
    (text: string): string => {
      const set = current();
      set[key] = [...(set[key] ?? []), judge(text)];
      return text;
    };
  const add = (flags: string, what: string, parse: (text: string) => unknown): void =>
    void command.addOption(new Option(flags, what).argParser(parse));
  add("--check <id>", "findings of this check; may be given more than once", list("checks", filled));
  add("--account <id>", "in this account; may be given more than once", list("accounts", account));
  add("--region <region>", "in this region, or `global`; may be given more than once", list("regions", region));
  add("--arn <pattern>", "of resources whose ARN matches: * is any run of characters, ? is one", list("arns", filled));
  add("--tag <key=value>", "of resources with this tag; of one key, one value is enough", (text) => {
    const set = current();
    set.tags = tagged(text, set.tags);
    return text;
  });
  command.option("--or", "begin another set: findings that match either are held").on("option:or", () => sets.push({}));
  return () => sets;
}

type Lists = "checks" | "accounts" | "regions" | "arns";
type Gathered = { [K in Lists]?: readonly string[] } & { tags?: Readonly<Record<string, readonly string[]>> };

function filled(text: string): string {
  if (text.trim() !== "") return text;
  throw new InvalidArgumentError("It is empty.");
}

function account(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError("The id of an account has 12 digits.");
}

function region(text: string): string {
  if (text === "global" || /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text)) return text;
  throw new InvalidArgumentError("A region's name looks like eu-west-1; `global` is the region of what has none.");
}

function tagged(text: string, before: Gathered["tags"] = {}): NonNullable<Gathered["tags"]> {
  const [, key = "", value = "*"] = /^([^=]*)(?:=(.*))?$/su.exec(text) ?? [];
  if (key === "") throw new InvalidArgumentError("A tag is written as key=value, or as its key alone.");
  const known = Object.hasOwn(before, key) ? (before[key] ?? []) : [];
  return { ...before, [key]: [...known, value] };
}
