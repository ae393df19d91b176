import { DAY, plus, type Suppression } from "@posture/core";
import type { DecisionAnswer, SuppressionListed } from "@posture/runtime";
import { ACTION, decodeExtend, FIELD, type Seen } from "./codec.ts";
import { type Desk, findingOf, refusedBy, tellChannel } from "./desk.ts";
import type { ActionIntake, SubmissionIntake } from "./inbox/intake.ts";
import { type Pending, pendingOf, suppressionOf } from "./pending.ts";
import { rulesOf } from "./roles/guard.ts";
import { helpersBut, whoCan } from "./roles/may.ts";
import { failureOf } from "./slack/failure.ts";
import type { Message } from "./slack/port.ts";
import { extendModal, longerDays } from "./views/extend.ts";
import { scopeText } from "./views/rule.ts";
import { plural } from "./views/parts.ts";
import { ownApproval, refusalMessage } from "./views/refusal.ts";
import { refusalSentence } from "./views/verdicts.ts";
import { sentence } from "./views/words.ts";

/* What people decide in Slack about a suppression that is there, or waits. What comes of it is read from the store each time. */

type SlackUser = { readonly kind: "user"; readonly id: string; readonly via: "slack" };

/** Answers what to tell the person alone; `null`: the message says it. */
export async function onDecision(desk: Desk, intake: ActionIntake, action: string, seen: Seen): Promise<Message | null> {
  const by: SlackUser = { kind: "user", id: intake.user.id, via: "slack" };
  const suppression = await suppressionOf(desk, seen.suppressionId);
  if (!suppression) return refusal(desk, by, seen, "no such suppression", refusalSentence("no-such-suppression"));
  switch (action) {
    case ACTION.approve:
    case ACTION.decline:
    case ACTION.withdraw:
      return aboutPending(desk, action, suppression, seen, by);
    case ACTION.extend:
      return openExtend(desk, intake, suppression, by);
    case ACTION.lift:
      return liftNoticed(desk, suppression, by);
    default:
      return null;
  }
}

async function aboutPending(desk: Desk, action: string, suppression: Suppression, seen: Seen, by: SlackUser): Promise<Message | null> {
  const pending = pendingOf(suppression, desk.now());
  if (!pending && isDoneBy(suppression, action, by)) return null; // taken up again after a crash
  if (pending && pending.expiresAt !== seen.expiresAt)
    return refusal(desk, by, seen, "what waits is not what was seen", "Something else waits by now. The finding's message says what.");
  if (action === ACTION.approve) return approve(desk, suppression, pending, by);
  if (action === ACTION.withdraw && pending && !isSame(pending, by))
    return refusal(desk, by, seen, "only who asked can withdraw", "Only who asked for it can withdraw it. You can decline it.");
  const answer = await desk.posture.decline(suppression.id, by);
  if (answer.kind === "refused") return sentence(refusalSentence(answer.why));
  if (pending?.later) await say(desk, suppression, by, isSame(pending, by) ? "withdrew the later expiry" : "declined the later expiry");
  return null;
}

function isDoneBy({ approval, ended }: Suppression, action: string, by: SlackUser): boolean {
  if (action !== ACTION.approve) return ended?.by.kind === "user" && ended.by.id === by.id;
  return typeof approval === "object" && approval.by.kind === "user" && approval.by.id === by.id;
}

function isSame(pending: Pending, by: SlackUser): boolean {
  return pending.by.kind === "user" && pending.by.id === by.id;
}

async function approve({ posture }: Desk, { id }: Suppression, pending: Pending | null, by: SlackUser): Promise<Message | null> {
  const answer = await posture.approve(id, by);
  if (answer.kind === "done") return null;
  const others = helpersBut(pending?.by ?? by, whoCan("approve", rulesOf({ posture })));
  switch (answer.why) {
    case "own-approval":
      return ownApproval(others);
    case "not-an-approver":
      return refusalMessage({ kind: "refused", deed: "approve", why: "approvers", whoCan: others });
    default:
      return sentence(refusalSentence(answer.why));
  }
}

