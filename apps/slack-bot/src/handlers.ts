import { type Finding, isPostureError } from "@posture/core";
import { nearest } from "@posture/config";
import type { App, ViewSubmitAction } from "@slack/bolt";
import { extend, onDecision } from "./approving.ts";
import { type Asking, exportAsked } from "./asking/export.ts";
import { answerTo, recheckNamed, shown, turnedPage } from "./asking/commands.ts";
import { history } from "./asking/history.ts";
import { pageTurnOf } from "./asking/intakes.ts";
import {
  ACTION,
  decodeExtend,
  ASSIGN_MODAL,
  decodeFinding,
  decodeModal,
  decodeMore,
  decodeSeen,
  decodeShare,
  EXTEND_MODAL,
  FIELD,
  type More,
  RELATED_MODAL,
  SUPPRESS_MODAL,
} from "./codec.ts";
import { assignForm, assignNamed, openAssign } from "./assigning.ts";
import { lift, openFinding, postCriticals, recheck } from "./deeds.ts";
import { digestChannel, digestSoFar } from "./digests/render.ts";
import { type Desk, findingOf, type Place, rowAt } from "./desk.ts";
import { type ActionIntake, type CommandIntake, type Intake, isSubmission, parseIntake } from "./inbox/intake.ts";
import { refusedTo } from "./roles/guard.ts";
import { standingOf } from "./roles/standing.ts";
import { deedOfWord, wordOf } from "./roles/wanted.ts";
import { failureOf } from "./slack/failure.ts";
import type { Message } from "./slack/port.ts";
import { offered } from "./roles/offering.ts";
import { share } from "./sharing.ts";
import { isSlackAddress, respond, type Taken } from "./slack/respond.ts";
import { summarise } from "./summarising.ts";
import { at, type Form, type Wishing } from "./suppressing/form.ts";
import { changeSuppress, openSuppress } from "./suppressing/modal.ts";
import { openRelated, relatedForm } from "./suppressing/related.ts";
import { suppressForm } from "./suppressing/submit.ts";
import { arnMessage, consoleMessage, stepsMessage } from "./views/more.ts";
import { fitted } from "./views/limits.ts";
import { sweepingMessage, sweptMessage } from "./views/swept.ts";
import { COMMAND_WORDS, helpMessage, sentence } from "./views/words.ts";

const NO_FINDING = "This finding does not exist any more.";

/** Hands what people do in Slack to the deeds. Requests were parsed and kept before they come here. */
export function listen(app: App, desk: Desk): void {
  app.command("/posture", async ({ ack, body, context }) => {
    await ack();
    const intake = parseIntake(body);
    if (!intake || !("command" in intake)) return;
    const { user_id: user, channel_id: channel } = intake;
    const tell = (message: Message): Promise<boolean> => reply(desk, intake, user, message);
    const asking = { user, channel, again: context["again"] === true, tell };
    await guarded(desk, intake, user, () => onCommand(desk, intake, asking));
  });
  app.action(/^posture_/, async ({ ack, body }) => {
    await ack();
    const intake = parseIntake(body);
    if (intake && "actions" in intake) await guarded(desk, intake, intake.user.id, () => onAction(desk, intake));
  });
  app.view(EXTEND_MODAL, async ({ ack, body }) => {
    const intake = parseIntake(body);
    if (!intake || !isSubmission(intake)) return ack();
    const refused = await refusedTo(desk, intake, intake.user.id);
    if (refused) return ack({ response_action: "errors", errors: { [FIELD.expiry]: refused.text } });
    await ack();
    await answered(desk, intake, intake.user.id, () => extend(desk, intake));
  });
  app.view<ViewSubmitAction>({ type: "view_submission", callback_id: SUPPRESS_MODAL }, (given) => onSubmitted(desk, suppressForm, given));
  app.view<ViewSubmitAction>({ type: "view_submission", callback_id: RELATED_MODAL }, (given) => onSubmitted(desk, relatedForm, given));
  app.view<ViewSubmitAction>({ type: "view_submission", callback_id: ASSIGN_MODAL }, (given) => onSubmitted(desk, assignForm, given));
}

