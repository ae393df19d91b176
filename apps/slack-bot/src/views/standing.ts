import type { Role } from "@posture/config";
import type { KnownBlock } from "@slack/types";
import type { Standing } from "../roles/standing.ts";
import { literal, rich, section } from "./parts.ts";
import { whoElements } from "./refusal.ts";

const FOR: Readonly<Record<Role, string>> = {
  viewer: "ask, in every channel",
  responder: "re-check, open findings in the channel, assign them, share answers",
  analyst: "suppress, lift, extend, withdraw, export",
  approver: "approve or decline what waits",
  admin: "begin a sweep; suppress, lift and extend by rule",
};

/** What the reader may do, and who can do the rest. Pure. */
export function standingBlock(standings: readonly Standing[]): KnownBlock {
  if (standings.every(({ verdict }) => verdict.kind === "yes")) return rich(section(literal("You may do all of this.", { bold: true })));
  const isMember = standings.every(({ verdict }) => verdict.kind !== "refused" || verdict.why === "role" || verdict.why === "approvers");
  const head = isMember
    ? "What you may do"
    : "You are no full member of this workspace: you may ask in the channel of Posture, and nothing else";
  return rich(section(literal(head, { bold: true }), literal(isMember ? ", besides asking in the channel of Posture:" : ".")), {
    type: "rich_text_list",
    style: "bullet",
    elements: standings.map(lineOf),
  });
}

function lineOf({ role, verdict }: Standing): ReturnType<typeof section> {
  const what = `${role}: ${FOR[role]}.`;
  switch (verdict.kind) {
    case "yes":
      return section(literal("Yes, ", { bold: true }), literal(what));
    case "unsure":
      return section(literal("Slack does not say, ", { bold: true }), literal(what));
    case "refused":
      return section(literal("No, ", { bold: true }), literal(what), ...whoElements(verdict.whoCan));
  }
}
