import {
  emptyState,
  type Finding,
  type FindingQuery,
  fingerprintOf,
  type StoreState,
  type Suppression,
  type SuppressionScope,
  type Wanted,
} from "@posture/core";
import { z } from "zod";
import type { Session } from "./sessions.ts";
import { every, some, sql, type Sql, textsOf } from "./sql.ts";
import { heldByRule } from "./statuses.ts";
import { restored, storable } from "./text.ts";
import { type Values, valueRow, versionedRow } from "./values.ts";

const PAGE = 2_000;

const versionRow = z.object({ version: z.string() });
const sweptRow = z.object({ account_id: z.string(), latest: z.string(), first_complete: z.string().nullable() });
const seenRow = z.object({ key: z.string(), first: z.string(), baseline: z.boolean() });
const aliasRow = z.object({ alias: z.string(), fingerprint: z.string() });

/** So much of the state that a view of what is wanted is the same as of all of it. */
export async function stateFor(session: Session, values: Values, wanted: Wanted): Promise<StoreState> {
  const state = emptyState();
  for (const suppression of await lasting(session, values)) state.suppressions.set(suppression.id, suppression);
  await loadSweeps(session, values, state);
  if (wanted.findings !== undefined) await loadFindings(session, values, state, wanted.findings);
  await loadRows(session, values, state, wanted);
  await loadSeen(session, state, wanted.seen);
  return state;
}

/** Suppressions that have not ended. */
export async function lasting(session: Session, values: Values): Promise<readonly Suppression[]> {
  const rows = await session.rows(versionRow, sql`SELECT version FROM suppressions WHERE NOT ended ORDER BY place`);
  return values.suppressions(
    rows.map(({ version }) => version),
    (missing) => session.rows(versionedRow, sql`SELECT version, value FROM suppressions WHERE version = ANY(${[...missing]}::uuid[])`),
  );
}

async function loadSweeps(session: Session, values: Values, state: StoreState): Promise<void> {
  const accounts = await session.rows(sweptRow, sql`SELECT account_id, latest, first_complete FROM swept ORDER BY place`);
  const sweeps = await values.sweeps(
    accounts.map(({ latest }) => latest),
    (missing) => session.rows(versionedRow, sql`SELECT version, value FROM sweeps WHERE version = ANY(${[...missing]}::uuid[])`),
  );
  accounts.forEach(({ account_id, first_complete }, i) => {
    const sweep = sweeps[i];
    if (sweep) state.sweeps.set(restored(account_id), sweep);
    if (first_complete !== null) state.swept.set(restored(account_id), restored(first_complete));
  });
}

async function loadFindings(session: Session, values: Values, state: StoreState, query: FindingQuery): Promise<void> {
  await loadWhere(session, values, state, query === "all" ? sql`true` : wantedBy(query));
  if (query !== "all") await loadCovers(session, values, state);
  else await loadAliases(session, state, sql`true`);
}

/** The covers of what is loaded, and the former fingerprints of both. */
export async function loadCovers(session: Session, values: Values, state: StoreState): Promise<void> {
  const covers = [...state.findings.values()].map(coverOf).filter((cover) => cover !== null && !state.findings.has(cover));
  const missing = [...new Set(covers)].filter((cover) => cover !== null);
  if (missing.length > 0) await loadWhere(session, values, state, isNamed(missing));
  if (state.findings.size > 0)
    await loadAliases(session, state, sql`fingerprint = ANY(${textsOf([...state.findings.keys()].map(storable))})`);
}

export function coverOf({ coveredBy, ref }: Finding): string | null {
  return coveredBy === null ? null : fingerprintOf(coveredBy, ref);
}

async function loadWhere(session: Session, values: Values, state: StoreState, condition: Sql): Promise<void> {
  const cursor = cursorOf(session, sql`SELECT f.value FROM findings f WHERE ${condition}`);
  for await (const rows of cursor) {
    for (const { value } of rows) {
      const finding = values.finding(value);
      state.findings.set(finding.fingerprint, finding);
    }
  }
}

let cursors = 0;

