// long: one contract of queries, read from top to bottom by whoever writes a store
import assert from "node:assert/strict";
import {
  applyWrite,
  type AuditEvent,
  comparing,
  type Counts,
  DAY,
  type DayCounts,
  dayAfter,
  dayOf,
  emptyState,
  endOf,
  type EventType,
  everythingOf,
  type Finding,
  type FindingFilter,
  type FindingStore,
  fingerprintOf,
  type Found,
  HOUR,
  type Instant,
  type LogRecord,
  matchesFinding,
  NOBODY,
  ORDERS,
  plus,
  SEVERITIES,
  shortIds,
  STATUSES,
  statusOf,
  type StoreState,
  type Suppression,
  SYSTEM,
  type Write,
} from "@posture/core";
import fc from "fast-check";
import { anyRules, withAnySuppression } from "./store-rules.ts";
import type { AsyncRunner } from "./store-suite.ts";

let places = 0;

/** What a store tells people, against a naive count of its own log. */
export function testLookups(makeStore: (place: string) => Promise<FindingStore>, runner: AsyncRunner, runs: number): void {
  const proves = (
    sentence: string,
    story: fc.Arbitrary<readonly Commit[]>,
    prove: (store: FindingStore, end: Instant) => Promise<void>,
  ): void => {
    runner.it(sentence, () =>
      fc.assert(
        fc.asyncProperty(story, async (commits) => {
          const store = await makeStore(`lookups-${(places += 1)}`);
          try {
            let at = BEGIN;
            for (const { after, happened, writes } of commits) {
              at = plus(at, after);
              await store.transact({}, () => ({ at, events: happened.map((type) => eventOf(type, at)), writes, result: undefined }));
            }
            await prove(store, plus(at, HOUR));
          } finally {
            await store.close();
          }
        }),
        { numRuns: runs, seed: 11 },
      ),
    );
  };

  proves("the findings of a filter, with their status, in the order that is asked for", anyStory, async (store, now) => {
    const all = naiveList(await stateOf(store), now).map((it) => withAnySuppression(it, now));
    const listed = async (...asked: Parameters<FindingStore["list"]>): Promise<Found[]> =>
      (await listOf(store, ...asked)).map((it) => withAnySuppression(it, now));
    for (const order of ORDERS) {
      const sorted = all.toSorted((a, b) => comparing(order)(a.finding, b.finding));
      assert.deepEqual(await listed({}, now, { order }), sorted);
      assert.deepEqual(await listed({}, now, { order, skip: 1, limit: 2 }), sorted.slice(1, 3));
    }
    for (const filter of FILTERS) {
      const wanted = all.filter(({ finding, status }) => matchesFinding(filter, finding) && (filter.statuses?.includes(status) ?? true));
      const sorted = wanted.toSorted((a, b) => comparing("gravest")(a.finding, b.finding));
      assert.deepEqual(await listed(filter, now), sorted, JSON.stringify(filter));
      assert.deepEqual(await store.counts(filter, now), naiveCounts(wanted), JSON.stringify(filter));
    }
  });
  proves("what a typed id or ARN names, under former fingerprints too", anyStory, async (store, now) => {
    const all = naiveList(await stateOf(store), now);
    for (const { finding, id } of all) {
      const names = (found: readonly Found[]): readonly string[] => found.map((it) => it.finding.fingerprint);
      assert.deepEqual(names(await store.named(id, now)), [finding.fingerprint]);
      assert.deepEqual(names(await store.named(` ${finding.fingerprint.toUpperCase()} `, now)), [finding.fingerprint]);
      for (const alias of finding.aliases) assert.ok(names(await store.named(alias.slice(0, 20), now)).includes(finding.fingerprint));
      const same = all.filter((it) => it.finding.ref.arn === finding.ref.arn).map((it) => it.finding.fingerprint);
      assert.deepEqual(names(await store.named(finding.ref.arn, now)).toSorted(), same.toSorted());
    }
    for (const typed of ["", " ", "no such thing", "%", "v1-_"]) assert.deepEqual(await store.named(typed, now), []);
  });
  proves("what was open at the end of each day, as a naive recount of the log has it", anyStory, async (store, now) => {
    const expected = naiveDays(await recordsOf(store), now);
    assert.deepEqual(await store.days("0000-01-01", now), expected);
    const [, second] = expected;
    if (second) assert.deepEqual(await store.days(second.day, now), expected.slice(1));
    assert.deepEqual(await store.days("9999-01-01", now), []);
  });
  proves("how often each thing happened on a day, as a naive recount of the log has it", anyStory, async (store, now) => {
    const records = await recordsOf(store);
    for (let day = dayOf(BEGIN); day <= dayOf(now); day = dayAfter(day)) {
      const events = records.filter(({ at }) => dayOf(at) === day).flatMap((record) => record.events);
      const times = (type: EventType): number => events.filter((event) => event.type === type).length;
      const [opened, reopened, resolved, suppressed] = [times("opened"), times("reopened"), times("resolved"), times("suppressed")];
      assert.deepEqual(await store.tally(day), { opened, reopened, resolved, suppressed }, day);
    }
  });
  proves("every suppression that was ever made, the newest first", anyStory, async (store) => {
    const { suppressions } = await stateOf(store);
    const kept = await store.history();
    assert.deepEqual(
      kept.map(({ id }) => id),
      [...suppressions.values()]
        .toSorted((a, b) => (a.from < b.from ? 1 : a.from > b.from ? -1 : a.id < b.id ? -1 : 1))
        .map(({ id }) => id),
    );
    assert.deepEqual(new Map(kept.map((it) => [it.id, it])), suppressions);
  });
}

