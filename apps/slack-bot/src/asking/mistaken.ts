import type { Message } from "../slack/port.ts";
import { sentence } from "../views/words.ts";

/** What somebody typed cannot be understood, so that nothing is done: an answer would be wider than the question. Pure. */
export function mistaken(text: string): Message {
  return sentence(`${text} Nothing was looked for. /posture help has examples.`);
}
