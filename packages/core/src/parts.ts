/** Lets others have their turn; what takes long calls it between its parts. */
export type Breathe = () => Promise<void>;
export const WITHOUT_PAUSE: Breathe = async () => {};

/** So many findings are looked at in a few milliseconds. */
export const PART = 2_000;

export function* batches<T>(items: readonly T[], size: number = PART): Generator<readonly T[], void, undefined> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/** What has no more items is done without a pause, since whoever waits for it would wait for the pauses. */
const SMALL = 100;

/** Does it for each item, in parts. */
export function* eachOf<T>(items: readonly T[], does: (item: T) => void, part: number = PART): Work<void> {
  for (const some of batches(items, part)) {
    for (const item of some) does(item);
    if (some.length === part || items.length > SMALL) yield;
  }
}

/** What `of` makes of each item, one after the other, as `flatMap` has it; in parts. */
export function* flatMapping<T, U>(items: readonly T[], of: (item: T) => readonly U[], part: number = PART): Work<U[]> {
  const all: U[] = [];
  const take = (item: T): void => {
    for (const it of of(item)) all.push(it);
  };
  yield* eachOf(items, take, part);
  return all;
}

/** `Map.groupBy`, in parts. */
export function* grouping<K, T>(items: readonly T[], keyOf: (item: T) => K, part: number = PART): Work<Map<K, T[]>> {
  const groups = new Map<K, T[]>();
  const add = (item: T): void => {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  };
  yield* eachOf(items, add, part);
  return groups;
}

/** A map, or `index` with more, that has an entry for each item, in parts; of those with one key the last counts, in the place of the first. */
export function* indexing<K, T>(
  items: readonly T[],
  keyOf: (item: T) => K,
  part: number = PART,
  index: Map<K, T> = new Map(),
): Work<Map<K, T>> {
  yield* eachOf(items, (item) => void index.set(keyOf(item), item), part);
  return index;
}

/** Batches of no more than this size, unless one item alone is larger. */
export function* weighed<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  size: number = PART,
): Generator<readonly T[], void, undefined> {
  let batch: T[] = [];
  let taken = 0;
  for (const item of items) {
    const more = sizeOf(item);
    if (taken > 0 && taken + more > size) {
      yield batch;
      [batch, taken] = [[], 0];
    }
    batch.push(item);
    taken += more;
  }
  if (batch.length > 0) yield batch;
}

/** Work that yields between its parts. */
export type Work<T> = Generator<void, T, undefined>;

export function isWork<T extends object>(it: T | Work<T>): it is Work<T> {
  return Symbol.iterator in it;
}

/** Work that yields between its parts, done in one go. */
export function inOneGo<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** The same, with a pause between the parts. */
export async function inParts<T>(work: Work<T>, breathe: Breathe): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await breathe();
  }
}
