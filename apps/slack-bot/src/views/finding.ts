import { elapsed, type Finding, type Instant, type Status, type Suppression } from "@posture/core";
import { afterBriefly, type CheckInfo, guideOf } from "@posture/runtime";
import type { Button, KnownBlock, RichTextElement } from "@slack/types";
import { ACTION, encodeFinding, encodeSeen } from "../codec.ts";
import type { Lapsed, Said } from "../outbox/rows.ts";
import type { Flapping } from "../outbox/threads.ts";
import type { Pending } from "../pending.ts";
import type { Message } from "../slack/port.ts";
import { afterElements } from "./after.ts";
import { assigneeBlock } from "./assign.ts";
import { approvalButtons, pendingBlock } from "./approval.ts";
import { moreMenu, stepSection } from "./more.ts";
import {
  button,
  cut,
  fallback,
  header,
  lasting,
  link,
  literal,
  MARKS,
  mention,
  note,
  plural,
  repeatedBlock,
  rich,
  row,
  section,
  severityWord,
  when,
  whenMrkdwn,
  whoElement,
} from "./parts.ts";
import { scopeText } from "./rule.ts";
import { ownerBlock } from "./thread.ts";
import { whyElements } from "./why.ts";

/** Everything that a finding's message depends on. */
export interface FindingModel {
  readonly finding: Finding;
  readonly status: Status;
  readonly suppression: Suppression | null;
  /** What people type. */
  readonly id: string;
  /** `undefined`: its check is not loaded any more. */
  readonly check: CheckInfo | undefined;
  /** The check that says it already, where `status` is `covered`. */
  readonly cover: CheckInfo | undefined;
  /** A re-check is under way; asked by this Slack user. */
  readonly checking: { readonly by: string | null } | null;
  readonly said: Said | null;
  /** What waits for another person's approval: its suppression, or a later expiry. */
  readonly pending: Pending | null;
  /** Where the message stands that this one follows. */
  readonly follows: string | null;
  /** It is told again, or only now, since time has ended its suppression. */
  readonly lapsed: Lapsed | null;
  /** It comes and goes. */
  readonly flapping: Flapping | null;
  /** The message that goes on from here, and after what; `url`: where it stands, `null` as long as nobody knows. */
  readonly next: { readonly url: string | null; readonly after: "reopening" | "lapse" } | null;
  /** Whom it mentions: an id of the configuration. */
  readonly owner: string | null;
  readonly mayRepeat: boolean;
  readonly now: Instant;
}

/** One finding's message in any of its states. Pure. */
export function findingMessage(model: FindingModel): Message {
  if (model.next) return formerMessage(model, model.next);
  const blocks = [
    header(headline(model)),
    condition(model),
    context(model),
    ...(model.finding.assignee ? [assigneeBlock(model.finding.assignee.id)] : []),
    ...(model.owner === null ? [] : [ownerBlock([model.owner])]),
    ...state(model),
    ...remedy(model),
    ...said(model),
    ...actions(model),
  ];
  return { text: fallback(`${headline(model)}: ${model.finding.message.text}${phoneAfter(model.finding)}`), blocks };
}

/** What it said once is said by another message now: it must stay true without being changed again. */
function formerMessage({ finding, mayRepeat }: FindingModel, { url, after }: NonNullable<FindingModel["next"]>): Message {
  const [word, why] = FORMER[after];
  const head = `${word} · ${finding.title}: ${finding.ref.name}`;
  // By night it may be over before it is told.
  const goesOn =
    url === null ? literal("Once that is told, a new message goes on from here.") : link(url, "The new message goes on from here");
  const blocks = [header(head), rich(section(literal(`${why} `), goesOn)), ...(mayRepeat ? [repeatedBlock()] : [])];
  return { text: fallback(head), blocks };
}

const FORMER: Readonly<Record<NonNullable<FindingModel["next"]>["after"], readonly [string, string]>> = {
  reopening: ["🔁 Reopened", "It was resolved, and failed again after an hour or more."],
  lapse: ["🔁 Open again", "It was suppressed until the suppression ended by time."],
};

