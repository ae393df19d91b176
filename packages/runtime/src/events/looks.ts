import { afterNext, heard, type Mark, nextAt, type Pauses } from "./marks.ts";

interface LooksParts<W> {
  /** `isSecond`: no event has come for a while, and nobody waits for it. */
  readonly look: (wish: W, isSecond: boolean) => Promise<void>;
  readonly merged: (before: W, later: W) => W;
  readonly pauses: Pauses;
  /** Of a look that nobody waits for. */
  readonly onFailure: (error: unknown) => void;
}

/** What somebody waits for who heard of something. */
export interface Looked {
  /** A look that began after that is over; rejects where it failed. */
  readonly done: Promise<void>;
  /** So is one that began when AWS had come to rest. */
  readonly settled: Promise<void>;
}

interface Settling {
  /** From when on a look settles it. */
  readonly from: number;
  readonly settled: PromiseWithResolvers<void>;
}

interface Entry<W> {
  mark: Mark;
  wish: W;
  timer: NodeJS.Timeout | undefined;
  /** Looks of one thing come one after the other. */
  running: Promise<void>;
  waiting: PromiseWithResolvers<void>[];
  settling: readonly Settling[];
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

  /** After `stop` nothing of it resolves or rejects. */
  heard(key: string, wish: W): Looked {
    const [waiter, settled] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const looked = { done: waiter.promise, settled: settled.promise };
    // Not everybody waits for it; that it failed is told all the same.
    settled.promise.catch(() => {});
    if (this.#isStopped) return looked;
    const known = this.#entries.get(key);
    const at = performance.now();
    const { mark, isDue } = heard(known?.mark ?? null, at, this.#parts.pauses);
    const entry = known ?? { mark, wish, timer: undefined, running: Promise.resolve(), waiting: [], settling: [] };
    if (known) known.wish = this.#parts.merged(known.wish, wish);
    entry.mark = mark;
    entry.waiting.push(waiter);
    this.#entries.set(key, entry);
    if (isDue) this.#look(entry, false);
    entry.settling = [...entry.settling, { from: at + this.#parts.pauses.second, settled }];
    this.#arm(key, entry);
    return looked;
  }

  /** Resolves when what is known by this key has been looked at for the last time. */
  rested(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry) return Promise.resolve();
    const settled = Promise.withResolvers<void>();
    entry.settling = [...entry.settling, { from: Number.POSITIVE_INFINITY, settled }];
    return settled.promise;
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
    const at = performance.now();
    const { settles, later } = Object.groupBy(entry.settling, ({ from }) => (isSecond || from <= at ? "settles" : "later"));
    entry.settling = later ?? [];
    entry.running = this.#lookAfter(entry.running, entry, { waiting: entry.waiting.splice(0), settles: settles ?? [] }, isSecond);
  }

  async #lookAfter(before: Promise<void>, entry: Entry<W>, { waiting, settles }: Waiters, isSecond: boolean): Promise<void> {
    const { look, onFailure } = this.#parts;
    await before;
    if (this.#isStopped) return;
    const all = [...waiting, ...settles.map(({ settled }) => settled)];
    try {
      await look(entry.wish, isSecond);
      for (const waiter of all) waiter.resolve();
    } catch (error) {
      for (const waiter of all) waiter.reject(error);
      if (waiting.length === 0) onFailure(error);
    }
  }
}

interface Waiters {
  readonly waiting: readonly PromiseWithResolvers<void>[];
  readonly settles: readonly Settling[];
}
