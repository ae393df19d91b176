import type { FIELD } from "../codec.ts";
import type { Desk } from "../desk.ts";
import type { ModalValues, SubmissionIntake } from "../inbox/intake.ts";
import type { Message } from "../slack/port.ts";
import { blockIn } from "./fields.ts";

/** What somebody wants who submitted a window. */
export interface Wishing {
  readonly user: string;
  readonly values: ModalValues;
}

/** How a window is read, judged, and done. */
export interface Form<W extends Wishing> {
  /** `null`: it is no window of ours. `inboxKey`: the same for the same submission, however often it is worked off. */
  read(intake: SubmissionIntake, inboxKey: string): W | null;
  /** The field at which it is said that this person may not do it. */
  refusedAt(wish: W): keyof typeof FIELD;
  /** What is wrong, by the block of the field that it is said at; `null`: nothing, or it is done already. */
  errors(desk: Desk, wish: W): Promise<Record<string, string> | null>;
  /** Answers what to tell the person alone; `null`: the message says it. */
  perform(desk: Desk, wish: W): Promise<Message | null>;
}

/** An error at a field of the window, under the name that its block has there. Pure. */
export function at({ values }: Pick<Wishing, "values">, field: keyof typeof FIELD, text: string): Record<string, string> {
  return { [blockIn(values, field) ?? field]: text };
}

/** Every error at its field, `null`: there is none. Somebody who filled in a window wrongly is told all of it at once. Pure. */
export function allOf(errors: readonly (Record<string, string> | null)[]): Record<string, string> | null {
  const wrong: Record<string, string> = Object.assign({}, ...errors);
  return Object.keys(wrong).length > 0 ? wrong : null;
}
