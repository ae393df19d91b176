import { trendText } from "@posture/chart";
import { dayOf, SEVERITIES, type Severity, type SweepRecord, type Tally } from "@posture/core";
import type { DaySummary, Present, SeverityCounts as BySeverity, Summary } from "@posture/runtime";
import { out } from "./colours.ts";
import { coverageText, missingActions, wasAllRead } from "./coverage-text.ts";
import { type NextStep, nextText } from "./next-steps.ts";
import { paragraph } from "./table.ts";
import { accountsText, ago, plural, severityColour, severityText } from "./words.ts";

export interface SummaryTextOptions {
  readonly width: number;
  /** The words with which the next command finds the same store. */
  readonly store: string;
}

const OLDEST = 5;

/** Pure: what is open, how that changed, what is overdue, what could not be read, and what to do next. */
export function summaryText(summary: Summary, { width, store }: SummaryTextOptions): string {
  const { lastSweep, sinceYesterday } = summary;
  if (!lastSweep) return unswept(store);
  return inSections([
    [
      `${out.bold("Open findings")} in ${accountsText(lastSweep.accounts)}: ${totalOf(summary).toLocaleString("en")}`,
      ...countLines(summary, sinceYesterday.before),
    ],
    [paragraph(changedText(summary), width), hiddenLine(summary, width)],
    [chart(summary, width)],
    oldestLines(summary, width),
    coverageLines(summary, lastSweep, width),
    [nextText(nextSteps(summary, store))],
  ]);
}

/** Pure: the same of the findings that were asked for, as they are now. */
export function presentText(present: Present, { width, store }: SummaryTextOptions): string {
  const { lastSweep } = present;
  if (!lastSweep) return unswept(store);
  return inSections([
    [`${out.bold("Open findings")} that match: ${totalOf(present).toLocaleString("en")}`, ...countLines(present, null)],
    [
      hiddenLine(present, width),
      out.dim(paragraph("Earlier days are known of all findings together: `posture summary` shows them.", width)),
    ],
    oldestLines(present, width),
    coverageLines(present, lastSweep, width),
  ]);
}

function unswept(store: string): string {
  return `Nothing has been swept yet. ${out.dim(`\`posture scan${store}\` is the first step.`)}\n`;
}

function inSections(sections: readonly (readonly string[])[]): string {
  const shown = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${shown.join("\n\n")}\n`;
}

function hiddenLine({ suppressed, covered }: Present, width: number): string {
  return paragraph(`${suppressed} suppressed, ${covered} covered by another finding of the same resource`, width);
}

function coverageLines(
  present: Present,
  { coverage: listings, finishedAt }: Pick<SweepRecord, "coverage" | "finishedAt">,
  width: number,
): readonly string[] {
  const { at, undecided, unread } = present;
  const covers = { coverage: listings, undecided, unread };
  const swept = ago(Date.parse(at) - Date.parse(finishedAt));
  return [
    `Last sweep ${swept === "just now" ? swept : `${swept} ago`}`,
    ...(totalOf(present) === 0 && !wasAllRead(covers) ? [out.yellow("Nothing is open in what could be read. That is no all clear.")] : []),
    ...coverageText(covers, width),
    ...(missingActions(covers).length > 0
      ? [out.dim(paragraph("`posture permissions` prints the policy that grants what is missing.", width))]
      : []),
  ];
}

/** Pure: one day that is over, or today as it stands. */
export function dayText({ day, open, happened }: DaySummary, isToday: boolean): string {
  const head = `${out.bold("Open findings")} ${isToday ? `today, ${day}, as it stands` : `at the end of ${day}`} (UTC)`;
  const lines = SEVERITIES.map((severity) => countOf(severity, open[severity]));
  return `${[head, ...lines, "", `On that day: ${happenedText(happened)}.`].join("\n")}\n`;
}

function totalOf({ open }: Present): number {
  return SEVERITIES.reduce((sum, severity) => sum + open[severity], 0);
}

function countOf(severity: Severity, count: number): string {
  return `  ${severityColour(severity, severityText(severity).padEnd(10))} ${count.toLocaleString("en").padStart(7)}`;
}

/** One line for each severity: how many, how many more than when yesterday ended, and how many have been open for too long. */
function countLines({ open, overdue, targets }: Present, before: BySeverity | null): string[] {
  return SEVERITIES.map((severity) => {
    const change = before ? signed(open[severity] - before[severity]).padStart(8) : "";
    const late =
      overdue[severity] > 0 ? `   ${overdue[severity].toLocaleString("en")} open for more than ${plural(targets[severity], "day")}` : "";
    return `${countOf(severity, open[severity])}${change}${out.yellow(late)}`;
  });
}

function signed(change: number): string {
  return change === 0 ? "±0" : `${change > 0 ? "+" : "−"}${Math.abs(change).toLocaleString("en")}`;
}

function chart({ trend, at }: Summary, width: number): string {
  return trendText(trend.known, { today: dayOf(at), days: trend.days, width, colour: severityColour });
}

function changedText({ sinceYesterday: { day, before, happened } }: Summary): string {
  const compared = before ? "The changes above are since the end of yesterday" : `Of yesterday, ${day}, nothing is known`;
  return `Today (UTC): ${happenedText(happened)}. ${compared}.`;
}

function happenedText({ opened, reopened, resolved, suppressed }: Tally): string {
  return `${opened} opened, ${reopened} reopened, ${resolved} resolved, ${plural(suppressed, "suppression")} begun`;
}

function oldestLines({ oldestCriticals, at }: Present, width: number): string[] {
  if (oldestCriticals.length === 0) return [];
  return [
    out.bold("Criticals that have been open for longest"),
    ...oldestCriticals.slice(0, OLDEST).map(({ id, finding }) => {
      const age = ago(Date.parse(at) - Date.parse(finding.openedAt));
      return paragraph(`${out.dim(id)}  ${age}  ${finding.message.text}`, width, 2);
    }),
  ];
}

function nextSteps({ open, oldestCriticals: [oldest] }: Summary, store: string): readonly NextStep[] {
  const gravest = SEVERITIES.find((severity) => open[severity] > 0);
  return [
    ...(oldest ? [{ command: `posture findings ${oldest.id}${store}`, does: "how to fix the oldest critical" }] : []),
    gravest
      ? { command: `posture findings --severity ${gravest}${store}`, does: `the ${gravest} ones` }
      : { command: `posture scan${store}`, does: "look again" },
  ];
}
