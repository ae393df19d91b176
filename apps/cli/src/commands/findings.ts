import { type Severity, STATUSES } from "@posture/core";
import { type CheckInfo, type Listed, stepsOf } from "@posture/runtime";
import pc from "picocolors";
import { explainWord } from "../choose.ts";
import { withPosture } from "../open.ts";
import { findingsTable } from "../scan-text.ts";
import { terminalWidth } from "../table.ts";
import { plural, severityColour, severityText } from "../words.ts";
import { printed } from "./scan.ts";

export interface FindingsOptions {
  readonly format: "table" | "json";
  readonly store?: string;
  readonly severity?: readonly Severity[];
  readonly status?: readonly string[];
  readonly config?: string;
}

/** `posture findings [id]`. Answers the exit code. */
export async function findings(id: string | undefined, { format, store, severity, status, config }: FindingsOptions): Promise<number> {
  const wanted = (status ?? ["open"]).map((word) => explainWord(word, STATUSES, "status"));
  return withPosture({ store, config, readOnly: true }, async (posture) => {
    if (id !== undefined) {
      const found = await posture.find(id);
      await printed(format === "json" ? `${JSON.stringify(found)}\n` : findingText(found, posture.checks.get(found.finding.checkId)));
      return 0;
    }
    const listed = (await posture.list()).filter(
      (it) => wanted.includes(it.status) && (severity === undefined || severity.includes(it.finding.severity)),
    );
    await printed(format === "json" ? `${JSON.stringify(listed)}\n` : listText(listed, wanted));
    return 0;
  });
}

function listText(listed: readonly Listed[], wanted: readonly string[]): string {
  if (listed.length === 0) return `No findings that are ${wanted.join(" or ")}. ${pc.dim("`posture scan` looks again.")}\n`;
  return `${findingsTable(listed, terminalWidth(), wanted.length > 1)}\n\n${plural(listed.length, "finding")}\n`;
}

/** One finding, whole. */
export function findingText({ finding, status, id, suppression }: Listed, check: CheckInfo | undefined): string {
  const { severity, title, ref, message, openedAt, stale, reopened } = finding;
  const lines = [
    `${severityColour(severity, severityText(severity))}  ${pc.bold(title)}  ${pc.dim(status)}`,
    "",
    message.text,
    ...message.notes.map((note) => pc.dim(note)),
    "",
    `${pc.dim("Id        ")}${id}`,
    `${pc.dim("Check     ")}${finding.checkId}`,
    `${pc.dim("Resource  ")}${ref.arn}`,
    `${pc.dim("Region    ")}${ref.region}, account ${ref.accountId}`,
    `${pc.dim("First seen")} ${openedAt}${reopened > 0 ? `, reopened ${plural(reopened, "time")}` : ""}`,
    ...(suppression ? [`${pc.dim("Suppressed")} until ${suppression.expiresAt}: ${suppression.justification}`] : []),
    ...(stale
      ? [
          pc.yellow(
            `Could not be read since ${stale.since}: ${stale.detail || stale.reason}${stale.missing.length > 0 ? `; grant ${stale.missing.join(", ")}` : ""}`,
          ),
        ]
      : []),
    "",
    pc.bold("Evidence"),
    ...JSON.stringify(message.evidence, null, 2)
      .split("\n")
      .map((line) => `  ${line}`),
    ...(check
      ? [
          "",
          pc.bold("Why it matters"),
          `  ${check.risk}`,
          "",
          pc.bold("What to do"),
          ...stepsOf(check, finding).map((step, i) => `  ${i + 1}. ${step}`),
          `  ${pc.dim(check.remediation.docs)}`,
        ]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}
