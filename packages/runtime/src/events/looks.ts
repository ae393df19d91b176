import { afterNext, heard, type Mark, nextAt, type Pauses } from "./marks.ts";

interface LooksParts<W> {
  /** `isSecond`: no event has come for a while, and nobody waits for it. */
  readonly look: (wish: W, isSecond: boolean) => Promise<void>;
  readonly merged: (before: W, later: W) => W;
  readonly pauses: Pauses;
  /** Of a look that nobody waits for. */
  readonly onFailure: (error: unknown) => void;
}

interface Entry<W> {
  mark: Mark;
  wish: W;
  timer: NodeJS.Timeout | undefined;
  /** Looks of one thing come one after the other. */
  running: Promise<void>;
  waiting: PromiseWithResolvers<void>[];
}

/** Looks at things after events on them, each as often as `marks` says. */
export class Looks<W> {
  readonly #parts: LooksParts<W>;
  readonly #entries = new Map<string, Entry<W>>();
  #isStopped = false;

  constructor(parts: LooksParts<W>) {
    this.#parts = parts;
  }

  /** How many things are looked at, or will be. */
  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Resolves when a look that began after this is over, and rejects where it failed. After `stop` it does neither. */
  heard(key: string, wish: W): Promise<void> {
    const waiter = Promise.withResolvers<void>();
    if (this.#isStopped) return waiter.promise;
    const known = this.#entries.get(key);
    const { mark, isDue } = heard(known?.mark ?? null, performance.now(), this.#parts.pauses);
    const entry = known ?? { mark, wish, timer: undefined, running: Promise.resolve(), waiting: [] };
    if (known) known.wish = this.#parts.merged(known.wish, wish);
    entry.mark = mark;
    entry.waiting.push(waiter);
    this.#entries.set(key, entry);
    if (isDue) this.#look(entry, false);
    this.#arm(key, entry);
    return waiter.promise;
  }

  /** Begins nothing any more. */
  stop(): void {
    this.#isStopped = true;
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    this.#entries.clear();
  }

  #arm(key: string, entry: Entry<W>): void {
    clearTimeout(entry.timer);
    const { pauses } = this.#parts;
    entry.timer = setTimeout(
      () => {
        const after = afterNext(entry.mark, performance.now(), pauses);
        this.#look(entry, after === null);
        if (after === null) return void this.#entries.delete(key);
        entry.mark = after;
        this.#arm(key, entry);
      },
      Math.max(0, nextAt(entry.mark, pauses) - performance.now()),
    );
  }

  #look(entry: Entry<W>, isSecond: boolean): void {
    entry.running = this.#lookAfter(entry.running, entry, entry.waiting.splice(0), isSecond);
  }

  async #lookAfter(before: Promise<void>, entry: Entry<W>, waiting: Entry<W>["waiting"], isSecond: boolean): Promise<void> {
    const { look, onFailure } = this.#parts;
    await before;
    if (this.#isStopped) return;
    try {
      await look(entry.wish, isSecond);
      for (const waiter of waiting) waiter.resolve();
    } catch (error) {
      for (const waiter of waiting) waiter.reject(error);
      if (waiting.length === 0) onFailure(error);
    }
  }
}
