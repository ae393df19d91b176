/** Lets others have their turn; what takes long calls it between its parts. */
export type Breathe = () => Promise<void>;
export const WITHOUT_PAUSE: Breathe = async () => {};

/** So many findings are looked at in a few milliseconds. */
export const PART = 2_000;

export function* parts<T>(items: readonly T[]): Generator<readonly T[], void, undefined> {
  for (let from = 0; from < items.length; from += PART) yield items.slice(from, from + PART);
}

/** Work that yields after each of its parts, done in one go. */
export function inOneGo<T>(work: Generator<void, T, undefined>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** The same, with a pause after each part. */
export async function inParts<T>(work: Generator<void, T, undefined>, breathe: Breathe): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await breathe();
  }
}
