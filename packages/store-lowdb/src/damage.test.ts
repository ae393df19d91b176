import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isPostureError } from "@posture/core";
import { beforeEach, describe, expect, it } from "vitest";
import { damageStores } from "./mutations.fixture.ts";
import { keysOf, now, put, row, scratch } from "./scratch.fixture.ts";
import { openLowdbStore } from "./store.ts";

const place = scratch();
const KEYS = ["a", "b", "c", "d", "e", "f"];
const OLDER = "snapshot-000000000002.jsonl";
const NEWER = "snapshot-000000000004.jsonl";

/** Six records, snapshots after the second and the fourth, an anchor at the fourth: as a killed process leaves it. */
beforeEach(async () => {
  const store = await openLowdbStore({ folder: place(), now });
  for (const [i, key] of KEYS.entries()) {
    await put(store, row(key, i));
    if (i === 1 || i === 3) await store.snapshot();
  }
  const saved = await Promise.all(
    ["log.jsonl", "anchor.json", OLDER, NEWER].map(async (name) => [name, await readFile(join(place(), name))] as const),
  );
  await store.close();
  for (const name of await readdir(place())) await rm(join(place(), name));
  for (const [name, bytes] of saved) await writeFile(join(place(), name), bytes);
});

type Result = { readonly keys: readonly string[]; readonly warnings: number } | string;
async function reopened(): Promise<Result> {
  const warnings: string[] = [];
  try {
    const store = await openLowdbStore({ folder: place(), now, onWarning: (warning) => warnings.push(warning) });
    const keys = await keysOf(store);
    await store.close();
    return { keys, warnings: warnings.length };
  } catch (error) {
    if (!isPostureError(error)) throw error;
    return error.code;
  }
}

type Change = (bytes: Buffer) => Buffer | string | null;
const lineOf = (bytes: Buffer, line: number): string[] => bytes.toString("utf8").split("\n").slice(0, line);
const flipIn =
  (line: number): Change =>
  (bytes) => {
    const at = Buffer.byteLength(lineOf(bytes, line - 1).join("\n")) + 60;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };
const whole = (warnings: number): Result => ({ keys: KEYS, warnings });
const upTo = (n: number): Result => ({ keys: KEYS.slice(0, n), warnings: 1 });
const CORRUPT = "POSTURE_STORE_CORRUPT";
const FOREIGN = "POSTURE_STORE_FOREIGN";

const cases: readonly (readonly [what: string, file: string, change: Change, result: Result])[] = [
  ["nothing is done to it", "log.jsonl", (bytes) => bytes, whole(0)],
  ["the log is missing", "log.jsonl", () => null, CORRUPT],
  ["the log is empty", "log.jsonl", () => "", CORRUPT],
  ["the log is zeros", "log.jsonl", (bytes) => Buffer.alloc(bytes.length), CORRUPT],
  ["the log holds null", "log.jsonl", () => "null", FOREIGN],
  ["the log holds 0", "log.jsonl", () => "0", FOREIGN],
  ["the log holds []", "log.jsonl", () => "[]\n", FOREIGN],
  ["the log holds a document of lowdb", "log.jsonl", () => '{"findings":[]}\n', FOREIGN],
  ["the log is a picture", "log.jsonl", () => Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), FOREIGN],
  ["the log's heading is cut", "log.jsonl", (bytes) => bytes.subarray(0, 10), CORRUPT],
  [
    "the log is of a newer Posture",
    "log.jsonl",
    (bytes) => bytes.toString().replace('"version":1', '"version":2'),
    "POSTURE_STORE_VERSION",
  ],
  ["the log has its heading only", "log.jsonl", (bytes) => `${lineOf(bytes, 1).join("\n")}\n`, CORRUPT],
  ["the log ends before the snapshot", "log.jsonl", (bytes) => `${lineOf(bytes, 4).join("\n")}\n`, CORRUPT],
  [
    "the log ends after record 5, as if 6 had never been",
    "log.jsonl",
    (bytes) => `${lineOf(bytes, 6).join("\n")}\n`,
    { keys: KEYS.slice(0, 5), warnings: 0 },
  ],
  ["record 6 was cut short", "log.jsonl", (bytes) => bytes.subarray(0, -40), upTo(5)],
  ["record 6 lacks its line's end", "log.jsonl", (bytes) => bytes.subarray(0, -1), upTo(5)],
  ["record 6 is followed by zeros", "log.jsonl", (bytes) => Buffer.concat([bytes, Buffer.alloc(4096)]), whole(1)],
  ["record 6 has a flipped bit", "log.jsonl", flipIn(7), upTo(5)],
  ["record 5 has a flipped bit", "log.jsonl", flipIn(6), CORRUPT],
  ["record 4 (the snapshot's) has a flipped bit", "log.jsonl", flipIn(5), CORRUPT],
  ["record 5 is taken out", "log.jsonl", (bytes) => bytes.toString().split("\n").toSpliced(5, 1).join("\n"), CORRUPT],
  [
    "records 5 and 6 are swapped",
    "log.jsonl",
    (bytes) => [...lineOf(bytes, 5), ...bytes.toString().split("\n").slice(5, 7).toReversed(), ""].join("\n"),
    CORRUPT,
  ],
  ["the newer snapshot is empty", NEWER, () => "", whole(1)],
  ["the newer snapshot holds null", NEWER, () => "null", whole(1)],
  ["the newer snapshot holds []", NEWER, () => "[]\n", whole(1)],
  ["the newer snapshot is zeros", NEWER, (bytes) => Buffer.alloc(bytes.length), whole(1)],
  ["the newer snapshot is half there", NEWER, (bytes) => bytes.subarray(0, bytes.length / 2), whole(1)],
  ["the newer snapshot lacks its end", NEWER, (bytes) => `${lineOf(bytes, 5).join("\n")}\n`, whole(1)],
  ["the newer snapshot lacks a row", NEWER, (bytes) => bytes.toString().split("\n").toSpliced(2, 1).join("\n"), whole(1)],
  ["the newer snapshot has a flipped bit", NEWER, flipIn(3), whole(1)],
  ["the newer snapshot is missing", NEWER, () => null, whole(0)],
  [
    "the newer snapshot is of a newer Posture",
    NEWER,
    (bytes) => bytes.toString().replace('"version":2', '"version":3'),
    "POSTURE_STORE_VERSION",
  ],
  ["the older snapshot is empty", OLDER, () => "", whole(0)],
  ["the anchor is missing", "anchor.json", () => null, whole(0)],
  ["the anchor is damaged", "anchor.json", () => "{", whole(1)],
  ["the anchor names a later record", "anchor.json", (bytes) => bytes.toString().replace('"seq":4', '"seq":7'), CORRUPT],
  ["the anchor names another record 5", "anchor.json", (bytes) => bytes.toString().replace('"seq":4', '"seq":5'), CORRUPT],
];

