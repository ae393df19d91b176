import { randomUUID } from "node:crypto";
import {
  dayOf,
  type Finding,
  type FirstSeen,
  type InboxRow,
  isComplete,
  type LogRecord,
  type OutboxRow,
  type Seen,
  SEVERITIES,
  shortId,
  type Suppression,
  type SweepRecord,
  type Write,
} from "@posture/core";
import { z } from "zod";
import { addToTally } from "./counting.ts";
import { coverOf } from "./load.ts";
import type { Session } from "./sessions.ts";
import { sql, type Sql, textsOf } from "./sql.ts";
import { BASE, searchText, tagText } from "./statuses.ts";
import { storable } from "./text.ts";

const aliasRow = z.object({ alias: z.string() });

/** Rows of one statement. */
const PART = 2_000;

/** Applies the writes of one record, as `applyWrite` does, and adds the record to the log. The row of the head is locked. */
export async function save(session: Session, { seq, hash, at, events, writes }: LogRecord, line: string, attempt: string): Promise<void> {
  await saveFindings(
    session,
    writes.flatMap((write) => (write.kind === "finding" ? [write.value] : [])),
  );
  await saveSuppressions(
    session,
    writes.flatMap((write) => (write.kind === "suppression" ? [write.value] : [])),
  );
  for (const write of writes) if (write.kind === "sweep") await saveSweep(session, write.value);
  await saveSeen(
    session,
    writes.flatMap((write) => (write.kind === "seen" ? [write.value] : [])),
  );
  await saveOutbox(
    session,
    writes.flatMap((write) => (write.kind === "outbox" ? [write.value] : [])),
  );
  await saveInbox(session, writes);
  await addToTally(session, dayOf(at), events);
  await session.run(sql`WITH logged AS (INSERT INTO log (seq, hash, at, attempt, size, line) VALUES (${seq}, ${hash}, ${at}, ${attempt}, ${line.length}, ${line}))
    UPDATE head SET seq = ${seq}, hash = ${hash}, day = greatest(day, ${dayOf(at)})`);
}

async function saveFindings(session: Session, findings: readonly Finding[]): Promise<void> {
  for (const part of independent(findings)) {
    const own = part.map(({ fingerprint }) => storable(fingerprint));
    const former = part.flatMap((finding) => formerOf(finding).map(storable));
    const letGo = await session.rows(
      aliasRow,
      sql`DELETE FROM aliases WHERE fingerprint = ANY(${textsOf([...own, ...former])}) RETURNING alias`,
    );
    if (former.length > 0) {
      await session.run(sql`DELETE FROM findings WHERE fingerprint = ANY(${textsOf(former)})`);
      await session.run(sql`UPDATE aliases SET current = false WHERE current AND alias = ANY(${textsOf(former)})`);
    }
    await upsert(session, sql`findings`, FINDING_COLUMNS, part.map(findingRow));
    if (former.length > 0) await upsert(session, sql`aliases`, ALIAS_COLUMNS, part.flatMap(aliasRows));
    await cover(session, [...own, ...former, ...letGo.map(({ alias }) => alias)], own);
    await session.run(sql`INSERT INTO shared_ids SELECT short FROM findings WHERE short = ANY(${textsOf(part.map(shortOf))})
      GROUP BY short HAVING count(*) > 1 ON CONFLICT DO NOTHING`);
  }
}

/** Says anew which findings are covered: those whose cover may have changed, and those that were written. */
async function cover(session: Session, changed: readonly string[], written: readonly string[]): Promise<void> {
  const isOpen = sql`c.base = ${sql.lit(BASE.open)}`;
  const base = sql`CASE WHEN EXISTS (SELECT FROM findings c WHERE c.fingerprint = f.cover AND ${isOpen})
      OR (NOT EXISTS (SELECT FROM findings c WHERE c.fingerprint = f.cover)
        AND EXISTS (SELECT FROM aliases a JOIN findings c USING (fingerprint) WHERE a.current AND a.alias = f.cover AND ${isOpen}))
    THEN ${sql.lit(BASE.covered)} ELSE ${sql.lit(BASE.coverable)} END`;
  const concerned = sql`SELECT fingerprint FROM findings WHERE cover = ANY(${textsOf(changed)})
    UNION SELECT fingerprint FROM findings WHERE fingerprint = ANY(${textsOf(written)}) AND cover IS NOT NULL`;
  await session.run(sql`WITH concerned AS MATERIALIZED (SELECT f.fingerprint, ${base} AS base FROM findings f
      WHERE f.fingerprint IN (${concerned}) AND f.base IN (${sql.lit(BASE.coverable)}, ${sql.lit(BASE.covered)}))
    UPDATE findings f SET base = c.base FROM concerned c WHERE c.fingerprint = f.fingerprint AND c.base <> f.base`);
}

