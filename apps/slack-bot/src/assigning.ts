import type { Listed } from "@posture/runtime";
import { assigneeTyped } from "./assignees.ts";
import { decodeModal, FIELD } from "./codec.ts";
import { type Desk, findingOf } from "./desk.ts";
import type { ActionIntake, SubmissionIntake } from "./inbox/intake.ts";
import { failureOf } from "./slack/failure.ts";
import type { Message } from "./slack/port.ts";
import { fieldIn } from "./suppressing/fields.ts";
import { at, type Form, type Wishing } from "./suppressing/form.ts";
import { assignModal } from "./views/assign.ts";
import { sentence } from "./views/words.ts";

/* Who sees to a finding, as people say it in Slack. */

export async function openAssign(desk: Desk, { trigger_id, channel, user }: ActionIntake, { finding }: Listed): Promise<Message | null> {
  try {
    await desk.slack.openModal(trigger_id, assignModal(finding, user.id, channel?.id));
    return null;
  } catch (error) {
    desk.log.warn({ failure: failureOf(error) }, "a modal could not be opened");
    return sentence("Slack did not open the window in time. Please click once more.");
  }
}

interface Wish extends Wishing {
  readonly fingerprint: string;
  /** `null`: nobody; `undefined`: no choice was made. */
  readonly assignee: string | null | undefined;
}

export const assignForm: Form<Wish> = { read, refusedAt: () => "assignee", errors, perform };

function read({ user, view }: SubmissionIntake): Wish | null {
  const data = decodeModal(view.private_metadata);
  const { values } = view.state;
  const isNobody = (fieldIn(values, FIELD.nobody)?.selected_options ?? []).length > 0;
  const assignee = isNobody ? null : (fieldIn(values, FIELD.assignee)?.selected_user ?? undefined);
  return data && { user: user.id, values, fingerprint: data.fingerprint, assignee };
}

async function errors(desk: Desk, wish: Wish): Promise<Record<string, string> | null> {
  const wrong = wish.assignee === undefined ? "Please choose somebody." : await whyNot(desk, wish.assignee);
  return wrong === null ? null : at(wish, "assignee", wrong);
}

async function perform(desk: Desk, { user, fingerprint, assignee = null }: Wish): Promise<Message | null> {
  const listed = await findingOf(desk, fingerprint);
  const done = listed && (await assign(desk, listed, assignee, user));
  return done === null ? sentence("This finding does not exist any more.") : done === "changed" ? null : sentence("That was so already.");
}

/** Only somebody who can do something about it. `null`: nothing speaks against it. */
async function whyNot(desk: Desk, assignee: string | null): Promise<string | null> {
  const kind = assignee === null ? "member" : await desk.people.kindOf(assignee);
  switch (kind) {
    case "member":
    case "workspace-admin":
      return null;
    case "unknown":
      return "Slack did not say who that is. Please try again.";
    default:
      return "Only a full member of this workspace can be assigned.";
  }
}

/** `/posture assign <id> @ana`. Slack hands on a name that was typed with `@` as a mention where it knows it, and where the app was made to ask for that. */
export async function assignNamed(desk: Desk, typed: string, user: string): Promise<Message> {
  const [id = "", who = "", ...more] = typed.split(/\s+/);
  const assignee = assigneeTyped(who, user);
  if (id === "" || more.length > 0 || assignee === undefined)
    return sentence(
      "Which finding, and to whom? Type /posture assign, an id, and me, nobody, @ and a name that Slack offers, or the id of a person (U…). More… below a finding's message has a list of people.",
    );
  const listed = await desk.posture.find(id);
  const { ref } = listed.finding;
  const wrong = await whyNot(desk, assignee);
  if (wrong !== null) return sentence(wrong);
  const done = await assign(desk, listed, assignee, user);
  if (done === null) return sentence("This finding does not exist any more.");
  if (done === "unchanged") return sentence(`${ref.name}: that was so already.`);
  const to =
    assignee === null
      ? "nobody in particular"
      : assignee === user
        ? "you"
        : ((await desk.people.namesOf([assignee])).get(assignee) ?? assignee);
  return sentence(`${ref.name} is assigned to ${to}.`);
}

/** The finding's messages follow by themselves, and whoever it was given to by another is told. `null`: it is not there any more. */
async function assign(desk: Desk, { finding }: Listed, assignee: string | null, user: string): Promise<"changed" | "unchanged" | null> {
  const answer = await desk.posture.assign(finding.fingerprint, assignee, { kind: "user", id: user, via: "slack" });
  if (answer.kind === "refused") return null;
  return answer.changed ? "changed" : "unchanged";
}
