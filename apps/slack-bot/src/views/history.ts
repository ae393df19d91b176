import type { AuditEvent, Finding } from "@posture/core";
import { type Entry, entryWords, FROM, HAPPENED } from "@posture/runtime";
import type { RichTextSection } from "@slack/types";
import type { Message } from "../slack/port.ts";
import { type Page, pageButtons, pageWords } from "./pages.ts";
import { cut, header, literal, note, rich, section, when } from "./parts.ts";
import { sentence } from "./words.ts";

export interface HistoryModel {
  readonly finding: Finding;
  /** What people type. */
  readonly id: string;
  readonly page: Page;
  /** Those of the page, the newest first. */
  readonly entries: readonly Entry[];
}

/** One page of what the audit log tells of a finding, the newest first. Pure. */
export function historyMessage({ finding, id, page, entries }: HistoryModel): Message {
  if (entries.length === 0) return sentence(`Nothing was written down about ${finding.ref.name}.`);
  const title = `History of ${cut(finding.ref.name, 60)}: ${pageWords(page)}`;
  return {
    text: sentence(title).text,
    blocks: [
      header(title),
      rich({ type: "rich_text_list", style: "bullet", elements: entries.map((entry) => entryRow(entry, finding)) }),
      note(`The newest first. \`posture audit show ${id}\` on a command line prints all of it, and \`posture audit verify\` proves it.`),
      ...pageButtons(page, { list: "history", typed: finding.fingerprint }),
    ],
  };
}

function entryRow(entry: Entry, finding: Finding): RichTextSection {
  const { because, more } = entryWords(entry, finding);
  return section(
    when(entry.at),
    literal("  "),
    literal(HAPPENED[entry.type], { bold: true }),
    literal(" by "),
    ...byWhom(entry),
    literal(cut(because, 300)),
    ...more.flatMap((line) => inTheirTime(`\n${cut(line, 300)}`)),
  );
}

const INSTANT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** The log has instants in UTC; who reads it here has a time zone of their own. */
function inTheirTime(line: string): RichTextSection["elements"] {
  const isInstant = (part: string): boolean => INSTANT.test(part) && !Number.isNaN(Date.parse(part));
  return line.split(INSTANT).flatMap((part) => (part === "" ? [] : [isInstant(part) ? when(part) : literal(part)]));
}

function byWhom({ actor, source }: AuditEvent): RichTextSection["elements"] {
  if (actor.kind === "system") return [literal(FROM[source])];
  return actor.via === "slack" ? [{ type: "user", user_id: actor.id }] : [literal(`${cut(actor.id, 200)}, from ${FROM[source]}`)];
}
