import { readdir, rm } from "node:fs/promises";
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

describe("a long record", () => {
  it("leaves turns to others while it is decided, sealed, applied and appended, and nobody sees it before it is whole", async () => {
    const store = await openLowdbStore({ folder: place(), now });
    let [turns, isOver] = [0, false];
    const counted = (): void => {
      turns += 1;
      if (!isOver) setImmediate(counted);
    };
    setImmediate(counted);
    const writing = write(store, some(0, MANY, "high")).finally(() => (isOver = true));
    await new Promise(setImmediate);
    const seen = (await store.counts({}, AT)).open.high;
    await writing;
    expect([seen, turns >= MANY / 2_000 + MANY / 400]).toEqual([MANY, true]);
    await store.close();
  });

  it("is read back by whoever opens the store, from its snapshot and from the log alone", async () => {
    const store = await filled();
    const head = store.head();
    await store.close();
    for (const readOnly of [true, false]) {
      const again = await openLowdbStore({ folder: place(), now, readOnly });
      expect([again.head(), (await again.counts({}, AT)).open.high]).toEqual([head, MANY]);
      await again.close();
    }
    for (const name of await readdir(place())) if (name.startsWith("snapshot")) await rm(`${place()}/${name}`);
    const replayed = await openLowdbStore({ folder: place(), now });
    expect([replayed.head(), (await replayed.counts({}, AT)).open.high]).toEqual([head, MANY]);
    await replayed.close();
  });
});
