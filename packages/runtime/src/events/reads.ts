import type { Context } from "../context.ts";
import { type EventWish, readAfter } from "./reading.ts";
import { readTogether } from "./together.ts";

/** Resources that are read at once, each by itself. */
const MOST = 16;
/** From this many on, those of one kind and region are read together. */
const MANY = 10;
/** And so many at most: what was found is written down in one record. */
const TOGETHER = 250;

interface Waiting {
  readonly wish: EventWish;
  readonly done: PromiseWithResolvers<void>;
  /** Whether a listing may answer for it. */
  readonly mayJoin: boolean;
}

/** Has resources read: at once where there are few, and together where there are many. */
export class Reads {
  readonly #context: Context;
  readonly #waiting = new Map<string, Waiting[]>();
  /** Kinds and regions that are being listed. */
  readonly #listing = new Set<string>();
  #running = 0;
  #isStopped = false;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Resolves when what was read is written down. @throws what reading and writing throw */
  add(wish: EventWish): Promise<void> {
    const done = Promise.withResolvers<void>();
    // What an event proves is in no listing.
    this.#wait({ wish, done, mayJoin: Object.keys(wish.primed).length === 0 });
    this.#pump();
    return done.promise;
  }

  /** Begins nothing any more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting.clear();
  }

  #wait(it: Waiting): void {
    const place = placeOf(it.wish);
    const there = this.#waiting.get(place) ?? [];
    there.push(it);
    this.#waiting.set(place, there);
  }

  #pump(): void {
    for (const [place, there] of this.#waiting) {
      if (this.#isStopped || this.#listing.has(place)) continue;
      const joint = there.filter(({ mayJoin }) => mayJoin).slice(0, TOGETHER);
      if (joint.length >= MANY) {
        const taken = new Set(joint);
        this.#waiting.set(
          place,
          there.filter((it) => !taken.has(it)),
        );
        void this.#together(place, joint);
        continue;
      }
      for (const it of there.splice(0, Math.max(0, MOST - this.#running))) void this.#alone(it);
      if (there.length === 0) this.#waiting.delete(place);
    }
  }

  async #alone({ wish, done }: Waiting): Promise<void> {
    this.#running += 1;
    try {
      await readAfter(this.#context, wish);
      done.resolve();
    } catch (error) {
      done.reject(error);
    }
    this.#running -= 1;
    this.#pump();
  }

  async #together(place: string, all: readonly Waiting[]): Promise<void> {
    this.#listing.add(place);
    const wishes = all.map(({ wish }) => wish);
    // What a listing does not decide is read by itself, and so is everything where it fails.
    const left = new Set(await readTogether(this.#context, wishes).catch(() => wishes));
    this.#listing.delete(place);
    for (const it of all) {
      if (left.has(it.wish)) this.#wait({ ...it, mayJoin: false });
      else it.done.resolve();
    }
    this.#pump();
  }
}

function placeOf({ ref: { accountId, type, region } }: EventWish): string {
  return JSON.stringify([accountId, type, region]);
}
