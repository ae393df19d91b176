import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FindingStore, type LogRecord, SYSTEM, verifyLog, type Write } from "@posture/core";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { moveStore, openMovable, planMove } from "./moving.ts";
import { storeInfo } from "./store-info.ts";
import { openAudit, openStore } from "./stores.ts";

declare module "vitest" {
  export interface ProvidedContext {
    readonly postgresUrl: string;
  }
}

const BY = { kind: "user", id: "example", via: "cli" } as const;
const now = (): string => new Date().toISOString();
let folder: string;
let url: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-move-"));
  url = `${inject("postgresUrl")}?schema=move_${randomUUID().slice(0, 8)}`;
});
afterEach(() => rm(folder, { recursive: true }));

function row(n: number): Write {
  const body = { text: "as\u0000kept \ud800 🪣", 7: -0.5e-7, n };
  return { kind: "outbox", value: { key: `row ${n}`, subject: "x", state: "due", dueAt: null, body } };
}
async function fill(place: string, from: number, to: number): Promise<void> {
  const store = await openStore(place, { now });
  for (let n = from; n < to; n += 1) {
    const event = { type: "configured" as const, subject: `${n}`, at: now(), actor: SYSTEM, source: "clock" as const, note: "" };
    await store.transact({}, () => ({ at: now(), events: [event], writes: [row(n)], result: undefined }));
  }
  await store.close();
}
async function recordsOf(store: FindingStore): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const record of store.records()) records.push(record);
  return records;
}
async function* firstOf<T>(items: AsyncIterable<T>, count: number): AsyncGenerator<T, void, undefined> {
  let n = 0;
  for await (const item of items) {
    if ((n += 1) > count) return;
    yield item;
  }
}

describe("a store that is moved into a database", () => {
  it("is the same there, byte for byte, and goes on there", async () => {
    await fill(folder, 0, 30);
    const ends = await openMovable(folder, url, { now, readOnly: false });
    const moved = await moveStore(ends.from, ends.to, { by: BY, now });
    expect(moved).toMatchObject({ copied: 30, head: { seq: 30 }, findings: 0 });
    await ends.close();
    const log = (await readFile(join(folder, "log.jsonl"), "utf8")).trim().split("\n").slice(1);
    const store = await openStore(url, { now });
    const records = await recordsOf(store);
    expect(records.slice(0, 30).map((record) => JSON.stringify(record))).toEqual(log);
    expect(records.slice(30).flatMap(({ events }) => events)).toMatchObject([{ type: "store-moved", actor: BY, after: moved.head.hash }]);
    await store.close();
    const source = await openAudit(url);
    expect(await verifyLog(source.entries, source).finally(() => source.close())).toMatchObject({
      records: 31,
      bad: null,
      differences: [],
    });
    expect(await storeInfo(url, now)).toMatchObject({ kind: "postgres", version: 3, records: 31, holder: null, lastSweep: null });
    expect(await storeInfo(folder, now)).toMatchObject({ kind: "folder", version: 1, records: 30, head: moved.head });
  });
  it("may be stopped in between: another attempt copies the rest, and one more copies nothing", async () => {
    await fill(folder, 0, 12);
    const ends = await openMovable(folder, url, { now, readOnly: false });
    await ends.to.take(firstOf(ends.from.records(), 5));
    expect(await planMove(ends.from, ends.to)).toEqual({ there: 5, left: 7 });
    expect(await moveStore(ends.from, ends.to, { by: BY, now })).toMatchObject({ copied: 7, head: { seq: 12 } });
    expect(await moveStore(ends.from, ends.to, { by: BY, now })).toMatchObject({ copied: 0, head: { seq: 12 } });
    expect((await ends.to.head()).seq).toBe(13);
    await ends.close();
  });
  it("is looked at only, where only the plan is asked for", async () => {
    await fill(folder, 0, 3);
    const ends = await openMovable(folder, url, { now, readOnly: true });
    expect(await planMove(ends.from, ends.to)).toEqual({ there: 0, left: 3 });
    await ends.close();
    expect(await storeInfo(url, now)).toMatchObject({ version: null, records: 0 });
  });
});

describe("nothing is moved", () => {
  it("onto another log", async () => {
    await fill(folder, 0, 3);
    await fill(url, 0, 2);
    const ends = await openMovable(folder, url, { now, readOnly: false });
    await expect(moveStore(ends.from, ends.to, { by: BY, now })).rejects.toMatchObject({
      code: "POSTURE_STORE_OTHER",
      message: expect.stringContaining("record 2 is not that of"),
    });
    expect((await ends.to.head()).seq).toBe(2);
    await ends.close();
  });
  it("while somebody writes to the store", async () => {
    const holder = await openStore(folder, { now });
    await expect(openMovable(folder, url, { now, readOnly: false })).rejects.toMatchObject({ code: "POSTURE_STORE_LOCKED" });
    await holder.close();
  });
  it("out of memory, or into a folder", async () => {
    const refusal = { code: "POSTURE_STORE_PLACE_INVALID" };
    await expect(openMovable("memory", url, { now, readOnly: true })).rejects.toMatchObject(refusal);
    await expect(openMovable(folder, `${folder}/other`, { now, readOnly: true })).rejects.toMatchObject(refusal);
  });
  it("of a record whose chain is broken", async () => {
    await fill(folder, 0, 3);
    const ends = await openMovable(folder, url, { now, readOnly: false });
    const [first, , third] = await recordsOf(ends.from);
    const broken = async function* (): AsyncGenerator<LogRecord, void, undefined> {
      if (first && third) yield* [first, third];
    };
    await expect(ends.to.take(broken())).rejects.toThrow("record 3 does not follow record 1");
    expect((await ends.to.head()).seq).toBe(0);
    await ends.close();
  });
});