/** Cut so that within one part the order does not matter: no fingerprint and no former one is in it twice. */
function* independent(findings: readonly Finding[]): Generator<readonly Finding[], void, undefined> {
  let part: Finding[] = [];
  let names = new Set<string>();
  for (const finding of findings) {
    const own = [finding.fingerprint, ...formerOf(finding)];
    if (part.length === PART || own.some((name) => names.has(name))) {
      yield part;
      part = [];
      names = new Set();
    }
    part.push(finding);
    for (const name of own) names.add(name);
  }
  if (part.length > 0) yield part;
}

function formerOf({ fingerprint, aliases }: Finding): readonly string[] {
  return [...new Set(aliases)].filter((alias) => alias !== fingerprint);
}

function shortOf({ fingerprint }: Finding): string {
  return storable(shortId(fingerprint));
}

const FINDING_COLUMNS = {
  fingerprint: "text",
  short: "text",
  check_id: "text",
  account_id: "text",
  region: "text",
  type: "text",
  arn: "text",
  severity: "smallint",
  base: "smallint",
  cover: "text",
  opened_at: "text",
  cleared_at: "text",
  tags: "text[]",
  assignee: "text",
  search: "text",
  value: "text",
} as const;

function findingRow(finding: Finding): Record<keyof typeof FINDING_COLUMNS, unknown> {
  const { fingerprint, checkId, ref, severity, title, message, openedAt, clearedAt, tags, assignee } = finding;
  const cover = coverOf(finding);
  return {
    fingerprint: storable(fingerprint),
    short: shortOf(finding),
    check_id: storable(checkId),
    account_id: storable(ref.accountId),
    region: storable(ref.region),
    type: storable(ref.type),
    arn: storable(ref.arn),
    severity: SEVERITIES.indexOf(severity),
    base: baseOf(finding),
    cover: cover === null ? null : storable(cover),
    opened_at: openedAt,
    cleared_at: clearedAt,
    tags: tags === undefined ? null : Object.entries(tags).flatMap(([key, value]) => [tagText(key, null), tagText(key, value)]),
    assignee: assignee === undefined ? null : storable(assignee.id),
    search: searchText([title, message.text, ref.arn, ref.name, checkId]),
    value: JSON.stringify(finding),
  };
}

function baseOf({ watched, condition, coveredBy }: Finding): number {
  if (watched !== "yes") return BASE[watched];
  if (condition === "cleared") return BASE.resolved;
  return coveredBy === null ? BASE.open : BASE.coverable;
}

const ALIAS_COLUMNS = { alias: "text", fingerprint: "text", short: "text", current: "boolean" } as const;

function aliasRows(finding: Finding): readonly Record<keyof typeof ALIAS_COLUMNS, unknown>[] {
  return formerOf(finding).map((alias) => ({
    alias: storable(alias),
    fingerprint: storable(finding.fingerprint),
    short: storable(shortId(alias)),
    current: true,
  }));
}

async function saveSuppressions(session: Session, suppressions: readonly Suppression[]): Promise<void> {
  const rows = lastOf(suppressions, ({ id }) => id).map((value) => ({
    id: storable(value.id),
    version: randomUUID(),
    ended: value.ended !== null,
    begins_at: value.from,
    value: JSON.stringify(value),
  }));
  await upsert(session, sql`suppressions`, { id: "text", version: "uuid", ended: "boolean", begins_at: "text", value: "text" }, rows);
}

