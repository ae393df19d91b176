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

export function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new InvalidArgumentError("It is not a port (1 to 65535).");
  return value;
}
