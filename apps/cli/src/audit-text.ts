import { type Finding, shortId, type Suppression, whyText } from "@posture/core";
import { type Entry, entryWords, FROM, HAPPENED, type Story } from "@posture/runtime";
import { nameOf } from "./audit-story.ts";
import { out } from "./colours.ts";
import { paragraph } from "./table.ts";
import { plural, severityColour, severityText } from "./words.ts";

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

function suppressionHead(suppression: Suppression, width: number): string[] {
  const { id, scope, ticket, by, from, expiresAt } = suppression;
  const what = "fingerprint" in scope ? `the finding ${shortId(scope.fingerprint)}` : `by rule ${JSON.stringify(scope.rule)}`;
  return [
    `${out.bold("Suppression")}  ${id}`,
    paragraph(`Of ${what}, from ${from} until ${expiresAt}, by ${nameOf({ actor: by })}`, width),
    paragraph(`“${whyText(suppression)}”`, width),
    ...(ticket === undefined ? [] : [ticket]),
  ];
}

const INDENT = 26;

function entryLines(entry: Entry, finding: Finding | null, width: number): string[] {
  const { because, more } = entryWords(entry, finding);
  return [
    paragraph(`${out.dim(entry.at)}  ${out.bold(HAPPENED[entry.type])}  ${out.dim(byWhom(entry))}${because}`, width, INDENT).trimStart(),
    ...more.map((line) => paragraph(line, width, INDENT)),
  ];
}

/** By whom and from where: "by U024BE7LH, from Slack"; "by a sweep". */
function byWhom({ actor, source }: Entry): string {
  return actor.kind === "user" ? `by ${actor.id}, from ${FROM[source]}` : `by ${FROM[source]}`;
}

const WHAT = 26;
const ID = 12;

/** One event in one line. */
export function eventLine({ entry, finding }: { readonly entry: Entry; readonly finding: Finding | null }): string {
  const { at, type, subject } = entry;
  const of = finding ? `${shortId(finding.fingerprint)}  ${finding.checkId} ${finding.ref.name}` : subject.replace(/^v1-(.{12}).*$/, "$1");
  return `${out.dim(at)}  ${HAPPENED[type].padEnd(WHAT)}  ${of.padEnd(ID)}  ${out.dim(`${byWhom(entry)}${entryWords(entry, finding).because}`)}`;
}