/** The rows of a query, some at a time: what is in memory does not grow with how many there are. */
export async function* cursorOf(
  session: Session,
  query: Sql,
  page: number = PAGE,
): AsyncGenerator<readonly { readonly value: string }[], void, undefined> {
  const name = sql.id(`rows_${(cursors += 1)}`);
  await session.run(sql`DECLARE ${name} NO SCROLL CURSOR FOR ${query}`);
  for (;;) {
    const rows = await session.rows(valueRow, sql`FETCH ${sql.lit(page)} FROM ${name}`);
    if (rows.length > 0) yield rows;
    if (rows.length < page) break;
  }
  await session.run(sql`CLOSE ${name}`);
}

async function loadAliases(session: Session, state: StoreState, condition: Sql): Promise<void> {
  const rows = await session.rows(aliasRow, sql`SELECT alias, fingerprint FROM aliases WHERE current AND ${condition}`);
  for (const { alias, fingerprint } of rows) state.aliases.set(restored(alias), restored(fingerprint));
}

function wantedBy({ fingerprints, arns, accountId, region, type, heldBy }: Exclude<FindingQuery, "all">): Sql {
  const conditions = [
    fingerprints && isNamed(fingerprints),
    arns && sql`f.arn = ANY(${textsOf(arns.map(storable))})`,
    accountId !== undefined && sql`f.account_id = ${storable(accountId)}`,
    region !== undefined && sql`f.region = ${storable(region)}`,
    type !== undefined && sql`f.type = ${storable(type)}`,
  ].filter((it) => it !== undefined && it !== false);
  if (!heldBy) return every(conditions);
  // Those that are held come along whatever else is asked: what else is wanted follows from them.
  const neighbours = sql`f.arn IN (SELECT h.arn FROM findings h WHERE ${isHeld("h", heldBy)})`;
  return some([every([...conditions, neighbours]), isHeld("f", heldBy)]);
}

/** Under its fingerprint, or a former one that nobody else has taken. */
function isNamed(fingerprints: readonly string[]): Sql {
  const names = textsOf(fingerprints.map(storable));
  return sql`f.fingerprint IN (SELECT unnest(${names}) UNION SELECT fingerprint FROM aliases WHERE current AND alias = ANY(${names}))`;
}

function isHeld(table: string, scopes: readonly SuppressionScope[]): Sql {
  const own = textsOf(scopes.flatMap((scope) => ("fingerprint" in scope ? [storable(scope.fingerprint)] : [])));
  const named = sql`${sql.ref(`${table}.fingerprint`)} IN (SELECT unnest(${own}) UNION SELECT fingerprint FROM aliases WHERE current AND alias = ANY(${own}))`;
  return some([named, ...scopes.flatMap((scope) => ("rule" in scope ? [heldByRule(table, scope.rule)] : []))]);
}

async function loadRows(session: Session, values: Values, state: StoreState, { outbox, inbox }: Wanted): Promise<void> {
  if (outbox) {
    const { states, subjects, keys } = outbox;
    const where = every([...within("state", states), ...within("subject", subjects), ...within("key", keys)]);
    const rows = await session.rows(valueRow, sql`SELECT value FROM outbox WHERE ${where} ORDER BY place`);
    for (const row of rows.map(({ value }) => values.outbox(value))) state.outbox.set(row.key, row);
  }
  if (inbox) {
    const where = every([...within("state", inbox.states), ...within("key", inbox.keys)]);
    const rows = await session.rows(valueRow, sql`SELECT value FROM inbox WHERE ${where} ORDER BY place`);
    for (const row of rows.map(({ value }) => values.inbox(value))) state.inbox.set(row.key, row);
  }
}

function within(column: string, wanted: readonly string[] | undefined): readonly Sql[] {
  return wanted === undefined ? [] : [sql`${sql.ref(column)} = ANY(${textsOf(wanted.map(storable))})`];
}

async function loadSeen(session: Session, state: StoreState, wanted: Wanted["seen"]): Promise<void> {
  if (wanted === undefined) return;
  const where = wanted === "all" ? sql`true` : sql`key = ANY(${textsOf(wanted.map(storable))})`;
  const rows = await session.rows(seenRow, sql`SELECT key, first, baseline FROM seen WHERE ${where}`);
  for (const { key, first, baseline } of rows) state.seen.set(restored(key), { first, baseline });
}
