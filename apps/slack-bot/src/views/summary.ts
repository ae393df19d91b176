import { trendText } from "@posture/chart";
import { dayOf, elapsed, isComplete, SEVERITIES } from "@posture/core";
import type { Asked, Present, Summary } from "@posture/runtime";
import type { ImageBlock, KnownBlock } from "@slack/types";
import type { Message } from "../slack/port.ts";
import { askedWords } from "./asked.ts";
import { coverageBlocks, isSure } from "./coverage.ts";
import { cut, fallback, header, lasting, literal, MARKS, note, plain, plural, rich, section, severityWord, whenMrkdwn } from "./parts.ts";

/** The trend as a file that is in Slack, and what it shows in words. */
export interface Picture {
  readonly fileId: string;
  readonly days: number;
  readonly words: string;
}

/** The posture at this moment. `trouble`: why the latest sweep could not be done, or `null`. `picture`: the trend; without one it is drawn in characters. Pure. */
export function summaryMessage(summary: Summary, trouble: string | null, picture: Picture | null = null): Message {
  const { open } = summary;
  const title = `Posture summary: ${openWords(summary, trouble)}`;
  const blocks: KnownBlock[] = [
    header(title),
    ...countBlocks(summary),
    ...(picture ? [pictureBlock(picture)] : trendBlocks(summary)),
    ...doubtBlocks(summary, trouble),
    ...oldest(summary),
    sweepNote(summary),
  ];
  const counts = SEVERITIES.map((severity) => `${open[severity]} ${severity}`).join(", ");
  return { text: `${title}: ${counts}.`, blocks };
}

/** The same of what was asked for. Of the past only the whole is kept, which is said. Pure. */
export function presentMessage(present: Present, asked: Asked, trouble: string | null): Message {
  const { open } = present;
  const what = cut(askedWords(asked), 500);
  const title = `Posture summary: ${openWords(present, trouble)}`;
  const counts = SEVERITIES.map((severity) => `${open[severity]} ${severity}`).join(", ");
  const blocks: KnownBlock[] = [
    header(title),
    rich(section(literal("Asked for: "), literal(what, { italic: true }))),
    severityBlock(present),
    statusNote(present),
    ...overdueBlocks(present),
    ...doubtBlocks(present, trouble),
    ...oldest(present),
    sweepNote(present),
    note("How it was on earlier days is known of all findings together: `/posture summary` shows that."),
  ];
  return { text: fallback(`${title} (${what}): ${counts}.`), blocks };
}

/** "3 open findings". That nothing is open is said without a reservation only where everything was read. Pure. */
export function openWords(summary: Present, trouble: string | null): string {
  const { open, lastSweep } = summary;
  const total = SEVERITIES.reduce((sum, severity) => sum + open[severity], 0);
  if (total > 0) return plural(total, "open finding");
  const sure = trouble === null && lastSweep !== null && isComplete(lastSweep) && isSure(summary);
  return sure ? "nothing open" : "nothing open that could be read";
}

/** What is open by severity, how that changed, and what is overdue. Pure. */
export function countBlocks(summary: Summary): KnownBlock[] {
  return [severityBlock(summary), statusNote(summary), note(changed(summary)), ...overdueBlocks(summary)];
}

function severityBlock({ open }: Present): KnownBlock {
  const fields = SEVERITIES.map((severity) => ({
    type: "mrkdwn" as const,
    text: `${MARKS[severity]} *${severityWord(severity)}*\n${open[severity]}`,
  }));
  return { type: "section", fields };
}

function statusNote({ suppressed, covered, resolved }: Present): KnownBlock {
  return note(`${plural(suppressed, "suppressed", "suppressed")}  ·  ${covered} covered  ·  ${resolved} resolved`);
}

function sweepNote({ lastSweep, coverage, at }: Present): KnownBlock {
  return note(
    lastSweep
      ? `Last sweep ${whenMrkdwn(lastSweep.finishedAt)} (${lasting(elapsed(lastSweep.finishedAt, at))} ago), ${coverage.complete} of ${plural(coverage.total, "listing")} complete.`
      : "No sweep has finished yet.",
  );
}

/** Why it may not be the whole truth. Nothing where it is. Pure. */
export function doubtBlocks(summary: Present, trouble: string | null): KnownBlock[] {
  return [
    ...(trouble === null
      ? []
      : [rich(section(literal("⚠️ The latest sweep could not be done: ", { bold: true }), literal(cut(trouble, 1500))))]),
    ...heldBlocks(summary.lastSweep),
    ...coverageBlocks(summary),
  ];
}

/** The trend alone, for who has the summary already. Pure. */
export function pictureMessage(picture: Picture): Message {
  return { text: `${titleOf(picture)}: ${picture.words}`, blocks: [pictureBlock(picture)] };
}

export function pictureBlock(picture: Picture): ImageBlock {
  return { type: "image", slack_file: { id: picture.fileId }, alt_text: cut(picture.words, MOST_ALT_TEXT), title: plain(titleOf(picture)) };
}

function titleOf({ days }: Picture): string {
  return `The last ${plural(days, "day")}`;
}

const MOST_ALT_TEXT = 1000;
const DAYS = 30;
/** A telephone shows so many characters of one width on a line. */
const WIDTH = 44;

/** The last days, as far as anything is known of them: one day is no trend. */
export function trendBlocks({ trend, at }: Pick<Summary, "trend" | "at">): KnownBlock[] {
  if (trend.known.length < 2) return [];
  const text = trendText(trend.known, { today: trend.known.at(-1)?.day ?? dayOf(at), days: Math.min(DAYS, trend.days), width: WIDTH });
  return [
    rich(section(literal(`The last ${Math.min(DAYS, trend.days)} days`, { bold: true })), {
      type: "rich_text_preformatted",
      elements: [{ type: "text", text }],
    }),
  ];
}

/** What today brought, and how many there were when yesterday ended. */
function changed({ open, sinceYesterday: { before, happened } }: Summary): string {
  const today = `Today (UTC): ${happened.opened} opened, ${happened.reopened} reopened, ${happened.resolved} resolved`;
  if (before === null) return `${today}. Of yesterday nothing is known.`;
  const parts = SEVERITIES.flatMap((severity) => {
    const more = open[severity] - before[severity];
    return more === 0 ? [] : [`${more > 0 ? "+" : "−"}${Math.abs(more)} ${severity}`];
  });
  return `${today}. Since yesterday: ${parts.join(", ") || "no change"}.`;
}

/** Open for longer than their severity may be. */
function overdueBlocks({ overdue, targets }: Present): KnownBlock[] {
  const parts = SEVERITIES.filter((severity) => overdue[severity] > 0).map(
    (severity) => `${overdue[severity]} ${severity} (more than ${plural(targets[severity], "day")})`,
  );
  return parts.length === 0 ? [] : [rich(section(literal("⏰ Overdue: ", { bold: true }), literal(parts.join(", "))))];
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

function oldest({ oldestCriticals, at }: Present): KnownBlock[] {
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
