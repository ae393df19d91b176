import { postureError } from "@posture/core";
import { z } from "zod";
import { codeOf } from "./faults.ts";
import type { Place } from "./place.ts";
import type { Session, Sessions } from "./sessions.ts";
import { sql, type Sql } from "./sql.ts";

/** Keeps the totals, which count findings by what people ask for, so that nobody has to count a million of them. */
function totalOn(event: "insert" | "update" | "delete", changes: string): string {
  const columns = "account_id, region, type, check_id, severity, base";
  const tables = [event === "insert" ? "" : "OLD TABLE AS removed", event === "delete" ? "" : "NEW TABLE AS added"].join(" ");
  return `
  CREATE FUNCTION total_${event}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
  BEGIN
    INSERT INTO totals AS t (${columns}, count)
      SELECT ${columns}, sum(one) FROM (${changes}) c GROUP BY ${columns} HAVING sum(one) <> 0
      ON CONFLICT (${columns}) DO UPDATE SET count = t.count + excluded.count;
    RETURN NULL;
  END $$;
  CREATE TRIGGER total_${event} AFTER ${event.toUpperCase()} ON findings REFERENCING ${tables} FOR EACH STATEMENT EXECUTE FUNCTION total_${event}();`;
}

/** Forward only. Each is one transaction, and stands for ever: what has to change is changed by the next one. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE log (
    seq bigint PRIMARY KEY,
    hash text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    attempt uuid NOT NULL,
    size integer NOT NULL,
    line text COLLATE "C" NOT NULL
  );
  CREATE TABLE head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq bigint NOT NULL,
    hash text COLLATE "C" NOT NULL,
    day text COLLATE "C",
    version integer NOT NULL
  );
  CREATE TABLE findings (
    fingerprint text COLLATE "C" PRIMARY KEY,
    short text COLLATE "C" NOT NULL,
    check_id text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    region text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    arn text COLLATE "C" NOT NULL,
    severity smallint NOT NULL,
    base smallint NOT NULL,
    cover text COLLATE "C",
    opened_at text COLLATE "C" NOT NULL,
    cleared_at text COLLATE "C",
    tags text[] COLLATE "C",
    search text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL
  );
  CREATE INDEX findings_short ON findings (short);
  CREATE INDEX findings_arn ON findings (arn);
  CREATE INDEX findings_gravest ON findings (severity, opened_at, check_id, arn, fingerprint);
  CREATE INDEX findings_opened ON findings (opened_at);
  CREATE INDEX findings_check ON findings (check_id);
  CREATE INDEX findings_state ON findings (base, severity);
  CREATE INDEX findings_scope ON findings (account_id, region, type, check_id);
  CREATE INDEX findings_cover ON findings (cover) WHERE cover IS NOT NULL;
  CREATE TABLE totals (
    account_id text COLLATE "C",
    region text COLLATE "C",
    type text COLLATE "C",
    check_id text COLLATE "C",
    severity smallint,
    base smallint,
    count bigint NOT NULL,
    PRIMARY KEY (account_id, region, type, check_id, severity, base)
  );
  ${totalOn("insert", "SELECT *, 1 AS one FROM added")}
  ${totalOn("delete", "SELECT *, -1 AS one FROM removed")}
  ${totalOn("update", "SELECT *, 1 AS one FROM added UNION ALL SELECT *, -1 AS one FROM removed")}
  CREATE TABLE aliases (
    alias text COLLATE "C" NOT NULL,
    fingerprint text COLLATE "C" NOT NULL,
    short text COLLATE "C" NOT NULL,
    current boolean NOT NULL,
    PRIMARY KEY (alias, fingerprint)
  );
  CREATE INDEX aliases_fingerprint ON aliases (fingerprint);
  CREATE INDEX aliases_short ON aliases (short);
  CREATE TABLE shared_ids (short text COLLATE "C" PRIMARY KEY);
  CREATE TABLE suppressions (
    id text COLLATE "C" PRIMARY KEY,
    place bigint GENERATED ALWAYS AS IDENTITY,
    version uuid NOT NULL,
    ended boolean NOT NULL,
    begins_at text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL
  );
  CREATE INDEX suppressions_version ON suppressions (version);
  CREATE INDEX suppressions_lasting ON suppressions (place) WHERE NOT ended;
  CREATE TABLE outbox (
    key text COLLATE "C" PRIMARY KEY,
    place bigint GENERATED ALWAYS AS IDENTITY,
    subject text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    due_at text COLLATE "C",
    value text COLLATE "C" NOT NULL
  );
  CREATE INDEX outbox_state ON outbox (state, due_at);
  CREATE INDEX outbox_subject ON outbox (subject);
  CREATE TABLE inbox (
    key text COLLATE "C" PRIMARY KEY,
    place bigint GENERATED ALWAYS AS IDENTITY,
    state text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL
  );
  CREATE INDEX inbox_state ON inbox (state);
  CREATE TABLE sweeps (version uuid PRIMARY KEY, value text COLLATE "C" NOT NULL);
  CREATE TABLE swept (
    account_id text COLLATE "C" PRIMARY KEY,
    place bigint GENERATED ALWAYS AS IDENTITY,
    latest uuid NOT NULL,
    first_complete text COLLATE "C"
  );
  CREATE TABLE seen (key text COLLATE "C" PRIMARY KEY, first text COLLATE "C" NOT NULL, baseline boolean NOT NULL);
  CREATE TABLE days (
    day text COLLATE "C" PRIMARY KEY,
    critical integer NOT NULL,
    high integer NOT NULL,
    medium integer NOT NULL,
    low integer NOT NULL
  );
  CREATE TABLE tallies (
    day text COLLATE "C" PRIMARY KEY,
    opened integer NOT NULL,
    reopened integer NOT NULL,
    resolved integer NOT NULL,
    suppressed integer NOT NULL
  );
  INSERT INTO head (seq, hash, version) VALUES (0, repeat('0', 64), 1);
  `,
  // A finding that was written before has no assignee.
  `
  ALTER TABLE findings ADD COLUMN assignee text COLLATE "C";
  CREATE INDEX findings_assignee ON findings (assignee) WHERE assignee IS NOT NULL;
  `,
  `CREATE TABLE leases (name text COLLATE "C" PRIMARY KEY, owner text COLLATE "C" NOT NULL, until timestamptz NOT NULL)`,
];

/** Of the schema that this Posture reads and writes. */
export const VERSION: number = MIGRATIONS.length;