/* ---------- the naive count ---------- */

async function recordsOf(store: FindingStore): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const record of store.records()) records.push(record);
  return records;
}

function stateAfter(records: readonly LogRecord[]): StoreState {
  const state = emptyState();
  for (const write of records.flatMap(({ writes }) => writes)) applyWrite(state, write);
  return state;
}

async function stateOf(store: FindingStore): Promise<StoreState> {
  return stateAfter(await recordsOf(store));
}

async function listOf(store: FindingStore, ...asked: Parameters<FindingStore["list"]>): Promise<Found[]> {
  const found: Found[] = [];
  for await (const one of store.list(...asked)) found.push(one);
  return found;
}

function naiveList(state: StoreState, now: Instant): Found[] {
  const view = everythingOf(state);
  const ids = shortIds([...state.findings.keys()]);
  return [...state.findings.values()].map((finding): Found => {
    const status = statusOf(finding, view, now);
    const hides = view.suppressions.find(
      (it) => statusOf(finding, { ...view, suppressions: [it], suppressionsOf: () => [it] }, now) === "suppressed",
    );
    return { finding, status, id: ids.get(finding.fingerprint) ?? "", suppression: status === "suppressed" ? (hides ?? null) : null };
  });
}

function naiveCounts(found: readonly Found[]): Counts {
  const of = (status: string, severity: string): number =>
    found.filter((it) => it.status === status && it.finding.severity === severity).length;
  const row = (status: string): Counts["open"] => ({
    critical: of(status, "critical"),
    high: of(status, "high"),
    medium: of(status, "medium"),
    low: of(status, "low"),
  });
  return {
    open: row("open"),
    covered: row("covered"),
    suppressed: row("suppressed"),
    resolved: row("resolved"),
    unmonitored: row("unmonitored"),
    retired: row("retired"),
  };
}

/** Each day over again, from the whole log up to it. */
function naiveDays(records: readonly LogRecord[], now: Instant): DayCounts[] {
  const [first] = records;
  if (!first) return [];
  const days: DayCounts[] = [];
  for (let day = dayOf(first.at); endOf(day) <= now; day = dayAfter(day)) {
    const then = naiveList(stateAfter(records.filter(({ at }) => at < endOf(day))), endOf(day));
    days.push({ day, ...naiveCounts(then.filter(({ status }) => status === "open")).open });
  }
  return days;
}

/* ---------- stories ---------- */

interface Commit {
  /** Milliseconds since the one before. */
  readonly after: number;
  readonly happened: readonly EventType[];
  readonly writes: readonly Write[];
}

const BEGIN: Instant = "2026-01-01T09:00:00.000Z";
const CHECKS = ["example/one", "example/two"] as const;

