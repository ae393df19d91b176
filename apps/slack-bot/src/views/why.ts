import { basisText, isTicket, type Suppression } from "@posture/core";
import type { RichTextElement } from "@slack/types";
import { cut, link, literal } from "./parts.ts";

/** The reason of a suppression as people read it: its basis, the justification, and the way to its ticket. Pure. */
export function whyElements(
  { basis, justification, ticket }: Pick<Suppression, "basis" | "justification" | "ticket">,
  most = 1000,
): RichTextElement[] {
  return [
    ...(basis === undefined ? [] : [literal(`${basisText(basis)}: `, { bold: true })]),
    literal(cut(justification, most), { italic: true }),
    ...(ticket !== undefined && isTicket(ticket) ? [literal("  ·  "), link(ticket, cut(ticket.slice("https://".length), 80))] : []),
  ];
}
