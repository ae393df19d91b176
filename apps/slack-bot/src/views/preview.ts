import { type Finding, type Preview, SEVERITIES } from "@posture/core";
import type { KnownBlock, RichTextSection } from "@slack/types";
import { cut, literal, MARKS, note, plural, rich, section } from "./parts.ts";

/** What a suppression would hide, as far as a window shows it. */
export type Counted = Pick<Preview, "hidden" | "bySeverity" | "alreadyHidden" | "uncovered" | "tagsUnread">;

const EXAMPLES = 5;

export function countingBlocks(): KnownBlock[] {
  return [note("⏳ Counting what this would hide…")];
}

/** How many findings, of which severity, five of them, and what else would change. Pure. */
export function previewBlocks(preview: Counted): KnownBlock[] {
  const { hidden } = preview;
  const more = hidden.length > EXAMPLES ? [note(`and ${plural(hidden.length - EXAMPLES, "more finding")}`)] : [];
  const also = alsoWords(preview);
  return [
    rich(
      section(literal(hidingText("It would hide", preview), { bold: true })),
      ...(hidden.length === 0 ? [] : [{ type: "rich_text_list" as const, style: "bullet" as const, elements: examples(hidden) }]),
    ),
    ...more,
    ...(also === "" ? [] : [note(also)]),
  ];
}

/** "It would hide 3 findings now: 1 critical, 2 high." Pure. */
export function hidingText(verb: string, { hidden, bySeverity }: Pick<Preview, "hidden" | "bySeverity">): string {
  const counts = SEVERITIES.flatMap((it) => (bySeverity[it] > 0 ? [`${bySeverity[it]} ${it}`] : []));
  return hidden.length === 0 ? `${verb} nothing now.` : `${verb} ${plural(hidden.length, "finding")} now: ${counts.join(", ")}.`;
}

function gravest(findings: readonly Finding[]): readonly Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}

/** The account is named where there are several. */
function examples(hidden: readonly Finding[]): RichTextSection[] {
  const several = new Set(hidden.map(({ ref }) => ref.accountId)).size > 1;
  const place = ({ region, accountId }: Finding["ref"]): string => ` · ${region}${several ? ` · ${accountId}` : ""}`;
  return gravest(hidden)
    .slice(0, EXAMPLES)
    .map(({ severity, title, ref }) =>
      section(literal(`${MARKS[severity]} ${cut(title, 120)}: ${cut(ref.name, 120)}`), literal(place(ref))),
    );
}

function alsoWords({ alreadyHidden, uncovered, tagsUnread }: Counted): string {
  const isAre = (count: number): string => (count === 1 ? "is" : "are");
  return [
    ...(alreadyHidden > 0 ? [`${plural(alreadyHidden, "finding")} that it holds ${isAre(alreadyHidden)} hidden already.`] : []),
    ...(uncovered.length > 0
      ? [`${plural(uncovered.length, "finding")} that ${isAre(uncovered.length)} covered now would become open.`]
      : []),
    ...(tagsUnread.length > 0 ? [`${plural(tagsUnread.length, "more finding")} may be held once their tags are read.`] : []),
  ].join(" ");
}
