import { type FindingFilter, HOUR, type Instant, isInForce, plus, type Rule, SEVERITIES, type Status, type Suppression } from "@posture/core";
import { every, some, sql, type Sql, textsOf } from "./sql.ts";
import { BETWEEN, storable } from "./text.ts";

/** What of a status the finding itself decides: the column `base`. */
export const BASE = { open: 0, coverable: 1, resolved: 2, unmonitored: 3, retired: 4 } as const;

/** What `statusOf` says, for many findings at once: as conditions on the table `f`. */
export interface Statuses {
  /** What `hidden` looks in, where there is anything; stands at the beginning of the statement. */
  readonly with: Sql;
  /** Is anything suppressed at all? */
  readonly mayHide: boolean;
  hidden(table: string): Sql;
  /** Of a coverable finding that is not hidden: is its cover open? */
  readonly covered: Sql;
  is(status: Status): Sql;
}

/** @param lasting the suppressions that have not ended */
export function statusesAt(lasting: readonly Suppression[], now: Instant): Statuses {
  const inForce = lasting.filter((it) => isInForce(it, now));
  const own = inForce.flatMap(({ scope }) => ("fingerprint" in scope ? [storable(scope.fingerprint)] : []));
  const rules = inForce.flatMap(({ scope }) => ("rule" in scope ? [scope.rule] : []));
  const hidden = (table: string): Sql => {
    const byOwn = sql`${sql.ref(`${table}.fingerprint`)} IN (SELECT fingerprint FROM hidden)`;
    return some([...(own.length > 0 ? [byOwn] : []), ...rules.map((rule) => heldByRule(table, rule))]);
  };
  const openCover = sql`c.base = ${sql.lit(BASE.open)} AND NOT ${hidden("c")}`;
  const covered = sql`(EXISTS (SELECT FROM findings c WHERE c.fingerprint = f.cover AND ${openCover})
    OR (NOT EXISTS (SELECT FROM findings g WHERE g.fingerprint = f.cover)
      AND EXISTS (SELECT FROM aliases a JOIN findings c ON c.fingerprint = a.fingerprint WHERE a.current AND a.alias = f.cover AND ${openCover})))`;
  const coverable = sql`f.base = ${sql.lit(BASE.coverable)}`;
  const failing = sql`f.base <= ${sql.lit(BASE.coverable)}`;
  const is: Readonly<Record<Status, Sql>> = {
    open: sql`(${failing} AND NOT ${hidden("f")} AND NOT (${coverable} AND ${covered}))`,
    covered: sql`(${coverable} AND NOT ${hidden("f")} AND ${covered})`,
    suppressed: sql`(${failing} AND ${hidden("f")})`,
    resolved: sql`f.base = ${sql.lit(BASE.resolved)}`,
    unmonitored: sql`f.base = ${sql.lit(BASE.unmonitored)}`,
    retired: sql`f.base = ${sql.lit(BASE.retired)}`,
  };
  return {
    with: own.length > 0 ? sql`WITH hidden AS MATERIALIZED (${hiddenBy(own, now)})` : sql``,
    mayHide: own.length + rules.length > 0,
    hidden,
    covered,
    is: (status) => is[status],
  };
}

/** Those with a suppression of their own, under this fingerprint or a former one, that they have not outlived. */
function hiddenBy(own: readonly string[], now: Instant): Sql {
  const names = textsOf(own);
  return sql`SELECT f.fingerprint FROM findings f
    WHERE f.fingerprint IN (SELECT unnest(${names}) UNION SELECT fingerprint FROM aliases WHERE alias = ANY(${names}))
    AND (f.cleared_at IS NULL OR f.cleared_at > ${plus(now, -HOUR)})`;
}

export function heldByRule(table: string, { checks, accounts, regions, arns }: Rule): Sql {
  const column = (name: string): Sql => sql.ref(`${table}.${name}`);
  const tests = [...among(column("check_id"), checks), ...among(column("account_id"), accounts), ...among(column("region"), regions)];
  if (arns) {
    const exact = arns.filter((arn) => !arn.endsWith("*"));
    const beginnings = arns.filter((arn) => arn.endsWith("*")).map((arn) => sql`starts_with(${column("arn")}, ${storable(arn.slice(0, -1))})`);
    tests.push(some([...among(column("arn"), exact), ...beginnings]));
  }
  return tests.length === 0 ? sql`false` : every(tests);
}

/** Everything of a filter that the finding itself decides: `matchesFinding`, on the table `f`. */
export function matching(filter: FindingFilter): Sql {
  const { severities, checks, accounts, regions, types, arns, tags, text, openedFrom, openedBefore } = filter;
  return every([
    ...(severities ? [sql`f.severity = ANY(${severities.map((it) => SEVERITIES.indexOf(it))}::smallint[])`] : []),
    ...among(sql.ref("f.check_id"), checks),
    ...among(sql.ref("f.account_id"), accounts),
    ...among(sql.ref("f.region"), regions),
    ...among(sql.ref("f.type"), types),
    ...among(sql.ref("f.arn"), arns),
    ...(openedFrom === undefined ? [] : [sql`f.opened_at >= ${storable(openedFrom)}`]),
    ...(openedBefore === undefined ? [] : [sql`f.opened_at < ${storable(openedBefore)}`]),
    ...Object.entries(tags ?? {}).map(([key, values]) => sql`f.tags && ${textsOf(values.map((value) => tagText(key, value === "*" ? null : value)))}`),
    ...(text === undefined ? [] : [sql`strpos(f.search, ${storable(text.toLowerCase())}) > 0`]),
  ]);
}

function among(column: Sql, values: readonly string[] | undefined): readonly Sql[] {
  return values === undefined ? [] : [sql`${column} = ANY(${textsOf(values.map(storable))})`];
}

/** One element of the column `tags`: a key with its value, or alone. */
export function tagText(key: string, value: string | null): string {
  return value === null ? storable(key) : `${storable(key)}${BETWEEN}${storable(value)}`;
}

/** The column `search`: where a filter's text may stand, in small letters. */
export function searchText(texts: readonly string[]): string {
  return texts.map((text) => storable(text.toLowerCase())).join(BETWEEN);
}
