import { elapsed, isComplete, SEVERITIES } from "@posture/core";
import type { Listed } from "@posture/runtime";
import type { ActionsBlock, KnownBlock, PlainTextOption, RichTextElement, RichTextSection } from "@slack/types";
import { ACTION, encodeFinding } from "../codec.ts";
import type { About, DailyModel, Known } from "../digests/daily.ts";
import type { Message } from "../slack/port.ts";
import { scopeText } from "./rule.ts";
import { coverageBlocks, isSure } from "./coverage.ts";
import {
  cut,
  header,
  lasting,
  LIMIT,
  literal,
  MARKS,
  note,
  plain,
  plural,
  printable,
  repeatedBlock,
  rich,
  section,
  severityWord,
  when,
  whenMrkdwn,
  whoElement,
} from "./parts.ts";
import { type Picture, pictureBlock, trendBlocks } from "./summary.ts";

const NAMED = 5;
const LINE = 150;
const IN_MENU = 40;

/** A day in one channel: what it brought, what waits, what is open. `picture`: the trend; without one it is drawn in characters. Pure. */
export function dailyMessage(model: DailyModel, picture: Picture | null = null): Message {
  const title = titleOf(model);
  const text = `${title}. ${happenedWords(model)}.`;
  if (!model.changed) return { text, blocks: [...shortBlocks(model), ...endBlocks(model)] };
  const blocks: KnownBlock[] = [
    header(title),
    note(
      [
        happenedWords(model),
        `since ${whenMrkdwn(model.since)}`,
        ...(model.isPart ? ["of what this channel is told"] : []),
        ...(isSure(model.unsure) ? [] : ["⚠️ not everything could be read"]),
      ].join("  ·  "),
    ),
    { type: "section", fields: SEVERITIES.map((severity) => ({ type: "mrkdwn" as const, text: countText(model, severity) })) },
    ...findingBlocks("🆕 New", model.opened),
    ...findingBlocks("↩️ Reopened", model.reopened),
    ...findingBlocks("✅ Resolved", model.resolved),
    ...overdueBlocks(model),
    ...waitingBlocks(model),
    ...expiringBlocks(model),
    ...oldestBlocks(model),
    ...(picture ? [pictureBlock(picture)] : trendBlocks({ trend: model.trend, at: model.now })),
    ...menuBlocks(model.findings),
    ...endBlocks(model),
  ];
  return { text, blocks };
}

function totalOf({ open }: DailyModel): number {
  return SEVERITIES.reduce((sum, severity) => sum + open[severity], 0);
}

/** All is well only where everything was looked at. */
function titleOf(model: DailyModel): string {
  const { isSoFar, unsure, lastSweep, trouble } = model;
  const name = isSoFar ? "Digest so far" : "Daily digest";
  const total = totalOf(model);
  if (total > 0) return `${name}: ${plural(total, "open finding")}`;
  const sure = trouble === null && lastSweep !== null && isComplete(lastSweep) && isSure(unsure);
  return sure ? `${name}: nothing open` : `${name}: nothing open that could be read`;
}

function happenedWords({ opened, reopened, resolved }: DailyModel): string {
  return `${opened.length.toLocaleString("en")} new, ${reopened.length.toLocaleString("en")} reopened, ${resolved.length.toLocaleString("en")} resolved`;
}

function countText({ open, before }: DailyModel, severity: keyof typeof MARKS): string {
  const more = before === null ? 0 : open[severity] - before[severity];
  const change = more === 0 ? "" : `  (${more > 0 ? "+" : "−"}${Math.abs(more).toLocaleString("en")})`;
  return `${MARKS[severity]} *${severityWord(severity)}*\n${open[severity].toLocaleString("en")}${change}`;
}

/** Nobody has to read more where nothing has changed. */
function shortBlocks(model: DailyModel): KnownBlock[] {
  const counts = SEVERITIES.filter((severity) => model.open[severity] > 0).map(
    (severity) => `${MARKS[severity]} ${model.open[severity].toLocaleString("en")} ${severity}`,
  );
  return [
    rich(
      section(
        literal(`${titleOf(model)}.`, { bold: true }),
        literal(" Nothing has changed since "),
        when(model.since),
        literal(counts.length > 0 ? `.  ${counts.join("   ")}` : "."),
      ),
    ),
    ...overdueBlocks(model),
  ];
}