const version = z.object({ version: z.int().nullable() });
const found = z.object({ found: z.boolean() });

/** The version of the schema that is there; `null`: no store was ever made there. */
export async function versionOf(session: Session, { schema }: Place): Promise<number | null> {
  const table = sql.id(schema, "versions");
  // The tables of the catalogue, since what Postgres remembers of names may be older than the transaction that has just let go of the lock.
  const [there] = await session.rows(
    found,
    sql`SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${schema} AND c.relname = 'versions') AS found`,
  );
  if (there?.found !== true) return null;
  const [newest] = await session.rows(version, sql`SELECT max(version) AS version FROM ${table}`);
  return newest?.version ?? null;
}

/**
 * Brings the schema to this Posture's version, one step at a time. Several that start at once wait for each other; one that was stopped goes on where it was.
 * @throws {PostureError} POSTURE_STORE_VERSION when a newer Posture was there, POSTURE_STORE_FOREIGN when the schema has tables of somebody else
 */
export async function migrate(sessions: Sessions, to: number = VERSION): Promise<void> {
  const { place } = sessions;
  const there = await sessions.look((session) => versionOf(session, place));
  mustKnow(place, there);
  for (let next = (there ?? 0) + 1; next <= to; next += 1) {
    await sessions.write((session) => step(session, place, next), { statement: 600_000, idle: 30_000 });
  }
}

/** @throws {PostureError} POSTURE_STORE_VERSION */
export function mustKnow(place: Place, theirs: number | null): void {
  if (theirs !== null && theirs > VERSION) throw postureError("POSTURE_STORE_VERSION", { place: place.name, theirs, ours: VERSION });
}

async function step(session: Session, place: Place, next: number): Promise<void> {
  const { schema } = place;
  await session.run(sql`SELECT pg_advisory_xact_lock(hashtext('posture'), hashtext(${schema}))`);
  const there = await versionOf(session, place);
  mustKnow(place, there);
  if ((there ?? 0) >= next) return;
  if (there === null) await makeSchema(session, schema);
  try {
    await session.run(text(MIGRATIONS[next - 1] ?? ""));
  } catch (error) {
    if (codeOf(error) !== "42P07") throw error;
    throw postureError("POSTURE_STORE_FOREIGN", { file: place.name, problem: `its schema ${schema} has tables of somebody else` }, error);
  }
  await session.run(sql`UPDATE head SET version = ${next}`);
  await session.run(sql`INSERT INTO versions (version) VALUES (${next})`);
}

/** Who may not make one can have it made. */
async function makeSchema(session: Session, schema: string): Promise<void> {
  const [there] = await session.rows(found, sql`SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = ${schema}) AS found`);
  if (there?.found !== true) await session.run(sql`CREATE SCHEMA ${sql.id(schema)}`);
  await session.run(sql`CREATE TABLE versions (version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`);
}

function text(statements: string): Sql {
  return sql.raw(statements);
}
