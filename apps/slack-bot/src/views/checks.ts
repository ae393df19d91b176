import type { Asked, CheckInfo } from "@posture/runtime";
import type { KnownBlock, RichTextSection } from "@slack/types";
import type { Message } from "../slack/port.ts";
import { askedWords } from "./asked.ts";
import { cut, escaped, fallback, header, link, literal, MARKS, note, plural, rich, section } from "./parts.ts";
import { type Page, pageButtons, pageWords } from "./pages.ts";

/** A check, and how many findings it has that are open. */
export interface CheckRow {
  readonly check: CheckInfo;
  readonly open: number;
}

export interface ChecksModel {
  readonly asked: Asked;
  readonly typed: string;
  readonly page: Page;
  readonly rows: readonly CheckRow[];
}

/** One page of the checks that somebody asks for; a single one with what it means. Pure. */
export function checksMessage({ asked, typed, page, rows }: ChecksModel): Message {
  const what = askedWords(asked);
  const [first] = rows;
  if (!first) {
    const text = `No check that is loaded matches: ${cut(what, 500)}.`;
    return { text: fallback(text), blocks: [rich(section(literal(text)))] };
  }
  const title = `Checks: ${pageWords(page)}`;
  const blocks: KnownBlock[] = [
    header(title),
    ...(what === "" ? [] : [rich(section(literal(cut(what, 500), { italic: true })))]),
    rich({ type: "rich_text_list", style: "bullet", elements: rows.map(row) }),
    ...(page.total === 1 ? details(first.check) : []),
    note(`\`/posture findings ${escaped(first.check.id)}\` lists what the first of these found.`),
    ...pageButtons(page, { list: "checks", typed }),
  ];
  return { text: fallback(`${title}${what === "" ? "" : ` (${what})`}`), blocks };
}

function row({ check: { id, title, severity }, open }: CheckRow): RichTextSection {
  return section(
    literal(`${MARKS[severity]} `),
    literal(cut(title, 120), { bold: true }),
    literal(`  `),
    literal(id, { code: true }),
    literal(` · ${open === 0 ? "none open" : `${plural(open, "finding")} open`}`),
  );
}

function details({ risk, permissions, frameworks, remediation: { docs } }: CheckInfo): KnownBlock[] {
  const controls = Object.entries(frameworks).flatMap(([framework, ids]) => ids.map((id) => `${framework} ${id}`));
  return [
    rich(
      section(literal(cut(risk, 1500))),
      section(literal("Needs: ", { bold: true }), literal(cut(permissions.join(", ") || "no permission", 600))),
      ...(controls.length === 0 ? [] : [section(literal("Controls: ", { bold: true }), literal(cut(controls.join(", "), 600)))]),
      ...(URL.canParse(docs) ? [section(link(docs, "AWS's page about it"))] : []),
    ),
  ];
}
