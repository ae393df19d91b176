import type { AuditSource, Shown } from "@posture/core";
import { z } from "zod";
import { headIn } from "./commits.ts";
import { linesIn } from "./log.ts";
import { mustKnow, versionOf } from "./migrations.ts";
import { placeOfUrl } from "./place.ts";
import { PATIENT, type Session, Sessions } from "./sessions.ts";
import { sql, type Sql } from "./sql.ts";
import { restored } from "./text.ts";

/** Rows that are compared at once. */
const PAGE = 1_000;
const HEAD = "the database";

type Each = Parameters<Shown["rows"]>[0];

/**
 * The log of a store, and what its tables show, both of one moment, however long the verification takes. Changes nothing.
 * `null`: no store was ever made there.
 * @throws {PostureError} POSTURE_STORE_…
 */
export async function openPostgresAudit({ url }: { readonly url: string }): Promise<AuditSource | null> {
  const place = placeOfUrl(url);
  const sessions = new Sessions(place);
  try {
    const transaction = await sessions.persistently(() => sessions.begin("look", PATIENT));
    const version = await versionOf(transaction, place);
    mustKnow(place, version);
    if (version === null) {
      await sessions.close();
      return null;
    }
    const head = await headIn(transaction, place);
    const anchors = head.seq === 0 ? [] : [{ ...head, name: HEAD }];
    const shown = head.seq === 0 ? [] : [{ name: HEAD, seq: head.seq, rows: (each: Each) => rowsIn(transaction, each) }];
    return { place: place.name, entries: linesIn(transaction), anchors, shown, close: () => sessions.close() };
  } catch (error) {
    await sessions.close();
    throw sessions.faultOf(error);
  }
}

const keyed = z.object({ key: z.string(), value: z.string() });

/** The tables of a state, as they are kept: each row with its key, and its value as JSON. */
const TABLES = {
  findings: sql`SELECT fingerprint AS key, value FROM findings`,
  aliases: sql`SELECT alias AS key, to_json(fingerprint)::text AS value FROM aliases WHERE current`,
  suppressions: sql`SELECT id AS key, value FROM suppressions`,
  outbox: sql`SELECT key, value FROM outbox`,
  inbox: sql`SELECT key, value FROM inbox`,
  sweeps: sql`SELECT s.account_id AS key, w.value FROM swept s JOIN sweeps w ON w.version = s.latest`,
  swept: sql`SELECT account_id AS key, to_json(first_complete)::text AS value FROM swept WHERE first_complete IS NOT NULL`,
  seen: sql`SELECT key, json_build_object('first', first, 'baseline', baseline)::text AS value FROM seen`,
  days: sql`SELECT day AS key, row_to_json(d)::text AS value FROM days d UNION ALL SELECT day, 'null' FROM head WHERE day IS NOT NULL`,
  tallies: sql`SELECT day AS key, json_build_object('opened', opened, 'reopened', reopened, 'resolved', resolved, 'suppressed', suppressed)::text AS value FROM tallies`,
} as const satisfies Readonly<Record<Parameters<Each>[0]["table"], Sql>>;
/** Their values are texts that Postgres would not keep as they are. */
const RESTORED: ReadonlySet<string> = new Set(["aliases", "swept"]);

async function rowsIn(session: Session, each: Each): Promise<null> {
  for (const table of tablesOf(TABLES)) {
    const cursor = sql.id(`shown_${table}`);
    await session.run(sql`DECLARE ${cursor} NO SCROLL CURSOR FOR ${TABLES[table]}`);
    for (;;) {
      const rows = await session.rows(keyed, sql`FETCH ${sql.lit(PAGE)} FROM ${cursor}`);
      for (const { key, value } of rows) each({ table, key: restored(key), value: valueOf(table, value) });
      if (rows.length < PAGE) break;
    }
    await session.run(sql`CLOSE ${cursor}`);
  }
  return null;
}

function valueOf(table: string, text: string): unknown {
  const value: unknown = JSON.parse(text);
  return RESTORED.has(table) && typeof value === "string" ? restored(value) : value;
}

function tablesOf<T extends object>(tables: T): readonly (keyof T & string)[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of a value that has no others
  return Object.keys(tables) as (keyof T & string)[];
}
