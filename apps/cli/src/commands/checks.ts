import { resolve } from "node:path";
import { unknownCheck } from "@posture/config";
import type { Severity } from "@posture/core";
import { categoryNamed, type CheckInfo, factsOf, frameworkNamed, loadChecks } from "@posture/runtime";
import { checkText } from "../check-text.ts";
import { listedCheck } from "../checks-schema.ts";
import { out } from "../colours.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { type Column, groupedTable, paragraph, ROOM_FOR_A_TABLE, table } from "../table.ts";
import { groupedBySeverity, severityText } from "../words.ts";

export interface ChecksOptions {
  readonly format: "table" | "json";
  readonly framework?: string;
  readonly severity?: readonly Severity[];
  readonly category?: readonly string[];
  readonly config?: string;
}

/** `posture checks list`. Answers the exit code. */
export async function checks({ format, config, ...wanted }: ChecksOptions): Promise<number> {
  const { infos } = await loadChecks({ file: config, folder: resolve(".") });
  const some = chosenChecks(infos, wanted);
  await printed(format === "json" ? json(some.map(listedCheck)) : checksText(allPrintable(some), widthOf()));
  return 0;
}

export interface CheckOptions {
  readonly format: "text" | "json";
  readonly config?: string;
}

/** `posture checks show <id>`. Answers the exit code. @throws {PostureError} POSTURE_CHECK_UNKNOWN, with the nearest one. */
export async function checkShown(id: string, { format, config }: CheckOptions): Promise<number> {
  const { checks: all, infos } = await loadChecks({ file: config, folder: resolve(".") });
  const info = infos.find((it) => it.id === id);
  const check = all.find((it) => it.check.id === id)?.check;
  if (!info || !check)
    throw unknownCheck(
      id,
      infos.map((it) => it.id),
    );
  const facts = factsOf(check);
  const whole = { ...listedCheck(info), risk: info.risk, ...facts };
  await printed(format === "json" ? json(whole) : checkText(allPrintable(info), allPrintable(facts), widthOf()));
  return 0;
}

/**
 * Pure: those that all the filters let through.
 * @throws {PostureError} POSTURE_FRAMEWORK_UNKNOWN, POSTURE_CATEGORY_UNKNOWN
 */
export function chosenChecks(
  infos: readonly CheckInfo[],
  { framework, severity, category }: Pick<ChecksOptions, "framework" | "severity" | "category">,
): readonly CheckInfo[] {
  const known = framework === undefined ? null : frameworkNamed(framework, infos);
  const categories = category?.map((word) => categoryNamed(word, infos));
  return infos.filter(
    (info) =>
      (known === null || known in info.frameworks) &&
      (severity === undefined || severity.includes(info.severity)) &&
      (categories === undefined || categories.some((it) => info.categories.includes(it))),
  );
}

const ID: Column<CheckInfo> = { head: "Check", text: ({ id }) => id };
const SEVERITY: Column<CheckInfo> = { head: "Severity", text: ({ severity }) => severityText(severity) };
const TYPE: Column<CheckInfo> = { head: "Resource", text: ({ resourceType }) => resourceType, colour: out.dim };
const TITLE: Column<CheckInfo> = { head: "What it finds", text: ({ title }) => title, flexible: 1 };

/** Pure: by severity, in as many columns as there is room for. */
export function checksText(infos: readonly CheckInfo[], width: number): string {
  if (infos.length === 0) return `No check is all of that. ${out.dim("`posture checks` lists every one.")}\n`;
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