function headline({ finding, status, checking }: FindingModel): string {
  const { severity, title, ref, reopened } = finding;
  const what = `${title}: ${ref.name}`;
  const mark = MARKS[severity];
  if (checking) return `⏳ Checking · ${what}`;
  switch (status) {
    case "open":
      return `${mark} ${reopened > 0 ? "Reopened · " : ""}${severityWord(severity)} · ${what}`;
    case "covered":
      return `↪️ Covered · ${what}`;
    case "suppressed":
      return `🔕 Suppressed · ${what}`;
    case "resolved":
      return `✅ Resolved · ${what}`;
    case "retired":
    case "unmonitored":
      return `⏸️ No longer watched · ${what}`;
  }
}

function condition({ finding: { message, ref, changed }, status }: FindingModel): KnownBlock {
  const past = status === "resolved" ? [literal("Was: ", { italic: true })] : [];
  const after = changed ? [literal("\n"), ...afterElements(changed, status === "resolved" ? "Resolved after" : "After")] : [];
  return rich(section(...past, literal(cut(message.text, 1200)), literal("\n"), literal(cut(ref.arn, 600), { code: true }), ...after));
}

/** In a notification there is little room. */
function phoneAfter({ changed }: Finding): string {
  return changed ? ` (${cut(afterBriefly(changed), 200)})` : "";
}

function context({ finding, status, checking, id, now }: FindingModel): KnownBlock {
  const { severity, ref, openedAt, clearedAt, reopened } = finding;
  // Of an open one the headline says it.
  const grave = status === "open" && !checking ? [] : [severityWord(severity)];
  const first = [`Account \`${plainWord(ref.accountId)}\``, plainWord(ref.region), ...grave, `ID \`${id}\``];
  const age =
    status === "resolved" && clearedAt !== null
      ? `Open for ${lasting(elapsed(openedAt, clearedAt))}, resolved ${whenMrkdwn(clearedAt)}`
      : `First seen ${whenMrkdwn(openedAt)} (${lasting(elapsed(openedAt, now))} ago)`;
  return note([...first, age, ...(reopened > 1 ? [`reopened ${plural(reopened, "time")}`] : [])].join("  ·  "));
}
/** Of letters, digits and hyphens, as accounts and regions are: this stands in mrkdwn. */
function plainWord(text: string): string {
  return cut(text.replaceAll(/[^a-z0-9-]/gi, "�"), 40);
}

/** Why it stands as it stands. */
function state({
  finding,
  status,
  suppression,
  pending,
  cover,
  follows,
  lapsed,
  flapping,
  mayRepeat,
  said: last,
}: FindingModel): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  if (status === "suppressed" && suppression) blocks.push(suppressionBlock(suppression));
  if (pending && mayWait(status)) blocks.push(pendingBlock(pending));
  if (status === "covered")
    blocks.push(
      rich(section(literal(`Already said by the finding “${cut(cover?.title ?? String(finding.coveredBy), 300)}” on the same resource.`))),
    );
  if (status === "retired") blocks.push(note("Its check is switched off."));
  if (status === "unmonitored") blocks.push(note("Its account or region is not watched any more."));
  if (finding.stale && (status === "open" || status === "suppressed" || status === "covered")) blocks.push(staleBlock(finding, last));
  for (const text of finding.message.notes.slice(0, 3))
    blocks.push(rich(section(literal("Note: ", { bold: true }), literal(cut(text, 400)))));
  if (flapping) blocks.push(flappingBlock(flapping));
  if (lapsed) blocks.push(lapsedBlock(lapsed, follows));
  else if (follows !== null) blocks.push(rich(section(literal("It was resolved before. "), link(follows, "The earlier message"))));
  if (mayRepeat) blocks.push(repeatedBlock());
  return blocks;
}

/** What is resolved, or not watched, has nothing to be decided about. */
function mayWait(status: Status): boolean {
  return status === "open" || status === "covered" || status === "suppressed";
}

function suppressionBlock(suppression: Suppression): KnownBlock {
  const { by, expiresAt, approval, scope } = suppression;
  const rule = "rule" in scope ? [literal(", by the rule "), literal(cut(scopeText(suppression), 500), { code: true })] : [];
  const head: RichTextElement[] = [literal("Suppressed by "), whoElement(by), literal(" until "), when(expiresAt), ...rule];
  const second = typeof approval === "object" ? [literal(", approved by "), whoElement(approval.by)] : [];
  return rich(section(...head, ...second, literal(": "), ...whyElements(suppression)));
}

