import type { App } from "@slack/bolt";
import type { Logger } from "pino";
import type { Inbox, Kept } from "./inbox.ts";
import { type Inbound, isSubmission, type Read } from "./intake.ts";
import { Turns } from "./turns.ts";

export interface WorkingParts {
  readonly inbox: Inbox;
  readonly log: Logger;
  /** `null`: ready. Otherwise what is missing, for a person who is too early. */
  readonly notReady: () => string | null;
  /** Whether the bot that leads has to do it, and this one does not. Left out: this one does everything. */
  readonly isAnothers?: (intake: Inbound) => boolean;
}

type Request = Extract<Read, { readonly kind: "intake" }>;
/** Acknowledges a request; a submitted window also with what is wrong in it. */
export type Acknowledge = (answer?: object) => void;

/** Slack waits 3 s; a modal that nobody answered for is closed before. In milliseconds. */
const ANSWER_WITHIN = 2500;
export const TRY_AGAIN = "Posture could not take this just now, and nothing was done. Please try again.";

/** What is done with a request however it came: keep, acknowledge, work, in this order and with nothing else before the acknowledgement. */
export class Working {
  readonly #parts: WorkingParts;
  readonly #under = new Set<Promise<void>>();
  readonly #turns = new Turns();
  #app: App | undefined;

  constructor(parts: WorkingParts) {
    this.#parts = parts;
  }

  init(app: App): void {
    this.#app = app;
  }

  /** A request is being taken: work waits for a moment, until the answer is called. */
  taking(): () => void {
    return this.#turns.taking();
  }

  /** Why nobody can be served yet. */
  tooEarly(): string | null {
    const missing = this.#parts.notReady();
    return missing === null ? null : `Posture is not ready yet: ${missing}.`;
  }

  /** Writes it down. Throws what the store throws. */
  keep({ key, intake }: Request): Promise<Kept> {
    return this.#parts.inbox.keep(key, intake);
  }

  /** Acknowledges what was kept, and works it off. A submitted modal is answered with what is wrong in it; everything else with nothing. */
  async accept({ key, intake }: Request, acknowledge: Acknowledge): Promise<void> {
    const once = onlyOnce(acknowledge);
    if (!isSubmission(intake)) {
      once();
      await (this.#parts.isAnothers?.(intake) === true ? this.#handOver(key) : this.#inTurn(key, intake));
      return;
    }
    const late = setTimeout(once, ANSWER_WITHIN);
    await this.#work(key, intake, once).finally(() => clearTimeout(late));
    once();
  }

  /** Takes up what the last process acknowledged and did not finish; of several bots, what those did that are there no more. */
  async resume(living: ReadonlySet<string> | null = null): Promise<void> {
    const { inbox } = this.#parts;
    const left = await (living === null ? inbox.left() : inbox.inherited(living));
    if (left.length > 0) this.#parts.log.info({ requests: left.length }, "taking up what was not finished, or is this bot's to do");
    for (const { key, intake, begun } of left) await this.#inTurn(key, intake, begun);
  }

  /** When all is done that is being worked on now. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#under);
  }

  async #handOver(key: string): Promise<void> {
    const { inbox, log } = this.#parts;
    await inbox.handOver(key).catch((error: unknown) => log.error({ err: error, key }, "a request waits until this bot ends"));
  }

  /** Nobody waits for its answer. `again`: a process before this one began with it. */
  #inTurn(key: string, intake: Inbound, again = false): Promise<void> {
    return this.#counted(this.#turns.run(() => this.#process(key, intake, () => {}, again)));
  }

  /** Somebody does. */
  #work(key: string, intake: Inbound, answer: Acknowledge): Promise<void> {
    return this.#counted(this.#process(key, intake, answer));
  }

  #counted(work: Promise<void>): Promise<void> {
    const counted = work.finally(() => this.#under.delete(counted));
    this.#under.add(counted);
    return counted;
  }

  async #process(key: string, intake: Inbound, answer: Acknowledge, again = false): Promise<void> {
    const { inbox, log } = this.#parts;
    try {
      const ack = (given?: unknown): Promise<void> =>
        Promise.resolve(answer(typeof given === "object" && given !== null ? given : undefined));
      await this.#app?.processEvent({ body: intake, ack, customProperties: { inboxKey: key, again } });
    } catch (error) {
      log.error({ err: error, key }, "a request could not be worked off");
    }
    await inbox.done(key).catch((error: unknown) => log.error({ err: error, key }, "a request will be worked off once more"));
  }
}

function onlyOnce(acknowledge: Acknowledge): Acknowledge {
  let isDone = false;
  return (answer) => {
    if (isDone) return;
    isDone = true;
    acknowledge(answer);
  };
}
