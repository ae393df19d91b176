import { asked } from "./asking/asked.ts";
import { knownTo } from "./asking/known.ts";
import { mistaken } from "./asking/mistaken.ts";
import type { Desk } from "./desk.ts";
import type { Message } from "./slack/port.ts";
import { withShare } from "./views/sharing.ts";
import { pictureMessage, presentMessage, summaryMessage } from "./views/summary.ts";

/**
 * Answers with the summary at once: with the picture of its trend where Slack has it already, else with the trend in characters, and the picture comes after
 * it. It cannot take the place of what was said: Slack replaces no answer to a command (https://github.com/slackapi/bolt-js/issues/2287).
 */
export async function summarise(
  desk: Desk,
  typed: string,
  user: string,
  tell: (message: Message) => Promise<boolean>,
): Promise<Message | null> {
  if (typed !== "") return summaryAt(desk, typed, user);
  const { posture, pictures, trouble } = desk;
  const summary = await posture.summary();
  const ready = pictures.ready(summary);
  const without = (): Message => withShare(summaryMessage(summary, trouble()), WHOLE);
  if (ready) {
    if (await tell(withShare(summaryMessage(summary, trouble(), ready), WHOLE))) return null;
    pictures.forget();
    return without();
  }
  await tell(without());
  const made = await pictures.made(summary);
  return made && pictureMessage(made);
}

const WHOLE = { word: "summary", page: 1, typed: "" } as const;

/** The summary in one message, of what is asked for. */
export async function summaryAt(desk: Desk, typed: string, user: string): Promise<Message> {
  const { posture, pictures, trouble } = desk;
  if (typed === "") {
    const summary = await posture.summary();
    return withShare(summaryMessage(summary, trouble(), pictures.ready(summary)), WHOLE);
  }
  const read = asked(typed, { ...(await knownTo(desk, typed)), me: user });
  if ("mistake" in read) return mistaken(read.mistake);
  if (read.asked.statuses !== undefined)
    return mistaken("A summary counts findings of every status, each for itself, so it takes none. /posture findings does.");
  return withShare(presentMessage(await posture.summaryOf(read.asked), read.asked, trouble()), { word: "summary", page: 1, typed });
}
