import { storyOfFinding } from "@posture/runtime";
import type { Desk } from "../desk.ts";
import type { Message } from "../slack/port.ts";
import { historyMessage } from "../views/history.ts";
import { PAGE_SIZE, pageOf } from "../views/pages.ts";
import { sentence } from "../views/words.ts";

/** What the audit log tells of one finding. The log is read from its beginning: what happened long ago is at its end. */
export async function history({ posture, store }: Desk, typed: string, wanted: number): Promise<Message> {
  if (typed === "") return sentence("Of which finding? Type /posture history and an id.");
  const { finding, id } = await posture.find(typed);
  const { entries } = await storyOfFinding(store.records(), finding);
  const page = pageOf(entries.length, wanted);
  const newest = entries.toReversed().slice((page.number - 1) * PAGE_SIZE, page.number * PAGE_SIZE);
  return historyMessage({ finding, id, page, entries: newest });
}
