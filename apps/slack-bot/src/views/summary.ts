import { elapsed, isComplete, SEVERITIES } from "@posture/core";
import type { Summary } from "@posture/runtime";
import type { KnownBlock } from "@slack/types";
import type { Message } from "../slack/port.ts";
import { coverageBlocks, isSure } from "./coverage.ts";
import { header, lasting, literal, MARKS, note, plural, rich, section, severityWord, whenMrkdwn } from "./parts.ts";

/** The posture at this moment. `trouble`: why the latest sweep could not be done, or `null`. Pure. */
export function summaryMessage(summary: Summary, trouble: string | null): Message {
  const { open, suppressed, covered, resolved, lastSweep, coverage, at } = summary;
  const total = SEVERITIES.reduce((sum, severity) => sum + open[severity], 0);
  const sure = trouble === null && lastSweep !== null && isComplete(lastSweep) && isSure(summary);
  const title =
    total > 0
      ? `Posture summary: ${plural(total, "open finding")}`
      : sure
        ? "Posture summary: nothing open"
        : "Posture summary: nothing open that could be read";
  const fields = SEVERITIES.map((severity) => ({
    type: "mrkdwn" as const,
    text: `${MARKS[severity]} *${severityWord(severity)}*\n${open[severity]}`,
  }));
  const blocks: KnownBlock[] = [
    header(title),
    { type: "section", fields },
    note(`${plural(suppressed, "suppressed", "suppressed")}  ·  ${covered} covered  ·  ${resolved} resolved`),
    ...(trouble === null ? [] : [rich(section(literal("⚠️ The latest sweep could not be done: ", { bold: true }), literal(trouble)))]),
    ...heldBlocks(lastSweep),
    ...coverageBlocks(summary),
    ...oldest(summary),
    note(
      lastSweep
        ? `Last sweep ${whenMrkdwn(lastSweep.finishedAt)} (${lasting(elapsed(lastSweep.finishedAt, at))} ago), ${coverage.complete} of ${plural(coverage.total, "listing")} complete.`
        : "No sweep has finished yet.",
    ),
  ];
  const counts = SEVERITIES.map((severity) => `${open[severity]} ${severity}`).join(", ");
  return { text: `${title}: ${counts}.`, blocks };
}

/** What would have been resolved at once, and was read again first. */
function heldBlocks(sweep: Summary["lastSweep"]): KnownBlock[] {
  return (sweep?.held ?? []).map(({ accountId, failing, resolving, resolved }) =>
    rich(
      section(
        literal(`Account ${accountId}: `, { bold: true }),
        literal(
          `${resolving} of ${plural(failing, "finding")} would have been resolved at once, so they were read again. ${resolved} were resolved.`,
        ),
      ),
    ),
  );
}

function oldest({ oldestCriticals, at }: Summary): KnownBlock[] {
  if (oldestCriticals.length === 0) return [];
  const lines = oldestCriticals.map(({ finding, id }) =>
    section(
      literal(id, { code: true }),
      literal("  "),
      literal(finding.ref.name, { bold: true }),
      literal(` · ${finding.title} · ${lasting(elapsed(finding.openedAt, at))}`),
    ),
  );
  return [
    rich(section(literal(`${MARKS.critical} Oldest criticals`, { bold: true })), {
      type: "rich_text_list",
      style: "bullet",
      elements: lines,
    }),
  ];
}
