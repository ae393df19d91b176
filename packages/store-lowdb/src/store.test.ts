import { readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hashOf } from "@posture/core";
import { testStore } from "@posture/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { keysOf, now, put, recordsOf, row, scratch } from "./scratch.fixture.ts";
import { openLowdbStore } from "./store.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stores-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));
const open = (place: string): ReturnType<typeof openLowdbStore> => openLowdbStore({ folder: join(root, place), now });

testStore("the lowdb store", open, { describe, it }, { reopen: open, runs: 15 });

describe("the lowdb store on its disk", () => {
  const place = scratch();

  it("keeps its folder and its files to the user", async () => {
    const store = await openLowdbStore({ folder: place(), now });
    await put(store, row("a"));
    await store.snapshot();
    expect((await stat(place())).mode & 0o777).toBe(0o700);
    const names = await readdir(place());
    expect(names.toSorted()).toEqual(["anchor.json", "lock", "log.jsonl", "owner.json", "snapshot-000000000001.jsonl"]);
    for (const name of names) expect([name, (await stat(join(place(), name))).mode & 0o777]).toEqual([name, 0o600]);
    await store.close();
  });

  it("commits by the log alone, and writes the snapshot when the log has grown", async () => {
    const store = await openLowdbStore({ folder: place(), now, snapshotEvery: { bytes: 2_000 } });
    await put(store, row("small"));
    expect(await readdir(place())).not.toContain("snapshot-000000000001.jsonl");
    await put(store, row("large", "x".repeat(3_000)));
    await expect.poll(() => readdir(place())).toContain("snapshot-000000000002.jsonl");
    await store.close();
  });

  it("keeps the snapshot before the last, and no more", async () => {
    const store = await openLowdbStore({ folder: place(), now });
    for (const key of ["a", "b", "c"]) {
      await put(store, row(key));
      await store.snapshot();
    }
    const names = (await readdir(place())).filter((name) => name.startsWith("snapshot"));
    expect(names.toSorted()).toEqual(["snapshot-000000000002.jsonl", "snapshot-000000000003.jsonl"]);
    await store.close();
  });

  it("what is committed while a snapshot is written is in the log and not in that snapshot", async () => {
    const store = await openLowdbStore({ folder: place(), now });
    await put(store, row("before"));
    const snapshot = store.snapshot();
    const commits = Promise.all(Array.from({ length: 50 }, (_, n) => put(store, row(`during ${n}`))));
    await Promise.all([snapshot, commits]);
    const reader = await openLowdbStore({ folder: place(), now, readOnly: true });
    expect((await keysOf(reader)).length).toBe(51);
    await store.close();
  });

  it("a reader beside a writer sees what was durable when it opened, takes no lock and may not write", async () => {
    const store = await openLowdbStore({ folder: place(), now });
    await put(store, row("a"));
    const reader = await openLowdbStore({ folder: place(), now, readOnly: true });
    await put(store, row("b"));
    expect([await keysOf(reader), (await recordsOf(reader)).length]).toEqual([["a"], 1]);
    await expect(put(reader, row("c"))).rejects.toMatchObject({ code: "POSTURE_STORE_READ_ONLY" });
    expect(await keysOf(store)).toEqual(["a", "b"]);
    await store.close();
  });

  it("a reader of a record that is just being written sees the ones before it, and says nothing", async () => {
    const store = await openLowdbStore({ folder: place(), now });
    await put(store, row("a"));
    const log = join(place(), "log.jsonl");
    await writeFile(log, '{"seq":2,"prev":"', { flag: "a" });
    const warnings: string[] = [];
    const reader = await openLowdbStore({ folder: place(), now, readOnly: true, onWarning: (warning) => warnings.push(warning) });
    expect([await keysOf(reader), warnings]).toEqual([["a"], []]);
    expect((await readFile(log, "utf8")).endsWith('"prev":"')).toBe(true);
    await store.close();
  });

  it("to a reader a folder that is not there is a store to which nothing was written, and it stays so", async () => {
    const reader = await openLowdbStore({ folder: place(), now, readOnly: true });
    expect([await keysOf(reader), await recordsOf(reader)]).toEqual([[], []]);
    await expect(stat(place())).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("after closing it takes no more", async () => {
    const store = await openLowdbStore({ folder: place(), now });
    await store.close();
    await expect(put(store, row("a"))).rejects.toThrow("closed");
  });

  it("snapshot and tail give the same state as the whole log", async () => {
    let n = 0;
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("a", "b", "c", "d") },
      { weight: 1, arbitrary: fc.constantFrom("snapshot", "reopen") },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.nat(3), async (steps, lost) => {
        const folder = `${place()}-${(n += 1)}`;
        let store = await openLowdbStore({ folder, now });
        for (const [i, it] of steps.entries()) {
          if (it === "snapshot") await store.snapshot();
          else if (it === "reopen") {
            await store.close();
            store = await openLowdbStore({ folder, now });
          } else await put(store, row(it, i));
        }
        const expected = await store.read({ outbox: {} }, (view) => view.outbox);
        await store.close();
        // Any of the snapshots may be lost or damaged: the log has everything.
        const snapshots = (await readdir(folder))
          .filter((name) => name.startsWith("snapshot"))
          .toSorted()
          .toReversed();
        for (const name of snapshots.slice(0, lost)) await truncate(join(folder, name), 30);
        const again = await openLowdbStore({ folder, now });
        expect(await again.read({ outbox: {} }, (view) => view.outbox)).toEqual(expected);
        for (const record of await recordsOf(again)) expect(hashOf(record)).toBe(record.hash);
        await again.close();
      }),
      { numRuns: 15, seed: 7 },
    );
  });
});
