import { resolve } from "node:path";
import { type CheckInfo, loadChecks } from "@posture/runtime";
import { out } from "../colours.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { type Column, groupedTable, paragraph, ROOM_FOR_A_TABLE, table } from "../table.ts";
import { groupedBySeverity, severityText } from "../words.ts";

export interface ChecksOptions {
  readonly format?: "table" | "json";
  readonly config?: string;
}

/** `posture checks`. Answers the exit code. */
export async function checks({ format, config }: ChecksOptions): Promise<number> {
  const { infos } = await loadChecks({ file: config, folder: resolve(".") });
  await printed(format === "json" ? json(infos) : checksText(allPrintable(infos), widthOf()));
  return 0;
}

const ID: Column<CheckInfo> = { head: "Check", text: ({ id }) => id };
const SEVERITY: Column<CheckInfo> = { head: "Severity", text: ({ severity }) => severityText(severity) };
const TYPE: Column<CheckInfo> = { head: "Resource", text: ({ resourceType }) => resourceType, colour: out.dim };
const TITLE: Column<CheckInfo> = { head: "What it finds", text: ({ title }) => title, flexible: 1 };

/** Pure: by severity, in as many columns as there is room for. */
export function checksText(infos: readonly CheckInfo[], width: number): string {
  const groups = groupedBySeverity(infos, ({ severity }) => severity);
  if (width === Number.POSITIVE_INFINITY) {
    return `${table(
      [SEVERITY, ID, TYPE, TITLE],
      groups.flatMap(({ rows }) => rows),
      width,
    )}\n`;
  }
  if (width >= ROOM_FOR_A_TABLE) return `${groupedTable([ID, TYPE, TITLE], groups, width)}\n`;
  const entry = ({ id, title }: CheckInfo): string => `${paragraph(id, width, 2)}\n${out.dim(paragraph(title, width, 4))}`;
  return `${groups.map(({ title, rows }) => [title, ...rows.map(entry)].join("\n")).join("\n\n")}\n`;
}

/** `posture permissions`: exactly what the enabled checks need, and what every run needs. Answers the exit code. */
export async function permissions({ config }: ChecksOptions): Promise<number> {
  const { policy } = await loadChecks({ file: config, folder: resolve(".") });
  await printed(`${JSON.stringify(policy, null, 2)}\n`);
  return 0;
}
