import type { FindingStore, Instant } from "@posture/core";

/* A clock that only tests turn, and a process that can die between any two of its steps. */

/** Jumps from one thing that waits to the next. */
export class Clock {
  #at: number;
  readonly #timers = new Set<{ readonly due: number; readonly done: () => void }>();

  constructor(at: number) {
    this.#at = at;
  }

  readonly now = (): Instant => new Date(this.#at).toISOString();
  readonly after = (milliseconds: number, done: () => void): (() => void) => {
    const timer = { due: this.#at + milliseconds, done };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };
  get milliseconds(): number {
    return this.#at;
  }
  /** To what is due next, or to `until`. Answers whether that is not yet reached. */
  jump(until: number): boolean {
    const [next] = [...this.#timers].filter(({ due }) => due <= until).toSorted((a, b) => a.due - b.due);
    if (!next) {
      this.#at = Math.max(this.#at, until);
      return false;
    }
    this.#timers.delete(next);
    this.#at = Math.max(this.#at, next.due);
    next.done();
    return true;
  }
}

/** One process: once it has died nothing of it is done any more, and nothing comes back to it. */
export class Life {
  #isOver = false;
  #left = Number.POSITIVE_INFINITY;
  #midway = false;

  get isOver(): boolean {
    return this.#isOver;
  }
  /** It dies at its so many-th step from now: before that is done, or after, before it hears of it. */
  endsAfter(steps: number, midway: boolean): void {
    this.#left = steps;
    this.#midway = midway;
    if (steps === 0) this.#isOver = true;
  }
  async step<T>(work: () => Promise<T>): Promise<T> {
    this.#left -= 1;
    if (this.#left <= 0 && !this.#midway) this.#isOver = true;
    if (this.#isOver) return never();
    const done = work();
    if (this.#left <= 0) this.#isOver = true;
    try {
      const result = await done;
      return this.#isOver ? await never() : result;
    } catch (error) {
      if (this.#isOver) return never();
      throw error;
    }
  }
}
export const never = <T>(): Promise<T> => new Promise(() => {});

/** A store that can be another one from one moment to the next. */
export function delegating(store: () => FindingStore): FindingStore {
  return {
    place: "memory",
    read: (wanted, look) => store().read(wanted, look),
    list: (filter, now, options) => store().list(filter, now, options),
    counts: (filter, now) => store().counts(filter, now),
    named: (typed, now) => store().named(typed, now),
    days: (from, now) => store().days(from, now),
    tally: (day) => store().tally(day),
    history: () => store().history(),
    transact: (wanted, decide) => store().transact(wanted, decide),
    records: (after) => store().records(after),
    close: () => Promise.resolve(),
  };
}
