import * as fs from "node:fs/promises";
import { join } from "node:path";
import { hashOf } from "@posture/core";
import { describe, expect, it } from "vitest";
import { type Files, FILES } from "./files.ts";
import { finding } from "./findings.fixture.ts";
import { keysOf, now, put, recordsOf, row, scratch } from "./scratch.fixture.ts";
import { openLowdbStore } from "./store.ts";

const place = scratch();
type Step = "write" | "datasync" | "truncate" | "sync";

/** A disk whose nth step of some kinds fails, and every one after it until it is mended; a failing write takes half of its bytes. */
function failing(
  kinds: readonly Step[],
  nth: number,
  code: string,
): { readonly files: Files; mend(): void; arm(): void; readonly failed: () => number } {
  let armed = false;
  let count = 0;
  let failed = 0;
  const fails = (kind: Step): boolean => armed && kinds.includes(kind) && (count += 1) >= nth && (failed += 1) > 0;
  const error = (): Error => Object.assign(new Error(`${code}: the disk says no`), { code });
  const wrap = (handle: fs.FileHandle): fs.FileHandle =>
    new Proxy(handle, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        return async (...given: unknown[]): Promise<unknown> => {
          if (key === "write" && fails("write")) {
            const [bytes, offset, length, position] = given;
            if (bytes instanceof Uint8Array && typeof position === "number")
              await target.write(bytes, Number(offset), Math.floor(Number(length) / 2), position);
            throw error();
          }
          if ((key === "datasync" || key === "truncate" || key === "sync") && fails(key)) throw error();
          return Reflect.apply(value, target, given);
        };
      },
    });
  const files: Files = { ...fs, open: async (...given: Parameters<typeof fs.open>) => wrap(await fs.open(...given)) };
  return { files, mend: () => (armed = false), arm: () => (armed = true), failed: () => failed };
}

describe("when the disk refuses", () => {
  for (const code of ["ENOSPC", "EROFS", "EIO"]) {
    for (const kinds of [["write"], ["datasync"], ["write", "truncate"], ["datasync", "truncate"]] as const) {
      for (const nth of [1, 2, 4]) {
        it(`with ${code} from ${kinds.join(" and ")} number ${nth} on, nothing of the refused commits is kept, and writing resumes by itself`, async () => {
          const disk = failing(kinds, nth, code);
          const store = await openLowdbStore({ folder: place(), now, files: disk.files });
          const kept = ["before"];
          const refusals: unknown[] = [];
          await put(store, row("before"));
          disk.arm();
          for (const key of ["a", "b", "c", "d", "e"]) {
            const [first, second] = await Promise.allSettled([put(store, row(key)), put(store, row(`${key}2`))]);
            for (const [result, name] of [
              [first, key],
              [second, `${key}2`],
            ] as const) {
              if (result.status === "fulfilled") kept.push(name);
              else refusals.push(result.reason);
            }
            expect(await keysOf(store)).toEqual(kept);
          }
          expect(disk.failed()).toBeGreaterThan(0);
          expect(refusals.length + kept.length).toBe(11);
          for (const reason of refusals) expect(reason).toMatchObject({ code: "POSTURE_STORE_READ_ONLY" });
          disk.mend();
          await put(store, row("after"));
          kept.push("after");
          expect(await keysOf(store)).toEqual(kept);
          const records = await recordsOf(store);
          expect(records.map((record) => [record.seq, hashOf(record) === record.hash])).toEqual(kept.map((_, i) => [i + 1, true]));
          await store.close();
          const again = await openLowdbStore({ folder: place(), now });
          expect(await keysOf(again)).toEqual(kept);
          await again.close();
        });
      }
    }
  }

  it("a refused commit that would have been the first of a day leaves the day before as it was: what comes later on that day still counts", async () => {
    const disk = failing(["datasync"], 1, "ENOSPC");
    const store = await openLowdbStore({ folder: place(), now, files: disk.files });
    const put = (n: number, at: string): Promise<unknown> =>
      store.transact({}, () => ({ at, events: [], writes: [finding(n, at)], result: 0 }));
    await put(1, "2026-01-01T10:00:00.000Z");
    disk.arm();
    await expect(put(2, "2026-01-02T10:00:00.000Z")).rejects.toMatchObject({ code: "POSTURE_STORE_READ_ONLY" });
    disk.mend();
    await put(3, "2026-01-01T11:00:00.000Z");
    await put(4, "2026-01-02T11:00:00.000Z");
    const days = [
      { day: "2026-01-01", critical: 0, high: 2, medium: 0, low: 0 },
      { day: "2026-01-02", critical: 0, high: 3, medium: 0, low: 0 },
    ];
    expect(await store.days("2026-01-01", "2026-01-03T00:00:00.000Z")).toEqual(days);
    await store.close();
    const again = await openLowdbStore({ folder: place(), now });
    expect(await again.days("2026-01-01", "2026-01-03T00:00:00.000Z")).toEqual(days);
    await again.close();
  });

  it("a disk that only can be read is refused to a writer with what to do, and read by a reader", async () => {
    const store = await openLowdbStore({ folder: place(), now });
    await put(store, row("a"));
    await store.close();
    const refuse = async (): Promise<never> => {
      throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
    };
    const files: Files = {
      ...FILES,
      open: (path, flags, mode) => (flags === "r" ? FILES.open(path, flags, mode) : refuse()),
      rename: refuse,
      unlink: refuse,
    };
    await expect(openLowdbStore({ folder: place(), now, files })).rejects.toMatchObject({
      code: "POSTURE_STORE_READ_ONLY",
      message: expect.stringContaining("EROFS"),
      next: expect.stringContaining("permissions"),
    });
    const reader = await openLowdbStore({ folder: place(), now, files, readOnly: true });
    expect(await keysOf(reader)).toEqual(["a"]);
  });

  it("a snapshot that cannot be written leaves the log and the store as they are, and no half of a file", async () => {
    const disk = failing(["sync"], 1, "ENOSPC");
    const store = await openLowdbStore({ folder: place(), now, files: disk.files });
    await put(store, row("a"));
    disk.arm();
    await expect(store.snapshot()).rejects.toThrow("ENOSPC");
    await put(store, row("b"));
    expect((await fs.readdir(place())).filter((name) => name.includes("snapshot"))).toEqual([]);
    disk.mend();
    await store.snapshot();
    expect(await fs.readdir(place())).toContain("snapshot-000000000002.jsonl");
    await store.close();
    expect((await fs.readFile(join(place(), "log.jsonl"), "utf8")).split("\n").length).toBe(4);
  });
});
