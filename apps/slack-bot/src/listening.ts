import { elapsed } from "@posture/core";
import type { Posture } from "@posture/runtime";
import type { Logger } from "pino";
import { ALONE, type Lead } from "./lead.ts";
import type { Sweeps } from "./sweeps.ts";

/** How soon a bot that begins to lead listens, and one that does not any more has stopped; in milliseconds. */
const LOOKED_EVERY = 1000;

/** Has the bot that leads listen to what changes in AWS, and sweep where that came so late that something may have been missed. */
export class Listening {
  readonly #posture: Posture;
  readonly #log: Logger;
  readonly #sweeps: Pick<Sweeps, "after">;
  readonly #lead: Lead;
  #looking: NodeJS.Timeout | undefined;
  #turn: { readonly control: AbortController; readonly done: Promise<void> } | null = null;

  constructor(posture: Posture, log: Logger, sweeps: Pick<Sweeps, "after">, lead: Lead = ALONE) {
    this.#posture = posture;
    this.#log = log;
    this.#sweeps = sweeps;
    this.#lead = lead;
  }

  start(): void {
    if (this.#posture.events().state === "off") return;
    this.#look();
    this.#looking = setInterval(() => this.#look(), LOOKED_EVERY);
  }

  async stop(): Promise<void> {
    clearInterval(this.#looking);
    this.#turn?.control.abort();
    await this.#turn?.done;
  }

  #look(): void {
    const leads = this.#lead.term() !== null;
    if (leads && !this.#turn) this.#turn = this.#begin();
    if (!leads) this.#turn?.control.abort();
    else this.#sweepAfterLate();
  }

  #sweepAfterLate(): void {
    const { late } = this.#posture.events();
    if (!late || !this.#sweeps.after(late)) return;
    const { change, receivedAt } = late;
    this.#log.warn(
      { event: change.name, at: change.at, minutesLate: Math.round(elapsed(change.at, receivedAt) / 60_000) },
      "changes are told of late, so others may have been missed: sweeping",
    );
  }

  #begin(): { readonly control: AbortController; readonly done: Promise<void> } {
    const control = new AbortController();
    this.#log.info({ queue: this.#posture.events().queue }, "listening to what changes in AWS");
    const done = this.#posture
      .listen(control.signal, (line) => this.#log.warn(line))
      .catch((error: unknown) => this.#log.error({ err: error }, "what changes in AWS is not listened to"))
      .finally(() => (this.#turn = null));
    return { control, done };
  }
}