describe("a damaged store is never silently less", () => {
  for (const [what, file, change, result] of cases) {
    const then =
      typeof result === "string"
        ? `refused with ${result}`
        : `opened with ${result.keys.length} of 6 records and ${result.warnings} warnings`;
    it(`when ${what} it is ${then}`, async () => {
      const path = join(place(), file);
      const changed = change(await readFile(path));
      await (changed === null ? rm(path) : writeFile(path, changed));
      const before = await readFile(path).catch(() => null);
      expect(await reopened()).toEqual(result);
      const after = await readFile(path).catch(() => null);
      expect(typeof result === "string" ? after : before, "what is refused is not touched").toEqual(before);
    });
  }

  it("when both snapshots are damaged the whole log is read", async () => {
    await writeFile(join(place(), OLDER), "null");
    await writeFile(join(place(), NEWER), "");
    expect(await reopened()).toEqual(whole(2));
  });

  it("when only the heading of the log is left of everything it is refused by the name of the snapshot, even a damaged one", async () => {
    const log = join(place(), "log.jsonl");
    await writeFile(log, `${lineOf(await readFile(log), 1).join("\n")}\n`);
    await rm(join(place(), "anchor.json"));
    await writeFile(join(place(), NEWER), "");
    await rm(join(place(), OLDER));
    expect(await reopened()).toBe(CORRUPT);
  });

  it("when a file stands where the folder should be it is foreign", async () => {
    await rename(place(), `${place()}.moved`);
    await writeFile(place(), "{}");
    expect(await reopened()).toBe(FOREIGN);
    await expect(openLowdbStore({ folder: place(), now, readOnly: true })).rejects.toMatchObject({ code: FOREIGN });
    expect(await readFile(place(), "utf8")).toBe("{}");
  });

  const TWO_AT_ONCE = ["x", "y"];
  async function afterTwoAtOnce(change: (text: string) => string): Promise<Result> {
    const store = await openLowdbStore({ folder: place(), now });
    await store.snapshot();
    await Promise.all(TWO_AT_ONCE.map((key) => put(store, row(key))));
    const log = await readFile(join(place(), "log.jsonl"), "utf8");
    const anchor = await readFile(join(place(), "anchor.json"));
    await store.close();
    for (const name of await readdir(place())) if (name.startsWith("snapshot")) await rm(join(place(), name));
    await writeFile(join(place(), "anchor.json"), anchor);
    await writeFile(join(place(), "log.jsonl"), change(log));
    return reopened();
  }
  it("when two records were appended at once and the log was not touched since, both are there", async () => {
    expect(await afterTwoAtOnce((text) => text)).toEqual({ keys: [...KEYS, ...TWO_AT_ONCE], warnings: 0 });
  });
  it("when the first of two records that were appended at once never reached the disk, neither counts", async () => {
    expect(await afterTwoAtOnce((text) => text.replace('{"seq":7', "\0".repeat(8)))).toEqual(whole(1));
  });

  it("the message names the file and the line", async () => {
    const log = join(place(), "log.jsonl");
    await writeFile(log, flipIn(6)(await readFile(log)) ?? "");
    await expect(openLowdbStore({ folder: place(), now })).rejects.toThrow(/log\.jsonl: line 6 is damaged/);
  });

  it("is refused, or warned of, or whole, in 500 mutations", async () => {
    const { wrong, fates } = await damageStores(place(), 7, 500);
    expect(wrong).toEqual([]);
    expect(fates["refused"]).toBeGreaterThan(100);
  });
});
