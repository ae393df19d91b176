import { elapsed, type Instant, plus } from "@posture/core";
import type { Logger } from "pino";
import { failureOf } from "./slack/failure.ts";
import type { SlackPort } from "./slack/port.ts";

/** Why the app may not speak in the workspace, and since when. */
export interface Ended {
  /** For people: "the app was taken out of the workspace", or Slack's own code. */
  readonly why: string;
  readonly since: Instant;
}

export interface InstallationParts {
  readonly slack: Pick<SlackPort, "whoAmI">;
  readonly now: () => Instant;
  readonly log: Logger;
  /** It may have begun or ended. */
  readonly onChange?: () => void;
}

/** How often Slack is asked whether the app may speak again. In milliseconds. */
const ASKED_EVERY = 2 * 60_000;

/** Whether the app may speak in the workspace: an event of Slack's says so, or the answer to any call. What is due is kept while it may not. */
export class Installation {
  readonly #parts: InstallationParts;
  #ended: Ended | null = null;
  #askAt: Instant | null = null;

  constructor(parts: InstallationParts) {
    this.#parts = parts;
  }

  /** `null`: it may. */
  get ended(): Ended | null {
    return this.#ended;
  }

  /** From now on nothing is posted. What was said first stays: it says the most. */
  end(why: string): void {
    const { now, log, onChange } = this.#parts;
    this.#askAt = plus(now(), ASKED_EVERY);
    if (this.#ended !== null) return;
    this.#ended = { why, since: now() };
    log.error(
      { why },
      "nothing is posted any more; sweeps go on, and messages are kept. Install the app again, or start with a token that works",
    );
    onChange?.();
  }

  /**
   * For how long nothing may be sent, in milliseconds. Now and then it asks: an event that was kept over a restart may be older than a new installation,
   * and what an administrator took away may be given back.
   */
  async silence(): Promise<number> {
    const { slack, now } = this.#parts;
    if (this.#ended === null) return 0;
    const left = this.#askAt === null ? 0 : elapsed(now(), this.#askAt);
    if (left > 0) return left;
    this.#askAt = plus(now(), ASKED_EVERY);
    try {
      await slack.whoAmI();
    } catch (error) {
      const { kind, why } = failureOf(error);
      if (kind === "installation") this.#ended = { ...this.#ended, why };
      return ASKED_EVERY;
    }
    this.#resume();
    return 0;
  }

  #resume(): void {
    const { log, onChange } = this.#parts;
    log.info({ since: this.#ended?.since }, "Slack knows the app again: what is due is sent");
    this.#ended = null;
    onChange?.();
  }
}
