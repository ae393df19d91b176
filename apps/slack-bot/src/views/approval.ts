import type { Actor } from "@posture/core";
import type { Button, KnownBlock } from "@slack/types";
import { ACTION, encodeSeen } from "../codec.ts";
import type { Pending } from "../pending.ts";
import type { Message } from "../slack/port.ts";
import { button, cut, literal, rich, section, when, whoElement } from "./parts.ts";

/** What waits for another person, and that it changes nothing until then. Pure. */
export function pendingBlock({ by, expiresAt, justification, later }: Pending): KnownBlock {
  const head = literal(later ? "Later expiry pending" : "Suppression pending", { bold: true });
  const what = [head, literal(", asked by "), whoElement(by), literal(", until "), when(expiresAt)];
  return later
    ? rich(section(...what, literal(". The present expiry holds until another person approves it.")))
    : rich(
        section(
          ...what,
          literal(": "),
          literal(cut(justification, 1000), { italic: true }),
          literal("\nIt hides nothing until another person approves it."),
        ),
      );
}

/** They carry what was seen, so that nobody approves what came in its place. */
export function approvalButtons({ suppressionId, expiresAt }: Pending): Button[] {
  const value = encodeSeen({ suppressionId, expiresAt });
  return [
    { ...button("Approve", ACTION.approve, value), style: "primary" },
    button("Decline", ACTION.decline, value),
    button("Withdraw", ACTION.withdraw, value),
  ];
}

/** To one who may not approve: who may. `approvers`: what the configuration names; `null`: nobody in particular. Pure. */
export function whoCanApprove(why: "own-approval" | "not-an-approver", asker: Actor | null, approvers: readonly string[] | null): Message {
  const head =
    why === "own-approval"
      ? "You asked for this yourself, so another person has to approve it."
      : "You are not one of those who may approve this.";
  const others = approvers?.filter((it) => !(asker?.kind === "user" && asker.id === it)) ?? null;
  if (others === null) return { text: head, blocks: [rich(section(literal(`${head} Any other full member of this workspace can.`)))] };
  if (others.length === 0)
    return { text: head, blocks: [rich(section(literal(`${head} The configuration names nobody else in suppressions.approvers.`)))] };
  const names = others.slice(0, MOST_NAMED).flatMap((it, place) => [literal(place === 0 ? " Who can: " : ", "), approverElement(it)]);
  const more = others.length > MOST_NAMED ? [literal(`, and ${others.length - MOST_NAMED} more`)] : [];
  return { text: head, blocks: [rich(section(literal(head), ...names, ...more, literal(".")))] };
}

const MOST_NAMED = 20;

function approverElement(name: string): ReturnType<typeof literal> {
  return /^[UW][A-Z0-9]{2,}$/.test(name) ? { type: "user", user_id: name } : literal(cut(name, 200), { code: true });
}
