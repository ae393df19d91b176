import { stringify } from "csv-stringify/sync";
import { cellsOf, hidesFormula, textOf, withoutSeparators } from "./csv-cell.ts";
import { daysOpen, titleOf } from "./finding.ts";
import type { ExportContext, ExportedCheck, ExportRow } from "./row.ts";
import { actorText, json } from "./text.ts";

/** `null`: nothing to say. A number or an instant is written as it is; every other text may be anything. */
type Value = string | number | null | { readonly instant: string };
type Column = readonly [heading: string, value: (row: ExportRow, context: ExportContext) => Value];

const instant = (at: string | null | undefined): Value => (at === null || at === undefined ? null : { instant: at });

const COLUMNS: readonly Column[] = [
  ["Severity", ({ finding }) => finding.severity],
  ["Check name", titleOf],
  ["Resource ARN", ({ finding }) => finding.ref.arn],
  ["Region", ({ finding }) => finding.ref.region],
  ["Account", ({ finding }) => finding.ref.accountId],
  ["Status", ({ status }) => status],
  ["Assigned to", ({ finding }) => finding.assignee?.id ?? null],
  ["Message", ({ finding }) => finding.message.text],
  ["Resource name", ({ finding }) => finding.ref.name],
  ["Part of resource", ({ finding }) => finding.ref.subResourceId ?? null],
  ["Resource type", ({ finding }) => finding.ref.type],
  ["ID", ({ id }) => id],
  ["Check ID", ({ finding }) => finding.checkId],
  ["Categories", ({ check }) => check && check.categories.join(", ")],
  ["First seen", ({ finding }) => instant(finding.openedAt)],
  ["Last seen", ({ finding }) => instant(finding.lastSeenAt)],
  ["Evidence from", ({ finding }) => instant(finding.evidenceAt)],
  ["Resolved", ({ finding }) => instant(finding.clearedAt)],
  ["Days open", (row, { at }) => daysOpen(row, at)],
  ["Times reopened", ({ finding }) => finding.reopened],
  ["Suppressed until", ({ suppression }) => instant(suppression?.expiresAt)],
  ["Suppressed by", ({ suppression }) => suppression && actorText(suppression.by)],
  ["Justification", ({ suppression }) => suppression && suppression.justification],
  ["Covered by", ({ finding }) => finding.coveredBy],
  ["Not readable since", ({ finding }) => instant(finding.stale?.since)],
  ["Not readable because", ({ finding }) => finding.stale && [finding.stale.reason, ...finding.stale.missing].join(" ")],
  ["Risk", ({ check }) => check && check.risk],
  ["Remediation", ({ check }) => check && stepsText(check)],
  ["AWS documentation", ({ check }) => check && check.remediation.docs],
  ["AWS console", ({ console }) => console],
  ["Frameworks", ({ check }) => check && frameworksText(check.frameworks)],
  ["Notes", ({ finding }) => finding.message.notes.join("\n")],
  ["Tags", ({ finding }) => (finding.tags ? jsonText(finding.tags) : null)],
  ["Fingerprint", ({ finding }) => finding.fingerprint],
  ["Evidence", ({ finding }) => jsonText(finding.message.evidence)],
];

/** The first row. */
export const CSV_HEADINGS: readonly string[] = COLUMNS.map(([heading]) => heading);

/** Excel reads UTF-8 only where this begins the file. */
const BYTE_ORDER_MARK = "\uFEFF";

/** RFC 4180, every cell quoted, UTF-8 with a byte order mark; every cell is what `csv-cell.ts` makes of its text. */
export async function* csv(rows: AsyncIterable<ExportRow>, context: ExportContext): AsyncGenerator<string> {
  yield `${BYTE_ORDER_MARK}${lines([CSV_HEADINGS])}`;
  for await (const row of rows) yield lines(recordsOf(row, context));
}

/**
 * The texts of a CSV export, exactly as they were, from the rows that any reader of CSV makes of it, the first one included.
 * A row without a severity continues the one before it.
 */
export async function* readCsv(records: AsyncIterable<readonly string[]>): AsyncGenerator<Readonly<Record<string, string>>> {
  let headings: readonly string[] | null = null;
  let texts: readonly string[] | null = null;
  const named = (them: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(them.map((text, i) => [headings?.[i] ?? String(i), text]));
  for await (const record of records) {
    if (headings === null) {
      headings = record;
      continue;
    }
    const parts = record.map(textOf);
    if (record[0] === "" && texts !== null) texts = texts.map((text, i) => text + (parts[i] ?? ""));
    else {
      if (texts !== null) yield named(texts);
      texts = parts;
    }
  }
  if (texts !== null) yield named(texts);
}

function recordsOf(row: ExportRow, context: ExportContext): readonly (readonly string[])[] {
  const cells = COLUMNS.map(([, value]) => written(value(row, context)));
  const height = cells.reduce((most, { length }) => Math.max(most, length), 1);
  return Array.from({ length: height }, (_, i) => cells.map((cell) => cell[i] ?? ""));
}

function written(value: Value): readonly string[] {
  if (value === null) return [""];
  if (typeof value === "number") return [String(value)];
  return typeof value === "string" ? cellsOf(value) : [value.instant];
}

function lines(records: readonly (readonly string[])[]): string {
  return stringify(
    records.map((record) => [...record]),
    { quoted: true, quoted_empty: true, record_delimiter: "windows" },
  );
}

function jsonText(value: unknown): string {
  const text = json(value);
  return hidesFormula(text) ? withoutSeparators(text) : text;
}

function stepsText({ remediation: { steps } }: ExportedCheck): string {
  return steps.flatMap(({ text, command }) => (command === undefined ? [text] : [text, command])).join("\n");
}

function frameworksText(frameworks: ExportedCheck["frameworks"]): string {
  return Object.entries(frameworks)
    .map(([id, controls]) => `${id}: ${controls.join(", ")}`)
    .join("\n");
}