async function saveSweep(session: Session, sweep: SweepRecord): Promise<void> {
  const version = randomUUID();
  const rows = lastOf(sweep.accounts, ({ accountId }) => accountId).map(({ accountId }) => {
    const coverage = sweep.coverage.filter((scope) => scope.accountId === accountId);
    const complete = coverage.length > 0 && isComplete({ ...sweep, coverage });
    return { account_id: storable(accountId), latest: version, first_complete: complete ? storable(sweep.id) : null };
  });
  if (rows.length === 0) return;
  await session.run(sql`INSERT INTO sweeps (version, value) VALUES (${version}, ${JSON.stringify(sweep)})`);
  await session.run(sql`INSERT INTO swept (account_id, latest, first_complete)
    SELECT account_id, latest, first_complete FROM ROWS FROM (json_to_recordset(${JSON.stringify(rows)}::json) AS (account_id text, latest uuid, first_complete text))
      WITH ORDINALITY t(account_id, latest, first_complete, nr) ORDER BY nr
    ON CONFLICT (account_id) DO UPDATE SET latest = excluded.latest, first_complete = coalesce(swept.first_complete, excluded.first_complete)`);
  await session.run(sql`DELETE FROM sweeps s WHERE NOT EXISTS (SELECT FROM swept WHERE latest = s.version)`);
}

/** First means first, also within one record. */
async function saveSeen(session: Session, listed: readonly FirstSeen[]): Promise<void> {
  const first = new Map<string, Seen>();
  for (const { keys, seen } of listed) for (const key of keys) if (!first.has(key)) first.set(key, seen);
  const rows = [...first].map(([key, seen]) => ({ key: storable(key), first: seen.first, baseline: seen.baseline }));
  for (const part of parts(rows)) {
    await session.run(sql`INSERT INTO seen SELECT key, first, baseline FROM json_to_recordset(${JSON.stringify(part)}::json)
      AS t(key text, first text, baseline boolean) ON CONFLICT DO NOTHING`);
  }
}

async function saveOutbox(session: Session, outbox: readonly OutboxRow[]): Promise<void> {
  const rows = lastOf(outbox, ({ key }) => key).map((row) => ({
    key: storable(row.key),
    subject: storable(row.subject),
    state: row.state,
    due_at: row.dueAt,
    value: JSON.stringify(row),
  }));
  await upsert(session, sql`outbox`, { key: "text", subject: "text", state: "text", due_at: "text", value: "text" }, rows);
}

/** What was forgotten and came again comes last. */
async function saveInbox(session: Session, writes: readonly Write[]): Promise<void> {
  const kept = new Map<string, InboxRow>();
  const forgotten = new Set<string>();
  for (const write of writes) {
    if (write.kind === "inbox") kept.set(write.value.key, write.value);
    if (write.kind !== "forget") continue;
    for (const key of write.value.inbox) {
      kept.delete(key);
      forgotten.add(key);
    }
  }
  if (forgotten.size > 0) await session.run(sql`DELETE FROM inbox WHERE key = ANY(${textsOf([...forgotten].map(storable))})`);
  const rows = [...kept.values()].map((row) => ({ key: storable(row.key), state: row.state, value: JSON.stringify(row) }));
  await upsert(session, sql`inbox`, { key: "text", state: "text", value: "text" }, rows);
}

/** The last value of each key, where the first one stood. */
function lastOf<T>(values: readonly T[], keyOf: (value: T) => string): readonly T[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}

/** Inserts in this order, or replaces what has the same first column; the place in the order stays. */
async function upsert(
  session: Session,
  table: Sql,
  columns: Readonly<Record<string, string>>,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const names = Object.keys(columns);
  const list = sql.join(names.map((name) => sql.ref(name)));
  const types = sql.join(Object.entries(columns).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`));
  const key = names.includes("current") ? names.slice(0, 2) : names.slice(0, 1);
  const replaced = names.filter((name) => !key.includes(name)).map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`);
  for (const part of parts(rows)) {
    await session.run(sql`INSERT INTO ${table} (${list})
      SELECT ${list} FROM ROWS FROM (json_to_recordset(${JSON.stringify(part)}::json) AS (${types})) WITH ORDINALITY t(${list}, nr) ORDER BY nr
      ON CONFLICT (${sql.join(key.map((name) => sql.ref(name)))}) DO UPDATE SET ${sql.join(replaced)}`);
  }
}

function* parts<T>(items: readonly T[]): Generator<readonly T[], void, undefined> {
  for (let from = 0; from < items.length; from += PART) yield items.slice(from, from + PART);
}
