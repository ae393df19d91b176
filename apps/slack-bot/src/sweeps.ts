import { type Instant, isPostureError, type SweepRecord } from "@posture/core";
import { isSwept, type LateChange, type Posture, type SweepChanges } from "@posture/runtime";
import { Cron } from "croner";
import type { Logger } from "pino";
import { ALONE, type Lead } from "./lead.ts";

const TICK = 30_000;
/** After a sweep that could not be done at all, in milliseconds; doubled each time. */
const FIRST_PAUSE = 15_000;
const LONGEST_PAUSE = 15 * 60_000;

/** What came of a sweep. `stopped`: it was ended before it was done, and nothing of it is kept. */
export type Swept =
  | { readonly kind: "swept"; readonly sweep: SweepRecord; readonly changes: SweepChanges }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "stopped" };

/** Sweeps when this bot begins to lead and on schedule, and has the passing of time written down. Where another bot leads, it does that: what people ask for as well. */
export class Sweeps {
  readonly #posture: Posture;
  readonly #log: Logger;
  readonly #lead: Lead;
  readonly #abort = new AbortController();
  #cron: Cron | undefined;
  #ticking: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #pause = FIRST_PAUSE;
  #trouble: string | null = null;
  /** When the latest sweep that could be done began. */
  #begunAt: Instant | null = null;
  #running: Promise<Swept> | undefined;
  #catchingUp: Promise<void> | undefined;

  constructor(posture: Posture, log: Logger, lead: Lead = ALONE) {
    this.#posture = posture;
    this.#log = log;
    this.#lead = lead;
  }

  /** Why the latest sweep could not be done; `null` where it could. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** When the next sweep on schedule begins; `null`: there is none. */
  get next(): Instant | null {
    return this.#cron?.nextRun()?.toISOString() ?? null;
  }

  start(schedule: string | null): void {
    this.takeUp();
    if (schedule !== null) this.#cron = new Cron(schedule, { protect: true }, async () => void (this.#leads() && (await this.#sweep())));
    this.#ticking = setInterval(() => void (this.#leads() && this.#tick()), TICK);
  }

  /** Somebody has committed: a process that tells nothing itself, maybe. */
  heed(): void {
    if (this.#leads()) void (this.#catchingUp ??= this.#catchUp().finally(() => (this.#catchingUp = undefined)));
  }

  /** What another bot may have left undone: once this one leads. */
  takeUp(): void {
    if (!this.#leads()) return;
    void this.#tick();
    void this.#sweep();
  }

  #leads(): boolean {
    return this.#lead.term() !== null;
  }

  /** Begins nothing new, and ends what is running; what it had read is not kept. */
  async stop(): Promise<void> {
    this.#cron?.stop();
    clearInterval(this.#ticking);
    clearTimeout(this.#again);
    this.#abort.abort();
    await Promise.all([this.#running, this.#catchingUp]);
  }

  /** Sweeps now, or joins the sweep that is running. */
  now(): { readonly joined: boolean; readonly done: Promise<Swept> } {
    return { joined: this.#running !== undefined, done: this.#sweep() };
  }

  /** Sweeps unless one has begun after the change, runs, or will be tried again by itself. Answers whether it does. */
  after(late: LateChange): boolean {
    if (this.#running || this.#trouble !== null || this.#abort.signal.aborted || isSwept(late, this.#begunAt)) return false;
    void this.#sweep();
    return true;
  }

  #sweep(): Promise<Swept> {
    return (this.#running ??= this.#sweepOnce().finally(() => (this.#running = undefined)));
  }

  async #sweepOnce(): Promise<Swept> {
    if (this.#abort.signal.aborted) return { kind: "stopped" };
    clearTimeout(this.#again);
    let changes: SweepChanges = { opened: 0, reopened: 0, resolved: 0 };
    try {
      const sweep = await this.#posture.sweep({ signal: this.#abort.signal, onChanged: (it) => (changes = it) });
      const { id, calls, coverage, begunAt, finishedAt } = sweep;
      const incomplete = coverage.filter(({ state }) => state === "incomplete").length;
      this.#log.info({ sweep: id, calls, incomplete, milliseconds: Date.parse(finishedAt) - Date.parse(begunAt) }, "swept");
      this.#trouble = null;
      this.#begunAt = begunAt;
      this.#pause = FIRST_PAUSE;
      return { kind: "swept", sweep, changes };
    } catch (error) {
      if (this.#abort.signal.aborted) return { kind: "stopped" };
      const why = isPostureError(error) ? `${error.message} ${error.next}` : "an error of Posture itself, which the log names";
      this.#log.error({ err: error, again: this.#pause / 1000 }, `the sweep could not be done: ${why}`);
      this.#trouble = why;
      this.#again = setTimeout(() => void (this.#leads() && this.#sweep()), this.#pause);
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      return { kind: "failed", why };
    }
  }

  async #tick(): Promise<void> {
    this.heed();
    await this.#posture.tick().catch((error: unknown) => this.#log.error({ err: error }, "what time has ended could not be written down"));
  }

  async #catchUp(): Promise<void> {
    const log = this.#log;
    await this.#posture.catchUp().catch((error: unknown) => log.error({ err: error }, "what others have committed could not be announced"));
  }
}
