import type { ContextBlock, KnownBlock, RichTextBlock, RichTextBlockElement, RichTextElement, TableBlock } from "@slack/types";
import { controlsIn } from "./controls.ts";

/** How ids read: the name of a person, a user group or a channel by its id, a date as the reader's clock shows it. */
export interface Reading {
  readonly nameOf: (id: string) => string;
  readonly dateOf: (seconds: number) => string;
}

/** What a block says, as lines of text. Pure. */
export function linesOf(block: KnownBlock, reading: Reading): readonly string[] {
  switch (block.type) {
    case "header":
      return [block.text.text, ""];
    case "section": {
      const fields = block.fields?.map(({ text }) => fromMrkdwn(text, reading)) ?? [];
      const body = block.text ? [fromMrkdwn(block.text.text, reading)] : [];
      return [...[...body, ...fields].flatMap((text) => text.split("\n")), ...controlLine(block)];
    }
    case "rich_text":
      return richLines(block, reading);
    case "context":
      return [block.elements.map((element) => contextText(element, reading)).join("  ")];
    case "actions":
      return controlLine(block);
    case "divider":
      return ["─".repeat(20)];
    case "markdown":
      return block.text.split("\n");
    case "image":
      return [`[${block.alt_text}]`];
    case "table":
    case "data_table":
      return block.rows.map((row) => row.map((cell) => cellText(cell, reading)).join("   "));
    default:
      return [];
  }
}

function cellText(cell: TableBlock["rows"][number][number], reading: Reading): string {
  return cell.type === "rich_text" ? richLines(cell, reading).join(" ") : cell.text;
}

function contextText(element: ContextBlock["elements"][number], reading: Reading): string {
  if (element.type === "image") return `[${element.alt_text}]`;
  return element.type === "mrkdwn" ? fromMrkdwn(element.text, reading) : element.text;
}

function controlLine(block: KnownBlock): readonly string[] {
  const controls = controlsIn(block, "").map(({ kind, label }) => (kind === "button" ? `[ ${label} ]` : `[ ${label} ▾ ]`));
  return controls.length > 0 ? ["", controls.join("  ")] : [];
}

function richLines({ elements }: RichTextBlock, reading: Reading): readonly string[] {
  return elements.flatMap((element) => richElementLines(element, reading));
}

function richElementLines(element: RichTextBlockElement, reading: Reading): readonly string[] {
  switch (element.type) {
    case "rich_text_list":
      return element.elements.flatMap((item, index) => {
        const mark = element.style === "ordered" ? `${index + 1}. ` : "• ";
        return richElementLines(item, reading).map(
          (line, at) => `${"  ".repeat(element.indent ?? 0)}${at === 0 ? mark : " ".repeat(mark.length)}${line}`,
        );
      });
    case "rich_text_quote":
      return inline(element.elements, reading).map((line) => `▏ ${line}`);
    default:
      return inline(element.elements, reading);
  }
}

function inline(elements: readonly RichTextElement[], reading: Reading): readonly string[] {
  return elements
    .map((element) => inlineText(element, reading))
    .join("")
    .split("\n");
}

function inlineText(element: RichTextElement, { nameOf, dateOf }: Reading): string {
  switch (element.type) {
    case "text":
      return element.text;
    case "link":
      return element.text === undefined ? element.url : `${element.text} <${element.url}>`;
    case "user":
      return `@${nameOf(element.user_id)}`;
    case "usergroup":
      return `@${nameOf(element.usergroup_id)}`;
    case "channel":
      return `#${nameOf(element.channel_id)}`;
    case "date":
      return dateOf(element.timestamp);
    case "emoji":
      return `:${element.name}:`;
    case "broadcast":
      return `@${element.range}`;
    default:
      return "";
  }
}

/** Slack's own markup as text: https://docs.slack.dev/messaging/formatting-message-text */
function fromMrkdwn(text: string, { nameOf, dateOf }: Reading): string {
  return text
    .replaceAll(/<!date\^(\d+)\^[^|>]*(?:\|[^>]*)?>/g, (_, seconds: string) => dateOf(Number(seconds)))
    .replaceAll(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id: string) => `@${nameOf(id)}`)
    .replaceAll(/<([a-z]+:[^|>]+)(?:\|([^>]*))?>/g, (_, url: string, label?: string) => (label === undefined ? url : `${label} <${url}>`))
    .replaceAll(/(?<![\w*])\*([^*\n]+)\*(?![\w*])/g, "$1")
    .replaceAll(/`([^`\n]+)`/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
