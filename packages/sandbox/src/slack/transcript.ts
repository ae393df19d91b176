import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";
import { linesOf, type Reading } from "./plain.ts";
import type { Message } from "./room.ts";
import { CHANNEL, GROUPS, type Workspace } from "./workspace.ts";

const WIDTH = 78;
const INDENT = "  ";

/** The channel as text that fits a terminal of 80 columns. */
export function transcriptOf(messages: readonly Message[], workspace: Pick<Workspace, "people" | "botUserId">): string {
  const nameOf = (id: string): string =>
    id === workspace.botUserId ? "Posture" : (workspace.people.find((it) => it.id === id)?.name ?? GROUPS[id]?.handle ?? id);
  const reading: Reading = { nameOf, dateOf: date };
  return [ruled(`#${CHANNEL}`), ...messages.map((message) => said(message, reading))].join("\n");
}

function said(message: Message, reading: Reading): string {
  const seen = message.ephemeralFor === undefined ? "" : `  (only ${message.ephemeralFor} sees this)`;
  const head = `${reading.nameOf(message.user)}  ${clock(Number(message.ts))}${message.edited ? " (edited)" : ""}${seen}`;
  const lines = message.blocks.length > 0 ? message.blocks.flatMap((block) => linesOf(block, reading)) : message.text.split("\n");
  const files = message.files?.map(({ title, size, deleted }) => (deleted ? "[deleted file]" : `[file ${title}, ${size} bytes]`)) ?? [];
  const body = [...lines, ...files].flatMap((line) => wrapped(line));
  return `${message.threadTs === undefined ? "" : "↳ "}${head}\n${tidy(body)}\n`;
}

/** What was broken goes on under the text, not under the mark of a list. */
function wrapped(line: string): readonly string[] {
  const mark = /^\s*(?:(?:\d+\.|•|▏) )?/.exec(line)?.[0] ?? "";
  const hanging = " ".repeat(stringWidth(mark));
  const [first = "", ...rest] = wrapAnsi(line.slice(mark.length), WIDTH - INDENT.length - hanging.length, { hard: true, trim: true }).split(
    "\n",
  );
  return [`${mark}${first}`, ...rest.map((part) => `${hanging}${part}`)].map((part) => `${INDENT}${part}`.trimEnd());
}

function tidy(lines: readonly string[]): string {
  return lines
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trimEnd();
}

function ruled(title: string): string {
  return `── ${title} ${"─".repeat(WIDTH - 4 - stringWidth(title))}\n`;
}

/** As Slack's `{date_short_pretty} at {time}`: a time of this day needs no date. */
function date(seconds: number): string {
  const at = new Date(seconds * 1000);
  if (at.toDateString() === new Date().toDateString()) return clock(seconds);
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" })} at ${clock(seconds)}`;
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
