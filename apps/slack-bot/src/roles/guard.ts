import type { Actor } from "@posture/core";
import { onlyAsksIn } from "../asking/intakes.ts";
import { type Desk, refusedBy } from "../desk.ts";
import type { Intake } from "../inbox/intake.ts";
import type { Message } from "../slack/port.ts";
import { NOT_KNOWN, refusalMessage, refusalText } from "../views/refusal.ts";
import { sentence } from "../views/words.ts";
import { type Deed, DEEDS } from "./deed.ts";
import { helpersBut, type Refusal, type Rules } from "./may.ts";
import { askerOf, deedWanted, subjectOf } from "./wanted.ts";

/** Why a request is not done: for the person alone, and for the field of a window. */
export interface Refused {
  readonly message: Message;
  readonly text: string;
}

export function rulesOf({ posture }: Pick<Desk, "posture">): Rules {
  return { roles: posture.slackSettings.roles, approvers: posture.suppressionSettings.approvers };
}

/** Whether whoever asks may have it done, as Slack and the configuration say now. `null`: they may. A refusal is in the audit log. */
export async function refusedTo(desk: Desk, intake: Intake, user: string): Promise<Refused | null> {
  const deed = await deedWanted(desk, intake);
  if (deed === null) return null;
  const asker = deed === "approve" ? await askerOf(desk, intake) : null;
  return refusedDeed(desk, user, { deed, asksHere: onlyAsksIn(desk.channel, intake), subject: subjectOf(intake), asker });
}

/** What somebody wants to do, and in the audit log what it is about. */
export interface WantedDeed {
  readonly deed: Deed;
  /** It is a question, asked in the bot's channel. */
  readonly asksHere: boolean;
  readonly subject: string;
  /** Who asked for what is to be approved. */
  readonly asker: Actor | null;
}

/** The same for a deed that is known already. */
export async function refusedDeed(desk: Desk, user: string, { deed, asksHere, subject, asker }: WantedDeed): Promise<Refused | null> {
  const verdict = await desk.people.mayDo(user, deed, asksHere, rulesOf(desk));
  switch (verdict.kind) {
    case "yes":
      return null;
    case "unsure":
      return { message: sentence(NOT_KNOWN), text: NOT_KNOWN };
    case "refused": {
      await refusedBy(desk, user, subject, noteOf(verdict));
      const told = asker ? { ...verdict, whoCan: helpersBut(asker, verdict.whoCan) } : verdict;
      return { message: refusalMessage(told), text: refusalText(told) };
    }
  }
}

/** For the audit log. Pure. */
function noteOf({ deed, why }: Refusal): string {
  switch (why) {
    case "role":
      return `${deed}: has not the role ${DEEDS[deed].least}`;
    case "approvers":
      return `${deed}: not among the approvers`;
    default:
      return `${deed}: not a full member of the workspace, ${why}`;
  }
}
