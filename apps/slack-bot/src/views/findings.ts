import { elapsed, type Instant } from "@posture/core";
import type { Asked, Listed, Summary } from "@posture/runtime";
import type { KnownBlock, RichTextBlock, RichTextElement, RichTextSection, StaticSelect, TableBlock } from "@slack/types";
import { type Sort, SORT_WORDS, type Sorted } from "../asking/sorting.ts";
import { ACTION, encodeSorted } from "../codec.ts";
import type { Message } from "../slack/port.ts";
import { askedWords } from "./asked.ts";
import { coverageBlocks, type Unsure } from "./coverage.ts";
import { cut, fallback, header, lasting, literal, MARKS, note, plain, rich, section } from "./parts.ts";
import { type Page, pageButtons, pageWords } from "./pages.ts";
import { withShare } from "./sharing.ts";

export interface FindingsModel {
  readonly asked: Asked;
  /** What was typed, for the buttons; by what it is sorted, and the filter apart. */
  readonly typed: string;
  readonly sorted: Sorted;
  readonly page: Page;
  readonly findings: readonly [Listed, ...Listed[]];
  readonly now: Instant;
}

/** One page of the findings that somebody asks for: as a table, and as a list for workspaces that take no tables. Pure. */
export function findingsMessage({ asked, typed, sorted, page, findings, now }: FindingsModel): Message {
  const what = askedWords(asked);
  const [first] = findings;
  const title = `Findings: ${pageWords(page)}`;
  const order = sorted.sort === "severity" ? [] : [literal(`, ${SORTED[sorted.sort]}`)];
  const around = (list: KnownBlock): KnownBlock[] => [
    header(title),
    rich(section(literal("Asked for: "), literal(cut(what, 500), { italic: true }), ...order)),
    list,
    note(
      `\`/posture show ${first.id}\` shows the first of these with the steps to fix it, \`/posture recheck ${first.id}\` reads it again, \`/posture why ${first.id}\` tells what is known of its resource.`,
    ),
    ...controls(page, typed, sorted),
  ];
  const list = rich({ type: "rich_text_list", style: "bullet", elements: findings.map((it) => row(it, now)) });
  const message = { text: fallback(`${title} (${what})`), blocks: around(tableOf(findings, now)), plainer: around(list) };
  return withShare(message, { word: "findings", page: page.number, typed });
}

/** After what is asked for. */
const SORTED: Readonly<Record<Sort, string>> = {
  severity: "the gravest first",
  age: "the oldest first",
  newest: "the newest first",
  resource: "by resource",
  account: "by account",
};

/** The menu that sorts, where there is something to sort, and the pages, in one row. */
function controls(page: Page, typed: string, { sort, filter }: Sorted): KnownBlock[] {
  const turning = pageButtons(page, { list: "findings", typed }).flatMap(({ elements }) => elements);
  const block_id = page.total > 1 ? encodeSorted(filter) : null;
  if (block_id === null) return turning.length > 0 ? [{ type: "actions", elements: turning }] : [];
  const options = SORT_WORDS.map((value) => ({ text: plain(CHOICE[value]), value }));
  const chosen = options.find(({ value }) => value === sort);
  const menu: StaticSelect = {
    type: "static_select",
    action_id: ACTION.sort,
    placeholder: plain("Sort"),
    options,
    ...(chosen && { initial_option: chosen }),
  };
  return [{ type: "actions", block_id, elements: [menu, ...turning] }];
}

const CHOICE: Readonly<Record<Sort, string>> = {
  severity: "Gravest first",
  age: "Oldest first",
  newest: "Newest first",
  resource: "By resource",
  account: "By account",
};

/** Slack's own table of one page; it could sort only what is on the page, so that the menu does. Two columns are what a telephone has room for. */
function tableOf(findings: readonly Listed[], now: Instant): TableBlock {
  const rows = findings.map(({ finding: { severity, title, ref, openedAt }, status, id }) => [
    cellOf([literal(`${MARKS[severity]} `), bold(cut(title, 120)), literal("\n"), literal(id, { code: true })]),
    cellOf([
      literal(`${cut(ref.name, 120)}\n${ref.accountId} · ${cut(ref.region, 40)}\n`),
      literal(statusWords(status, lasting(elapsed(openedAt, now)))),
    ]),
  ]);
  return {
    type: "table",
    column_settings: HEADS.map(() => ({ is_wrapped: true })),
    rows: [HEADS.map((head) => cellOf([bold(head)])), ...rows],
  };
}

const HEADS = ["Finding", "Resource"];

/** Since when it is anything else than open is not known here. */
function statusWords(status: Listed["status"], age: string): string {
  return status === "open" ? `open for ${age}` : `${status}, opened ${age} ago`;
}

function cellOf(elements: readonly RichTextElement[]): RichTextBlock {
  return rich(section(...elements));
}

function bold(text: string): RichTextElement {
  return literal(text, { bold: true });
}

function row({ finding: { severity, title, ref, openedAt }, status, id }: Listed, now: Instant): RichTextSection {
  return section(
    literal(`${MARKS[severity]} `),
    literal(cut(title, 120), { bold: true }),
    literal(
      ` · ${cut(ref.name, 120)} · ${ref.accountId} ${ref.region} · ${lasting(elapsed(openedAt, now))}${status === "open" ? "" : ` · ${status}`}  `,
    ),
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
