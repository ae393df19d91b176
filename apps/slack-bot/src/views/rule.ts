import { type Instant, isInForce, type Preview, type RuleSet, setsOf, type Suppression } from "@posture/core";
import type { KnownBlock } from "@slack/types";
import { ACTION, encodeSeen } from "../codec.ts";
import { pendingOf } from "../pending.ts";
import type { Message } from "../slack/port.ts";
import { approvalButtons, pendingBlock } from "./approval.ts";
import { button, cut, literal, note, plural, repeatedBlock, rich, row, section, when, whoElement } from "./parts.ts";
import { hidingText } from "./preview.ts";
import { whyElements } from "./why.ts";

export interface RuleModel {
  readonly suppression: Suppression;
  /** What it would hide that nothing hides now; `null`: that cannot be said. */
  readonly preview: Pick<Preview, "hidden" | "bySeverity" | "tagsUnread"> | null;
  /** How many findings it hides. */
  readonly hides: number;
  readonly mayRepeat: boolean;
  readonly now: Instant;
}

/** A rule that somebody asked for and another person has to approve, and what became of it. Pure. */
export function ruleMessage(model: RuleModel): Message {
  const { suppression, now } = model;
  const pending = pendingOf(suppression, now);
  const what = rich(
    section(literal("A suppression by rule: ", { bold: true }), literal(cut(scopeText(suppression), 1500), { code: true })),
  );
  const state = pending ? [pendingBlock(pending), ...(pending.later ? [] : [wouldHide(model)])] : [outcome(model)];
  return {
    text: `A suppression by rule ${pending ? "waits for approval" : "was decided about"}.`,
    blocks: [what, ...state, ...(model.mayRepeat ? [repeatedBlock()] : []), ...buttons(model)],
  };
}

/** Of each that is given one value must match; of several sets one is enough. Pure. */
export function scopeText({ scope }: Pick<Suppression, "scope">): string {
  if (!("rule" in scope)) return "one finding";
  const sets = setsOf(scope.rule);
  return sets.length === 0 ? "nothing that can be understood" : sets.map(setText).join(" or ");
}

function setText({ checks, accounts, regions, arns, tags }: RuleSet): string {
  const keys = tags && Object.entries(tags).map(([key, values]) => (values.includes("*") ? key : `${key}=${values.join("|")}`));
  const lists = { check: checks, account: accounts, region: regions, arn: arns, tag: keys };
  return Object.entries(lists)
    .flatMap(([name, list]) => (list ? [`${name} ${list.join(", ")}`] : []))
    .join("; ");
}

function wouldHide({ preview }: RuleModel): KnownBlock {
  if (!preview) return rich(section(literal("What it would hide cannot be said: a check that it names is not loaded.")));
  const { hidden, bySeverity, tagsUnread } = preview;
  const now = hidingText("It would hide", { hidden, bySeverity }).slice(0, -1);
  const unread = tagsUnread.length === 0 ? "" : ` ${plural(tagsUnread.length, "more finding")} may be held once their tags are read.`;
  return rich(section(literal(`${now}; and those to come that it holds.${unread}`)));
}

/** To whoever has just suppressed by rule: that it is wider than the one finding. Pure. */
export function ruleSuppressed(suppression: Suppression, preview: Pick<Preview, "hidden" | "bySeverity">): Message {
  const waits = suppression.approval === "waiting";
  const hides = hidingText(waits ? "Once another person approves it, it hides" : "It hides", preview);
  const text = waits ? "A suppression by rule waits for approval." : "Suppressed by rule.";
  return {
    text: `${text} ${hides}`,
    blocks: [
      rich(
        section(
          literal(waits ? "Asked for a suppression by rule: " : "Suppressed by rule: ", { bold: true }),
          literal(cut(scopeText(suppression), 1500), { code: true }),
        ),
        section(literal(`${hides} Findings to come that it holds too, until `), when(suppression.expiresAt), literal(".")),
      ),
      note("`/posture suppressions` lists it."),
    ],
  };
}

function outcome({ suppression, hides, now }: RuleModel): KnownBlock {
  const { by, expiresAt, approval, ended } = suppression;
  if (ended) {
    const did = { lifted: "Lifted by ", declined: "Declined by ", withdrawn: "Withdrawn by ", expired: "Expired: ", resolved: "Ended: " }[
      ended.why
    ];
    return rich(section(literal(did), whoElement(ended.by), literal(", "), when(ended.at), literal(".")));
  }
  if (!isInForce(suppression, now)) return rich(section(literal("Ended on "), when(expiresAt), literal(".")));
  const second = typeof approval === "object" ? [literal(", approved by "), whoElement(approval.by)] : [];
  return rich(
    section(
      literal(`In force, and hides ${plural(hides, "finding")}. Suppressed by `),
      whoElement(by),
      ...second,
      literal(" until "),
      when(expiresAt),
      literal(": "),
      ...whyElements(suppression),
    ),
  );
}

function buttons({ suppression, now }: RuleModel): KnownBlock[] {
  const { id, expiresAt } = suppression;
  const pending = pendingOf(suppression, now);
  const isLive = isInForce(suppression, now);
  const value = encodeSeen({ suppressionId: id, expiresAt });
  const all = [
    ...(pending ? approvalButtons(pending) : isLive ? [button("Extend", ACTION.extend, value)] : []),
    ...(isLive ? [button("Lift suppression", ACTION.lift, value)] : []),
  ];
  return all.length > 0 ? [row(...all)] : [];
}