async function openExtend(desk: Desk, intake: ActionIntake, suppression: Suppression, by: SlackUser): Promise<Message | null> {
  const { limits } = await desk.posture.preview(suppression.scope);
  const days = longerDays(suppression.expiresAt, limits, desk.now());
  const seen = { suppressionId: suppression.id, expiresAt: suppression.expiresAt };
  if (suppression.ended) return refusal(desk, by, seen, "no such suppression", refusalSentence("no-such-suppression"));
  if (pendingOf(suppression, desk.now())) return sentence("A later expiry waits for approval already.");
  if (days.length === 0)
    return sentence(
      `It lasts as long as it may: ${limits.maxDays} days from now are the most. It can be extended when some of them have passed.`,
    );
  try {
    await desk.slack.openModal(intake.trigger_id, extendModal(suppression, intake.channel?.id, limits, days));
    return null;
  } catch (error) {
    desk.log.warn({ failure: failureOf(error) }, "a modal could not be opened");
    return sentence("Slack did not open the window in time. Please click once more.");
  }
}

/** Gives the later expiry that was chosen in the window, or asks for it. */
export async function extend(desk: Desk, { user, view }: SubmissionIntake): Promise<Message | null> {
  const data = decodeExtend(view.private_metadata);
  const days = Number(view.state.values[FIELD.expiry]?.[FIELD.input]?.selected_option?.value ?? Number.NaN);
  if (!data || !Number.isInteger(days)) return sentence("Choose until when, please.");
  const by: SlackUser = { kind: "user", id: user.id, via: "slack" };
  const answer = await desk.posture.extend(data.suppressionId, plus(desk.now(), days * DAY), by);
  if (answer.kind === "refused") return answerTo(desk, data.suppressionId, answer, by);
  const { suppression } = answer;
  if (suppression.asked) return sentence("The later expiry waits for another person. The present one holds until it is approved.");
  await say(desk, suppression, by, "extended the suppression");
  return null;
}

/** The same window, taken up again after a crash, has been answered. */
async function answerTo(
  desk: Desk,
  id: string,
  { why }: Extract<DecisionAnswer, { kind: "refused" }>,
  by: SlackUser,
): Promise<Message | null> {
  if (why === "expiry-out-of-range") return sentence("It cannot last so long, so nothing was changed.");
  const suppression = why === "already-waiting" ? await suppressionOf(desk, id) : null;
  const pending = suppression && pendingOf(suppression, desk.now());
  return pending && isSame(pending, by) ? null : sentence(refusalSentence(why));
}

async function liftNoticed(desk: Desk, suppression: Suppression, by: SlackUser): Promise<Message | null> {
  if (isDoneBy(suppression, ACTION.lift, by)) return null;
  const answer = await desk.posture.lift(suppression.id, by);
  if (answer.kind === "refused") return sentence(refusalSentence(answer.why));
  await say(desk, suppression, by, "lifted the suppression");
  return null;
}

/** In the last line of the finding's message; a rule has none of its own. */
async function say(desk: Desk, { scope }: Suppression, { id }: SlackUser, text: string): Promise<void> {
  const listed = "fingerprint" in scope ? await findingOf(desk, scope.fingerprint) : null;
  if (listed) await tellChannel(desk, listed.finding, { by: id, at: desk.now(), text });
}

async function refusal(desk: Desk, by: SlackUser, { suppressionId }: Seen, note: string, text: string): Promise<Message> {
  await refusedBy(desk, by.id, suppressionId, note);
  return sentence(text);
}

/** What a notice says that it is about, and the id that people type. */
export async function noticed(desk: Desk, suppression: Suppression): Promise<{ readonly about: string; readonly id: string }> {
  const all = await desk.posture.suppressions();
  const listed = all.find((it) => it.suppression.id === suppression.id);
  const { scope } = suppression;
  const finding = "fingerprint" in scope ? (await findingOf(desk, scope.fingerprint))?.finding : undefined;
  return { about: finding ? `${finding.title}: ${finding.ref.name}` : ruleText(suppression, listed), id: listed?.id ?? suppression.id };
}

function ruleText(suppression: Suppression, listed: SuppressionListed | undefined): string {
  const rule = scopeText(suppression);
  return listed ? `the rule “${rule}”, which hides ${plural(listed.hides, "finding")}` : `the rule “${rule}”`;
}
