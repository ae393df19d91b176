import type { Actor, Finding } from "@posture/core";
import type { KnownBlock, ModalView, RichTextElement } from "@slack/types";
import { ASSIGN_MODAL, encodeModal, FIELD } from "../codec.ts";
import type { Message } from "../slack/port.ts";
import { cut, fallback, link, literal, plain, repeatedBlock, rich, section, whoElement } from "./parts.ts";

const SLACK_USER = /^[UW][A-Z0-9]+$/;

/** Whoever is named in Slack is shown by name; names of a command line are shown to the letter. An edit notifies nobody. Pure. */
function assigneeElement(id: string): RichTextElement {
  return SLACK_USER.test(id) ? { type: "user", user_id: id } : literal(cut(id, 300));
}

export function assigneeBlock(id: string): KnownBlock {
  return rich(section(literal("Assigned to "), assigneeElement(id)));
}

/** Asks who is to see to a finding; shown is who does, or else who asks. Pure. */
export function assignModal({ ref, title, fingerprint, assignee }: Finding, user: string, channel: string | undefined): ModalView {
  const present = assignee && SLACK_USER.test(assignee.id) ? assignee.id : user;
  return {
    type: "modal",
    callback_id: ASSIGN_MODAL,
    private_metadata: encodeModal({ fingerprint, ...(channel !== undefined && { channel }) }),
    title: plain("Assign"),
    submit: plain("Assign"),
    close: plain("Cancel"),
    blocks: [
      rich(section(literal(cut(ref.name, 300), { bold: true }), literal(` · ${cut(title, 300)}`))),
      {
        type: "input",
        block_id: FIELD.assignee,
        label: plain("Assign to"),
        element: { type: "users_select", action_id: FIELD.input, initial_user: present },
      },
      {
        type: "input",
        block_id: FIELD.nobody,
        optional: true,
        label: plain("Or to nobody"),
        element: {
          type: "checkboxes",
          action_id: FIELD.input,
          options: [{ text: plain("Nobody in particular"), value: "nobody" }],
        },
      },
    ],
  };
}

export interface AssignedModel {
  readonly finding: Finding;
  /** What people type. */
  readonly id: string;
  /** Who said so. */
  readonly by: Actor;
  /** Where its message stands; `null`: there is none. */
  readonly url: string | null;
  readonly mayRepeat: boolean;
}

/** To whom a finding was assigned by somebody else. Pure. */
export function assignedMessage({ finding: { ref, title }, id, by, url, mayRepeat }: AssignedModel): Message {
  const what = `${cut(title, 300)}: ${cut(ref.name, 300)}`;
  const where = url === null ? literal(`/posture show ${id}`, { code: true }) : link(url, "Open its message");
  return {
    text: fallback(`Assigned to you: ${what}`),
    blocks: [
      rich(section(literal("Assigned to you by "), whoElement(by), literal(`: ${what}. `), where)),
      ...(mayRepeat ? [repeatedBlock()] : []),
    ],
  };
}
