import { type Finding, SEVERITIES, type Status } from "@posture/core";
import type { ActionsBlock, KnownBlock, PlainTextOption, RichTextSection } from "@slack/types";
import { ACTION, encodeFinding } from "../codec.ts";
import type { Message } from "../slack/port.ts";
import { cut, fallback, header, LIMIT, literal, MARKS, note, plural, printable, repeatedBlock, rich, section } from "./parts.ts";
import { ownerBlock } from "./thread.ts";

export interface Member {
  readonly finding: Finding;
  /** `told-later`: another message says by now how it stands. */
  readonly status: Status | "told-later";
  /** Until it was told here, it was suppressed. Left out: it was not. */
  readonly wasHidden?: boolean;
}

export interface GroupModel {
  /** Of the check. `null`: the findings are of any, since there were too many at once. */
  readonly title: string | null;
  readonly accountId: string | null;
  /** They waited for the end of quiet hours. Left out: they did not. */
  readonly quiet?: boolean;
  readonly members: readonly Member[];
  /** Whom it mentions: ids of the configuration, each once. */
  readonly owners: readonly string[];
  readonly mayRepeat: boolean;
}

const NAMED = 5;

/** Several new findings in one message that stays true: how many, the first of them, and what has become of them. Pure. */
export function groupMessage({ title, accountId, quiet = false, members, owners, mayRepeat }: GroupModel): Message {
  const sorted = members.toSorted((a, b) => order(a) - order(b));
  const open = sorted.filter(({ status }) => status === "open");
  const head = headline(open, members, quiet ? null : (title ?? "findings of several checks at once"));
  const blocks: KnownBlock[] = [
    header(head),
    note([...(accountId === null ? [] : [`Account \`${accountId}\``]), ...countsOf(members)].join("  ·  ")),
    ...hidden(members),
    ...named(open),
    ...(owners.length > 0 ? [ownerBlock(owners)] : []),
    ...(mayRepeat ? [repeatedBlock()] : []),
    ...menu(sorted.filter(({ status }) => status !== "resolved" && status !== "told-later")),
    ...(open.length > LIMIT.menu ? [note("`/posture findings` lists all of them.")] : []),
  ];
  return { text: fallback(`${head}. ${countsOf(members).join(", ")}.`), blocks };
}

/** What is open, the gravest first; then what may be open again. */
function order({ finding, status }: Member): number {
  return SEVERITIES.indexOf(finding.severity) + (status === "open" ? 0 : status === "resolved" || status === "told-later" ? 20 : 10);
}

/** `what`: they are, `null` for what came while it was quiet. */
function headline(open: readonly Member[], members: readonly Member[], what: string | null): string {
  const [gravest] = open;
  const counted = (count: number): string =>
    what === null ? `While it was quiet here: ${plural(count, "finding")}` : `${count.toLocaleString("en")} × ${what}`;
  if (gravest) return `${MARKS[gravest.finding.severity]} ${counted(open.length)}`;
  const isToldLater = members.some(({ status }) => status === "told-later");
  const end = isToldLater ? "told again later" : "none is open";
  return `${isToldLater ? "↩️" : "✅"} ${counted(members.length)}${what === null ? ", " : ": "}${end}`;
}

const WORDS: readonly (readonly [Member["status"], string])[] = [
  ["open", "open"],
  ["suppressed", "suppressed"],
  ["covered", "covered by other findings"],
  ["resolved", "resolved"],
  ["retired", "no longer looked for"],
  ["unmonitored", "no longer watched"],
  ["told-later", "told again, in a later message"],
];

function countsOf(members: readonly Member[]): readonly string[] {
  return WORDS.flatMap(([status, word]) => {
    const count = members.filter((it) => it.status === status).length;
    return count === 0 ? [] : [`${count.toLocaleString("en")} ${word}${status === "open" ? severitiesOf(members) : ""}`];
  });
}

function severitiesOf(members: readonly Member[]): string {
  const counts = SEVERITIES.map((severity) => ({
    severity,
    count: members.filter(({ finding, status }) => status === "open" && finding.severity === severity).length,
  })).filter(({ count }) => count > 0);
  return ` (${counts.map(({ severity, count }) => `${count.toLocaleString("en")} ${severity}`).join(", ")})`;
}

function hidden(members: readonly Member[]): KnownBlock[] {
  const count = members.filter(({ wasHidden }) => wasHidden).length;
  if (count === 0) return [];
  const which = count === members.length ? "They were" : `${count.toLocaleString("en")} of them ${count === 1 ? "was" : "were"}`;
  return [note(`${which} suppressed before, and time has ended that.`)];
}

function named(open: readonly Member[]): KnownBlock[] {
  if (open.length === 0) return [];
  const lines = open.slice(0, NAMED).map(lineOf);
  const rest = open.length - lines.length;
  const more = rest > 0 ? [section(literal(`and ${plural(rest, "more", "more")}`))] : [];
  return [rich({ type: "rich_text_list", style: "bullet", elements: [...lines, ...more] })];
}

function lineOf({ finding: { message, ref, severity } }: Member): RichTextSection {
  return section(literal(`${MARKS[severity]} ${cut(message.text, 250)}`), literal(` (${ref.region})`));
}

function menu(members: readonly Member[]): ActionsBlock[] {
  const options = members.slice(0, LIMIT.menu).map(optionOf);
  if (options.length === 0) return [];
  const placeholder = { type: "plain_text" as const, text: "Open a finding", emoji: false };
  return [{ type: "actions", elements: [{ type: "static_select", action_id: ACTION.open, placeholder, options }] }];
}

function optionOf({ finding, status }: Member): PlainTextOption {
  const mark = status === "open" ? MARKS[finding.severity] : status === "suppressed" ? "🔕" : "↪️";
  const text = cut(printable(`${mark} ${finding.message.text}`), LIMIT.option);
  return { text: { type: "plain_text", text, emoji: false }, value: encodeFinding(finding.fingerprint) };
}
