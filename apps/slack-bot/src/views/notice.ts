import { type Instant, isInForce, type Suppression } from "@posture/core";
import type { KnownBlock } from "@slack/types";
import { ACTION, encodeSeen } from "../codec.ts";
import { pendingOf } from "../pending.ts";
import type { Message } from "../slack/port.ts";
import { approvalButtons, pendingBlock } from "./approval.ts";
import { button, cut, fallback, literal, repeatedBlock, rich, row, section, when, whoElement } from "./parts.ts";

export interface NoticeModel {
  readonly suppression: Suppression;
  /** The expiry that the notice is about. */
  readonly expiresAt: Instant;
  /** What the suppression hides: a finding by its name and title, or how many a rule holds now. */
  readonly about: string;
  /** What people type. */
  readonly id: string;
  readonly mayRepeat: boolean;
  readonly now: Instant;
}

/** Said once when an expiry is near; what became of it later is said in the same place. Pure. */
export function noticeMessage(model: NoticeModel): Message {
  const { suppression, expiresAt, about, now } = model;
  const { by, justification } = suppression;
  const isOver = !isInForce(suppression, now) || suppression.expiresAt > expiresAt;
  const head = isOver ? "A suppression was near its expiry" : "A suppression ends soon";
  const line = [
    literal(head, { bold: true }),
    literal(`: ${cut(about, 400)}. Suppressed by `),
    whoElement(by),
    literal(" until "),
    when(expiresAt),
    literal(": "),
    literal(cut(justification, 1000), { italic: true }),
  ];
  const pending = pendingOf(suppression, now);
  const state = isOver ? [outcome(model)] : pending ? [pendingBlock(pending)] : [];
  const text = `${head}: ${about}.`;
  return {
    text: fallback(text),
    blocks: [rich(section(...line)), ...state, ...(model.mayRepeat ? [repeatedBlock()] : []), ...buttons(model)],
  };
}

function outcome({ suppression: { ended, expiresAt }, now }: NoticeModel): KnownBlock {
  if (ended === null && expiresAt > now) return rich(section(literal("It now lasts until "), when(expiresAt), literal(".")));
  if (ended === null || ended.why === "expired") return rich(section(literal("It ended on "), when(expiresAt), literal(".")));
  const did = ended.why === "resolved" ? "It ended, since the finding is resolved" : "It was lifted by ";
  return rich(
    section(literal(did), ...(ended.why === "resolved" ? [] : [whoElement(ended.by)]), literal(", "), when(ended.at), literal(".")),
  );
}

function buttons({ suppression, expiresAt, id, now }: NoticeModel): KnownBlock[] {
  if (!isInForce(suppression, now) || suppression.expiresAt > expiresAt) return [];
  const pending = pendingOf(suppression, now);
  const value = encodeSeen({ suppressionId: suppression.id, expiresAt });
  const typed = rich(
    section(literal("On a command line: "), literal(`posture suppressions extend ${id} --days 30`, { code: true }), literal(".")),
  );
  return [
    ...(pending ? [] : [typed]),
    row(...(pending ? approvalButtons(pending) : [button("Extend", ACTION.extend, value)]), button("Lift suppression", ACTION.lift, value)),
  ];
}
