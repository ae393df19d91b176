import { type EventType, type Finding, type Source, shortId, type Suppression } from "@posture/core";
import { type Entry, nameOf, type Story } from "./audit-story.ts";
import { out } from "./colours.ts";
import { paragraph } from "./table.ts";
import { plural, severityColour, severityText } from "./words.ts";

/** What happened, as a person tells it. */
const HAPPENED: Readonly<Record<EventType, string>> = {
  opened: "Opened",
  reopened: "Reopened",
  resolved: "Resolved",
  "evidence-changed": "Evidence changed",
  "severity-changed": "Severity changed",
  covered: "Covered by another finding",
  uncovered: "No longer covered",
  "went-stale": "Could not be read",
  "readable-again": "Can be read again",
  "watched-changed": "Watched differently",
  renamed: "Check renamed",
  "tags-changed": "Tags changed",
  "suppression-asked": "Suppression asked for",
  "suppression-approved": "Suppression approved",
  suppressed: "Suppressed",
  "suppression-extended": "Suppression extended",
  "suppression-expiring": "Suppression ends soon",
  "suppression-declined": "Suppression declined",
  "suppression-ended": "Suppression ended",
  "suppression-refused": "Suppression refused",
  "recheck-asked": "Re-check asked for",
  "recheck-answered": "Re-checked",
  refused: "Refused",
  "sweep-held": "Sweep held back",
  "sweep-finished": "Sweep finished",
  "message-posted": "Message posted",
  "message-unknown": "Message perhaps posted",
  "message-dead": "Message given up",
  exported: "Exported",
  configured: "Configuration changed",
  "store-moved": "Store moved",
};

const FROM: Readonly<Record<Source, string>> = {
  sweep: "a sweep",
  event: "a change event",
  "re-check": "a re-check",
  slack: "Slack",
  cli: "the command line",
  clock: "the clock",
};

/** Pure: the story of a finding or of a suppression. */
export function storyText({ finding, suppression, entries }: Story, width: number): string {
  const head = finding ? findingHead(finding, width) : suppression ? suppressionHead(suppression, width) : [];
  const told =
    entries.length === 0 ? ["Nothing was written down about it."] : entries.flatMap((entry) => entryLines(entry, finding, width));
  return `${[...head, "", ...told, "", out.dim(`${plural(entries.length, "event")} of the audit log; \`posture audit verify\` proves it.`)].join("\n")}\n`;
}

function findingHead({ severity, title, ref, checkId, fingerprint }: Finding, width: number): string[] {
  return [
    `${severityColour(severity, severityText(severity))}  ${out.bold(title)}`,
    paragraph(`${shortId(fingerprint)}  ${checkId}`, width),
    paragraph(
      `${ref.subResourceId === undefined ? ref.arn : `${ref.arn}, ${ref.subResourceId}`}, account ${ref.accountId}, ${ref.region}`,
      width,
    ),
  ];
}

function suppressionHead({ id, scope, justification, by, from, expiresAt }: Suppression, width: number): string[] {
  const what = "fingerprint" in scope ? `the finding ${shortId(scope.fingerprint)}` : `by rule ${JSON.stringify(scope.rule)}`;
  return [
    `${out.bold("Suppression")}  ${id}`,
    paragraph(`Of ${what}, from ${from} until ${expiresAt}, by ${nameOf({ actor: by })}`, width),
    paragraph(`“${justification}”`, width),
  ];
}

const INDENT = 26;

function entryLines(entry: Entry, finding: Finding | null, width: number): string[] {
  const more = [changeOf(entry), entry.message, ...suppressionWords(entry, finding)].filter((it) => it !== undefined);
  return [
    paragraph(
      `${out.dim(entry.at)}  ${out.bold(HAPPENED[entry.type])}  ${out.dim(byWhom(entry))}${because(entry)}`,
      width,
      INDENT,
    ).trimStart(),
    ...more.map((line) => paragraph(line, width, INDENT)),
  ];
}

/** By whom and from where: "by U024BE7LH, from Slack"; "by a sweep". */
function byWhom({ actor, source }: Entry): string {
  return actor.kind === "user" ? `by ${actor.id}, from ${FROM[source]}` : `by ${FROM[source]}`;
}

function because({ type, note }: Entry): string {
  return note === "" || type === "suppressed" || (type === "suppression-asked" && !note.startsWith("until ")) ? "" : `: ${note}`;
}

/** A state as the log has it, in the words that people know. */
function stateWords(state: string): string {
  return state.replace(/^cleared, /, "resolved, ");
}

function changeOf({ type, before, after }: Entry): string | undefined {
  if (after === undefined || type.startsWith("suppress") || before === after) return undefined;
  return before === undefined ? stateWords(after) : `${stateWords(before)} → ${stateWords(after)}`;
}

function suppressionWords({ type, suppression }: Entry, finding: Finding | null): string[] {
  if (!suppression || type === "suppression-ended") return [];
  const { id, scope, justification, expiresAt } = suppression;
  const rule = "rule" in scope && finding ? `, by rule ${JSON.stringify(scope.rule)}` : "";
  return [`“${justification}”`, `until ${expiresAt}${rule} (${id})`];
}

const WHAT = 26;
const ID = 12;

/** One event in one line. */
export function eventLine({ entry, finding }: { readonly entry: Entry; readonly finding: Finding | null }): string {
  const { at, type, subject } = entry;
  const of = finding ? `${shortId(finding.fingerprint)}  ${finding.checkId} ${finding.ref.name}` : subject.replace(/^v1-(.{12}).*$/, "$1");
  return `${out.dim(at)}  ${HAPPENED[type].padEnd(WHAT)}  ${of.padEnd(ID)}  ${out.dim(`${byWhom(entry)}${because(entry)}`)}`;
}
