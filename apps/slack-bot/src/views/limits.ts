import type { KnownBlock } from "@slack/types";
import type { Message } from "../slack/port.ts";
import { LIMIT, note, shortened } from "./parts.ts";

/*
 * Slack's limits, checked on everything that is sent. The views cut what they hold; this is what proves it,
 * and what saves a message that a view got wrong.
 * Sources: https://docs.slack.dev/reference/block-kit/blocks and, for the sum, https://github.com/slackapi/bolt-js/issues/2509
 */

const MOST: Readonly<Record<string, number>> = {
  header: 150,
  section: 3000,
  context: 3000,
  field: 2000,
  button: 75,
  option: 75,
  value: 2000,
  optionValue: 150,
};
const MOST_ELEMENTS: Readonly<Record<string, number>> = { context: 10, actions: 25, fields: 10, options: 100, rows: 100, cells: 20 };
const MOST_BLOCKS = { message: 50, modal: 100, home: 100 } as const;
const MOST_CHARACTERS = 12_000;
/** Source: https://docs.slack.dev/reference/block-kit/blocks/table-block */
const MOST_IN_TABLE = 10_000;

/** What is wrong with these blocks, one sentence each; empty where nothing is. Pure. */
export function problemsOf(blocks: readonly KnownBlock[], surface: keyof typeof MOST_BLOCKS = "message"): string[] {
  const problems = blocks.flatMap((block, i) => problemsOfBlock(block).map((problem) => `block ${i} (${block.type}): ${problem}`));
  if (blocks.length > MOST_BLOCKS[surface]) problems.push(`${blocks.length} blocks are more than ${MOST_BLOCKS[surface]}`);
  const characters = charactersOf(blocks);
  if (surface === "message" && characters > MOST_CHARACTERS) problems.push(`${characters} characters are more than ${MOST_CHARACTERS}`);
  return problems;
}

function problemsOfBlock(block: KnownBlock): string[] {
  switch (block.type) {
    case "header":
      return text("its text", block.text.text, "header");
    case "section":
      return [
        ...(block.text ? text("its text", block.text.text, "section") : []),
        ...many("fields", block.fields ?? [], "fields"),
        ...(block.fields ?? []).flatMap((field) => text("a field", field.text, "field")),
        ...(block.text || (block.fields?.length ?? 0) > 0 ? [] : ["it has neither text nor fields"]),
      ];
    case "context":
      return [
        ...many("elements", block.elements, "context"),
        ...block.elements.flatMap((it) => (it.type === "image" ? [] : text("an element", it.text, "context"))),
      ];
    case "actions":
      return [...many("elements", block.elements, "actions"), ...block.elements.flatMap(problemsOfElement)];
    case "table":
      return [
        ...many("rows", block.rows, "rows"),
        ...block.rows.flatMap((cells) => many("cells in a row", cells, "cells")),
        ...(charactersOf(block.rows) > MOST_IN_TABLE ? [`its cells have more than ${MOST_IN_TABLE} characters`] : []),
        ...emptyTexts(block),
      ];
    case "input":
      return [...text("its label", block.label.text, "field"), ...problemsOfElement(block.element)];
    default:
      return emptyTexts(block);
  }
}

type Element = Extract<KnownBlock, { type: "actions" }>["elements"][number] | Extract<KnownBlock, { type: "input" }>["element"];

function problemsOfElement(element: Element): string[] {
  if (element.type === "button")
    return [...text("a button", element.text.text, "button"), ...text("a button's value", element.value ?? "-", "value")];
  if (element.type !== "static_select") return [];
  const options = element.options ?? [];
  return [
    ...many("options", options, "options"),
    ...options.flatMap((it) => [...text("an option", it.text.text, "option"), ...text("an option's value", it.value ?? "", "optionValue")]),
  ];
}

function text(what: string, value: string, kind: string): string[] {
  const most = MOST[kind] ?? 0;
  if (value.length === 0) return [`${what} is empty`];
  return value.length > most ? [`${what} has ${value.length} characters, ${most} are the most`] : [];
}
function many(what: string, values: readonly unknown[], kind: string): string[] {
  const most = MOST_ELEMENTS[kind] ?? 0;
  if (values.length === 0 && kind !== "fields") return [`it has no ${what}`];
  return values.length > most ? [`it has ${values.length} ${what}, ${most} are the most`] : [];
}
function emptyTexts(block: KnownBlock): string[] {
  return textsOf(block).some((it) => it.length === 0) ? ["it holds an empty text"] : [];
}

const NOT_SEEN: ReadonlySet<string> = new Set(["type", "block_id", "action_id", "value", "url", "image_url", "style"]);

/** Of everything that may be seen: what a date says where it cannot be shown, and whom a mention names, are counted too. */
export function charactersOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, inner: unknown) => sum + charactersOf(inner), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, inner]: [string, unknown]) => (NOT_SEEN.has(key) ? sum : sum + charactersOf(inner)), 0);
}

function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === "text" && typeof inner === "string" ? [inner] : textsOf(inner)));
}

/** The message as Slack will take it: what does not fit is left out from the end, and that is said. What people click stays. Pure. */
export function fitted({ text, blocks, plainer }: Message): Message {
  const fitting = fittingOf(blocks);
  const most = LIMIT.all - Math.max(charactersOf(fitting), charactersOf(plainer ?? []));
  return {
    text: shortened(text, Math.min(LIMIT.fallback, most)),
    blocks: fitting,
    ...(plainer && { plainer: fittingOf(plainer) }),
  };
}

function fittingOf(blocks: Message["blocks"]): Message["blocks"] {
  const whole = blocks.filter((block) => problemsOfBlock(block).length === 0);
  if (problemsOf(whole).length === 0 && whole.length === blocks.length) return blocks;
  const clicks = whole.filter(({ type }) => type === "actions");
  const kept: KnownBlock[] = [];
  let room = LIMIT.characters - charactersOf(clicks) - 200;
  for (const block of whole.filter(({ type }) => type !== "actions").slice(0, LIMIT.blocks - clicks.length - 1)) {
    const size = charactersOf([block]);
    if (size > room) break;
    room -= size;
    kept.push(block);
  }
  return [...kept, note("Some of it is too long for Slack; `posture findings` on a command line shows all."), ...clicks];
}