interface Submitting {
  readonly body: unknown;
  readonly context: Readonly<Record<string, unknown>>;
  readonly ack: (answer?: { readonly response_action: "errors"; readonly errors: Record<string, string> }) => Promise<void>;
}

/** What is wrong is said in the window, which stays open; otherwise it is done. */
async function onSubmitted<W extends Wishing>(desk: Desk, form: Form<W>, { ack, body, context }: Submitting): Promise<void> {
  const intake = parseIntake(body);
  const wish = intake && isSubmission(intake) ? form.read(intake, String(context["inboxKey"])) : null;
  if (!intake || !wish) return ack();
  const refused = await refusedTo(desk, intake, wish.user);
  const errors = refused ? at(wish, form.refusedAt(wish), refused.text) : await form.errors(desk, wish);
  if (errors) return ack({ response_action: "errors", errors });
  await ack();
  await answered(desk, intake, wish.user, () => form.perform(desk, wish));
}

/** Done for whoever may have it done. */
function guarded(desk: Desk, intake: Intake, user: string, act: () => Promise<Message | null>): Promise<void> {
  let replaces = pageTurnOf(intake) !== null;
  const ifAllowed = async (): Promise<Message | null> => {
    const refused = await refusedTo(desk, intake, user);
    if (refused) replaces = false;
    return refused ? refused.message : act();
  };
  return answered(desk, intake, user, ifAllowed, () => replaces);
}

/** What comes of it is told to the one who asked; what goes wrong, to the log as well. */
async function answered(
  desk: Desk,
  intake: Intake,
  user: string,
  act: () => Promise<Message | null>,
  replaces = (): boolean => false,
): Promise<void> {
  try {
    const answer = await act();
    if (answer) await reply(desk, intake, user, answer, replaces());
  } catch (error) {
    desk.log.error({ err: error }, "a request failed");
    const text = isPostureError(error)
      ? `${error.message} ${error.next}`
      : "Something went wrong, and the log says what. Please try again.";
    await reply(desk, intake, user, sentence(text)).catch(() => {});
  }
}

/** To the asking person alone: where the request says, or in the channel. `false`: Slack takes it nowhere. */
async function reply(desk: Desk, intake: Intake, user: string, message: Message, replaces = false): Promise<boolean> {
  const answer = fitted(await offered(desk, user, channelOf(desk, intake), message));
  return (await desk.slack.newer.deliver(answer, (it) => sendTo(desk, intake, user, it, replaces))) === "taken";
}

async function sendTo(desk: Desk, intake: Intake, user: string, message: Message, replaces: boolean): Promise<Taken> {
  const url = "response_url" in intake ? intake.response_url : undefined;
  if (url !== undefined && isSlackAddress(url, desk.apiUrl)) {
    const taken = await respond(url, message, replaces);
    if (taken === "taken" || (taken === "blocks" && message.plainer !== undefined)) return taken;
  }
  try {
    await desk.slack.whisper(channelOf(desk, intake), user, message);
    return "taken";
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "payload" && message.plainer !== undefined) return "blocks";
    desk.log.warn({ failure }, "an answer could not be delivered");
    return "lost";
  }
}

function channelOf(desk: Desk, intake: Intake): string {
  if ("command" in intake) return intake.channel_id;
  if ("view" in intake && intake.view) return channelIn(intake.view.private_metadata) ?? desk.channel;
  return ("channel" in intake ? intake.channel?.id : undefined) ?? desk.channel;
}

function channelIn(data: string): string | undefined {
  return (decodeModal(data) ?? decodeExtend(data))?.channel;
}

