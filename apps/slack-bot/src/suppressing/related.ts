import { limitsOf } from "@posture/config";
import { DAY, plus } from "@posture/core";
import type { Listed } from "@posture/runtime";
import { decodeModal, FIELD } from "../codec.ts";
import { type Desk, findingOf } from "../desk.ts";
import type { ActionIntake, SubmissionIntake } from "../inbox/intake.ts";
import { pendingAbout } from "../pending.ts";
import { failureOf } from "../slack/failure.ts";
import type { Message } from "../slack/port.ts";
import { MOST_RELATED, relatedDone, type RelatedDone, relatedModal } from "../views/related.ts";
import { refusalSentence } from "../views/verdicts.ts";
import { sentence } from "../views/words.ts";
import { fieldIn, type Filled, filledIn } from "./fields.ts";
import { allOf, at, type Form, type Wishing } from "./form.ts";
import { wrongDays, wrongReason } from "./judging.ts";

/* One reason for several findings of one resource. Each gets a suppression of its own. */

export async function openRelated(desk: Desk, { trigger_id, channel }: ActionIntake, { finding }: Listed): Promise<Message | null> {
  const { ref, fingerprint } = finding;
  const open = await desk.posture.list({ arns: [ref.arn], accounts: [ref.accountId], statuses: ["open"] });
  const waiting = await desk.store.read({}, ({ suppressions }) =>
    open.filter((it) => pendingAbout(it.finding, it.suppression, suppressions, desk.now()) !== null),
  );
  const others = open.filter((it) => it.finding.fingerprint !== fingerprint && !waiting.includes(it));
  if (others.length === 0) return sentence("This resource has no other open finding that could be suppressed.");
  const listed = others.slice(0, MOST_RELATED);
  const limits = limitsOf(
    desk.posture.suppressionSettings,
    listed.map((it) => it.finding.severity),
  );
  try {
    await desk.slack.openModal(trigger_id, relatedModal({ finding, channel: channel?.id, others: listed, total: others.length, limits }));
    return null;
  } catch (error) {
    desk.log.warn({ failure: failureOf(error) }, "a modal could not be opened");
    return sentence("Slack did not open the window in time. Please click once more.");
  }
}

interface Wish extends Wishing {
  readonly key: string;
  /** The finding whose message was clicked. */
  readonly fingerprint: string;
  readonly chosen: readonly string[];
  readonly filled: Filled;
}

export const relatedForm: Form<Wish> = { read, refusedAt: () => "justification", errors, perform };

function read({ user, view }: SubmissionIntake, key: string): Wish | null {
  const data = decodeModal(view.private_metadata);
  const { values } = view.state;
  const chosen = (fieldIn(values, FIELD.findings)?.selected_options ?? []).map(({ value }) => value);
  return data && { key, user: user.id, values, fingerprint: data.fingerprint, chosen: [...new Set(chosen)], filled: filledIn(values) };
}

async function errors(desk: Desk, wish: Wish): Promise<Record<string, string> | null> {
  const isChosen = wish.chosen.length > 0 && wish.chosen.length <= MOST_RELATED;
  const severities = isChosen ? (await foundOf(desk, wish)).flatMap((it) => (it ? [it.finding.severity] : [])) : [];
  return allOf([
    isChosen ? null : at(wish, "findings", `Please choose one or more, ${MOST_RELATED} at most.`),
    ...wrongReason(wish),
    // How long it may be depends on what is chosen.
    isChosen ? wrongDays(wish, limitsOf(desk.posture.suppressionSettings, severities).maxDays, "What you chose") : null,
  ]);
}

/** Only what is of the same resource; `null`: it is not, or is not there any more. */
async function foundOf(desk: Desk, { fingerprint, chosen }: Wish): Promise<readonly (Listed | null)[]> {
  const from = await findingOf(desk, fingerprint);
  const found = await Promise.all(chosen.map((it) => findingOf(desk, it)));
  return found.map((it) => (it && it.finding.ref.arn === from?.finding.ref.arn ? it : null));
}

async function perform(desk: Desk, wish: Wish): Promise<Message> {
  const found = await foundOf(desk, wish);
  const done: RelatedDone[] = [];
  for (const listed of found) done.push(await one(desk, wish, listed));
  return relatedDone(done);
}

async function one(desk: Desk, { key, user, filled }: Wish, listed: Listed | null): Promise<RelatedDone> {
  if (!listed) return { kind: "refused", finding: null, text: refusalSentence("no-such-finding") };
  const { finding } = listed;
  const { basis, justification, days } = filled;
  const answer = await desk.posture.suppress({
    id: `s-${key}-${finding.fingerprint.slice(3, 15)}`,
    fingerprint: finding.fingerprint,
    justification,
    ...(basis && { basis }),
    by: { kind: "user", id: user, via: "slack" },
    expiresAt: plus(desk.now(), days * DAY),
  });
  if (answer.kind === "refused") return { kind: "refused", finding, text: refusalSentence(answer.why) };
  return { kind: answer.suppression.approval === "waiting" ? "waiting" : "suppressed", finding };
}
