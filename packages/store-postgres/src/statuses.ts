import {
  type FindingFilter,
  HOUR,
  type Instant,
  isInForce,
  NOBODY,
  plus,
  type Rule,
  type RuleSet,
  setsOf,
  SEVERITIES,
  type Status,
  type Suppression,
  wishesOf,
} from "@posture/core";
import { every, some, sql, type Sql, textsOf } from "./sql.ts";
import { BETWEEN, storable } from "./text.ts";

/**
 * The column `base`: the status as far as findings decide it, suppressions left out. `coverable` says that another finding could cover this one; `covered`,
 * that one does. Up to `covered` they fail.
 */
export const BASE = { open: 0, coverable: 1, covered: 2, resolved: 3, unmonitored: 4, retired: 5 } as const;
export const OF_BASE: readonly Status[] = ["open", "open", "covered", "resolved", "unmonitored", "retired"];

/** What `statusOf` says, for many findings at once: as conditions on the table `f`. */
export interface Statuses {
  /** What the conditions look in; stands at the beginning of the statement. */
  readonly with: Sql;
  /** Is anything suppressed at all? */
  readonly mayHide: boolean;
  /** The findings that are open only since what would cover them is suppressed. */
  readonly uncovered: Sql;
  is(status: Status): Sql;
}

const FAILING = sql`f.base <= ${sql.lit(BASE.covered)}`;
const COVERED = sql`f.base = ${sql.lit(BASE.covered)}`;
const HIDDEN = sql`f.fingerprint IN (SELECT fingerprint FROM hidden)`;
const UNCOVERED = sql`f.fingerprint IN (SELECT fingerprint FROM uncovered)`;

/** @param lasting the suppressions that have not ended */
export function statusesAt(lasting: readonly Suppression[], now: Instant): Statuses {
  const inForce = lasting.filter((it) => isInForce(it, now));
  const of = (base: number): Sql => sql`f.base = ${sql.lit(base)}`;
  const plain = { resolved: of(BASE.resolved), unmonitored: of(BASE.unmonitored), retired: of(BASE.retired) };
  if (inForce.length === 0) {
    const is = { ...plain, open: sql`f.base < ${sql.lit(BASE.covered)}`, covered: COVERED, suppressed: sql`false` };
    return { with: sql``, mayHide: false, uncovered: sql`false`, is: (status) => is[status] };
  }
  const is = {
    ...plain,
    open: sql`(${FAILING} AND NOT ${HIDDEN} AND (NOT ${COVERED} OR ${UNCOVERED}))`,
    covered: sql`(${COVERED} AND NOT ${HIDDEN} AND NOT ${UNCOVERED})`,
    suppressed: sql`(${FAILING} AND ${HIDDEN})`,
  };
  const hidden = sql.join(hiddenBy(inForce, now), sql` UNION ALL `);
  return {
    with: sql`WITH hidden AS MATERIALIZED (${hidden}), uncovered AS MATERIALIZED (${uncoveredBy()})`,
    mayHide: true,
    uncovered: sql`(${COVERED} AND NOT ${HIDDEN} AND ${UNCOVERED})`,
    is: (status) => is[status],
  };
}

/** Each rule by itself, so that each can have the index that suits it; and those with a suppression of their own, which they have not outlived. */
function hiddenBy(inForce: readonly Suppression[], now: Instant): Sql[] {
  const names = textsOf(inForce.flatMap(({ scope }) => ("fingerprint" in scope ? [storable(scope.fingerprint)] : [])));
  const rules = inForce.flatMap(({ scope }) => ("rule" in scope ? [scope.rule] : []));
  const own = sql`SELECT f.fingerprint FROM findings f WHERE ${FAILING} AND (f.cleared_at IS NULL OR f.cleared_at > ${plus(now, -HOUR)})
    AND f.fingerprint IN (SELECT unnest(${names}) UNION SELECT fingerprint FROM aliases WHERE alias = ANY(${names}))`;
  return [own, ...rules.map((rule) => sql`SELECT f.fingerprint FROM findings f WHERE ${FAILING} AND ${heldByRule("f", rule)}`)];
}