async function onCommand(desk: Desk, { text, user_id }: CommandIntake, asking: Asking): Promise<Message | null> {
  const word = wordOf(text);
  const typed = text.trim().split(/\s+/).slice(1).join(" ");
  // Only words of which it is known who may use them are ever obeyed.
  switch (deedOfWord(word) === null ? "" : word) {
    case "help":
      return helpMessage(await standingOf(desk, user_id));
    case "summary":
      return summarise(desk, typed, user_id, asking.tell);
    case "scan": {
      if (typed !== "") return sentence("/posture scan takes nothing more: it sweeps everything that is watched.");
      const { joined, done } = desk.sweep();
      await asking.tell(sweepingMessage(joined));
      return sweptMessage(await done);
    }
    case "digest":
      return digestSoFar(desk, await digestChannel(desk, asking.channel));
    case "show":
      return shown(desk, typed);
    case "recheck":
    case "re-check":
      return typed === ""
        ? sentence("Which one? Type /posture recheck and an id, or the ARN of a resource.")
        : recheckNamed(desk, typed, user_id);
    case "assign":
      return assignNamed(desk, typed, user_id);
    case "export":
      return exportAsked(desk, typed, asking);
    default: {
      const answer = await answerTo(desk, word, typed, user_id);
      if (answer) return answer;
      const near = nearest(word, COMMAND_WORDS);
      return sentence(
        `There is no command “${word.slice(0, 50)}”${near ? `; did you mean /posture ${near}?` : "."} Type /posture help for all of them.`,
      );
    }
  }
}

async function onAction(desk: Desk, intake: ActionIntake): Promise<Message | null> {
  const [first] = intake.actions;
  const user = intake.user.id;
  const turn = pageTurnOf(intake);
  if (turn) return turnedPage(desk, turn, user);
  if (first?.action_id === ACTION.scope || first?.action_id === ACTION.expiry) return changeSuppress(desk, intake);
  if (first?.action_id === ACTION.postCriticals) {
    const [, sweepId, accountId] = (first.value ?? "").split(":");
    return sweepId && accountId ? postCriticals(desk, sweepId, accountId, user, placeOf(intake)) : null;
  }
  const shared = first?.action_id === ACTION.share ? decodeShare(first.value) : null;
  if (shared) return share(desk, intake, shared);
  const more = first?.action_id === ACTION.more ? decodeMore(valueOf(first)) : null;
  if (more) return onMore(desk, intake, more);
  const seen = decodeSeen(valueOf(first));
  if (first && seen) return onDecision(desk, intake, first.action_id, seen);
  const fingerprint = decodeFinding(valueOf(first));
  if (!first || fingerprint === null) return null;
  const listed = await findingOf(desk, fingerprint);
  if (!listed) return sentence(NO_FINDING);
  switch (first.action_id) {
    case ACTION.recheck:
      return clicked(desk, intake, listed.finding, await recheck(desk, listed, user));
    case ACTION.suppress:
      return openSuppress(desk, intake, listed);
    case ACTION.lift: {
      const text = await lift(desk, listed, user);
      return text === null ? null : sentence(text);
    }
    case ACTION.open:
      return openFinding(desk, listed, await rowAt(desk, placeOf(intake), null));
    default:
      return null;
  }
}

/** What was chosen behind "More…". */
async function onMore(desk: Desk, intake: ActionIntake, { verb, fingerprint }: More): Promise<Message | null> {
  const listed = await findingOf(desk, fingerprint);
  if (!listed) return sentence(NO_FINDING);
  const check = desk.posture.checks.get(listed.finding.checkId);
  switch (verb) {
    case "steps":
      return stepsMessage(listed.finding, check);
    case "history":
      return history(desk, listed.finding.fingerprint, 1);
    case "related":
      return openRelated(desk, intake, listed);
    case "assign":
      return openAssign(desk, intake, listed);
    case "arn":
      return arnMessage(listed.finding);
    case "console":
      return consoleMessage(listed.finding, check);
  }
}

function valueOf(action: ActionIntake["actions"][number] | undefined): string | undefined {
  return action?.selected_option?.value ?? action?.value;
}

/** The message in the channel says the verdict; only a click elsewhere needs an answer of its own. */
async function clicked(desk: Desk, intake: ActionIntake, { fingerprint, aliases }: Finding, verdict: string): Promise<Message | null> {
  const itsOwn = await rowAt(desk, placeOf(intake), [fingerprint, ...aliases]);
  return itsOwn ? null : sentence(verdict);
}

function placeOf({ message, channel }: ActionIntake): Place | null {
  return message && channel ? { ts: message.ts, channel: channel.id } : null;
}
