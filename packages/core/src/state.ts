import { type Finding, fingerprintOf, type View } from "./finding.ts";
import type { Seen } from "./resource.ts";
import type { SweepRecord } from "./coverage.ts";
import type { FindingQuery, InboxRow, OutboxRow, StoreView, Wanted, Write } from "./store.ts";
import type { Day, DayCounts, Tally } from "./trend.ts";
import { covers, type Suppression, type SuppressionScope } from "./suppression.ts";

/** What the writes of a log add up to. Made by `emptyState`, changed by `applyRecord` alone. */
export interface StoreState {
  /** By fingerprint. */
  readonly findings: Map<string, Finding>;
  /** From a former fingerprint to the present one. */
  readonly aliases: Map<string, string>;
  /** By id; those that have ended stay. */
  readonly suppressions: Map<string, Suppression>;
  readonly outbox: Map<string, OutboxRow>;
  readonly inbox: Map<string, InboxRow>;
  /** The latest sweep, by account. */
  readonly sweeps: Map<string, SweepRecord>;
  /** Accounts of which a sweep was once complete. The value is the first such sweep's id. */
  readonly swept: Map<string, string>;
  /** By `resourceKey`. */
  readonly seen: Map<string, Seen>;
  /** What was open at the end of each day since the first record, in order; `null` for the day of the last record, which may not be over. Only a cache: the log has it all. */
  readonly days: Map<Day, DayCounts | null>;
  /** What happened, by day; a day without events has none. Only a cache, like `days`. */
  readonly tallies: Map<Day, Tally>;
}

export function emptyState(): StoreState {
  return {
    findings: new Map(),
    aliases: new Map(),
    suppressions: new Map(),
    outbox: new Map(),
    inbox: new Map(),
    sweeps: new Map(),
    swept: new Map(),
    seen: new Map(),
    days: new Map(),
    tallies: new Map(),
  };
}

/** Takes one application back. Several are taken back in reverse order. */
export type Undo = () => void;

/** What a write changes. The same writes in the same order always make the same state. */
export function applyWrite(state: StoreState, write: Write): Undo {
  switch (write.kind) {
    case "finding":
      return applyFinding(state, write.value);
    case "suppression":
      return put(state.suppressions, write.value.id, write.value);
    case "sweep":
      return applySweep(state, write.value);
    case "seen": {
      // First means first: a later listing cannot make a resource younger, or part of the baseline.
      const { keys, seen } = write.value;
      return all(keys.filter((key) => !state.seen.has(key)).map((key) => put(state.seen, key, seen)));
    }
    case "outbox":
      return put(state.outbox, write.value.key, write.value);
    case "inbox":
      return put(state.inbox, write.value.key, write.value);
    case "forget":
      return all(write.value.inbox.map((key) => drop(state.inbox, key)));
  }
}

/** How much there is to do for a write, in findings: what is done in parts counts by it. */
export function sizeOf(write: Write): number {
  if (write.kind === "seen") return 1 + write.value.keys.length / 4;
  return write.kind === "sweep" ? 1 + write.value.undecided.length + write.value.coverage.length : 1;
}

function applyFinding(state: StoreState, finding: Finding): Undo {
  const { fingerprint, aliases } = finding;
  const former = aliases.filter((alias) => alias !== fingerprint);
  const gone = former.flatMap((alias) => [...forgetAliases(state, alias), drop(state.findings, alias)]);
  return all([
    ...gone,
    ...forgetAliases(state, fingerprint),
    ...former.map((alias) => put(state.aliases, alias, fingerprint)),
    put(state.findings, fingerprint, finding),
  ]);
}

/** The aliases a finding brought go with it. */
function forgetAliases({ findings, aliases }: StoreState, fingerprint: string): Undo[] {
  const own = findings.get(fingerprint)?.aliases ?? [];
  return own.filter((alias) => aliases.get(alias) === fingerprint).map((alias) => drop(aliases, alias));
}

function applySweep(state: StoreState, sweep: SweepRecord): Undo {
  return all(
    sweep.accounts.flatMap(({ accountId }) => {
      const scopes = sweep.coverage.filter((scope) => scope.accountId === accountId);
      const complete = scopes.length > 0 && scopes.every((scope) => scope.state === "complete");
      const latest = put(state.sweeps, accountId, sweep);
      return complete && !state.swept.has(accountId) ? [latest, put(state.swept, accountId, sweep.id)] : [latest];
    }),
  );
}

export function put<V>(map: Map<string, V>, key: string, value: V): Undo {
  const before = map.get(key);
  map.set(key, value);
  return () => void (before === undefined ? map.delete(key) : map.set(key, before));
}
function drop<V>(map: Map<string, V>, key: string): Undo {
  const before = map.get(key);
  map.delete(key);
  return () => void (before === undefined || map.set(key, before));
}
export function all(undos: readonly Undo[]): Undo {
  return () => {
    for (const undo of undos.toReversed()) undo();
  };
}

/** What a transaction asked to see, as the state is at this moment; later writes do not change it. Of findings only the wanted ones and their covers can be found in it. */
export function viewOf(state: StoreState, wanted: Wanted): StoreView {
  const findings = wanted.findings === undefined ? [] : findingsOf(state, wanted.findings);
  const covers = wanted.findings === "all" ? [] : coversOf(state, findings);
  let index: ReadonlyMap<string, Finding> | undefined;
  return Object.freeze({
    findings: Object.freeze(findings),
    suppressions: Object.freeze([...state.suppressions.values()].filter(({ ended }) => ended === null)),
    outbox: Object.freeze(outboxOf(state, wanted.outbox)),
    inbox: Object.freeze(inboxOf(state, wanted.inbox)),
    sweeps: Object.freeze([...new Map([...state.sweeps.values()].map((sweep) => [sweep.id, sweep])).values()]),
    sweptAccounts: new Set(state.swept.keys()),
    seen: seenBy(state, wanted.seen),
    findingOf: (fingerprint: string) => (index ??= indexOf([...findings, ...covers])).get(fingerprint),
  });
}

