import type { Button, KnownBlock } from "@slack/types";
import { ACTION, encodeSeen } from "../codec.ts";
import type { Pending } from "../pending.ts";
import { button, literal, rich, section, when, whoElement } from "./parts.ts";
import { whyElements } from "./why.ts";

/** What waits for another person, and that it changes nothing until then. Pure. */
export function pendingBlock(pending: Pending): KnownBlock {
  const { by, expiresAt, later } = pending;
  const head = literal(later ? "Later expiry pending" : "Suppression pending", { bold: true });
  const what = [head, literal(", asked by "), whoElement(by), literal(", until "), when(expiresAt)];
  return later
    ? rich(section(...what, literal(". The present expiry holds until another person approves it.")))
    : rich(section(...what, literal(": "), ...whyElements(pending), literal("\nIt hides nothing until another person approves it.")));
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
