import { SEVERITIES } from "@posture/core";
import type { Summary } from "@posture/runtime";
import pc from "picocolors";
import { withPosture } from "../open.ts";
import { coverageText } from "../scan-text.ts";
import { ago, severityColour, severityText } from "../words.ts";
import { printed } from "./scan.ts";

export interface SummaryOptions {
  readonly format: "table" | "json";
  readonly store?: string;
  readonly config?: string;
}

/** `posture summary`. Answers the exit code. */
export async function summary({ format, store, config }: SummaryOptions): Promise<number> {
  return withPosture({ store, config, readOnly: true }, async (posture) => {
    const it = await posture.summary();
    await printed(format === "json" ? `${JSON.stringify(it)}\n` : summaryText(it));
    return 0;
  });
}

const BAR = 30;

export function summaryText({ open, suppressed, covered, lastSweep, undecided, unread, coverage, oldestCriticals, at }: Summary): string {
  if (!lastSweep) return `Nothing has been swept yet. ${pc.dim("`posture scan` is the first step.")}\n`;
  const most = Math.max(1, ...SEVERITIES.map((severity) => open[severity]));
  const bars = SEVERITIES.map((severity) => {
    const bar = "█".repeat(Math.ceil((open[severity] / most) * BAR));
    return `  ${severityColour(severity, severityText(severity).padEnd(10))} ${String(open[severity]).padStart(5)}  ${severityColour(severity, bar)}`;
  });
  const lines = [
    pc.bold("Open findings"),
    ...bars,
    "",
    `${suppressed} suppressed, ${covered} covered by another finding of the same resource`,
    `Last sweep ${ago(Date.parse(at) - Date.parse(lastSweep.finishedAt))} ago`.replace("just now ago", "just now"),
    ...coverageText({ coverage: [...lastSweep.coverage], undecided, unread }),
    ...(oldestCriticals.length > 0 && coverage.total > 0
      ? ["", pc.bold("Oldest criticals"), ...oldestCriticals.map(({ finding, id }) => `  ${pc.dim(id)}  ${finding.message.text}`)]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}
