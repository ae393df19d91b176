import { isPostureError } from "@posture/core";
import type { Posture } from "@posture/runtime";
import { Cron } from "croner";
import type { Logger } from "pino";

const TICK = 30_000;
/** After a sweep that could not be done at all, in milliseconds; doubled each time. */
const FIRST_PAUSE = 15_000;
const LONGEST_PAUSE = 15 * 60_000;

/** Sweeps at start and on schedule, and has the passing of time written down. */
export class Sweeps {
  readonly #posture: Posture;
  readonly #log: Logger;
  readonly #abort = new AbortController();
  #cron: Cron | undefined;
  #ticking: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #pause = FIRST_PAUSE;
  #trouble: string | null = null;
  #running: Promise<void> | undefined;

  constructor(posture: Posture, log: Logger) {
    this.#posture = posture;
    this.#log = log;
  }

  /** Why the latest sweep could not be done; `null` where it could. */
  get trouble(): string | null {
    return this.#trouble;
  }

  start(schedule: string | null): void {
    void this.#tick();
    void this.#sweep();
    if (schedule !== null) this.#cron = new Cron(schedule, { protect: true }, () => this.#sweep());
    this.#ticking = setInterval(() => void this.#tick(), TICK);
  }

  /** Begins nothing new, and ends what is running; what it had read is not kept. */
  async stop(): Promise<void> {
    this.#cron?.stop();
    clearInterval(this.#ticking);
    clearTimeout(this.#again);
    this.#abort.abort();
    await this.#running;
  }

  #sweep(): Promise<void> {
    return (this.#running ??= this.#sweepOnce().finally(() => (this.#running = undefined)));
  }

  async #sweepOnce(): Promise<void> {
    clearTimeout(this.#again);
    try {
      const { id, calls, coverage, begunAt, finishedAt } = await this.#posture.sweep({ signal: this.#abort.signal });
      const incomplete = coverage.filter(({ state }) => state === "incomplete").length;
      this.#log.info({ sweep: id, calls, incomplete, milliseconds: Date.parse(finishedAt) - Date.parse(begunAt) }, "swept");
      this.#trouble = null;
      this.#pause = FIRST_PAUSE;
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#trouble = isPostureError(error) ? `${error.message} ${error.next}` : "an error of Posture itself, which the log names";
      this.#log.error({ err: error, again: this.#pause / 1000 }, `the sweep could not be done: ${this.#trouble}`);
      this.#again = setTimeout(() => void this.#sweep(), this.#pause);
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    }
  }

  async #tick(): Promise<void> {
    await this.#posture.tick().catch((error: unknown) => this.#log.error({ err: error }, "what time has ended could not be written down"));
  }
}
