import type { Actor, Finding } from "@posture/core";
import { type CheckInfo, guideOf } from "@posture/runtime";
import type { KnownBlock, RichTextBlock, RichTextElement } from "@slack/types";
import type { Line } from "../outbox/lines.ts";
import type { Message } from "../slack/port.ts";
import { afterElements } from "./after.ts";
import { stepSection } from "./more.ts";
import { cut, fallback, link, literal, plural, printable, repeatedBlock, rich, section, when } from "./parts.ts";

/** What stands in the thread of a finding's message: what to do, then what happened to it. Pure. */

export interface GuideModel {
  readonly finding: Finding;
  /** `undefined`: its check is not loaded any more. */
  readonly check: CheckInfo | undefined;
  readonly mayRepeat: boolean;
}

const MOST_EVIDENCE = 2500;
const MOST_STEPS = 10;

/** The first reply: how to end it, and the facts behind it. */
export function guideMessage({ finding, check, mayRepeat }: GuideModel): Message {
  const text = `How to fix it, and the evidence: ${finding.title}, ${finding.ref.name}`;
  const blocks: KnownBlock[] = [
    ...(check ? [stepsBlock(check, finding)] : []),
    rich(section(literal("Evidence", { bold: true })), {
      type: "rich_text_preformatted",
      elements: [{ type: "text", text: evidenceText(finding) }],
    }),
    ...(mayRepeat ? [repeatedBlock()] : []),
  ];
  return { text: fallback(text), blocks };
}

function stepsBlock(check: CheckInfo, finding: Finding): RichTextBlock {
  const steps = guideOf(check, finding).slice(0, MOST_STEPS);
  return rich(
    section(literal("To fix it", { bold: true })),
    { type: "rich_text_list", style: "ordered", elements: steps.map(stepSection) },
    section(link(check.remediation.docs, "AWS documentation")),
  );
}

/** To the letter, as JSON; what is too much for Slack is cut, and ends with an ellipsis. */
function evidenceText({ message: { evidence } }: Finding): string {
  return printable(cut(JSON.stringify(evidence, null, 2), MOST_EVIDENCE));
}

export interface LinesModel {
  readonly lines: readonly Line[];
  /** Whom it mentions: an id of the configuration. */
  readonly owner: string | null;
  /** How people of this workspace are called, by id: a name calls nobody, a mention does. */
  readonly names: ReadonlyMap<string, string>;
  /** How people of this workspace are called who called AWS, by principal. Left out: nobody is known. */
  readonly callers?: ReadonlyMap<string, string>;
  readonly mayRepeat: boolean;
}

/** What happened, the oldest first. */
export function linesMessage({ lines, owner, names, callers, mayRepeat }: LinesModel): Message {
  const [first] = lines;
  const told = lines.map((line) => ({ line, parts: partsOf(line, names, callers) }));
  const head =
    first && lines.length > 1 ? [section(literal(`${plural(lines.length, "change")} since `, { bold: true }), when(first.at))] : [];
  const sections = told.map(({ line, parts }) => section(when(line.at), literal(" · "), ...parts));
  const body: RichTextBlock["elements"] =
    lines.length > 1 ? [...head, { type: "rich_text_list", style: "bullet", elements: sections }] : sections;
  const blocks: KnownBlock[] = [rich(...body), ...(owner === null ? [] : [ownerBlock([owner])]), ...(mayRepeat ? [repeatedBlock()] : [])];
  const text = told.map(({ parts }) => parts.map(plainOf).join("")).join(" ");
  return { text: fallback(text), blocks };
}

function plainOf(element: RichTextElement): string {
  if (element.type === "text") return element.text;
  return element.type === "date" ? (element.fallback ?? "") : "somebody";
}

/** Elements of their own are what calls people; ids are those of the configuration. */
export function ownerBlock(owners: readonly string[]): RichTextBlock {
  const elements = owners.flatMap((owner, i): RichTextElement[] => [...(i > 0 ? [literal(", ")] : []), ownerElement(owner)]);
  return rich(section(literal(owners.length > 1 ? "Owners: " : "Owner: "), ...elements));
}

function ownerElement(owner: string): RichTextElement {
  return owner.startsWith("S") ? { type: "usergroup", usergroup_id: owner } : { type: "user", user_id: owner };
}

function partsOf(line: Line, names: LinesModel["names"], callers: LinesModel["callers"]): readonly RichTextElement[] {
  const [before, ...more] = toldOf(line, names);
  const { after } = line;
  if (!after || !before || line.source !== "event") return before ? [before, ...more] : more;
  // A change in AWS says more than the way on which it was learnt.
  return [...afterElements(after, "After", after.by === null ? undefined : callers?.get(after.by), line.at), literal(": "), ...more];
}

