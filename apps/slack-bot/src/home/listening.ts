import { isPostureError } from "@posture/core";
import type { ExportFormat } from "@posture/export";
import type { App } from "@slack/bolt";
import { onDecision } from "../approving.ts";
import { ACTION, decodeFinding, decodeSeen } from "../codec.ts";
import { openFinding } from "../deeds.ts";
import { type Desk, findingOf } from "../desk.ts";
import { deliverExport } from "../exporting.ts";
import { type HomeActionIntake, parseHomeAction, parseHomeOpened } from "../inbox/intake.ts";
import { pendingOf, suppressionOf } from "../pending.ts";
import { refusedDeed } from "../roles/guard.ts";
import { failureOf } from "../slack/failure.ts";
import type { Message } from "../slack/port.ts";
import { askedWords } from "../views/asked.ts";
import { delivered, onItsWay } from "../views/export.ts";
import { sentence } from "../views/words.ts";
import { askedOf, decodeFilter, filterIn, HOME_DEEDS, type HomeFilter, type HomeVerb, NO_FILTER, verbOf } from "./codec.ts";
import type { Homes } from "./homes.ts";

/** Shows the Home tab to who opens it, and does what they do in it. Requests were parsed and kept before they come here. */
export function listenHome(app: App, desk: Desk, homes: Homes): void {
  app.event("app_home_opened", async ({ body }) => {
    const intake = parseHomeOpened(body);
    if (intake) await shown(desk, () => opened(desk, homes, intake.event.user, decodeFilter(intake.event.view?.private_metadata)));
  });
  app.action(/^home_/, async ({ ack, body, context }) => {
    await ack();
    const intake = parseHomeAction(body);
    const verb = verbOf(intake?.actions[0]?.action_id ?? "");
    if (intake && verb !== null && verb !== "link")
      await shown(desk, () => acted(desk, homes, { intake, verb, again: context["again"] === true }));
  });
}

/** There is no other place to say it than the tab itself. */
async function shown({ log }: Desk, show: () => Promise<void>): Promise<void> {
  await show().catch((error: unknown) => log.warn({ failure: failureOf(error) }, "a Home tab could not be published"));
}

async function opened(desk: Desk, homes: Homes, user: string, filter: HomeFilter): Promise<void> {
  const refused = await refusedDeed(desk, user, { deed: "home", asksHere: false, subject: "home", asker: null });
  if (refused) return homes.refuse(user, refused, filter);
  await homes.show(user, filter);
  const summary = await desk.posture.summary();
  // It stands there in characters; a picture takes Slack some moments.
  if (!desk.pictures.ready(summary) && (await desk.pictures.made(summary))) await homes.renew(user);
}

interface Act {
  readonly intake: HomeActionIntake;
  readonly verb: Exclude<HomeVerb, "link">;
  /** A process before this one took it up and did not finish it. */
  readonly again: boolean;
}

async function acted(desk: Desk, homes: Homes, act: Act): Promise<void> {
  const user = act.intake.user.id;
  const filter = filterIn(act.intake);
  const deed = HOME_DEEDS[act.verb];
  const refused = await refusedDeed(desk, user, { deed, asksHere: false, subject: subjectOf(act.intake), asker: await askerOf(desk, act) });
  if (refused && deed === "home") return homes.refuse(user, refused, filter);
  if (refused) return homes.show(user, filter, refused.message);
  const tell = (said: Message): Promise<void> => homes.show(user, filter, said);
  try {
    const done = await perform(desk, act, filter, tell);
    await homes.show(user, done.filter, done.said);
  } catch (error) {
    desk.log.error({ err: error }, "a request failed");
    await tell(
      sentence(isPostureError(error) ? `${error.message} ${error.next}` : "Something went wrong, and the log says what. Please try again."),
    );
  }
}

interface Done {
  readonly filter: HomeFilter;
  readonly said: Message | null;
}

async function perform(
  desk: Desk,
  { intake, verb, again }: Act,
  filter: HomeFilter,
  tell: (said: Message) => Promise<void>,
): Promise<Done> {
  const value = intake.actions[0]?.value;
  const saying = (said: Message | null): Done => ({ filter, said });
  switch (verb) {
    case "severity":
    case "category":
    case "region":
    case "account":
      return saying(null);
    case "clear":
      return { filter: NO_FILTER, said: null };
    case "previousPage":
    case "nextPage":
      return { filter: { ...filter, page: pageIn(value) ?? filter.page }, said: null };
    case "exportCsv":
      return saying(await exported(desk, intake.user.id, "csv", filter, again, tell));
    case "exportJson":
      return saying(await exported(desk, intake.user.id, "json", filter, again, tell));
    case "open":
      return saying(await open(desk, value));
    case "approve":
    case "decline":
      return saying(await decided(desk, intake, verb));
  }
}

/** `null`: it is none that we wrote. Pure. */
function pageIn(value: string | undefined): number | null {
  const [, page] = /^v1:([1-9]\d{0,6})$/.exec(value ?? "") ?? [];
  return page === undefined ? null : Number(page);
}

/** Exactly what the filter shows: they get it in their direct messages. */
async function exported(
  desk: Desk,
  user: string,
  format: ExportFormat,
  filter: HomeFilter,
  again: boolean,
  tell: (said: Message) => Promise<void>,
): Promise<Message> {
  const asked = askedOf(filter);
  await tell(onItsWay(format, askedWords(asked), "person"));
  const done = await deliverExport(desk, { user, format, filter: asked, to: "person", mayRepeat: again });
  switch (done.kind) {
    case "delivered":
      return delivered(done.findings, done.permalink);
    case "nothing":
      return sentence("No open finding matches any more, so there is no file.");
    case "refused":
      return sentence(done.why);
  }
}

async function open(desk: Desk, value: string | undefined): Promise<Message> {
  const listed = await findingOf(desk, decodeFinding(value) ?? "");
  return listed ? openFinding(desk, listed, null) : sentence("This finding does not exist any more.");
}

async function decided(desk: Desk, intake: HomeActionIntake, verb: "approve" | "decline"): Promise<Message> {
  const seen = decodeSeen(intake.actions[0]?.value);
  if (!seen) return sentence("This suppression does not exist any more.");
  const { view: _, ...click } = intake;
  const answer = await onDecision(desk, click, ACTION[verb], seen);
  return answer ?? sentence(verb === "approve" ? "You approved it." : "You declined it.");
}

async function askerOf(desk: Desk, { intake, verb }: Act): Promise<Parameters<typeof refusedDeed>[2]["asker"]> {
  const seen = verb === "approve" ? decodeSeen(intake.actions[0]?.value) : null;
  const suppression = seen && (await suppressionOf(desk, seen.suppressionId));
  return (suppression && pendingOf(suppression, desk.now())?.by) ?? null;
}

/** What a refusal is about, in the audit log. Pure. */
function subjectOf({ actions: [first] }: HomeActionIntake): string {
  return decodeFinding(first?.value) ?? decodeSeen(first?.value)?.suppressionId ?? "home";
}
