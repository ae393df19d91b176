import { elapsed, type Instant, type ScopeCoverage, type Undecided } from "@posture/core";
import type { Listed } from "@posture/runtime";
import type { KnownBlock, RichTextSection } from "@slack/types";
import type { Message } from "../slack/port.ts";
import { whyOf } from "./coverage.ts";
import { cut, fallback, header, lasting, literal, MARKS, note, plural, rich, section, when } from "./parts.ts";

export interface ResourceModel {
  readonly arn: string;
  /** Its findings in every status, the gravest first; not more than are shown. */
  readonly findings: readonly Listed[];
  /** How many there are. */
  readonly total: number;
  /** When a listing showed it for the first time; `null`: that was not written down. */
  readonly firstSeen: Instant | null;
  /** The listings of the latest sweeps that would have shown it. Empty: none is known. */
  readonly scopes: readonly ScopeCoverage[];
  /** What the latest sweeps could not decide about it. */
  readonly undecided: readonly Undecided[];
  readonly now: Instant;
}

/** What is known of one resource, and since when; nothing is concluded from what is not known. Pure. */
export function resourceMessage(model: ResourceModel): Message {
  const { arn, findings, total, firstSeen } = model;
  const [first] = findings;
  const title = first
    ? `${first.finding.ref.name}: ${plural(total, "finding")}`
    : firstSeen === null
      ? "Posture has never seen this resource"
      : "Posture has no finding about this resource";
  const blocks: KnownBlock[] = [
    header(title),
    rich(section(literal(cut(arn, 600), { code: true })), ...seenLines(model)),
    ...(first ? [rich({ type: "rich_text_list", style: "bullet", elements: findings.map((it) => row(it, model.now)) })] : []),
    ...(total > findings.length ? [note(`And ${total - findings.length} more; the gravest are shown.`)] : []),
    ...undecidedBlocks(model.undecided),
    note(
      first
        ? `\`/posture show ${first.id}\` shows the first of these, \`/posture recheck ${first.id}\` reads it again.`
        : "That there is no finding says nothing of what Posture does not watch. `/posture checks` lists what it looks for.",
    ),
  ];
  return { text: fallback(`${title}: ${arn}`), blocks };
}

function seenLines({ firstSeen, scopes, now }: ResourceModel): RichTextSection[] {
  const seen =
    firstSeen === null ? [] : [section(literal("First seen "), when(firstSeen), literal(` (${lasting(elapsed(firstSeen, now))} ago).`))];
  return [...seen, ...scopes.slice(0, 5).map(scopeLine)];
}

function scopeLine(scope: ScopeCoverage): RichTextSection {
  const region = scope.region === "global" ? "" : ` in ${scope.region}`;
  const what = literal(`${scope.type}${region}, account ${scope.accountId}: `);
  return scope.state === "complete"
    ? section(what, literal(`all ${scope.seen} were listed in the last sweep, `), when(scope.listedAt), literal("."))
    : section(what, literal("⚠️ the last sweep could not list them: ", { bold: true }), literal(`${cut(whyOf(scope.gap), 200)}.`));
}

function row({ finding, status, id, suppression }: Listed, now: Instant): RichTextSection {
  const { severity, title, ref, message, openedAt, clearedAt } = finding;
  return section(
    literal(`${MARKS[severity]} `),
    literal(cut(title, 120), { bold: true }),
    literal(` · ${status} · ${ref.region}  `),
    literal(id, { code: true }),
    literal(`\n${cut(message.text, 250)}\n`),
    literal(
      clearedAt === null
        ? `First seen ${lasting(elapsed(openedAt, now))} ago.`
        : `Was open for ${lasting(elapsed(openedAt, clearedAt))}; resolved ${lasting(elapsed(clearedAt, now))} ago.`,
    ),
    ...(suppression
      ? [literal(" Suppressed until "), when(suppression.expiresAt), literal(`: ${cut(suppression.justification, 150)}`)]
      : []),
    ...(finding.stale ? [literal(` ⚠️ Not read since: ${cut(whyOf(finding.stale), 150)}.`)] : []),
  );
}

function undecidedBlocks(undecided: readonly Undecided[]): KnownBlock[] {
  if (undecided.length === 0) return [];
  const lines = undecided
    .slice(0, 5)
    .map((it) => section(literal(cut(it.checkId, 100), { code: true }), literal(` ${cut(whyOf(it), 200)}`)));
  if (undecided.length > 5) lines.push(section(literal(`and ${undecided.length - 5} more`)));
  return [
    rich(section(literal("⚠️ Could not be decided in the last sweep", { bold: true })), {
      type: "rich_text_list",
      style: "bullet",
      elements: lines,
    }),
  ];
}
