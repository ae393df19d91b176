import type { Asked, Listed, Summary } from "@posture/runtime";
import type { KnownBlock, RichTextSection } from "@slack/types";
import type { Message } from "../slack/port.ts";
import { askedWords } from "./asked.ts";
import { coverageBlocks, type Unsure } from "./coverage.ts";
import { cut, fallback, header, literal, MARKS, note, rich, section } from "./parts.ts";
import { type Page, pageButtons, pageWords } from "./pages.ts";

export interface FindingsModel {
  readonly asked: Asked;
  /** What was typed, for the buttons. */
  readonly typed: string;
  readonly page: Page;
  readonly findings: readonly [Listed, ...Listed[]];
}

/** One page of the findings that somebody asks for. Pure. */
export function findingsMessage({ asked, typed, page, findings }: FindingsModel): Message {
  const what = askedWords(asked);
  const [first] = findings;
  const title = `Findings: ${pageWords(page)}`;
  const blocks: KnownBlock[] = [
    header(title),
    rich(section(literal("Asked for: "), literal(cut(what, 500), { italic: true }))),
    rich({ type: "rich_text_list", style: "bullet", elements: findings.map(row) }),
    note(
      `\`/posture show ${first.id}\` shows the first of these with the steps to fix it, \`/posture recheck ${first.id}\` reads it again, \`/posture why ${first.id}\` tells what is known of its resource.`,
    ),
    ...pageButtons(page, { list: "findings", typed }),
  ];
  return { text: fallback(`${title} (${what})`), blocks };
}

function row({ finding: { severity, title, ref }, status, id }: Listed): RichTextSection {
  return section(
    literal(`${MARKS[severity]} `),
    literal(cut(title, 120), { bold: true }),
    literal(` · ${cut(ref.name, 120)} · ${ref.region}${status === "open" ? "" : ` · ${status}`}  `),
    literal(id, { code: true }),
  );
}

/** That nothing is listed is no proof that nothing is wrong: what could not be read is said with it. Pure. */
export function noFindingsMessage(asked: Asked, summary: Unsure & Pick<Summary, "lastSweep">): Message {
  const what = askedWords(asked);
  const hint = asked.statuses?.join() === "open" ? "With the word `all` it looks in every status, not only among open findings. " : "";
  const text = summary.lastSweep ? `No finding matches: ${cut(what, 500)}.` : "No sweep has finished yet, so nothing is known.";
  return {
    text: fallback(text),
    blocks: [rich(section(literal(text))), ...coverageBlocks(summary), note(`${hint}\`/posture help\` has the words.`)],
  };
}
