import { readFileSync } from "node:fs";
import { applyWrite, emptyState, type Instant, type LogRecord, type StoreView, verifyLog, viewOf, type Wanted } from "@posture/core";
import pg from "pg";
import { expect } from "vitest";
import { z } from "zod";
import { openPostgresAudit } from "./audit.ts";
import { now } from "./database.test.fixture.ts";
import { migrate } from "./migrations.ts";
import { placeOfUrl } from "./place.ts";
import { Sessions } from "./sessions.ts";
import { openPostgresStore, type PostgresStore } from "./store.ts";

/*
 * A store as it was at version 1. What is in its tables was written by the code of that version, over a wire and through its own statements: findings that are
 * open, suppressed, resolved, retired, renamed and not readable; suppressions in force, waiting and lifted; sweeps; rows of the outbox and the inbox; the log.
 */

const line = z.object({ table: z.string(), row: z.record(z.string(), z.unknown()) });
const ROWS = readFileSync(new URL("./version-1.fixture.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((text) => line.parse(JSON.parse(text)));
const EVERYTHING: Wanted = { findings: "all", outbox: {}, inbox: {} };

/** Tables that are filled by what is written to others. */
const DERIVED: ReadonlySet<string> = new Set(["totals", "head"]);

export function rowsOfVersion1(table: string): readonly Readonly<Record<string, unknown>>[] {
  return ROWS.filter((it) => it.table === table).map(({ row }) => row);
}

/** Makes a store of version 1 there, by its own migration, and fills it. */
export async function writeVersion1(url: string): Promise<void> {
  const place = placeOfUrl(url);
  const sessions = new Sessions(place);
  await migrate(sessions, 1);
  await sessions.close();
  await withClient(url, async (client, schema) => {
    for (const table of new Set(ROWS.map((it) => it.table))) {
      if (DERIVED.has(table)) continue;
      await client.query(
        `INSERT INTO "${schema}"."${table}" OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::"${schema}"."${table}", $1)`,
        [JSON.stringify(rowsOfVersion1(table))],
      );
      const places = rowsOfVersion1(table).flatMap(({ place: it }) => (typeof it === "number" ? [it] : []));
      if (places.length > 0)
        await client.query(`SELECT setval(pg_get_serial_sequence('"${schema}"."${table}"', 'place'), $1)`, [Math.max(...places)]);
    }
    const [head] = rowsOfVersion1("head");
    await client.query(`UPDATE "${schema}".head SET seq = $1, hash = $2, day = $3`, [head?.["seq"], head?.["hash"], head?.["day"]]);
  });
}

/** The version that the tables have, and whether findings have an assignee there. */
export function shapeOf(url: string): Promise<{ readonly version: number; readonly hasAssignee: boolean }> {
  return withClient(url, async (client, schema) => {
    const { rows } = await client.query(
      `SELECT (SELECT version FROM "${schema}".head) AS version, (SELECT max(version) FROM "${schema}".versions) AS newest,
        EXISTS (SELECT FROM information_schema.columns WHERE table_schema = $1 AND table_name = 'findings' AND column_name = 'assignee') AS has`,
      [schema],
    );
    const [shape] = z.array(z.object({ version: z.int(), newest: z.int(), has: z.boolean() })).parse(rows);
    if (!shape) throw new Error("there is no store");
    expect(shape.newest).toBe(shape.version);
    return { version: shape.version, hasAssignee: shape.has };
  });
}

async function withClient<T>(url: string, use: (client: pg.Client, schema: string) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client, placeOfUrl(url).schema);
  } finally {
    await client.end();
  }
}

/** When everything that the store of version 1 holds had happened. */
const THEN: Instant = "2026-01-04T12:00:00.000Z";

/** Everything that version 1 wrote is there and is what it was: read, listed, counted, found by name, and proved. */
export async function expectAllOfVersion1(store: PostgresStore, url: string): Promise<void> {
  const records = await recordsOf(store);
  expect(records).toHaveLength(8);
  const state = emptyState();
  for (const { writes } of records) for (const write of writes) applyWrite(state, write);
  const view = await store.read(EVERYTHING, (it) => it);
  expect(contentOf(view)).toEqual(contentOf(viewOf(state, EVERYTHING)));
  expect(view.findings).toHaveLength(7);
  const listed: string[] = [];
  for await (const { finding, status } of store.list({}, THEN)) listed.push(`${finding.checkId} ${finding.ref.name} ${status}`);
  expect(listed.toSorted()).toEqual([
    "s3/encryption exports resolved",
    "s3/logging press-kit open",
    "s3/new-name archive open",
    "s3/port press-kit open",
    "s3/public naïve-🪣 retired",
    "s3/public press-kit suppressed",
    "s3/versioning exports open",
  ]);
  const { open, suppressed, resolved, retired } = await store.counts({}, THEN);
  expect([open, suppressed, resolved, retired].map((by) => Object.values(by).reduce((sum, count) => sum + count, 0))).toEqual([4, 1, 1, 1]);
  const [former] = rowsOfVersion1("aliases");
  expect((await store.named(String(former?.["alias"]), THEN)).map(({ finding }) => finding.checkId)).toEqual(["s3/new-name"]);
  expect((await store.history()).map(({ id }) => id).toSorted()).toEqual(["s-lifted", "s-one", "s-rule"]);
  expect(await store.days("2026-01-01", THEN)).toEqual(
    rowsOfVersion1("days").map(({ day, critical, high, medium, low }) => ({ day, critical, high, medium, low })),
  );
  expect(await store.tally("2026-01-03")).toMatchObject({ resolved: 1 });
  const source = await openPostgresAudit({ url });
  if (!source) throw new Error("there is no log");
  const report = await verifyLog(source.entries, source).finally(() => source.close());
  expect(report).toMatchObject({ records: 8, bad: null, anchoredTo: 8, compared: ["the database"], differences: [] });
}

async function recordsOf(store: PostgresStore): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const record of store.records()) records.push(record);
  return records;
}

/** In whatever order. */
function contentOf({ findings, suppressions, sweeps, outbox, inbox }: StoreView): readonly (readonly string[])[] {
  return [findings, suppressions, sweeps, outbox, inbox].map((rows) => rows.map((it) => JSON.stringify(it)).toSorted());
}

/** What only this version can: a finding is given to somebody, and found by that. */
export async function expectNewDeeds(store: PostgresStore): Promise<void> {
  const [press] = await store.read({ findings: { arns: ["arn:aws:s3:::press-kit"] } }, ({ findings }) =>
    findings.filter(({ checkId }) => checkId === "s3/public"),
  );
  if (!press) throw new Error("the finding is gone");
  const whose = async (assignee: string): Promise<number> => {
    let count = 0;
    for await (const _ of store.list({ assignees: [assignee] }, THEN)) count += 1;
    return count;
  };
  expect([await whose("none"), await whose("U024BE7LH")]).toEqual([7, 0]);
  const given = { ...press, assignee: { id: "U024BE7LH", at: THEN, by: { kind: "system" as const } } };
  await store.transact({}, () => ({ at: THEN, events: [], writes: [{ kind: "finding", value: given }], result: undefined }));
  expect([await whose("none"), await whose("U024BE7LH")]).toEqual([6, 1]);
}

export function openedAt(url: string): Promise<PostgresStore> {
  return openPostgresStore({ url, now });
}
