import { type Instant, SEVERITIES } from "@posture/core";
import { type ExportContext, type ExportFormat, type Left, wasAllRead } from "@posture/export";
import type { KnownBlock } from "@slack/types";
import type { Message } from "../slack/port.ts";
import { cut, fallback, link, literal, MARKS, note, plural, repeatedBlock, rich, section, when } from "./parts.ts";

const FORMAT_NAMES: Readonly<Record<ExportFormat, string>> = {
  csv: "CSV",
  json: "JSON",
  jsonl: "JSON Lines",
  ocsf: "OCSF",
  sarif: "SARIF",
  html: "an HTML page",
};

export interface ExportModel {
  readonly format: ExportFormat;
  /** What was asked for, in words. */
  readonly filter: string;
  readonly left: Left;
  readonly at: Instant;
  readonly coverage: ExportContext["coverage"];
  /** Who asked; `null`: it is theirs alone. */
  readonly askedBy: string | null;
  readonly mayRepeat: boolean;
}

/** Characters of a hash that a person compares. */
const SHOWN = 16;

/** What stands with the file. Pure. */
export function exportMessage({ format, filter, left, at, coverage, askedBy, mayRepeat }: ExportModel): Message {
  const title = `${plural(left.findings, "finding")} as ${FORMAT_NAMES[format]}`;
  const counts = SEVERITIES.filter((severity) => left.severities[severity] > 0).map(
    (severity) => `${MARKS[severity]} ${left.severities[severity].toLocaleString("en")} ${severity}`,
  );
  const who = askedBy === null ? [] : [literal(", asked for by "), { type: "user" as const, user_id: askedBy }];
  const blocks: KnownBlock[] = [
    rich(section(literal(title, { bold: true }), literal(": "), literal(cut(filter, 500), { italic: true }), ...who)),
    rich(section(literal(counts.join("   ")))),
    rich(section(literal("As of "), when(at), literal(`. ${coverageWords(coverage)}`))),
    note(`SHA-256 \`${left.sha256.slice(0, SHOWN)}…\`, in full in the audit log.`),
    ...(mayRepeat ? [repeatedBlock()] : []),
  ];
  const text = `${title}: ${filter}. ${coverageWords(coverage)}`;
  return { text: fallback(text), blocks };
}

/** What could not be read is no proof that nothing is there. */
function coverageWords(coverage: ExportContext["coverage"]): string {
  const { complete, total, incomplete } = coverage;
  if (total === 0) return "No sweep has finished yet, so little is known.";
  if (wasAllRead(coverage)) return `All ${plural(total, "listing")} could be read.`;
  const what =
    complete < total
      ? `${total - complete} of ${plural(total, "listing")} could not be read`
      : `${plural(incomplete.length, "read or check", "reads or checks")} came to no end`;
  return `⚠️ ${what}, so findings may be missing here; /posture summary says which.`;
}

/** Said at once, to whoever asks. */
export function onItsWay(format: ExportFormat, filter: string, to: "person" | "here"): Message {
  const where = to === "person" ? "your direct messages with Posture" : "this channel";
  const text = `Your export is on its way to ${where}, as ${FORMAT_NAMES[format]}: ${cut(filter, 500)}.`;
  return { text: fallback(text), blocks: [rich(section(literal(text)))] };
}

/** Said to whoever asked, once the file is where they asked for it. */
export function delivered(findings: number, permalink: string | null): Message {
  const text = `Your export has arrived: ${plural(findings, "finding")}.`;
  const open = permalink === null ? [] : [literal(" "), link(permalink, "Open it")];
  return { text, blocks: [rich(section(literal(text), ...open))] };
}
