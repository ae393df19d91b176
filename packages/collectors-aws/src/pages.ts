import { malformed } from "@posture/aws-access";
import type { Call } from "@posture/core";

export interface Page<T> {
  readonly items: readonly T[];
  /** Names the next page; nothing or an empty text: this is the last one. */
  readonly next: string | undefined;
}

/**
 * Every item of a listing, page by page.
 * @throws {AwsFault} malformed, when a token comes back: the pages would go in a circle, and some would never be seen.
 */
export async function* itemsOf<T>(call: Call, read: (token: string | undefined) => Promise<Page<T>>): AsyncGenerator<T> {
  const asked = new Set<string>();
  let token: string | undefined;
  do {
    const { items, next } = await read(token);
    yield* items;
    if (next && asked.has(next)) throw malformed(call, "the same page was announced twice");
    if (next) asked.add(next);
    token = next;
  } while (token);
}

export async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
