import type { RichTextElement } from "@slack/types";
import { DEEDS } from "../roles/deed.ts";
import type { Helper, Refusal } from "../roles/may.ts";
import type { Message } from "../slack/port.ts";
import { cut, escaped, literal, rich, section } from "./parts.ts";

const MOST_NAMED = 20;

/** To one person alone: what they may not do, and who can. Only the reader sees it, so naming people calls nobody. Pure. */
export function refusalMessage(refusal: Refusal): Message {
  const head = headOf(refusal);
  return { text: escaped(head), blocks: [rich(section(literal(head), ...whoElements(refusal.whoCan)))] };
}

/** The same where Slack shows plain text only, and an id would be no name. Pure. */
export function refusalText(refusal: Refusal): string {
  const [only] = refusal.whoCan;
  if (only?.kind === "everyone") return `${headOf(refusal)}${EVERYONE}`;
  return refusal.whoCan.length === 0 ? `${headOf(refusal)}${NOBODY}` : `${headOf(refusal)} /posture help says who can.`;
}

/** To who asked for it, and would approve it too. `others`: who can. Pure. */
export function ownApproval(others: readonly Helper[]): Message {
  const head = "You asked for this yourself, so another person has to approve it.";
  return { text: head, blocks: [rich(section(literal(head), ...whoElements(others, ANOTHER)))] };
}

export const NOT_KNOWN = "Slack did not say who you are and what you may do, so nothing was done. Please try again in a moment.";
const EVERYONE = " Every full member can: ask one in this channel.";
const ANOTHER = " Any other full member of this workspace can.";
const NOBODY = " The configuration names nobody who can.";

function headOf({ deed, why }: Refusal): string {
  const { least, says } = DEEDS[deed];
  switch (why) {
    case "role":
      return `You may not ${says}: that takes the role ${least}${least === "admin" ? "" : " or one above it"}.`;
    case "approvers":
      return "You are not one of those who may approve this.";
    default:
      return `Only full members of this workspace may ${says}.`;
  }
}

/** A sentence after another. */
export function whoElements(helpers: readonly Helper[], everyone = EVERYONE): readonly RichTextElement[] {
  if (helpers.some(({ kind }) => kind === "everyone")) return [literal(everyone)];
  if (helpers.length === 0) return [literal(NOBODY)];
  const named = helpers.slice(0, MOST_NAMED).flatMap((it, place) => [literal(place === 0 ? " Who can: " : ", "), ...helperElements(it)]);
  const more = helpers.length > MOST_NAMED ? [literal(`, and ${helpers.length - MOST_NAMED} more`)] : [];
  return [...named, ...more, literal(".")];
}

function helperElements(helper: Helper): readonly RichTextElement[] {
  switch (helper.kind) {
    case "everyone":
      return [literal("every full member")];
    case "workspace-admins":
      return [literal("the admins of this workspace")];
    case "person":
      return [{ type: "user", user_id: helper.id }];
    case "group":
      return [{ type: "usergroup", usergroup_id: helper.id }];
    case "channel":
      return [literal("who is in "), { type: "channel", channel_id: helper.id }];
    case "terminal":
      return [literal(cut(helper.id, 200), { code: true })];
  }
}