/** All findings of one moment, and what their statuses depend on. */
export interface Moment extends View {
  readonly findings: readonly Finding[];
}

/**
 * All findings and what their statuses depend on, for counts and lists: of this moment, also when the state changes later. Of findings only those can be
 * found in it that may cover others: an index of them all would take longer than to count them.
 */
export function everythingOf(state: StoreState): Moment {
  const suppressions = [...state.suppressions.values()].filter(({ ended }) => ended === null);
  const [findings, aliases] = [[...state.findings.values()], new Map(state.aliases)];
  let covers: ReadonlyMap<string, Finding> | undefined;
  const coverOf = (fingerprint: string): Finding | undefined => (covers ??= possibleCovers(findings)).get(fingerprint);
  return {
    findings,
    suppressions,
    findingOf: (fingerprint) => coverOf(fingerprint) ?? coverOf(aliases.get(fingerprint) ?? ""),
    suppressionsOf: holding(suppressions),
  };
}

/** For many findings: which of these suppressions can hold one. */
export function holding(
  suppressions: readonly Suppression[],
): (finding: Pick<Finding, "fingerprint" | "aliases">) => readonly Suppression[] {
  const rules = suppressions.filter(({ scope }) => "rule" in scope);
  const own = Map.groupBy(
    suppressions.filter(({ scope }) => "fingerprint" in scope),
    ({ scope }) => ("fingerprint" in scope ? scope.fingerprint : ""),
  );
  if (own.size === 0) return () => rules;
  return ({ fingerprint, aliases }) => {
    const held = own.get(fingerprint);
    if (aliases.length === 0) return held ? held.concat(rules) : rules;
    return [fingerprint, ...aliases].flatMap((name) => own.get(name) ?? []).concat(rules);
  };
}

function possibleCovers(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const checks = new Set<string | null>(findings.map(({ coveredBy }) => coveredBy));
  const covers = findings.filter(({ checkId, aliases }) => checks.has(checkId) || aliases.length > 0);
  return new Map(covers.map((finding) => [finding.fingerprint, finding]));
}

function seenBy({ seen }: StoreState, wanted: Wanted["seen"] = []): ReadonlyMap<string, Seen> {
  if (wanted === "all") return new Map(seen);
  return new Map(
    wanted.flatMap((key): [string, Seen][] => {
      const known = seen.get(key);
      return known ? [[key, known]] : [];
    }),
  );
}

function findingsOf(state: StoreState, query: FindingQuery): Finding[] {
  if (query === "all") return [...state.findings.values()];
  const { fingerprints, arns, accountId, region, type, heldBy } = query;
  const named = fingerprints
    ? new Set(fingerprints.map((it) => findingBy(state, it)).filter((it) => it !== undefined))
    : state.findings.values();
  const wantedArns = arns && new Set(arns);
  const heldArns = heldBy && new Set(heldOf(state, heldBy).map(({ ref }) => ref.arn));
  return [...named].filter(
    (finding) =>
      (wantedArns?.has(finding.ref.arn) ?? true) &&
      (heldArns?.has(finding.ref.arn) ?? true) &&
      (accountId ?? finding.ref.accountId) === finding.ref.accountId &&
      (region ?? finding.ref.region) === finding.ref.region &&
      (type ?? finding.ref.type) === finding.ref.type,
  );
}

/** A scope of one finding is looked up, not searched for. */
function heldOf(state: StoreState, scopes: readonly SuppressionScope[]): Finding[] {
  const rules = scopes.filter((scope) => "rule" in scope);
  const own = scopes.flatMap((scope) => ("fingerprint" in scope ? [findingBy(state, scope.fingerprint)] : []));
  const ruled = rules.length === 0 ? [] : [...state.findings.values()].filter((finding) => rules.some((scope) => covers(scope, finding)));
  return [...own.filter((finding) => finding !== undefined), ...ruled];
}

/** Also under a former fingerprint. */
export function findingBy({ findings, aliases }: StoreState, fingerprint: string): Finding | undefined {
  return findings.get(fingerprint) ?? findings.get(aliases.get(fingerprint) ?? "");
}

function coversOf(state: StoreState, findings: readonly Finding[]): Finding[] {
  const covers = findings.map(({ coveredBy, ref }) => coveredBy && findingBy(state, fingerprintOf(coveredBy, ref)));
  return covers.filter((cover) => typeof cover === "object" && cover !== null);
}

function indexOf(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const index = new Map<string, Finding>();
  for (const finding of findings) for (const alias of finding.aliases) index.set(alias, finding);
  for (const finding of findings) index.set(finding.fingerprint, finding);
  return index;
}

function outboxOf({ outbox }: StoreState, wanted: Wanted["outbox"]): OutboxRow[] {
  if (!wanted) return [];
  const { keys, states, subjects } = wanted;
  const named = new Set(subjects);
  return rowsOf(outbox, keys).filter((row) => (!states || states.includes(row.state)) && (!subjects || named.has(row.subject)));
}
function inboxOf({ inbox }: StoreState, wanted: Wanted["inbox"]): InboxRow[] {
  if (!wanted) return [];
  return rowsOf(inbox, wanted.keys).filter((row) => !wanted.states || wanted.states.includes(row.state));
}
function rowsOf<V>(rows: ReadonlyMap<string, V>, keys: readonly string[] | undefined): V[] {
  if (!keys) return [...rows.values()];
  return [...new Set(keys)].map((key) => rows.get(key)).filter((row) => row !== undefined);
}
