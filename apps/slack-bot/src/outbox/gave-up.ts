import type { Logger } from "pino";
import { failureOf } from "../slack/failure.ts";
import type { SlackPort } from "../slack/port.ts";
import { sentence } from "../views/words.ts";
import type { Row } from "./rows.ts";

/** Of a message that is given up: whoever waits for it is told, alone. Of all else the channel, the log or the next message tells. */
export async function sayGivenUp({ body }: Row, own: string, slack: SlackPort, log: Logger): Promise<void> {
  if (body.type !== "share") return;
  const text = `Slack did not take the answer that you shared (${body.lastError ?? "it does not say why"}), so nobody else sees it. Where Posture may post, click again.`;
  try {
    await slack.whisper(body.channel ?? body.to ?? own, body.by, sentence(text));
  } catch (error) {
    log.warn({ failure: failureOf(error) }, "nobody could be told that an answer was not shared");
  }
}
