import { HOUR } from "@posture/core";
import type { Logger } from "pino";
import type { Leadership } from "../lead.ts";
import type { Inbox } from "./inbox.ts";
import type { Working } from "./working.ts";

/* What goes on with the inbox for as long as the bot runs. */

/** How often it is looked whether another bot has ended in the middle of its work, in milliseconds. */
const RESUMED_EVERY = 10_000;

export interface Resuming {
  /** Another bot may have handed something over. */
  look(): void;
  stop(): Promise<void>;
}

/** What was acknowledged and not finished is taken up: at once where there is no other bot, else by the one that leads. */
export function resuming(working: Working, leadership: Leadership | null, log: Logger): Resuming {
  let under: Promise<void> | undefined;
  const resume = async (): Promise<void> => {
    if (leadership && leadership.term() === null) return;
    await working.resume(leadership ? await leadership.living() : null);
  };
  const once = (): void =>
    void (under ??= resume()
      .catch((error: unknown) => log.error({ err: error }, "what was not finished could not be taken up"))
      .finally(() => (under = undefined)));
  once();
  const timer = leadership ? setInterval(once, RESUMED_EVERY) : undefined;
  return { look: once, stop: () => Promise.resolve(clearInterval(timer)) };
}

/** Lets go of what was done long ago, now and then. Answers what ends it. */
export function forgetting(inbox: Inbox, log: Logger): () => Promise<void> {
  const forget = (): void =>
    void inbox.forget().catch((error: unknown) => log.error({ err: error }, "what was done long ago could not be let go of"));
  forget();
  const timer = setInterval(forget, HOUR);
  return () => Promise.resolve(clearInterval(timer));
}
