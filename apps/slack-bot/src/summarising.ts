import type { Desk } from "./desk.ts";
import type { Message } from "./slack/port.ts";
import { pictureMessage, summaryMessage } from "./views/summary.ts";

/**
 * Answers with the summary at once: with the picture of its trend where Slack has it already, else with the trend in characters, and the picture comes after
 * it. It cannot take the place of what was said: Slack replaces no answer to a command (https://github.com/slackapi/bolt-js/issues/2287).
 */
export async function summarise(desk: Desk, tell: (message: Message) => Promise<boolean>): Promise<Message | null> {
  const { posture, pictures, trouble } = desk;
  const summary = await posture.summary();
  const ready = pictures.ready(summary);
  if (ready) {
    if (await tell(summaryMessage(summary, trouble(), ready))) return null;
    pictures.forget();
    return summaryMessage(summary, trouble());
  }
  await tell(summaryMessage(summary, trouble()));
  const made = await pictures.made(summary);
  return made && pictureMessage(made);
}
