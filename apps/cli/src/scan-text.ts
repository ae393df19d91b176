import { SEVERITIES, type SweepRecord } from "@posture/core";
import type { Listed } from "@posture/runtime";
import { out } from "./colours.ts";
import { coverageText, missingActions } from "./coverage-text.ts";
import { findingsList } from "./findings-text.ts";
import type { FrameworkReport } from "./framework-report.ts";
import { frameworkText } from "./framework-text.ts";
import { type NextStep, nextText } from "./next-steps.ts";
import { paragraph } from "./table.ts";
import { accountsText, plural, severityColour } from "./words.ts";

export interface Screen {
  /** In columns; without an end in a pipe. */
  readonly width: number;
  /** The words that name the store in the next command, ` --store X`; `null`: nothing was kept. */
  readonly store: string | null;
  /** Those that the sweep was about. */
  readonly frameworks?: readonly FrameworkReport[];
}

/** What `scan` prints for people: what is wrong, what could not be read, what to do next. */
export function scanText(sweep: SweepRecord, listed: readonly Listed[], { width, store, frameworks = [] }: Screen): string {
  const open = listed.filter(({ status }) => status === "open");
  const hidden = listed.filter(({ status }) => status === "suppressed" || status === "covered");
  const next = nextSteps(open[0], sweep, store);
  const parts = [
    open.length > 0 ? findingsList(open, width) : "",
    [paragraph(headline(open, sweep), width), aside(hidden), ...heldText(sweep, width), ...coverageText(sweep, width)]
      .filter((line) => line !== "")
      .join("\n"),
    ...frameworks.map((framework) => frameworkText(framework, width)),
    next.length > 0 ? nextText(next) : "",
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function headline(open: readonly Listed[], { accounts, calls, begunAt, finishedAt }: SweepRecord): string {
  const where = accountsText(accounts);
  const how = out.dim(`(${plural(calls, "call")}, ${((Date.parse(finishedAt) - Date.parse(begunAt)) / 1000).toFixed(1)} s)`);
  if (open.length === 0) return `${out.bold("No open findings")} in ${where} ${how}`;
  const counts = SEVERITIES.flatMap((severity) => {
    const count = open.filter(({ finding }) => finding.severity === severity).length;
    return count > 0 ? [severityColour(severity, `${count} ${severity}`)] : [];
  });
  return `${out.bold(plural(open.length, "open finding"))} in ${where}: ${counts.join(", ")} ${how}`;
}

function aside(hidden: readonly Listed[]): string {
  const count = (status: string): number => hidden.filter((it) => it.status === status).length;
  const parts = [
    count("covered") > 0 ? `${count("covered")} covered by another finding of the same resource` : "",
    count("suppressed") > 0 ? `${count("suppressed")} suppressed` : "",
  ].filter((part) => part !== "");
  return parts.length > 0 ? out.dim(`Not counted: ${parts.join(", ")}.`) : "";
}

/** So much at once is believed only when it was read twice; what the second look did not confirm is still open. */
function heldText({ held = [] }: SweepRecord, width: number): string[] {
  return held.map(({ accountId, failing, resolving, resolved }) => {
    const text = `Account ${accountId}: ${resolving} of ${plural(failing, "finding")} would have been resolved at once, so they were read again. ${resolved} were resolved.`;
    return resolved < resolving ? out.yellow(paragraph(text, width)) : paragraph(text, width);
  });
}

function nextSteps(gravest: Listed | undefined, sweep: SweepRecord, store: string | null): NextStep[] {
  const denied =
    missingActions(sweep).length > 0 ? [{ command: "posture permissions", does: "the policy that grants what is missing" }] : [];
  if (!gravest) return denied;
  if (store === null) return [...denied, { command: "posture scan", does: "keeps what it finds; with --store memory nothing is" }];
  return [
    ...denied,
    { command: `posture findings ${gravest.id}${store}`, does: "its evidence and the steps to fix it" },
    { command: `posture recheck ${gravest.id}${store}`, does: "reads it again, now" },
  ];
}
