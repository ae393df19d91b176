import {
  comparing,
  emptyState,
  everythingOf,
  type Finding,
  type FindingFilter,
  type FindingOrder,
  type FindingStore,
  type Found,
  foundIn,
  type Instant,
  type ListOptions,
  MOST_NAMED,
  shortId,
  shortIds,
  type StoreState,
  type Suppression,
} from "@posture/core";
import { z } from "zod";
import { countsIn, daysIn, tallyIn } from "./counting.ts";
import { cursorOf, lasting, loadCovers } from "./load.ts";
import { PATIENT, type Session, type Sessions } from "./sessions.ts";
import { every, some, sql, type Sql } from "./sql.ts";
import { matching, statusesAt } from "./statuses.ts";
import { restored, storable } from "./text.ts";
import { type Values, valueRow } from "./values.ts";

/** Findings of one answer to the reader of a list. */
const PAGE = 500;

type IdOf = (finding: Finding) => string;
const fingerprintRow = z.object({ fingerprint: z.string() });

/** What people ask a store. */
export function lookups(
  sessions: Sessions,
  values: Values,
): Pick<FindingStore, "list" | "counts" | "named" | "days" | "tally" | "history"> {
  return {
    list: (filter, now, options) => list(sessions, values, filter, now, options),
    counts: (filter, now) => sessions.look((session) => countsIn(session, values, filter, now)),
    named: (typed, now) => sessions.look((session) => named(session, values, typed, now)),
    days: (from, now) => sessions.look((session) => daysIn(session, values, from, now), PATIENT),
    tally: (day) => sessions.look((session) => tallyIn(session, day)),
    history: () => sessions.look((session) => history(session, values)),
  };
}

/** In one snapshot, which lasts as long as the reader takes. Which findings, SQL says; what is shown of each, core does. */
async function* list(
  sessions: Sessions,
  values: Values,
  filter: FindingFilter,
  now: Instant,
  options: ListOptions = {},
): AsyncGenerator<Found, void, undefined> {
  const transaction = await sessions.persistently(() => sessions.begin("look", PATIENT));
  try {
    const suppressions = await lasting(transaction, values);
    const idOf = await ids(transaction);
    for await (const rows of cursorOf(transaction, listQuery(suppressions, filter, now, options), PAGE)) {
      const findings = rows.map(({ value }) => values.finding(value));
      yield* await foundOf(transaction, values, findings, suppressions, now, idOf);
    }
  } catch (error) {
    throw sessions.faultOf(error);
  } finally {
    await transaction.abandon();
  }
}

function listQuery(
  suppressions: readonly Suppression[],
  filter: FindingFilter,
  now: Instant,
  { order = "gravest", skip = 0, limit }: ListOptions,
): Sql {
  const statuses = statusesAt(suppressions, now);
  const wanted = filter.statuses ? [matching(filter), some(filter.statuses.map((status) => statuses.is(status)))] : [matching(filter)];
  const most = limit === undefined || limit === Number.POSITIVE_INFINITY ? sql`` : sql`LIMIT ${limit}`;
  return sql`${statuses.with} SELECT f.value FROM findings f WHERE ${every(wanted)} ORDER BY ${ORDER[order]}, f.check_id, f.arn, f.fingerprint ${most} OFFSET ${skip}`;
}

const ORDER: Readonly<Record<FindingOrder, Sql>> = {
  gravest: sql`f.severity, f.opened_at`,
  newest: sql`f.opened_at DESC`,
  oldest: sql`f.opened_at`,
  resource: sql`f.arn, f.severity, f.opened_at`,
  account: sql`f.account_id, f.severity, f.opened_at`,
};

async function named(session: Session, values: Values, typed: string, now: Instant): Promise<readonly Found[]> {
  const text = typed.trim();
  if (text === "") return [];
  const those = (condition: Sql): ReturnType<typeof session.rows<{ readonly value: string }>> =>
    session.rows(valueRow, sql`SELECT f.value FROM findings f WHERE ${condition} ORDER BY f.fingerprint LIMIT ${sql.lit(MOST_NAMED)}`);
  const exact = await those(isOne(storable(text)));
  const rows = exact.length > 0 ? exact : await those(nameIs(text));
  const findings = rows.map(({ value }) => values.finding(value)).toSorted(comparing("gravest"));
  return foundOf(session, values, findings, await lasting(session, values), now, await ids(session));
}

/** The one finding of which this is the fingerprint, or the former one. */
function isOne(name: string): Sql {
  const current = sql`SELECT fingerprint FROM aliases WHERE current AND alias = ${name} AND NOT EXISTS (SELECT FROM findings WHERE fingerprint = ${name})`;
  return sql`(f.fingerprint = ${name} OR f.fingerprint = (${current}))`;
}

/** `isNamedBy`, on the table `f`. */
function nameIs(text: string): Sql {
  const hex = text.toLowerCase().replace(/^v1-/, "");
  if (!/^[0-9a-f]+$/.test(hex)) return sql`f.arn = ${storable(text)}`;
  const short = `${hex.slice(0, shortId(`v1-${hex}`).length)}%`;
  const begins = (column: string): Sql => sql`short LIKE ${short} AND starts_with(substr(${sql.ref(column)}, 4), ${hex})`;
  return sql`f.fingerprint IN (SELECT fingerprint FROM findings WHERE ${begins("fingerprint")} UNION SELECT fingerprint FROM aliases WHERE ${begins("alias")})`;
}

async function history(session: Session, values: Values): Promise<readonly Suppression[]> {
  const rows = await session.rows(valueRow, sql`SELECT value FROM suppressions ORDER BY begins_at DESC, id`);
  return rows.map(({ value }) => values.suppression(value));
}

/** Findings with what is derived of each, of which nobody needs more than the suppressions and its cover. */
async function foundOf(
  session: Session,
  values: Values,
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  now: Instant,
  idOf: IdOf,
): Promise<readonly Found[]> {
  const state: StoreState = emptyState();
  for (const suppression of suppressions) state.suppressions.set(suppression.id, suppression);
  for (const finding of findings) state.findings.set(finding.fingerprint, finding);
  if (findings.some(({ coveredBy }) => coveredBy !== null)) await loadCovers(session, values, state);
  const view = everythingOf(state);
  return findings.map((finding) => foundIn(finding, view, now, idOf(finding)));
}

/** Few findings share the beginning that people type; of these the store keeps a list, so that nobody has to search for them. */
async function ids(session: Session): Promise<IdOf> {
  const rows = await session.rows(fingerprintRow, sql`SELECT f.fingerprint FROM shared_ids s JOIN findings f ON f.short = s.short`);
  const longer = shortIds(rows.map(({ fingerprint }) => restored(fingerprint)));
  return ({ fingerprint }) => longer.get(fingerprint) ?? shortId(fingerprint);
}
