import type { Listed } from "@posture/runtime";
import type { ModalView } from "@slack/types";
import { type Desk, findingOf, messagesAbout } from "../desk.ts";
import { decodeModal } from "../codec.ts";
import type { ActionIntake } from "../inbox/intake.ts";
import { pendingFor } from "../pending.ts";
import { failureOf } from "../slack/failure.ts";
import type { Message, Opened } from "../slack/port.ts";
import { nothingToSuppress, suppressModal, type SuppressModel } from "../views/suppress.ts";
import { sentence } from "../views/words.ts";
import { settledMessage } from "../views/settled.ts";
import { type Filled, filledIn } from "./fields.ts";
import { type ScopeChoice, scopeChoices, scopeChosen } from "./scopes.ts";

/* The window of "Suppress", from the click to the last change in it. What was chosen is read from the window each time: nothing is kept here. */

/** What takes longer to count than this is shown as being counted. In milliseconds. */
const QUICK = 300;

/** Opens the window at once, since Slack lets it be opened for three seconds, and then says in it what it would hide. */
export async function openSuppress(desk: Desk, { trigger_id, channel }: ActionIntake, listed: Listed): Promise<Message | null> {
  const settled = await settledBy(desk, listed);
  if (settled) return settled;
  const [scope] = scopeChoices(listed.finding);
  const model = await modelOf(desk, listed, scope, { channel: channel?.id, days: Number.NaN });
  try {
    const opened = await desk.slack.openModal(trigger_id, suppressModal(model));
    await counted(desk, opened, model);
    return null;
  } catch (error) {
    desk.log.warn({ failure: failureOf(error) }, "a modal could not be opened");
    return sentence("Slack did not open the window in time. Please click once more.");
  }
}

/** The change that each window is being brought up to, while it is; by the id of the view. */
const under = new Map<string, object>();

/** Another scope, or another expiry: the window says what that would hide. Of two changes the later one is shown, however long the other takes. */
export async function changeSuppress(desk: Desk, { view }: ActionIntake): Promise<null> {
  const data = view && decodeModal(view.private_metadata);
  if (!data) return null;
  const change = {};
  under.set(view.id, change);
  const show = async (modal: ModalView): Promise<void> => {
    if (under.get(view.id) === change) await desk.slack.updateModal({ id: view.id }, modal);
  };
  try {
    const listed = await findingOf(desk, data.fingerprint);
    const settled = listed ? await settledBy(desk, listed) : sentence("This finding does not exist any more.");
    if (settled) await show(nothingToSuppress(settled));
    else if (listed) await showChange(desk, listed, { channel: data.channel, ...filledIn(view.state.values) }, show);
    return null;
  } finally {
    if (under.get(view.id) === change) under.delete(view.id);
  }
}

type Changed = Pick<SuppressModel, "channel" | "days"> & Pick<Filled, "scope">;

async function showChange(desk: Desk, listed: Listed, changed: Changed, show: (modal: ModalView) => Promise<void>): Promise<void> {
  const scope = scopeChosen(listed.finding, changed.scope) ?? scopeChoices(listed.finding)[0];
  const model = await modelOf(desk, listed, scope, changed);
  const counting = desk.posture.preview(scope.scope);
  const quick = await within(counting, QUICK);
  if (!quick) await show(suppressModal(model));
  const { preview } = quick ?? (await counting);
  await show(suppressModal({ ...model, preview }));
}

async function counted(desk: Desk, opened: Opened, model: SuppressModel): Promise<void> {
  try {
    const { preview } = await desk.posture.preview(model.scope.scope);
    await desk.slack.updateModal(opened, suppressModal({ ...model, preview }));
  } catch (error) {
    desk.log.warn({ failure: failureOf(error) }, "what a suppression would hide could not be shown");
  }
}

async function modelOf(
  { posture, now }: Desk,
  { finding }: Listed,
  scope: ScopeChoice,
  { channel, days }: Pick<SuppressModel, "channel" | "days">,
): Promise<SuppressModel> {
  const limits = await posture.limits(scope.scope);
  return { finding, channel, choices: scopeChoices(finding), scope, limits, days, preview: null, now: now() };
}

/** Why there is nothing to suppress; `null`: there is. */
export async function settledBy(desk: Desk, listed: Listed): Promise<Message | null> {
  const { finding, status } = listed;
  const isLeft = (status === "open" || status === "covered") && (await pendingFor(desk, listed)) === null;
  if (isLeft) return null;
  const rows = status === "resolved" ? await messagesAbout(desk, finding) : [];
  const since = finding.clearedAt ?? "";
  const said = rows.map(({ body }) => body.said).find((it) => it && it.at >= since && it.text.startsWith("re-checked"));
  return settledMessage(listed, said?.by ?? null);
}

/** `undefined`: it takes longer. */
async function within<T>(wanted: Promise<T>, milliseconds: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), milliseconds);
  try {
    return await Promise.race([wanted, late]);
  } finally {
    clearTimeout(timer);
  }
}
