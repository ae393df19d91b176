import { SEVERITIES, type ScopeCoverage, type SweepRecord, type Undecided, unreadBesides } from "@posture/core";
import type { Listed } from "@posture/runtime";
import pc from "picocolors";
import { table } from "./table.ts";
import { plural, severityColour, severityText, statusColour } from "./words.ts";

/** What `scan` prints for people. */
export function scanText(sweep: SweepRecord, listed: readonly Listed[], width: number): string {
  const open = listed.filter(({ status }) => status === "open");
  const hidden = listed.filter(({ status }) => status === "suppressed" || status === "covered");
  const parts = [
    open.length > 0 ? findingsTable(open, width) : "",
    [headline(open, sweep), aside(hidden), ...coverageText(sweep)].filter((line) => line !== "").join("\n"),
    open.length > 0 ? pc.dim("Next: `posture findings <id>` shows one with its remediation; `posture recheck <id>` reads it again.") : "",
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

export function findingsTable(listed: readonly Listed[], width: number, withStatus = false): string {
  return table<Listed>(
    [
      {
        head: "Severity",
        text: ({ finding }) => severityText(finding.severity),
        colour: (text, { finding }) => severityColour(finding.severity, text),
      },
      { head: "Id", text: ({ id }) => id, colour: pc.dim },
      ...(withStatus
        ? [
            {
              head: "Status",
              text: ({ status }: Listed) => status,
              colour: (text: string, { status }: Listed) => statusColour(status, text),
            },
          ]
        : []),
      { head: "Region", text: ({ finding }) => finding.ref.region },
      { head: "Resource", text: ({ finding }) => finding.ref.name, flexible: 2 },
      { head: "What is wrong", text: ({ finding }) => finding.message.text, flexible: 5 },
    ],
    listed,
    width,
  );
}

function headline(open: readonly Listed[], { accounts, calls, begunAt, finishedAt }: SweepRecord): string {
  const where = `account ${accounts.map(({ accountId }) => accountId).join(", ")}`;
  const how = pc.dim(`(${plural(calls, "call")}, ${((Date.parse(finishedAt) - Date.parse(begunAt)) / 1000).toFixed(1)} s)`);
  if (open.length === 0) return `${pc.bold("No open findings")} in ${where} ${how}`;
  const counts = SEVERITIES.flatMap((severity) => {
    const count = open.filter(({ finding }) => finding.severity === severity).length;
    return count > 0 ? [severityColour(severity, `${count} ${severity}`)] : [];
  });
  return `${pc.bold(plural(open.length, "open finding"))} in ${where}: ${counts.join(", ")} ${how}`;
}

function aside(hidden: readonly Listed[]): string {
  const count = (status: string): number => hidden.filter((it) => it.status === status).length;
  const parts = [
    count("covered") > 0 ? `${count("covered")} more said by another finding of the same resource` : "",
    count("suppressed") > 0 ? `${count("suppressed")} suppressed` : "",
  ].filter((part) => part !== "");
  return parts.length > 0 ? pc.dim(`Not counted: ${parts.join(", ")}.`) : "";
}

/** Never "all clear" where something was not read. */
export function coverageText(sweep: Pick<SweepRecord, "coverage" | "undecided" | "unread">): string[] {
  const { coverage, undecided, unread } = sweep;
  const incomplete = coverage.filter((line) => line.state === "incomplete");
  if (incomplete.length === 0 && undecided.length === 0 && unread.length === 0)
    return [pc.green(`Everything could be read: ${plural(coverage.length, "listing")} complete.`)];
  return [
    pc.yellow(
      `Not everything could be read: ${coverage.length - incomplete.length} of ${plural(coverage.length, "listing")} complete, ${plural(undecided.length, "judgement")} undecided.`,
    ),
    ...incomplete.flatMap(gapText),
    ...grouped(undecided),
    ...unreadBesides(sweep).map(
      ({ call, reason, missing, times }) =>
        `  ${call}: ${reason}${grant(missing)} (${plural(times, "time")}; no check depended on it alone)`,
    ),
  ];
}

function gapText(line: ScopeCoverage): string[] {
  if (line.state === "complete") return [];
  const { region, type, gap } = line;
  return [`  ${type} in ${region}: ${gap.reason}${grant(gap.missing)}${gap.detail ? pc.dim(` (${gap.detail})`) : ""}`];
}

/** A thousand buckets with the same missing action are one line. */
function grouped(undecided: readonly Undecided[]): string[] {
  const groups = Map.groupBy(undecided, ({ checkId, reason, missing }) => `${checkId}: ${reason}${grant(missing)}`);
  return [...groups].map(([what, members]) => `  ${what} (${plural(members.length, "resource")}, e.g. ${members[0]?.ref.name ?? ""})`);
}

function grant(missing: readonly string[]): string {
  return missing.length > 0 ? `, grant ${missing.join(", ")}` : "";
}
