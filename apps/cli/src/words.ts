import { SEVERITIES, type Severity, type Status } from "@posture/core";
import { out } from "./colours.ts";
import type { Group } from "./table.ts";

const MARKS: Readonly<Record<Severity, string>> = { critical: "●", high: "▲", medium: "■", low: "○" };

/** Accounts. */
const MOST_NAMED = 3;

/** A severity that can be told apart without colour. */
export function severityText(severity: Severity): string {
  return `${MARKS[severity]} ${severity.charAt(0).toUpperCase()}${severity.slice(1)}`;
}

export function severityColour(severity: Severity, text: string): string {
  switch (severity) {
    case "critical":
      return out.bold(out.red(text));
    case "high":
      return out.red(text);
    case "medium":
      return out.yellow(text);
    case "low":
      return out.blue(text);
  }
}

/** Those of each severity under its name and their number, the gravest first. */
export function groupedBySeverity<T>(items: readonly T[], severityOf: (item: T) => Severity): Group<T>[] {
  return SEVERITIES.map((severity) => {
    const rows = items.filter((item) => severityOf(item) === severity);
    return { title: severityColour(severity, `${severityText(severity)} (${rows.length})`), rows };
  }).filter(({ rows }) => rows.length > 0);
}

export function statusColour(status: Status, text: string): string {
  return status === "open" ? text : status === "resolved" ? out.green(text) : out.dim(text);
}

/** Which accounts, as long as they can be named in a line. */
export function accountsText(accounts: readonly { readonly accountId: string }[]): string {
  if (accounts.length > MOST_NAMED) return `${accounts.length} accounts`;
  return `${accounts.length === 1 ? "account" : "accounts"} ${accounts
    .map(({ accountId }) => accountId)
    .toSorted()
    .join(", ")}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** "3 h", "2 days": how long ago, roughly. Milliseconds in. */
export function ago(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : plural(Math.floor(hours / 24), "day");
}
