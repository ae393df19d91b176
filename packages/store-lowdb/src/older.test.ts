import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { verifyLog } from "@posture/core";
import { describe, expect, it } from "vitest";
import { openLowdbAudit } from "./audit.ts";
import { OLDER_SNAPSHOT, OLDER_STORE } from "./older.fixture.ts";
import { scratch } from "./scratch.fixture.ts";
import { openLowdbStore } from "./store.ts";

const NOW = "2026-01-05T12:00:00.000Z";
const now = (): string => NOW;
const DAYS = [
  { day: "2026-01-01", critical: 1, high: 0, medium: 0, low: 0 },
  { day: "2026-01-02", critical: 1, high: 1, medium: 0, low: 0 },
  { day: "2026-01-03", critical: 0, high: 1, medium: 0, low: 0 },
  { day: "2026-01-04", critical: 0, high: 1, medium: 0, low: 0 },
];

describe("a store of the Posture that knew no days", () => {
  const place = scratch();
  async function left(change: (name: string, text: string) => string = (_, text) => text): Promise<void> {
    await mkdir(place(), { recursive: true });
    for (const [name, text] of Object.entries(OLDER_STORE)) await writeFile(join(place(), name), change(name, text));
  }

  it("is read from its log alone, without a warning, and every day is right", async () => {
    await left();
    const warnings: string[] = [];
    const store = await openLowdbStore({ folder: place(), now, onWarning: (warning) => warnings.push(warning) });
    expect(await store.days("2026-01-01", NOW)).toEqual(DAYS);
    expect([store.head().seq, warnings]).toEqual([3, []]);
    await store.close();
  });

  it("has its snapshot replaced by one with days as soon as one is due, from which the next start reads the same", async () => {
    await left();
    const store = await openLowdbStore({ folder: place(), now });
    await store.snapshot();
    await store.close();
    const text = await readFile(join(place(), OLDER_SNAPSHOT), "utf8");
    expect(text.split("\n", 1)[0]).toContain('"version":2');
    expect(text).toContain('["days","2026-01-02"');
    const again = await openLowdbStore({ folder: place(), now });
    expect(await again.days("2026-01-01", NOW)).toEqual(DAYS);
    await again.close();
  });

  it("is verified against the record that its snapshot names, and not against what the snapshot lacks", async () => {
    await left();
    const source = await openLowdbAudit({ folder: place() });
    if (!source) throw new Error("there is an audit log");
    expect(source.anchors.map(({ name }) => name).toSorted()).toEqual(["anchor.json", OLDER_SNAPSHOT]);
    expect(source.shown).toEqual([]);
    expect((await verifyLog(source.entries, source)).differences).toEqual([]);
    await source.close();
  });

  it("whose snapshot is of a later Posture is refused by both versions, and nothing is changed", async () => {
    await left((name, text) => (name === OLDER_SNAPSHOT ? text.replace('"version":1', '"version":3') : text));
    const names = await readdir(place());
    await expect(openLowdbStore({ folder: place(), now })).rejects.toMatchObject({
      code: "POSTURE_STORE_VERSION",
      message: expect.stringMatching(/version 3.*version 2/),
    });
    expect((await readdir(place())).filter((name) => name !== "lock")).toEqual(names);
  });
});
