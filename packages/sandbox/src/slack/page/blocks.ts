import type { DataTableBlock, KnownBlock, RichTextBlock, TableBlock } from "@slack/types";
import { createElement as h, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { type Block, Message as Blocks } from "slack-blocks-to-jsx";
import { blockIdOf, type Control, controlsIn } from "../controls.ts";
import { linesOf } from "../plain.ts";
import { GROUPS, type Person } from "../workspace.ts";
import { addressOf, imageElement } from "./files.ts";

/** Blocks, drawn by the library that the field uses; what can be pressed is ours, since it has to work. */
export function blocksElement(blocks: readonly KnownBlock[], people: readonly Person[]): ReactElement {
  return h(
    "div",
    { className: "blocks" },
    blocks.map((block, index) => {
      const controls = controlsIn(block, blockIdOf(block, index));
      return h(
        "div",
        { key: index, className: `block block-${block.type}` },
        block.type === "actions" ? null : (pictureElement(block) ?? drawnElement(block, people)),
        controls.length > 0 ? h("div", { className: "controls" }, controls.map(controlElement)) : null,
      );
    }),
  );
}

/** A picture that is in the workspace; the library knows only those of elsewhere, which the page does not fetch. */
function pictureElement(block: KnownBlock): ReactElement | null {
  if (block.type !== "image" || !("slack_file" in block) || !("id" in block.slack_file) || block.slack_file.id === undefined) return null;
  const title = block.title ? h("figcaption", null, block.title.text) : null;
  const src = addressOf({ id: block.slack_file.id, name: "picture" });
  return h("figure", null, title, imageElement(src, block.alt_text));
}

/** Whatever an app sends, the page goes on: what the library cannot draw is shown as text. */
function drawnElement(block: KnownBlock, people: readonly Person[]): ReactElement {
  try {
    const drawn = renderToStaticMarkup(libraryElement(drawable(block), people));
    const caption = block.type === "data_table" ? h("p", { className: "caption" }, block.caption) : null;
    return h("div", { className: "drawn" }, caption, h("div", { dangerouslySetInnerHTML: { __html: drawn } }));
  } catch {
    const nameOf = (user: string): string => people.find(({ id }) => id === user)?.name ?? GROUPS[user]?.handle ?? user;
    const dateOf = (seconds: number): string => new Date(seconds * 1000).toLocaleString("en-US");
    return h("div", { className: "drawn plain" }, linesOf(block, { nameOf, dateOf }).join("\n"));
  }
}

function libraryElement(block: KnownBlock, people: readonly Person[]): ReactElement {
  const users = people.map(({ id, name }) => ({ id, name }));
  const user_groups = Object.entries(GROUPS).map(([id, { handle: name }]) => ({ id, name }));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the library declares the same blocks under types of its own
  const known = block as Block;
  return h(Blocks, { blocks: [known], logo: "", name: "", theme: "light", withoutWrapper: true, data: { users, user_groups } });
}

/** Where the library draws other than Slack: https://github.com/themashcodee/slack-blocks-to-jsx */
function drawable(block: KnownBlock): KnownBlock {
  switch (block.type) {
    case "section": {
      const { accessory: _, text, fields, ...rest } = block;
      // The library looks for markup in plain text, too.
      if (text?.type === "plain_text" && !fields) return richText(text.text);
      return { ...rest, ...(text && { text: parsed(text) }), ...(fields && { fields: fields.map(parsed) }) };
    }
    case "context":
      return { ...block, elements: block.elements.map((element) => (element.type === "image" ? element : parsed(element))) };
    case "table":
    case "data_table":
      return tableOf(block);
    default:
      return block;
  }
}

function richText(text: string): RichTextBlock {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

/** `verbatim` forbids that names and addresses become links by themselves; the library takes it for no markup at all. Behind a `&gt;` it puts a space. */
function parsed<T extends { readonly type: string; readonly text: string }>(text: T): T {
  const shown = { ...text, text: text.text.replaceAll(/(?<!^)(?<!\n)&gt;/g, ">") };
  return "verbatim" in shown ? { ...shown, verbatim: undefined } : shown;
}

/** It draws no data_table, and no numbers; a table that cannot be sorted or paged says the same. */
function tableOf({ rows, ...block }: DataTableBlock | TableBlock): TableBlock {
  const settings = block.type === "table" && block.column_settings ? { column_settings: block.column_settings } : {};
  return {
    type: "table",
    ...settings,
    rows: rows.map((row) => row.map((cell) => (cell.type === "raw_number" ? { type: "raw_text", text: cell.text } : cell))),
  };
}

function controlElement(control: Control): ReactElement {
  const { kind, blockId, actionId, label, url, style, confirm, options, chosen } = control;
  const data = { "data-block": blockId, "data-action": actionId, ...(confirm !== undefined && { "data-confirm": confirm }) };
  const key = `${blockId} ${actionId} ${label}`;
  if (kind === "button" && url !== undefined) {
    return h("a", { key, ...data, href: url, target: "_blank", rel: "noopener noreferrer", className: "button" }, label);
  }
  if (kind === "button") return h("button", { key, ...data, type: "button", className: `button ${style ?? ""}`.trim() }, label);
  return h(
    "div",
    { key, className: "menu" },
    h(
      "button",
      {
        ...data,
        type: "button",
        className: "button",
        "aria-haspopup": "listbox",
        "aria-expanded": false,
        ...(chosen && { "aria-label": `${label}: ${chosen.label}` }),
      },
      chosen?.label ?? label,
    ),
    h("template", null, optionElements(options, `${blockId}-${actionId}`)),
  );
}

function optionElements(options: Control["options"], blockId: string): readonly ReactElement[] {
  return options.map(({ label, value }, index) =>
    h("li", { key: value, id: `option-${blockId}-${index}`, role: "option", "aria-selected": false, "data-value": value }, label),
  );
}

/** The library gives each of its boxes the same id and theme; the page has one of each. */
export function html(element: ReactElement): string {
  return renderToStaticMarkup(element).replaceAll(' id="slack_blocks_to_jsx" data-theme="light"', "");
}