/** With its times, so that it is true also when it has rested and nobody has drawn the message anew. */
function flappingBlock({ times, from, to }: Flapping): KnownBlock {
  const what = literal(`: it was resolved and reopened ${plural(times, "time")} within an hour, from `);
  return rich(section(literal("🔀 Flapping", { bold: true }), what, when(from), literal(" to "), when(to), literal(".")));
}

/** Stays true whatever becomes of it: it says what was. */
function lapsedBlock({ by, until, why }: Lapsed, follows: string | null): KnownBlock {
  const earlier = follows === null ? [] : [literal(" "), link(follows, "The earlier message")];
  const reason = [literal(": "), literal(why, { italic: true }), literal(".")];
  return rich(section(literal("It was suppressed by "), whoElement(by), literal(" until "), when(until), ...reason, ...earlier));
}

function staleBlock({ stale }: Finding, last: Said | null): KnownBlock {
  const missing = stale?.missing ?? [];
  const since = stale ? [literal(" Since "), when(stale.since), literal(" it could not be read")] : [];
  const why = missing.length > 0 ? `missing ${missing.join(", ")}` : (stale?.detail ?? "");
  // The last line of the message says it, after a re-check that met the same.
  const isSaid = why === "" || last?.text.includes(why) === true;
  const reason = isSaid ? [] : [literal(`: ${cut(why, 600)}`)];
  return rich(section(literal("⚠️ It may have changed.", { bold: true }), ...since, ...reason, literal(".")));
}

/** What to do, where there is something to do. */
function remedy({ finding, check, status, checking }: FindingModel): KnownBlock[] {
  if (!check || checking || status !== "open") return [];
  const steps = guideOf(check, finding).slice(0, 8);
  const page = check.consoleOf(finding.ref);
  return [
    rich(
      section(literal("To fix it", { bold: true })),
      { type: "rich_text_list", style: "ordered", elements: steps.map(stepSection) },
      section(
        link(check.remediation.docs, "AWS documentation"),
        ...(page === null ? [] : [literal("  ·  "), link(page, "Open in the AWS console")]),
      ),
    ),
  ];
}

function said({ said: it, checking, finding, status }: FindingModel): KnownBlock[] {
  if (checking) return [note(`⏳ Reading the resource now${checking.by === null ? "" : `, asked by ${mention(checking.by)}`}.`)];
  // "Fixed" is no word for what has failed again since, and "still failing" none for what is resolved.
  const hasTurned = status === "resolved" || finding.reopened > 0;
  const isOver = hasTurned && it !== null && it.at < finding.evidenceAt;
  if (!it || isOver) return [];
  return [
    rich(
      section(
        when(it.at),
        literal(" · "),
        it.by === null ? literal("Posture") : { type: "user", user_id: it.by },
        literal(": "),
        literal(cut(it.text, 900)),
      ),
    ),
  ];
}

/** Buttons that would do nothing are not there. */
function actions({ finding, status, suppression, pending, checking, check }: FindingModel): KnownBlock[] {
  if (checking) return [];
  const more = moreMenu(finding, status, check);
  const value = encodeFinding(finding.fingerprint);
  const recheck = button("Re-check", ACTION.recheck, value);
  const approval = pending ? approvalButtons(pending) : [];
  switch (status) {
    case "open":
      return [
        pending ? row(recheck, ...approval, more) : row({ ...recheck, style: "primary" }, button("Suppress", ACTION.suppress, value), more),
      ];
    case "covered":
      return [row(recheck, ...approval, more)];
    case "suppressed":
      return [row(recheck, ...approval, ...(suppression ? ofSuppression(suppression, pending, value) : []), more)];
    case "resolved":
    case "retired":
    case "unmonitored":
      return [];
  }
}

function ofSuppression({ id, expiresAt, scope }: Suppression, pending: Pending | null, value: string): Button[] {
  const extend = pending ? [] : [button("Extend", ACTION.extend, encodeSeen({ suppressionId: id, expiresAt }))];
  return [...extend, button("rule" in scope ? "Lift the rule" : "Lift suppression", ACTION.lift, value)];
}
