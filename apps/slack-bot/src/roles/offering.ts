import type { Desk } from "../desk.ts";
import type { Message } from "../slack/port.ts";
import { isShareable, withoutShare } from "../views/sharing.ts";
import { rulesOf } from "./guard.ts";

/** The answer with only what its reader may press, in this place: an answer is shared with a channel, by who may. It is asked again when it is pressed. */
export async function offered(desk: Desk, user: string, channel: string, message: Message): Promise<Message> {
  if (!isShareable(message)) return message;
  const isDirect = channel.startsWith("D");
  const may = !isDirect && (await desk.people.mayDo(user, "share", false, rulesOf(desk))).kind === "yes";
  return may ? message : withoutShare(message);
}
