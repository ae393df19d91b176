import {
  type AuditEvent,
  type Counts,
  type Day,
  dayAfter,
  type DayCounts,
  endOf,
  type FindingFilter,
  HOUR,
  type Instant,
  NO_TALLY,
  noCounts,
  plus,
  SEVERITIES,
  type Severity,
  type Status,
  STATUSES,
  type Suppression,
  type Tally,
  tallySchema,
} from "@posture/core";
import { z } from "zod";
import { lasting } from "./load.ts";
import type { Session } from "./sessions.ts";
import { every, sql, type Sql, textsOf } from "./sql.ts";
import { BASE, isTotalled, matching, OF_BASE, type Statuses, statusesAt } from "./statuses.ts";
import { storable } from "./text.ts";
import type { Values } from "./values.ts";

const countRow = z.object({ base: z.int(), severity: z.int(), count: z.coerce.number() });
type CountRow = z.infer<typeof countRow>;
const dayRow = z.object({ day: z.string(), critical: z.int(), high: z.int(), medium: z.int(), low: z.int() });
const instantRow = z.object({ at: z.string() });

/** How many findings have each status and severity at this instant. */
export async function countsIn(session: Session, values: Values, filter: FindingFilter, now: Instant): Promise<Counts> {
  return countsAt(session, await lasting(session, values), filter, now);
}

/** Counts by what the findings themselves say, then moves what suppressions hide, and what they uncover, to where it belongs. */
async function countsAt(session: Session, suppressions: readonly Suppression[], filter: FindingFilter, now: Instant): Promise<Counts> {
  const counts = noCounts();
  const statuses = statusesAt(suppressions, now);
  const wanted = matching(filter);
  const move = (rows: readonly CountRow[], to: Status): void => {
    for (const { base, severity, count } of rows) {
      counts[OF_BASE[base] ?? "open"][severityOf(severity)] -= count;
      counts[to][severityOf(severity)] += count;
    }
  };
  for (const { base, severity, count } of await totals(session, filter)) counts[OF_BASE[base] ?? "open"][severityOf(severity)] += count;
  if (statuses.mayHide) {
    move(await grouped(session, statuses, every([wanted, statuses.is("suppressed")])), "suppressed");
    move(await grouped(session, statuses, every([wanted, statuses.uncovered])), "open");
  }
  for (const status of STATUSES) if (!(filter.statuses?.includes(status) ?? true)) counts[status] = noCounts()[status];
  return counts;
}

function totals(session: Session, filter: FindingFilter): Promise<readonly CountRow[]> {
  const [column, table] = isTotalled(filter) ? [sql`sum(f.count)`, sql`totals`] : [sql`count(*)`, sql`findings`];
  return session.rows(
    countRow,
    sql`SELECT f.base, f.severity, ${column} AS count FROM ${table} f WHERE ${matching(filter)} GROUP BY f.base, f.severity`,
  );
}

function grouped(session: Session, statuses: Statuses, where: Sql): Promise<readonly CountRow[]> {
  return session.rows(
    countRow,
    sql`${statuses.with} SELECT f.base, f.severity, count(*) AS count FROM findings f WHERE ${where} GROUP BY f.base, f.severity`,
  );
}

function severityOf(index: number): Severity {
  return SEVERITIES[index] ?? "low";
}

/** The days that are over at `now`, each with what was open at its end: those of the table, and those since the last record. */
export async function daysIn(session: Session, values: Values, from: Day, now: Instant): Promise<readonly DayCounts[]> {
  const kept = await session.rows(
    dayRow,
    sql`SELECT day, critical, high, medium, low FROM days WHERE day >= ${storable(from)} ORDER BY day`,
  );
  const [head] = await session.rows(z.object({ day: z.string().nullable() }), sql`SELECT day FROM head`);
  const ended = await daysEnded(session, values, head?.day ?? null, now, from);
  return [...kept, ...ended].filter(({ day }) => endOf(day) <= now);
}

/** Before the first record of a later day is applied: ends the days that are over since that of the last record, as `applyRecord` does. */
export async function endDays(session: Session, values: Values, last: Day | null, at: Instant): Promise<void> {
  const ended = await daysEnded(session, values, last, at);
  if (ended.length === 0) return;
  await session.run(sql`INSERT INTO days SELECT * FROM json_to_recordset(${JSON.stringify(ended)}::json)
    AS t(day text, critical integer, high integer, medium integer, low integer)`);
}

/** What happened on a day; on most days of most stores something did. */
export async function tallyIn(session: Session, day: Day): Promise<Tally> {
  const [tally] = await session.rows(
    tallySchema,
    sql`SELECT opened, reopened, resolved, suppressed FROM tallies WHERE day = ${storable(day)}`,
  );
  return tally ?? NO_TALLY;
}

/** Adds the events of a record to what happened on its day. */
export async function addToTally(session: Session, day: Day, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  const times = (type: AuditEvent["type"]): number => events.filter((event) => event.type === type).length;
  const added = [times("opened"), times("reopened"), times("resolved"), times("suppressed")];
  await session.run(sql`INSERT INTO tallies AS t (day, opened, reopened, resolved, suppressed) VALUES (${day}, ${sql.join(added)})
    ON CONFLICT (day) DO UPDATE SET opened = t.opened + excluded.opened, reopened = t.reopened + excluded.reopened,
      resolved = t.resolved + excluded.resolved, suppressed = t.suppressed + excluded.suppressed`);
}

/** From `from` on, where only those are wanted. */
async function daysEnded(session: Session, values: Values, last: Day | null, at: Instant, from: Day = ""): Promise<readonly DayCounts[]> {
  if (last === null || endOf(last) > at) return [];
  const suppressions = await lasting(session, values);
  const turns = await turningPoints(session, suppressions);
  const days: DayCounts[] = [];
  let known: { readonly end: Instant; readonly open: Counts["open"] } | undefined;
  for (let day = from > last ? from : last; endOf(day) <= at; day = dayAfter(day)) {
    const end = endOf(day);
    const isSame = known && !turns.some((turn) => known !== undefined && known.end < turn && turn <= end);
    const open: Counts["open"] = known && isSame ? known.open : (await countsAt(session, suppressions, {}, end)).open;
    known = { end, open };
    days.push({ day, ...open });
  }
  return days;
}

/** When time alone changes what is open: a suppression begins, expires or is outlived. Between two of these every day ends as the one before. */
async function turningPoints(session: Session, suppressions: readonly Suppression[]): Promise<readonly Instant[]> {
  const own = textsOf(suppressions.flatMap(({ scope }) => ("fingerprint" in scope ? [storable(scope.fingerprint)] : [])));
  const cleared = await session.rows(
    instantRow,
    sql`SELECT DISTINCT cleared_at AS at FROM findings WHERE base <= ${sql.lit(BASE.covered)} AND cleared_at IS NOT NULL
      AND fingerprint IN (SELECT unnest(${own}) UNION SELECT fingerprint FROM aliases WHERE alias = ANY(${own}))`,
  );
  return [...suppressions.flatMap(({ from, expiresAt }) => [from, expiresAt]), ...cleared.map(({ at }) => plus(at, HOUR))];
}
