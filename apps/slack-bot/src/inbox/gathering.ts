import { batches } from "@posture/core";

/** More than this is several records, so that none is long. */
const MOST_IN_ONE = 250;

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does many small things as few large ones: whatever is asked for while some are under way is done next, and at once: what a store is given together it
 * writes together. A lonely request waits for nobody, and a thousand at once cost a handful of records instead of a thousand.
 */
export class Gathering<T, R> {
  readonly #act: (items: readonly T[]) => Promise<readonly R[]>;
  readonly #waiting: Waiting<T, R>[] = [];
  #running = false;

  /** `act` answers for each item, in their order; what it throws, each of them gets. */
  constructor(act: (items: readonly T[]) => Promise<readonly R[]>) {
    this.#act = act;
  }

  ask(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#waiting.length > 0) {
      const all = this.#waiting.splice(0);
      await Promise.all([...batches(all, MOST_IN_ONE)].map((some) => this.#next(some)));
    }
    this.#running = false;
  }

  async #next(some: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.#act(some.map(({ item }) => item));
      for (const [i, { resolve, reject }] of some.entries()) {
        const result = results[i];
        if (result === undefined) reject(new Error("what was asked for got no answer"));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }
}