const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    check: fc.constantFrom(...CHECKS),
    name: fc.constantFrom("a", "B%_", "c"),
    accountId: fc.constantFrom("111122223333", "444455556666"),
    severity: fc.constantFrom(...SEVERITIES),
    condition: fc.constantFrom("failing", "failing", "cleared"),
    watched: fc.constantFrom("yes", "yes", "yes", "retired", "unmonitored"),
    covered: fc.boolean(),
    tags: fc.constantFrom(undefined, {}, { team: "blue" }, { team: "red", "__proto__ ": "x" }),
    assignee: fc.constantFrom(undefined, undefined, "U1", "arn:aws:iam::111122223333:user/ann"),
    hour: fc.nat(200),
  })
  .map(({ check, name, accountId, severity, condition, watched, covered, tags, assignee, hour }) => {
    const ref = { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${name}`, name, accountId, region: name === "a" ? "global" : "eu-west-1" };
    const openedAt = plus(BEGIN, hour * HOUR);
    return {
      fingerprint: fingerprintOf(check, ref),
      aliases: check === "example/one" && name === "c" ? [fingerprintOf("example/former", ref)] : [],
      checkId: check,
      ref,
      severity,
      title: "Bucket is open",
      condition,
      watched,
      coveredBy: covered && check === "example/two" ? "example/one" : null,
      ...(tags && { tags }),
      message: { id: "bad", text: `Bucket ${name} is not right.`, evidence: {}, notes: [] },
      openedAt,
      clearedAt: condition === "cleared" ? plus(openedAt, 30 * 60_000) : null,
      reopened: 0,
      lastSeenAt: openedAt,
      evidenceAt: openedAt,
      stale: null,
      ...(assignee !== undefined && { assignee: { id: assignee, at: openedAt, by: SYSTEM } }),
    };
  });

const anySuppression: fc.Arbitrary<Suppression> = fc
  .record({
    id: fc.constantFrom("s1", "s2", "s3"),
    from: fc.nat(100),
    hours: fc.integer({ min: 1, max: 200 }),
    of: fc.oneof(
      anyFinding.map(({ fingerprint }) => ({ fingerprint })),
      fc.constantFrom(...anyRules(CHECKS)).map((rule) => ({ rule })),
    ),
    ended: fc.boolean(),
    waits: fc.constantFrom(false, false, true),
  })
  .map(({ id, from, hours, of, ended, waits }) => ({
    id,
    scope: of,
    justification: "Reviewed by the team.",
    by: { kind: "user", id: "U111", via: "slack" },
    from: plus(BEGIN, from * HOUR),
    expiresAt: plus(BEGIN, (from + hours) * HOUR),
    approval: waits ? "waiting" : "not-needed",
    ended: ended ? { at: plus(BEGIN, from * HOUR), why: "lifted", by: SYSTEM } : null,
  }));

function eventOf(type: EventType, at: Instant): AuditEvent {
  return { type, subject: "any", at, actor: SYSTEM, source: "sweep", note: "" };
}

const anyStory: fc.Arbitrary<readonly Commit[]> = fc.array(
  fc.record({
    after: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3 * DAY })),
    happened: fc.array(fc.constantFrom("opened", "reopened", "resolved", "suppressed", "evidence-changed", "suppression-ended"), {
      maxLength: 3,
    }),
    writes: fc.array(
      fc.oneof(
        { weight: 3, arbitrary: anyFinding.map((value): Write => ({ kind: "finding", value })) },
        { weight: 1, arbitrary: anySuppression.map((value): Write => ({ kind: "suppression", value })) },
      ),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  { maxLength: 10 },
);

const FILTERS: readonly FindingFilter[] = [
  {},
  { statuses: [] },
  { severities: ["critical", "low"] },
  ...STATUSES.map((status): FindingFilter => ({ statuses: [status] })),
  { checks: ["example/two"], accounts: ["111122223333"] },
  { regions: ["global"] },
  { types: ["AWS::EC2::Volume"] },
  { arns: ["arn:aws:s3:::c"] },
  { tags: { team: ["blue", "green"] } },
  { tags: { team: ["*"] } },
  { tags: { other: ["*"] } },
  { assignees: ["U1"] },
  { assignees: [NOBODY], severities: ["critical", "high"] },
  { assignees: [NOBODY, "arn:aws:iam::111122223333:user/ann"] },
  { assignees: [] },
  { text: "b%_" },
  { text: "BUCKET A" },
  { text: "example/TWO", statuses: ["open", "suppressed"] },
  { openedFrom: plus(BEGIN, 50 * HOUR), openedBefore: plus(BEGIN, 150 * HOUR) },
];
