import { DAY, isTicket, plus, type Preview, type Suppression } from "@posture/core";
import type { SuppressWish } from "@posture/runtime";
import { decodeModal } from "../codec.ts";
import { type Desk, findingOf } from "../desk.ts";
import type { SubmissionIntake } from "../inbox/intake.ts";
import type { Message } from "../slack/port.ts";
import { ruleSuppressed } from "../views/rule.ts";
import { refusalSentence } from "../views/verdicts.ts";
import { sentence } from "../views/words.ts";
import { type Filled, filledIn } from "./fields.ts";
import { allOf, at, type Form, type Wishing } from "./form.ts";
import { settledBy } from "./modal.ts";
import { wrongDays, wrongReason } from "./judging.ts";
import { type ScopeChoice, scopeChosen } from "./scopes.ts";

/* What becomes of a window of "Suppress" that is submitted. Everything is judged anew: the window may be an hour old. */

/** What somebody wants, as far as it can be understood. */
interface Wish extends Wishing {
  /** Of the suppression, so that the same window twice suppresses once. */
  readonly id: string;
  readonly fingerprint: string;
  readonly filled: Filled;
}

export const suppressForm: Form<Wish> = {
  read: wishOf,
  refusedAt: ({ filled }) => (filled.scope === "finding" ? "justification" : "scope"),
  errors: errorsOf,
  perform: suppress,
};

/** `null`: it is no window of ours. Pure. */
function wishOf({ user, view }: SubmissionIntake, inboxKey: string): Wish | null {
  const data = decodeModal(view.private_metadata);
  const { values } = view.state;
  return data && { id: `s-${inboxKey}`, user: user.id, fingerprint: data.fingerprint, filled: filledIn(values), values };
}

/** What is wrong, by the block of the field that it is said at; `null`: nothing, or it is done already. */
async function errorsOf(desk: Desk, wish: Wish): Promise<Record<string, string> | null> {
  const done = await desk.store.read({}, ({ suppressions }) => suppressions.some(({ id }) => id === wish.id));
  if (done) return null; // taken up again after a crash
  const listed = await findingOf(desk, wish.fingerprint);
  if (!listed) return at(wish, "scope", "This finding does not exist any more. Close this window.");
  const choice = scopeChosen(listed.finding, wish.filled.scope);
  // How long it may be depends on the scope, so that nothing is said of that.
  if (!choice) return allOf([...wrongReason(wish), at(wish, "scope", "The resource has this tag no more. Choose another scope.")]);
  const settled = await settledBy(desk, listed);
  // Whoever cannot go on is spared the rest.
  if (settled && !("rule" in choice.scope)) return at(wish, "scope", `${settled.text} Close this window.`);
  return wrongIn(wish, choice, (await desk.posture.limits(choice.scope)).maxDays);
}

function wrongIn(wish: Wish, { scope }: ScopeChoice, maxDays: number): Record<string, string> | null {
  const { ticket } = wish.filled;
  return allOf([
    ...wrongReason(wish),
    wrongDays(wish, maxDays, "rule" in scope ? "This scope" : "This finding"),
    ticket !== undefined && !isTicket(ticket)
      ? at(wish, "ticket", "This is not an https address. Leave it empty, or paste the whole address.")
      : null,
  ]);
}

/** Suppresses. Answers what to tell the person alone; `null`: the finding's message says it. */
async function suppress(desk: Desk, wish: Wish): Promise<Message | null> {
  const { id, user, fingerprint, filled } = wish;
  const listed = await findingOf(desk, fingerprint);
  const choice = listed && scopeChosen(listed.finding, filled.scope);
  if (!choice) return sentence(refusalSentence("no-such-finding"));
  const { basis, justification, ticket, days } = filled;
  const why = { justification, ...(basis && { basis }), ...(ticket !== undefined && { ticket }) };
  const asked: SuppressWish = {
    id,
    ...choice.scope,
    ...why,
    by: { kind: "user", id: user, via: "slack" },
    expiresAt: plus(desk.now(), days * DAY),
  };
  const answer = await desk.posture.suppress(asked);
  return answer.kind === "refused" ? sentence(refusalSentence(answer.why)) : confirmation(answer.suppression, answer.preview);
}

/** A rule hides more than what the person was looking at. */
function confirmation(suppression: Suppression, preview: Preview): Message | null {
  if ("rule" in suppression.scope) return ruleSuppressed(suppression, preview);
  return suppression.approval === "waiting"
    ? sentence("It waits for another person and hides nothing until they approve it. The finding's message has the buttons.")
    : null;
}
