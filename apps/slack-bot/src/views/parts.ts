import type { Actor, Instant, Severity } from "@posture/core";
import type {
  ActionsBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  RichTextBlock,
  RichTextElement,
  RichTextSection,
  SectionBlock,
  StaticSelect,
} from "@slack/types";

/** Colour and shape, so that neither is needed to tell them apart. */
export const MARKS: Readonly<Record<Severity, string>> = { critical: "🔴", high: "🟠", medium: "🟡", low: "🔵" };

export function severityWord(severity: Severity): string {
  return `${severity.charAt(0).toUpperCase()}${severity.slice(1)}`;
}

/** Slack's limits that Posture meets: https://docs.slack.dev/reference/block-kit/blocks */
export const LIMIT = {
  header: 150,
  section: 2800,
  option: 75,
  button: 75,
  menu: 100,
  blocks: 45,
  characters: 12_000,
  /** With the text beside the blocks. */
  all: 13_000,
  /** Bytes, once it is escaped; `chat.update` takes 4,000. Source: https://docs.slack.dev/reference/methods/chat.update#errors */
  fallback: 3000,
  field: 2000,
} as const;

/** What a person takes for one character. */
const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** At most so many characters (UTF-16 units, as Slack counts), never half a character, with an ellipsis where something was cut. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = GRAPHEMES.segment(text.slice(0, most)).containing(most - 1)?.index ?? 0;
  return `${text.slice(0, end)}…`;
}

/** What notifications and screen readers say in place of the blocks. What is in it may come from anywhere: nothing of it is markup. */
export function fallback(text: string): string {
  const shown = printable(text);
  // Slack refuses one that is empty.
  return shortened(shown.trim() === "" ? "Posture" : shown, LIMIT.fallback, escaped);
}

/** At most so many bytes, as Slack counts those of a message's text; never half a character. `written`: how each piece of it stands there. */
export function shortened(text: string, most: number, written: (piece: string) => string = (piece) => piece): string {
  const sizeOf = (it: string): number => Buffer.byteLength(escaped(it));
  const whole = written(text);
  if (sizeOf(whole) <= most) return whole;
  let kept = "";
  let room = most - sizeOf("…");
  for (const { segment } of GRAPHEMES.segment(text.slice(0, most))) {
    const piece = written(segment);
    room -= sizeOf(piece);
    if (room < 0) break;
    kept += piece;
  }
  // Half of what was escaped before would be read as something else.
  return `${kept.replace(/&[a-z]{0,4}$/, "")}…`;
}

/** For mrkdwn: these three are all that Slack parses as control characters. Source: https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Text that Slack shows to the letter. What comes from AWS or from people goes here, never into mrkdwn. */
export function literal(text: string, style?: { readonly bold?: true; readonly code?: true; readonly italic?: true }): RichTextElement {
  // Slack refuses an empty text.
  return { type: "text", text: printable(text) || " ", ...(style && { style }) };
}

/** A sentence in which what stands in back-quotes is shown as code, as errors have the names of commands and settings. To the letter otherwise. */
export function sentences(text: string): RichTextElement[] {
  return text.split(/`([^`\n]+)`/).flatMap((part, i) => (part === "" ? [] : [literal(part, i % 2 === 1 ? { code: true } : undefined)]));
}

/** Characters that draw nothing, turn the direction of what follows or begin a line could make one name look like another; half of one is none. U+200D joins emoji. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (it) => (it === "\n" || it === "\t" || it === "\u200d" ? it : "�"));
}

/** `text` is shown to the letter, as `literal` shows it. */
export function link(url: string, text: string): RichTextElement {
  return { type: "link", url, text: printable(text) || " " };
}

/** In the reader's own time zone. */
export function when(at: Instant): RichTextElement {
  return { type: "date", timestamp: seconds(at), format: "{date_short_pretty} at {time}", fallback: utc(at) };
}
export function whenMrkdwn(at: Instant): string {
  return `<!date^${seconds(at)}^{date_short_pretty} at {time}|${utc(at)}>`;
}
function seconds(at: Instant): number {
  return Math.floor(Date.parse(at) / 1000);
}
function utc(at: Instant): string {
  return `${at.slice(0, 16).replace("T", " ")} UTC`;
}

/** A person of this workspace by mention, anybody else by what they are known as. */
export function whoElement(actor: Actor): RichTextElement {
  if (actor.kind === "system") return literal("Posture");
  return actor.via === "slack" ? { type: "user", user_id: actor.id } : literal(actor.id);
}
export function mention(user: string | null): string {
  return user === null ? "Posture" : `<@${user}>`;
}

export function section(...elements: RichTextElement[]): RichTextSection {
  return { type: "rich_text_section", elements };
}
export function rich(...elements: RichTextBlock["elements"]): RichTextBlock {
  return { type: "rich_text", elements };
}
export function header(text: string): HeaderBlock {
  return { type: "header", text: { type: "plain_text", text: cut(printable(text), LIMIT.header), emoji: false } };
}
export function button(text: string, actionId: string, value: string): Button {
  return { type: "button", text: { type: "plain_text", text, emoji: false }, action_id: actionId, value };
}
export function row(...elements: (Button | StaticSelect)[]): ActionsBlock {
  return { type: "actions", elements };
}
export function plain(text: string): { type: "plain_text"; text: string; emoji: false } {
  return { type: "plain_text", text, emoji: false };
}
/** Our own words only: mrkdwn. */
export function note(...texts: string[]): ContextBlock {
  return { type: "context", elements: texts.map((text) => ({ type: "mrkdwn", text: cut(text, LIMIT.section), verbatim: true })) };
}
/** Of a message that was posted again although Slack would not say whether it is there. */
export function repeatedBlock(): ContextBlock {
  return note("This may repeat an earlier message: Slack did not say whether that one arrived.");
}
export function words(text: string): SectionBlock {
  return { type: "section", text: { type: "mrkdwn", text: cut(text, LIMIT.section), verbatim: true } };
}

/** "3 h", "2 days". Milliseconds in. */
export function lasting(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 1) return "under a minute";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : plural(Math.floor(hours / 24), "day");
}

export function tookText(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : lasting(milliseconds);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
