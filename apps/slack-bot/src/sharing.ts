import { createHash } from "node:crypto";
import { answerTo, shown } from "./asking/commands.ts";
import type { Shared } from "./codec.ts";
import { type Desk, written } from "./desk.ts";
import type { ActionIntake } from "./inbox/intake.ts";
import { outboxOf, type ShareBody, shareRow } from "./outbox/rows.ts";
import { failureOf } from "./slack/failure.ts";
import type { Message } from "./slack/port.ts";
import { summaryAt } from "./summarising.ts";
import { isShareable, peopleIn, sharedMessage } from "./views/sharing.ts";
import { sentence } from "./views/words.ts";

/* An answer that only one person saw is posted for all. Slack does not say what stands in such an answer, so it is asked for anew. */

/** Has the answer posted where it was asked for, once however often that is clicked. Answers what to tell the person; `null`: the channel shows it. */
export async function share(desk: Desk, intake: ActionIntake, shared: Shared): Promise<Message | null> {
  const channel = intake.channel?.id;
  if (channel === undefined || channel.startsWith("D")) return sentence("There is no channel here to share it with. Ask in the channel.");
  if (channel !== desk.channel && !(await isIn(desk, channel)))
    return sentence("Posture is not in this channel, so it cannot post here. Type /invite @posture, and click again.");
  const row = shareRow(
    { ...shared, by: intake.user.id, answer: answerOf(intake, channel, shared), to: channel === desk.channel ? null : channel },
    desk.now(),
  );
  const isNew = await desk.store.transact({ outbox: { keys: [row.key] } }, ({ outbox }) => {
    // What Slack did not take may be tried again by hand.
    const known = outbox.some(({ state }) => state !== "dead");
    return { at: desk.now(), events: [], writes: known ? [] : [written(outboxOf(row))], result: !known };
  });
  return isNew ? null : sentence("This answer is shared already.");
}

/** Where Slack does not say, it is tried. */
async function isIn({ slack, log }: Desk, channel: string): Promise<boolean> {
  return slack.isIn(channel).catch((error: unknown) => {
    log.warn({ channel, failure: failureOf(error) }, "Slack did not say whether the app is in a channel");
    return true;
  });
}

/** The same for two clicks on one answer, of whatever person; another for another page of it. */
function answerOf({ container, message, trigger_id }: ActionIntake, channel: string, { word, page, typed }: Shared): string {
  const identity = [channel, container?.message_ts ?? message?.ts ?? trigger_id, word, page, typed];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 32);
}

/** What is posted: the answer as it is at that moment. `null`: there is none any more. */
export async function renderShared(desk: Desk, body: ShareBody): Promise<Message | null> {
  const { by, word, typed, mayRepeat } = body;
  const message = await answerAnew(desk, body);
  if (message === null || !isShareable(message)) return null;
  const names = await desk.people.namesOf([...new Set([by, ...peopleIn(message.blocks)])]);
  const command = `/posture ${word} ${typed.replace(/^v1-([0-9a-f]{12})[0-9a-f]{20}$/, "$1")}`.trim();
  return sharedMessage({ message, names, by, command, now: desk.now(), mayRepeat });
}

function answerAnew(desk: Desk, { word, typed, page, by }: Pick<ShareBody, "word" | "typed" | "page" | "by">): Promise<Message | null> {
  switch (word) {
    case "summary":
      return summaryAt(desk, typed, by);
    case "show":
      return shown(desk, typed);
    case "findings":
    case "why":
      return answerTo(desk, word, typed, by, page);
  }
}
