import { whyText } from "@posture/core";
import { afterWords, type CheckInfo, type FilledStep, guideOf, type Listed } from "@posture/runtime";
import { out } from "./colours.ts";
import { nextText } from "./next-steps.ts";
import { paragraph } from "./table.ts";
import { plural, severityColour, severityText, statusColour } from "./words.ts";

export interface Screen {
  /** In columns; without an end in a pipe. */
  readonly width: number;
  /** The words that name the store in the next command. */
  readonly store: string;
}

/** One finding, whole. */
export function findingText({ finding, status, id, suppression }: Listed, check: CheckInfo | undefined, { width, store }: Screen): string {
  const { severity, title, ref, message, openedAt, stale, reopened, coveredBy, assignee, changed } = finding;
  const page = check?.consoleOf(ref) ?? null;
  const lines = [
    `${severityColour(severity, severityText(severity))}  ${out.bold(title)}  ${statusColour(status, status)}`,
    "",
    paragraph(message.text, width),
    ...message.notes.map((note) => out.dim(paragraph(note, width))),
    ...(stale ? ["", out.yellow(paragraph(staleText(stale), width))] : []),
    "",
    row("Id", id),
    row("Check", finding.checkId),
    row("Resource", ref.subResourceId === undefined ? ref.arn : `${ref.arn}, ${ref.subResourceId}`),
    row("Where", `account ${ref.accountId}, ${ref.region}`),
    ...(page === null ? [] : [row("Console", page)]),
    row("First seen", `${openedAt}${reopened > 0 ? `, reopened ${plural(reopened, "time")}` : ""}`),
    ...(changed ? [row(finding.condition === "cleared" ? "Resolved" : "Failed", afterWords(changed))] : []),
    ...(assignee
      ? [row("Assigned", `to ${assignee.id}${assignee.by.kind === "user" ? ` by ${assignee.by.id}` : ""}, ${assignee.at}`)]
      : []),
    ...(coveredBy && status === "covered" ? [row("Covered by", coveredBy)] : []),
    ...(suppression
      ? [
          row(
            "Suppressed",
            `until ${suppression.expiresAt} by ${suppression.by.kind === "user" ? suppression.by.id : "Posture"}: ${whyText(suppression)}${suppression.ticket === undefined ? "" : ` (${suppression.ticket})`}`,
          ),
        ]
      : []),
    "",
    out.bold("Evidence"),
    ...JSON.stringify(message.evidence, null, 2)
      .split("\n")
      .map((line) => `  ${line}`),
    ...(check ? advice(check, guideOf(check, finding), width) : []),
    "",
    nextText([{ command: `posture recheck ${id}${store}`, does: "reads it again, now" }]),
  ];
  return `${lines.join("\n")}\n`;
}

function advice({ risk, remediation }: CheckInfo, steps: readonly FilledStep[], width: number): string[] {
  return [
    "",
    out.bold("Why it matters"),
    paragraph(risk, width, 2),
    "",
    out.bold("What to do"),
    ...steps.flatMap(({ text, command }, i) => [
      paragraph(`${i + 1}. ${text}`, width, 2),
      // Not wrapped: whoever copies it gets one command.
      ...(command === undefined ? [] : [`     ${out.cyan(command)}`]),
    ]),
    `  ${out.dim(remediation.docs)}`,
  ];
}

function staleText({ since, detail, reason, missing }: NonNullable<Listed["finding"]["stale"]>): string {
  return `Could not be read since ${since}: ${detail || reason}${missing.length > 0 ? `. Grant ${missing.join(", ")}` : ""}.`;
}

const NAMES = 12;
function row(name: string, value: string): string {
  return `${out.dim(name.padEnd(NAMES))}${value}`;
}