function findingBlocks(head: string, known: readonly Known[]): KnownBlock[] {
  return listBlocks(
    `${head} (${known.length.toLocaleString("en")})`,
    known.map(({ finding: { severity, message, ref }, status }) => [
      literal(`${MARKS[severity]} ${cut(message.text, LINE)}`),
      literal(` (${ref.region}${status === "suppressed" ? ", suppressed" : ""})`),
    ]),
  );
}

function listBlocks(head: string, lines: readonly (readonly RichTextElement[])[]): KnownBlock[] {
  if (lines.length === 0) return [];
  const shown: RichTextSection[] = lines.slice(0, NAMED).map((line) => section(...line));
  const rest = lines.length - shown.length;
  const elements = rest > 0 ? [...shown, section(literal(`and ${plural(rest, "more", "more")}`))] : shown;
  return [rich(section(literal(head, { bold: true })), { type: "rich_text_list", style: "bullet", elements })];
}

function overdueBlocks({ overdue, targets }: DailyModel): KnownBlock[] {
  const parts = SEVERITIES.filter((severity) => overdue[severity] > 0).map(
    (severity) => `${overdue[severity].toLocaleString("en")} ${severity} (more than ${plural(targets[severity], "day")})`,
  );
  return parts.length === 0 ? [] : [rich(section(literal("⏰ Overdue: ", { bold: true }), literal(parts.join(", "))))];
}

function waitingBlocks({ waiting }: DailyModel): KnownBlock[] {
  return listBlocks(
    `⏳ Waits for approval (${waiting.length.toLocaleString("en")})`,
    waiting.map((it) => [
      literal(aboutText(it)),
      literal(", asked by "),
      whoElement(it.pending.by),
      literal(it.pending.later ? ": a later expiry" : ""),
    ]),
  );
}

function expiringBlocks({ expiring }: DailyModel): KnownBlock[] {
  return listBlocks(
    `🔔 Suppressions that end soon (${expiring.length.toLocaleString("en")})`,
    expiring.map((it) => [
      literal(aboutText(it)),
      literal(", by "),
      whoElement(it.listed.suppression.by),
      literal(", until "),
      when(it.listed.suppression.expiresAt),
    ]),
  );
}

function aboutText({ listed: { suppression, hides }, finding }: About): string {
  const text = finding ? `${finding.ref.name}: ${finding.title}` : `${scopeText(suppression)} (${plural(hides, "finding")})`;
  return cut(text, LINE);
}

function oldestBlocks({ oldest, now }: DailyModel): KnownBlock[] {
  return listBlocks(
    `${MARKS.critical} Oldest criticals`,
    oldest.map(({ finding, id }) => [
      literal(id, { code: true }),
      literal("  "),
      literal(cut(finding.ref.name, 60), { bold: true }),
      literal(` · ${cut(finding.title, 90)} · ${lasting(elapsed(finding.openedAt, now))}`),
    ]),
  );
}

function menuBlocks(findings: readonly Listed[]): ActionsBlock[] {
  const options = findings.slice(0, IN_MENU).map(optionOf);
  if (options.length === 0) return [];
  return [
    { type: "actions", elements: [{ type: "static_select", action_id: ACTION.open, placeholder: plain("Open a finding"), options }] },
  ];
}

function optionOf({ finding: { severity, message, fingerprint } }: Listed): PlainTextOption {
  return { text: plain(cut(printable(`${MARKS[severity]} ${message.text}`), LIMIT.option)), value: encodeFinding(fingerprint) };
}

/** What was looked at, and where the audit log ended. */
function endBlocks(model: DailyModel): KnownBlock[] {
  const { trouble, unsure, lastSweep, anchor, mayRepeat, now } = model;
  const { complete, total } = unsure.coverage;
  const sweep = lastSweep
    ? `Last sweep ${lasting(elapsed(lastSweep.finishedAt, now))} ago, ${complete.toLocaleString("en")} of ${plural(total, "listing")} complete`
    : "No sweep has finished yet";
  const log = anchor ? [`Audit log: \`${anchor.seq}:${anchor.hash}\``] : [];
  return [
    ...(trouble === null
      ? []
      : [rich(section(literal("⚠️ The latest sweep could not be done: ", { bold: true }), literal(cut(trouble, 500))))]),
    ...coverageBlocks(unsure),
    note([sweep, ...log].join("  ·  ")),
    ...(mayRepeat ? [repeatedBlock()] : []),
  ];
}
