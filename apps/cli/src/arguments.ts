import { InvalidArgumentError } from "commander";

/* What is typed behind an option, judged before anything is opened or asked. */

export function collected(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

export function isRegion(text: string): boolean {
  return /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text);
}

/** Whether the account has the region is AWS's to say; what cannot be the name of one is not asked about. */
export function regions(text: string, before: readonly string[] | undefined): string[] {
  if (isRegion(text)) return collected(text, before);
  const hint = text.includes(",") ? "Give --region once for each region." : "A region's name looks like eu-west-1.";
  throw new InvalidArgumentError(hint);
}

const SEVERITIES = ["critical", "high", "medium", "low"];
export function severities(text: string, before: readonly string[] | undefined): string[] {
  if (SEVERITIES.includes(text)) return collected(text, before);
  throw new InvalidArgumentError(`Allowed choices are ${SEVERITIES.join(", ")}.`);
}

export function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("It is not a number of seconds.");
  return value;
}

export function days(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 365) throw new InvalidArgumentError("It is not a number of days (1 to 365).");
  return value;
}

/** A day of the calendar: 31 February is none. */
export function day(text: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && new Date(Date.parse(text) || 0).toISOString().startsWith(text);
  if (!isDay) throw new InvalidArgumentError("A day looks like 2026-01-31.");
  return text;
}

export function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new InvalidArgumentError("It is not a port (1 to 65535).");
  return value;
}

export function accounts(text: string, before: readonly string[] | undefined): string[] {
  if (/^\d{12}$/.test(text)) return collected(text, before);
  throw new InvalidArgumentError("The id of an account has 12 digits.");
}

/** For what is known already, also of what belongs to no region. */
export function regionsOrGlobal(text: string, before: readonly string[] | undefined): string[] {
  return text === "global" ? collected(text, before) : regions(text, before);
}

/** `env=prod`, or `env` for any value; the values of one key are alternatives. */
export function tags(text: string, before: Readonly<Record<string, readonly string[]>> | undefined): Record<string, readonly string[]> {
  const [, key = "", value = "*"] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  if (key === "") throw new InvalidArgumentError("A tag is written as key=value, or as its key alone.");
  return { ...before, [key]: [...(before && Object.hasOwn(before, key) ? (before[key] ?? []) : []), value] };
}

const DAY = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY, w: 7 * DAY };

/** An instant out of a date (its beginning, in UTC), an instant, or an age before now. */
export function moment(text: string): string {
  return momentOf(text, Date.now(), 0);
}
/** The same, but of a date its end. */
export function momentAtEnd(text: string): string {
  return momentOf(text, Date.now(), DAY);
}

/** Pure. `now` in milliseconds since 1970; `whole`: added to a date that has no time. @throws {InvalidArgumentError} */
export function momentOf(text: string, now: number, whole: number): string {
  const [, amount = "", unit = ""] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (unit !== "") return new Date(now - Number(amount) * (UNITS[unit] ?? 0)).toISOString();
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text);
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const value = isDate || isInstant ? Date.parse(text) : Number.NaN;
  // Some engines take the 30th of February for the 2nd of March.
  if (Number.isNaN(value) || (isDate && !new Date(value).toISOString().startsWith(text)))
    throw new InvalidArgumentError("Write a date (2026-01-31), an instant (2026-01-31T09:00:00Z), or an age (90m, 24h, 7d, 2w).");
  return new Date(value + (isDate ? whole : 0)).toISOString();
}

const LONGEST_NAME = 2048;
const PEOPLE = "Write the id of a person in Slack (U…), an ARN, a user of this machine, me or none.";

/** Who sees to a finding. `me` and `none` stay what they are; of a mention as Slack writes it, the id is taken. */
export function assignee(text: string): string {
  if (text === "nobody") return "none";
  const [, mentioned] = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(text) ?? [];
  if (mentioned !== undefined) return mentioned;
  if (text.startsWith("@")) throw new InvalidArgumentError(`Several people may have that name. ${PEOPLE}`);
  if (text === "" || text.length > LONGEST_NAME || /[\s\p{C}]/u.test(text)) throw new InvalidArgumentError(`It names nobody. ${PEOPLE}`);
  return text;
}

export function assignees(text: string, before: readonly string[] | undefined): string[] {
  return collected(assignee(text), before);
}
