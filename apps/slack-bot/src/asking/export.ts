import { type Asked, filterOf } from "@posture/runtime";
import type { Desk } from "../desk.ts";
import { deliverExport } from "../exporting.ts";
import type { Message } from "../slack/port.ts";
import { askedWords } from "../views/asked.ts";
import { delivered, onItsWay } from "../views/export.ts";
import { noFindingsMessage } from "../views/findings.ts";
import { sentence } from "../views/words.ts";
import { asked } from "./asked.ts";
import { exportWords } from "./export-words.ts";
import { knownTo, totalOf } from "./known.ts";

/** Where something was asked, and by whom. */
export interface Asking {
  readonly user: string;
  readonly channel: string;
  /** A process before this one took it up and did not finish it. */
  readonly again: boolean;
  /** Tells the asking person something before the answer. `false`: Slack takes it nowhere. */
  readonly tell: (message: Message) => Promise<boolean>;
}

/** `/posture export`: says at once that the file is on its way, and when it is there. `null`: it is where it was asked for, and says so itself. */
export async function exportAsked(desk: Desk, typed: string, { user, channel, again, tell }: Asking): Promise<Message | null> {
  const words = exportWords(typed);
  if ("mistake" in words) return refused(words.mistake);
  const read = asked(words.filter, { ...(await knownTo(desk, words.filter)), me: user });
  if ("mistake" in read) return refused(read.mistake);
  const filter: Asked = { statuses: ["open"], ...read.asked };
  const total = totalOf(await desk.store.counts(filterOf(filter, [...desk.posture.checks.values()]), desk.now()));
  if (total === 0) return nothing(desk, filter);
  await tell(onItsWay(words.format, askedWords(filter), words.to));
  const to = words.to === "here" ? { channel } : "person";
  const done = await deliverExport(desk, { user, format: words.format, filter, to, mayRepeat: again });
  switch (done.kind) {
    case "delivered":
      return words.to === "here" ? null : delivered(done.findings, done.permalink);
    case "nothing":
      return nothing(desk, filter);
    case "refused":
      return sentence(done.why);
  }
}

async function nothing({ posture }: Desk, filter: Asked): Promise<Message> {
  return noFindingsMessage(filter, await posture.summary({ days: 1 }));
}

function refused(mistake: string): Message {
  return sentence(`${mistake} No file was made. /posture help has examples.`);
}
