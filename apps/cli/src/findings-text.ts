import type { Listed } from "@posture/runtime";
import { out } from "./colours.ts";
import { type Column, groupedTable, paragraph, ROOM_FOR_A_TABLE, table } from "./table.ts";
import { groupedBySeverity, severityColour, severityText, statusColour } from "./words.ts";

const ID: Column<Listed> = { head: "Id", text: ({ id }) => id, colour: out.dim };
const SEVERITY: Column<Listed> = { head: "Severity", text: ({ finding }) => severityText(finding.severity) };
const COLOURED: Column<Listed> = { ...SEVERITY, colour: (text, { finding }) => severityColour(finding.severity, text) };
const STATUS: Column<Listed> = { head: "Status", text: ({ status }) => status, colour: (text, { status }) => statusColour(status, text) };
const ACCOUNT: Column<Listed> = { head: "Account", text: ({ finding }) => finding.ref.accountId };
const REGION: Column<Listed> = { head: "Region", text: ({ finding }) => finding.ref.region };
const RESOURCE: Column<Listed> = { head: "Resource", text: ({ finding }) => finding.ref.name, colour: out.bold, flexible: 2 };
const ASSIGNEE: Column<Listed> = { head: "Assignee", text: ({ finding }) => finding.assignee?.id ?? "-", flexible: 1 };
const WHAT: Column<Listed> = { head: "What is wrong", text: whatOf, flexible: 5 };

interface ListLook {
  readonly withStatus?: boolean;
  /** Under a heading for each severity, which only holds while the gravest come first. Default: true. */
  readonly grouped?: boolean;
}

/**
 * Findings by severity. On a wide terminal a table, on a narrow one two lines or more for each; where the width has no end (a pipe, a file) one
 * line for each, for grep.
 */
export function findingsList(listed: readonly Listed[], width: number, { withStatus = false, grouped = true }: ListLook = {}): string {
  const status = withStatus ? [STATUS] : [];
  const several = new Set(listed.map(({ finding }) => finding.ref.accountId)).size > 1;
  const where = several ? [ACCOUNT, REGION] : [REGION];
  const whose = listed.some(({ finding }) => finding.assignee) ? [ASSIGNEE] : [];
  if (width === Number.POSITIVE_INFINITY || (!grouped && width >= ROOM_FOR_A_TABLE))
    return table([grouped ? SEVERITY : COLOURED, ID, ...status, ...where, RESOURCE, ...whose, WHAT], listed, width);
  if (!grouped) return listed.map((one) => entry(one, width, { withStatus, withSeverity: true, several })).join("\n");
  const groups = groupedBySeverity(listed, ({ finding }) => finding.severity);
  if (width >= ROOM_FOR_A_TABLE) return groupedTable([ID, ...status, ...where, RESOURCE, ...whose, WHAT], groups, width);
  return groups.map(({ title, rows }) => [title, ...rows.map((row) => entry(row, width, { withStatus, several }))].join("\n")).join("\n\n");
}

function entry(
  listed: Listed,
  width: number,
  { withStatus, withSeverity = false, several }: { withStatus: boolean; withSeverity?: boolean; several: boolean },
): string {
  const { id, finding, status } = listed;
  const { severity, ref, assignee } = finding;
  const head = [
    ...(withSeverity ? [severityColour(severity, severityText(severity))] : []),
    out.dim(id),
    ...(withStatus ? [statusColour(status, status)] : []),
    ...(several ? [ref.accountId] : []),
    ref.region,
    out.bold(ref.name),
    ...(assignee ? [`assigned to ${assignee.id}`] : []),
  ];
  return `${paragraph(head.join("  "), width, 2)}\n${paragraph(whatOf(listed), width, 4)}`;
}

/** What is wrong, and since when that could not be looked at. */
function whatOf({ finding: { message, stale } }: Listed): string {
  return stale ? `${message.text} (could not be read since ${stale.since}: ${stale.reason})` : message.text;
}
