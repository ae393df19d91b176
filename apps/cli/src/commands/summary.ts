import { SEVERITIES } from "@posture/core";
import type { Summary } from "@posture/runtime";
import { out } from "../colours.ts";
import { coverageText, missingActions } from "../coverage-text.ts";
import { withPosture } from "../open.ts";
import { printed, widthOf } from "../output.ts";
import { allPrintable, json } from "../printable.ts";
import { paragraph } from "../table.ts";
import { ago, severityColour, severityText } from "../words.ts";

export interface SummaryOptions {
  readonly format: "table" | "json";
  readonly store?: string;
  readonly config?: string;
}

/** `posture summary`. Answers the exit code. */
export async function summary({ format, store, config }: SummaryOptions): Promise<number> {
  return withPosture({ store, config, readOnly: true }, async (posture) => {
    const it = await posture.summary();
    await printed(format === "json" ? json(it) : summaryText(allPrintable(it), widthOf()));
    return 0;
  });
}

const BAR = 30;
const OLDEST = 5;

/** Pure: what is open, what could not be read, what has been open for longest. */
export function summaryText(summary: Summary, width: number): string {
  const { open, suppressed, covered, lastSweep, undecided, unread, oldestCriticals, at } = summary;
  if (!lastSweep) return `Nothing has been swept yet. ${out.dim("`posture scan` is the first step.")}\n`;
  const most = Math.max(1, ...SEVERITIES.map((severity) => open[severity]));
  const bars = SEVERITIES.map((severity) => {
    const bar = "█".repeat(Math.ceil((open[severity] / most) * BAR));
    return `  ${severityColour(severity, severityText(severity).padEnd(10))} ${String(open[severity]).padStart(5)}  ${severityColour(severity, bar)}`;
  });
  const covers = { coverage: lastSweep.coverage, undecided, unread };
  const swept = ago(Date.parse(at) - Date.parse(lastSweep.finishedAt));
  const lines = [
    `${out.bold("Open findings")} in account ${lastSweep.accounts.map(({ accountId }) => accountId).join(", ")}`,
    ...bars.map((line) => line.trimEnd()),
    "",
    `${suppressed} suppressed, ${covered} covered by another finding of the same resource`,
    `Last sweep ${swept === "just now" ? swept : `${swept} ago`}`,
    ...coverageText(covers, width),
    ...(missingActions(covers).length > 0 ? [out.dim("`posture permissions` prints the policy that grants what is missing.")] : []),
    ...(oldestCriticals.length > 0
      ? [
          "",
          out.bold("Open for longest"),
          ...oldestCriticals.slice(0, OLDEST).map(({ id, finding }) => paragraph(`${out.dim(id)}  ${finding.message.text}`, width, 2)),
        ]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}