/** After its head, what happened. */
function toldOf(line: Line, names: LinesModel["names"]): readonly RichTextElement[] {
  const { did, why, from, to, until, tells } = line;
  const who = nameOf(line.by, names);
  const head = literal(`${whenceOf(line, who)}: `);
  const reason = why === null ? [literal(".")] : because(why);
  const lasting: RichTextElement[] = until === null ? [] : [literal(" until "), when(until)];
  const asked: RichTextElement[] = tells === null ? [] : [literal(", which "), { type: "user", user_id: tells }, literal(" had asked for")];
  switch (did) {
    case "resolved":
      return [head, literal("resolved", { bold: true }), literal(`. ${provedBy(why)}`)];
    case "reopened":
      return [head, literal("reopened", { bold: true }), ...reason];
    case "severity-changed":
      return [head, literal("severity", { bold: true }), literal(` is ${to} now, and was ${from}.`)];
    case "evidence-changed":
      return from === to
        ? [head, literal("what was found has changed.")]
        : [head, literal("what was found has changed. Before: "), said(from), literal(" Now: "), said(to)];
    case "went-stale":
      return [head, literal("could not be read", { bold: true }), ...because(why), literal(". Nothing is known to have changed.")];
    case "readable-again":
      return [head, literal("can be read again, and still fails.")];
    case "status-changed":
      return [head, literal(`${to} now, and was ${from}.`)];
    // Who it is given to hears of it elsewhere.
    case "assigned":
      return [head, literal("assigned it to "), literal(personIn(to, names), { bold: true }), literal(".")];
    case "unassigned":
      return [head, literal(`it is no longer assigned to ${personIn(from, names)}.`)];
    case "suppression-asked":
      return [head, literal("asked for a suppression"), ...lasting, ...reason];
    case "suppressed":
      return [head, literal("suppressed", { bold: true }), ...lasting, ...reason];
    case "suppression-approved":
      return [head, literal("approved the suppression"), ...asked, ...lasting, literal(".")];
    case "suppression-declined":
      return [head, literal("declined the suppression"), ...asked, literal(".")];
    case "suppression-withdrawn":
      return [head, literal("withdrew the suppression.")];
    case "later-expiry-asked":
      return [head, literal("asked for a later expiry of the suppression"), ...lasting, literal(".")];
    case "later-expiry-refused":
      return [head, literal("a later expiry was not approved; the suppression lasts"), ...lasting, literal(".")];
    case "suppression-extended":
      return [head, literal("extended the suppression"), ...lasting, literal(".")];
    case "suppression-lifted":
      return [head, literal("lifted the suppression"), ...asked, literal(".")];
    case "suppression-expired":
      return [head, literal("the suppression has expired"), ...reason];
    case "suppression-outlived":
      return [head, literal("the suppression has ended, since the finding was resolved for an hour.")];
    case "flapping":
      return [
        head,
        literal("flapping", { bold: true }),
        literal(
          `: it changed ${why} times within an hour. The message stays true; here no more of it is told until it has rested for an hour.`,
        ),
      ];
  }
}

function because(why: string | null): readonly RichTextElement[] {
  return why === null ? [] : [literal(": "), literal(cut(why, 400), { italic: true })];
}

function said(text: string | null): RichTextElement {
  return literal(cut(text ?? "", 300), { italic: true });
}

const RESOLVED: Readonly<Record<string, string>> = {
  pass: "It was proved that nothing is wrong any more.",
  "not-applicable": "The check does not apply to the resource any more.",
  gone: "AWS says that the resource is gone.",
};

function provedBy(why: string | null): string {
  return (why !== null && Object.hasOwn(RESOLVED, why) && RESOLVED[why]) || "";
}

/** Where it was learnt, or who did it. */
function whenceOf({ source, by }: Line, who: string | null): string {
  switch (source) {
    case "sweep":
      return "Sweep";
    case "event":
      return "Change event";
    case "re-check":
      return who === null
        ? "Re-check"
        : `Re-check, asked for by ${who}${by.kind === "user" && by.via === "cli" ? " on a command line" : ""}`;
    case "slack":
      return `${who ?? "Somebody"} in Slack`;
    case "cli":
      return `${who ?? "Somebody"} on a command line`;
    case "clock":
      return "Posture";
  }
}

function personIn(id: string | null, names: LinesModel["names"]): string {
  return cut(id === null ? "somebody" : (names.get(id) ?? id), 200);
}

function nameOf(actor: Actor, names: LinesModel["names"]): string | null {
  if (actor.kind === "system") return null;
  return cut(actor.via === "slack" ? (names.get(actor.id) ?? "somebody") : actor.id, 200);
}