/** A former fingerprint names a finding only where no finding has it. */
function uncoveredBy(): Sql {
  return sql`SELECT f.fingerprint FROM hidden h JOIN findings f ON f.cover = h.fingerprint WHERE ${COVERED}
    UNION ALL
    SELECT f.fingerprint FROM hidden h JOIN aliases a ON a.fingerprint = h.fingerprint AND a.current JOIN findings f ON f.cover = a.alias
    WHERE ${COVERED} AND NOT EXISTS (SELECT FROM findings g WHERE g.fingerprint = f.cover)`;
}

/** What `ruleOn` says yes to. */
export function heldByRule(table: string, rule: Rule): Sql {
  return some(setsOf(rule).map((set) => heldBySet(table, set)));
}

function heldBySet(table: string, { checks, accounts, regions, arns, tags }: RuleSet): Sql {
  const column = (name: string): Sql => sql.ref(`${table}.${name}`);
  const tests = [
    ...among(column("check_id"), checks),
    ...among(column("account_id"), accounts),
    ...among(column("region"), regions),
    ...(arns ? [isLikeAny(column("arn"), arns)] : []),
    ...tagged(column("tags"), tags),
  ];
  const saysNothing = tests.length === 0 || (tags !== undefined && Object.keys(tags).length === 0);
  return saysNothing ? sql`false` : every(tests);
}

/** A text always matches itself, whatever is in it; only what has wishes is compared as a pattern. */
function isLikeAny(column: Sql, patterns: readonly string[]): Sql {
  const likes = patterns.filter((pattern) => /[*?\\]/.test(pattern)).map((pattern) => sql`${column} LIKE ${likeOf(pattern)}`);
  return some([...among(column, patterns), ...likes]);
}

/** A pattern of `matchesPattern` in SQL's language. An ARN has no character that `storable` makes two of. */
export function likeOf(pattern: string): string {
  const literal = (text: string): string => storable(text).replaceAll(/[%_\\]/g, "\\$&");
  return wishesOf(pattern)
    .map((wish) => (wish === "*" ? "%" : wish === "?" ? "_" : literal(/^\\[*?]$/.test(wish) ? wish.slice(1) : wish)))
    .join("");
}

function tagged(column: Sql, tags: FindingFilter["tags"] = {}): readonly Sql[] {
  return Object.entries(tags).map(
    ([key, values]) => sql`${column} && ${textsOf(values.map((value) => tagText(key, value === "*" ? null : value)))}`,
  );
}

/** Do the totals, which have not all columns, know how many findings such a filter wants? */
export function isTotalled({ arns, tags, assignees, text, openedFrom, openedBefore }: FindingFilter): boolean {
  return [arns, tags, assignees, text, openedFrom, openedBefore].every((it) => it === undefined);
}

/** Everything of a filter that the finding itself decides: `matchesFinding`, on the table `f`. */
export function matching(filter: FindingFilter): Sql {
  const { severities, checks, accounts, regions, types, arns, tags, assignees, text, openedFrom, openedBefore } = filter;
  return every([
    ...(severities ? [sql`f.severity = ANY(${severities.map((it) => SEVERITIES.indexOf(it))}::smallint[])`] : []),
    ...among(sql.ref("f.check_id"), checks),
    ...among(sql.ref("f.account_id"), accounts),
    ...among(sql.ref("f.region"), regions),
    ...among(sql.ref("f.type"), types),
    ...among(sql.ref("f.arn"), arns),
    ...(assignees?.includes(NOBODY) ? [some([sql`f.assignee IS NULL`, ...among(sql.ref("f.assignee"), assignees)])] : []),
    ...(assignees?.includes(NOBODY) ? [] : among(sql.ref("f.assignee"), assignees)),
    ...(openedFrom === undefined ? [] : [sql`f.opened_at >= ${storable(openedFrom)}`]),
    ...(openedBefore === undefined ? [] : [sql`f.opened_at < ${storable(openedBefore)}`]),
    ...tagged(sql.ref("f.tags"), tags),
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
