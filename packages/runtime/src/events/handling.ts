import { type ChangeEvent, type Gap, plus, type ResourceRef, resourceKey, type Selector } from "@posture/core";
import { accountOf, type Context } from "../context.ts";
import { READ_DEADLINE } from "../live-reading.ts";
import { type Looked, Looks } from "./looks.ts";
import type { Pauses } from "./marks.ts";
import { type EventWish, merged, type Reason } from "./reading.ts";
import { Reads } from "./reads.ts";
import { failingOf, type Touched } from "./targets.ts";

/** What a selector is looked up for. */
interface FindWish extends Reason {
  readonly selector: Selector;
}

/** Not all that an event touches could be found. */
class Unfound extends Error {
  override readonly name = "Unfound";
  constructor({ selector: { type, by } }: FindWish, gaps: readonly Gap[]) {
    const missing = [...new Set(gaps.flatMap((gap) => gap.missing))];
    const next = missing.length > 0 ? ` Allow ${missing.join(", ")} for these credentials.` : "";
    super(
      `What a change touches could not all be found (${type} by ${by}): ${[...new Set(gaps.map(({ detail }) => detail))].join("; ")}.${next}`,
    );
  }
}

/** Has what events touch found, and read as often as their marks say. */
export class Handling {
  readonly #context: Context;
  readonly #reads: Reads;
  readonly #resources: Looks<EventWish>;
  readonly #selectors: Looks<FindWish>;

  constructor(context: Context, pauses: Pauses, onFailure: (error: unknown) => void) {
    this.#context = context;
    this.#reads = new Reads(context);
    this.#resources = new Looks({ pauses, onFailure, merged: merged<EventWish>, look: (wish) => this.#reads.add(wish) });
    this.#selectors = new Looks({ pauses, onFailure, merged: merged<FindWish>, look: (wish, isSecond) => this.#find(wish, isSecond) });
  }

  /** `done`: what is true after the event is written down. `settled`: what is true a minute later is. Both reject with `Unfound`, and what reading throws. */
  handle({ change }: ChangeEvent, touched: readonly Touched[]): Looked {
    const looked = touched.flatMap(({ checkIds, primed, refs, selectors }) => [
      ...refs.map((ref) => this.#read({ ref, checkIds, change, primed })),
      ...selectors.map((selector) => this.#selectors.heard(JSON.stringify(selector), { selector, checkIds, change, primed })),
    ]);
    return {
      done: all(looked.map(({ done }) => done)),
      settled: all(looked.map(({ settled }) => settled)),
    };
  }

  /** Begins nothing any more. */
  stop(): void {
    this.#selectors.stop();
    this.#resources.stop();
    this.#reads.stop();
  }

  #read(wish: EventWish): Looked {
    return this.#resources.heard(resourceKey(wish.ref), wish);
  }

  async #find(wish: FindWish, isSecond: boolean): Promise<void> {
    const { selector, ...rest } = wish;
    const { store, now, thread, checks } = this.#context;
    const { partition, regions } = await accountOf(this.#context, selector.accountId);
    const { refs, gaps } = await thread.ask({ op: "find", selector, partition, regions, deadline: plus(now(), READ_DEADLINE) });
    const kind = [...wish.checkIds].map((id) => checks.get(id)?.check.resource).find((it) => it?.type === selector.type);
    const isMeant = kind?.finds?.[selector.by]?.andFailing;
    const failing = isMeant ? (await failingOf(store, selector, now())).filter((ref) => isMeant(ref, selector.value)) : [];
    const found = new Map([...refs, ...failing].map((ref): [string, ResourceRef] => [resourceKey(ref), ref]));
    // What was found before is read a second time by itself.
    const looks = [...found].map(async ([key, ref]): Promise<void> => {
      if (isSecond && this.#resources.has(key)) return this.#resources.rested(key);
      // Who waits for the rest waits for the second look at the selector.
      return this.#read({ ...rest, ref }).done;
    });
    await Promise.all(looks);
    if (gaps.length > 0) throw new Unfound(wish, gaps);
  }
}

async function all(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.all(promises);
}
