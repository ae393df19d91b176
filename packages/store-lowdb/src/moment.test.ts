import type { Found, Write } from "@posture/core";
import { describe, expect, it } from "vitest";
import { finding } from "./findings.fixture.ts";
import { now, scratch } from "./scratch.fixture.ts";
import { type LowdbStore, openLowdbStore } from "./store.ts";

const MANY = 6_000;
const AT = now();
const place = scratch();

/** What is asked for before this resolves sees nothing that is written after it. */
const asked = (store: LowdbStore): Promise<null> => store.read({}, () => null);
const write = (store: LowdbStore, writes: readonly Write[]): Promise<unknown> =>
  store.transact({}, () => ({ at: AT, events: [], writes, result: 0 }));
const some = (from: number, to: number, severity: "critical" | "high"): Write[] =>
  Array.from({ length: to - from }, (_, i) => finding(from + i, AT, severity));

async function filled(): Promise<LowdbStore> {
  const store = await openLowdbStore({ folder: place(), now });
  await write(store, some(0, MANY, "high"));
  return store;
}

describe("while others write", () => {
  it("a list is of the moment at which it was asked for, to its last item", async () => {
    const store = await filled();
    const list = store.list({}, AT)[Symbol.asyncIterator]();
    const first = list.next();
    await asked(store);
    await write(store, some(0, MANY / 2, "critical"));
    const found: Found[] = [];
    for (let step = await first; !step.done; step = await list.next()) {
      found.push(step.value);
      if (found.length % 1_500 === 0) await write(store, some(MANY + found.length, MANY + found.length + 50, "critical"));
    }
    expect(found.length).toBe(MANY);
    expect(found.filter(({ finding: { severity } }) => severity !== "high")).toEqual([]);
    expect((await store.counts({}, AT)).open).toEqual({ critical: MANY / 2 + 4 * 50, high: MANY / 2, medium: 0, low: 0 });
    await store.close();
  });

  it("counts are of the moment at which they were asked for, and the next ones of theirs", async () => {
    const store = await filled();
    const before = store.counts({}, AT);
    await asked(store);
    const writing = write(store, some(0, 10, "critical"));
    expect((await before).open).toEqual({ critical: 0, high: MANY, medium: 0, low: 0 });
    await writing;
    expect((await store.counts({}, AT)).open).toEqual({ critical: 10, high: MANY - 10, medium: 0, low: 0 });
    await store.close();
  });

  it("many who ask at once are all answered", async () => {
    const store = await filled();
    const answers = await Promise.all(Array.from({ length: 20 }, () => store.counts({}, AT)));
    expect(new Set(answers.map(({ open }) => open.high))).toEqual(new Set([MANY]));
    await store.close();
  });
});
