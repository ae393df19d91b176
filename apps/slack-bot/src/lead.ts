import { randomUUID } from "node:crypto";
import type { SharedStore } from "@posture/core";
import type { Logger } from "pino";

/** Whether this bot is the one that sends messages and begins sweeps: several may have one store open. */
export interface Lead {
  /** Of this bot among those on its store; `null`: it is the only one. */
  readonly owner: string | null;
  /** Another one each time that it begins to lead; `null`: it does not, or may soon not do so any more. */
  term(): string | null;
}

/** Nobody else can have the store open. */
export const ALONE: Lead = { owner: null, term: () => "alone" };

/** In milliseconds. */
const LEASE = 20_000;
const RENEWED_EVERY = 4000;
const LOOKED_EVERY = 1000;
/** What a call to Slack may take. Nothing is begun that may not be over when another bot leads. */
const LONGEST_CALL = 11_000;
/** The name of the one lease that there is for all of it. */
const LEADING = "lead";

export interface LeadershipParts {
  readonly shared: SharedStore;
  readonly log: Logger;
}

/** In milliseconds. One clock stands still while the machine sleeps, and somebody may set the other: time has passed as soon as one of them says so. */
interface Times {
  readonly steady: number;
  readonly wall: number;
}
const NEVER: Times = { steady: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };

function times(ahead = 0): Times {
  return { steady: performance.now() + ahead, wall: Date.now() + ahead };
}
function isOver(until: Times, at: Times): boolean {
  return at.steady >= until.steady || at.wall >= until.wall;
}

/** Has one of the bots on a store lead, and another one once that has stopped or does not answer any more. */
export class Leadership implements Lead {
  readonly owner = randomUUID();
  readonly #parts: LeadershipParts;
  #until = NEVER;
  #terms = 0;
  #said = false;
  #seq = 0;
  #timers: NodeJS.Timeout[] = [];
  #renewing: Promise<void> | undefined;
  #looking: Promise<void> | undefined;
  #isStopped = false;

  constructor(parts: LeadershipParts) {
    this.#parts = parts;
  }

  term(): string | null {
    return isOver(this.#until, times(LONGEST_CALL)) ? null : `${this.owner}:${this.#terms}`;
  }

  /** Tries at once and then again and again. `onLead`: this bot leads from now on; `onCommit`: some bot has committed. */
  async start(onLead: () => void, onCommit: () => void): Promise<void> {
    await this.renew(onLead);
    this.#timers = [
      setInterval(() => (this.#renewing ??= this.renew(onLead).finally(() => (this.#renewing = undefined))), RENEWED_EVERY),
      setInterval(() => (this.#looking ??= this.#look(onCommit).finally(() => (this.#looking = undefined))), LOOKED_EVERY),
    ];
  }

  /** Another bot may lead at once. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#until = NEVER;
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all([this.#renewing, this.#looking]);
    await this.#parts.shared.letGo(this.owner);
  }

  /** Whoever takes requests now; what others took, they will not finish. `null`: nobody else can have taken any. */
  living(): Promise<ReadonlySet<string>> {
    return this.#parts.shared.holders();
  }

  /** Says that this bot is there, and leads if no other does. */
  async renew(onLead: () => void): Promise<void> {
    const { shared, log } = this.#parts;
    const until = times(LEASE);
    const before = this.term();
    try {
      await shared.hold(`bot:${this.owner}`, this.owner, LEASE);
      const isHeld = await shared.hold(LEADING, this.owner, LEASE);
      if (this.#isStopped) return;
      // What was answered after the end may have been somebody else's in between.
      if (isHeld && isOver(this.#until, times())) this.#terms += 1;
      this.#until = isHeld ? until : NEVER;
    } catch (error) {
      log.error({ err: error }, "it could not be said who leads: this bot does not, once its lease has ended");
    }
    const term = this.term();
    if (this.#said && term === null) log.warn("another bot may lead from now on: this one sends nothing and begins no sweep");
    if (!this.#said && term !== null) log.info("this bot leads: it sends what is due, and sweeps");
    this.#said = term !== null;
    if (term !== null && term !== before) onLead();
  }

  async #look(onCommit: () => void): Promise<void> {
    try {
      const seq = await this.#parts.shared.seq();
      if (seq === this.#seq) return;
      this.#seq = seq;
      onCommit();
    } catch (error) {
      this.#parts.log.debug({ err: error }, "it could not be seen whether another bot has committed");
    }
  }
}
