import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AuditSource, type LogReport, verifyLog } from "@posture/core";
import { beforeEach, describe, expect, it } from "vitest";
import { openLowdbAudit } from "./audit.ts";
import { now, put, row, scratch } from "./scratch.fixture.ts";
import { type LowdbStore, openLowdbStore } from "./store.ts";

const place = scratch();
const NEWER = "snapshot-000000000004.jsonl";
const log = (): string => join(place(), "log.jsonl");

/** Six records, snapshots after the second and the fourth, and the anchor at the fourth. The store stays open: a verification takes no lock. */
let store: LowdbStore;
beforeEach(async () => {
  store = await openLowdbStore({ folder: place(), now });
  for (const [i, key] of ["a", "b", "c", "d", "e", "f"].entries()) {
    await put(store, row(key, i));
    if (i === 1 || i === 3) await store.snapshot();
  }
  return () => store.close();
});

async function source(onWarning?: (warning: string) => void): Promise<AuditSource> {
  const opened = await openLowdbAudit({ folder: place(), ...(onWarning && { onWarning }) });
  if (!opened) throw new Error("there is no log");
  return opened;
}
async function verified(): Promise<LogReport & { readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const opened = await source((warning) => warnings.push(warning));
  return { ...(await verifyLog(opened.entries, opened).finally(() => opened.close())), warnings };
}

/** Another value of a row, under a checksum that is right: as a hand would write it. */
async function forgeSnapshot(change: (rows: string[]) => string[]): Promise<void> {
  const lines = (await readFile(join(place(), NEWER), "utf8")).split("\n");
  const text = [lines[0], ...change(lines.slice(1, -2)), ""].join("\n");
  const end = { rows: text.split("\n").length - 2, sha256: createHash("sha256").update(text).digest("hex") };
  await writeFile(join(place(), NEWER), `${text}${JSON.stringify(end)}\n`);
}

describe("the log of a store, beside the process that holds it", () => {
  it("is proved to its end, up to its anchor, and with both snapshots", async () => {
    expect(await verified()).toMatchObject({
      records: 6,
      head: store.head(),
      bad: null,
      anchoredTo: 4,
      compared: ["snapshot-000000000002.jsonl", NEWER],
      differences: [],
      warnings: [],
    });
  });
  it("is proved as it was when it was opened, whatever is written and cleared away meanwhile", async () => {
    const opened = await source();
    for (const key of ["g", "h"]) await put(store, row(key));
    await store.snapshot();
    expect(await readdir(place())).not.toContain("snapshot-000000000002.jsonl");
    const report = await verifyLog(opened.entries, opened).finally(() => opened.close());
    expect(report).toMatchObject({ records: 8, bad: null, compared: ["snapshot-000000000002.jsonl", NEWER], differences: [] });
  });
  it("is not there, where nothing was ever written", async () => {
    expect(await openLowdbAudit({ folder: join(place(), "nowhere") })).toBeNull();
  });
});

describe("what was done to the files is found", () => {
  it("an end that was cut off", async () => {
    const lines = (await readFile(log(), "utf8")).split("\n");
    await writeFile(log(), `${lines.slice(0, 4).join("\n")}\n`);
    expect(await verified()).toMatchObject({ records: 3, bad: { seq: 4, kind: "truncated" } });
  });
  it("a log that is gone altogether", async () => {
    await rm(log());
    expect(await verified()).toMatchObject({ records: 0, bad: { seq: 1, kind: "truncated" } });
  });
  it("a last record without its line's end, which is none yet", async () => {
    await writeFile(log(), (await readFile(log())).subarray(0, -1));
    expect(await verified()).toMatchObject({ records: 5, bad: null, warnings: [expect.stringContaining("no finished line")] });
  });
  it("a byte that is no text", async () => {
    const bytes = await readFile(log());
    bytes[bytes.indexOf('"subject"') + 12] = 0xff;
    await writeFile(log(), bytes);
    expect(await verified()).toMatchObject({ records: 0, bad: { seq: 1, kind: "edited" } });
  });
  it("a heading that is another's", async () => {
    await writeFile(log(), `{"not":"ours"}\n`);
    await expect(verified()).rejects.toMatchObject({ code: "POSTURE_STORE_FOREIGN" });
  });
  it("a snapshot in which a row is another, under a checksum that is right", async () => {
    await forgeSnapshot((rows) => rows.map((it) => it.replace('"state":"due"', '"state":"dead"')));
    const { bad, differences } = await verified();
    expect(bad).toBeNull();
    expect(differences.map(({ shown, row: of }) => [shown, of?.table, of?.key])).toEqual(
      ["a", "b", "c", "d"].map((key) => [NEWER, "outbox", key]),
    );
  });
  it("a snapshot in which a row is missing, under a checksum that is right", async () => {
    await forgeSnapshot((rows) => rows.slice(1));
    expect((await verified()).differences).toEqual([
      { shown: NEWER, row: { table: "outbox", key: "a" }, problem: "is in the log, and is not shown" },
    ]);
  });
  it("a snapshot that is damaged", async () => {
    await writeFile(join(place(), NEWER), (await readFile(join(place(), NEWER), "utf8")).replace("subject", "sabject"));
    expect((await verified()).differences).toEqual([{ shown: NEWER, row: null, problem: "its content does not have its checksum" }]);
  });
  it("a snapshot of another log", async () => {
    const lines = (await readFile(join(place(), NEWER), "utf8")).replace(/"hash":"[0-9a-f]{64}"/, `"hash":"${"0".repeat(64)}"`);
    await writeFile(join(place(), NEWER), lines);
    expect((await verified()).bad).toMatchObject({ seq: 4, kind: "edited", problem: expect.stringContaining(NEWER) });
  });
});
