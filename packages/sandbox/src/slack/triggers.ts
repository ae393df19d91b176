import { randomBytes } from "node:crypto";

/** Source: https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses */
const LIFE_MS = 3000;

interface Trigger {
  readonly person: string;
  /** The window that it came out of: only on this one can another be put. */
  readonly view: string | undefined;
  readonly at: number;
  used: boolean;
}

/** Whom a trigger opens a window before, or why it does not: https://docs.slack.dev/reference/methods/views.open#errors. */
export type Exchanged = { readonly person: string; readonly view: string | undefined } | { readonly error: string };

/** Triggers that a window can be opened with: once, within three seconds, before the person who caused it. */
export class Triggers {
  readonly #issued = new Map<string, Trigger>();

  /** A new trigger for what this person has just done, perhaps in a window. */
  after(person: string, now: number, view?: string): string {
    const id = `${now}.${randomBytes(4).readUInt32BE()}.${randomBytes(16).toString("hex")}`;
    this.#issued.set(id, { person, view, at: now, used: false });
    return id;
  }

  /** Gives a trigger up for the right to open a window. */
  exchange(id: string, now: number): Exchanged {
    const trigger = this.#issued.get(id);
    if (!trigger) return { error: "invalid_trigger_id" };
    if (trigger.used) return { error: "exchanged_trigger_id" };
    if (now - trigger.at >= LIFE_MS) return { error: "expired_trigger_id" };
    trigger.used = true;
    return { person: trigger.person, view: trigger.view };
  }
}
