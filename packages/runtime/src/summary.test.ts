import {
  applyWrite,
  type AuditEvent,
  DAY,
  type Day,
  dayOf,
  elapsed,
  emptyState,
  endOf,
  type Finding,
  fingerprintOf,
  HOUR,
  type Instant,
  memoryStore,
  plus,
  SEVERITIES,
  type Severity,
  type Status,
  statusOf,
  type StoreState,
  type Suppression,
  SYSTEM,
  type Write,
} from "@posture/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SeverityCounts } from "./posture.ts";
import { daySummaryOf, presentIn, summaryOf } from "./summary.ts";

/* The summary against a naive recount of the same commits. */

const BEGIN: Instant = "2026-01-01T09:00:00.000Z";
const TARGETS: SeverityCounts = { critical: 1, high: 3, medium: 5, low: 0.5 };

function findingOf(name: string, more: Partial<Finding>): Finding {
  const ref = { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${name}`, name, accountId: "111122223333", region: "eu-west-1" };
  return {
    fingerprint: fingerprintOf("example/one", ref),
    aliases: [],
    checkId: "example/one",
    ref,
    severity: "critical",
    title: "Bucket is open",
    condition: "failing",
    watched: "yes",
    coveredBy: null,
    message: { id: "bad", text: `Bucket ${name} is open.`, evidence: {}, notes: [] },
    openedAt: BEGIN,
    clearedAt: null,
    reopened: 0,
    lastSeenAt: BEGIN,
    evidenceAt: BEGIN,
    stale: null,
    ...more,
  };
}

const EVENTS = ["opened", "reopened", "resolved", "suppressed", "evidence-changed"] as const;
type Happened = (typeof EVENTS)[number];

interface Commit {
  readonly at: Instant;
  readonly events: readonly AuditEvent[];
  readonly writes: readonly Write[];
}

const anyWrite: fc.Arbitrary<(at: Instant) => Write> = fc.oneof(
  fc
    .record({
      name: fc.constantFrom("a", "b", "c", "d", "e", "f"),
      severity: fc.constantFrom(...SEVERITIES),
      cleared: fc.boolean(),
      age: fc.nat(8 * 24),
    })
    .map(({ name, severity, cleared, age }) => (at: Instant): Write => ({
      kind: "finding",
      value: findingOf(name, {
        severity,
        condition: cleared ? "cleared" : "failing",
        clearedAt: cleared ? at : null,
        openedAt: plus(at, -age * HOUR),
      }),
    })),
  fc
    .record({ name: fc.constantFrom("a", "b", "c"), hours: fc.integer({ min: 1, max: 100 }) })
    .map(({ name, hours }) => (at: Instant): Write => ({
      kind: "suppression",
      value: {
        id: name,
        scope: { fingerprint: findingOf(name, {}).fingerprint },
        justification: "Reviewed by the team.",
        by: SYSTEM,
        from: at,
        expiresAt: plus(at, hours * HOUR),
        approval: "not-needed",
        ended: null,
      },
    })),
);

const anyStory: fc.Arbitrary<readonly Commit[]> = fc
  .array(
    fc.record({
      after: fc.integer({ min: 0, max: 40 }),
      happened: fc.array(fc.constantFrom(...EVENTS), { maxLength: 3 }),
      writes: fc.array(anyWrite, { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 12 },
  )
  .map((commits) => {
    let at = BEGIN;
    return commits.map(({ after, happened, writes }) => {
      at = plus(at, after * HOUR);
      return {
        at,
        events: happened.map((type): AuditEvent => ({ type, subject: "any", at, actor: SYSTEM, source: "sweep", note: "" })),
        writes: writes.map((write) => write(at)),
      };
    });
  });

interface Seen {
  readonly finding: Finding;
  readonly status: Status;
}

function naiveAt(commits: readonly Commit[], at: Instant): readonly Seen[] {
  const state: StoreState = emptyState();
  for (const { writes } of commits.filter((commit) => commit.at < at)) for (const write of writes) applyWrite(state, write);
  const suppressions: readonly Suppression[] = [...state.suppressions.values()];
  return [...state.findings.values()].map((finding) => ({
    finding,
    status: statusOf(finding, { suppressions, findingOf: () => undefined }, at),
  }));
}

function bySeverity(findings: readonly Seen[]): Record<Severity, number> {
  const of = (severity: Severity): number => findings.filter(({ finding }) => finding.severity === severity).length;
  return { critical: of("critical"), high: of("high"), medium: of("medium"), low: of("low") };
}
const isOpen = ({ status }: Seen): boolean => status === "open";

function naiveTally(commits: readonly Commit[], day: Day): Record<Exclude<Happened, "evidence-changed">, number> {
  const types = commits.filter(({ at }) => dayOf(at) === day).flatMap(({ events }) => events.map(({ type }) => type));
  const of = (wanted: Happened): number => types.filter((type) => type === wanted).length;
  return { opened: of("opened"), reopened: of("reopened"), resolved: of("resolved"), suppressed: of("suppressed") };
}

describe("the summary", () => {
  it("is what a naive recount of the log says, whatever happened", async () => {
    await fc.assert(
      fc.asyncProperty(anyStory, fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 12 }), async (commits, later, days) => {
        const store = memoryStore();
        for (const commit of commits) await store.transact({}, () => ({ ...commit, result: undefined }));
        const now = plus(commits.at(-1)?.at ?? BEGIN, later * HOUR);
        const [today, yesterday] = [dayOf(now), dayOf(plus(now, -DAY))];
        const first = dayOf(commits[0]?.at ?? "9999");
        const all = naiveAt(commits, now);
        const it = await summaryOf(store, TARGETS, now, days);

        expect(it.open).toEqual(bySeverity(all.filter(isOpen)));
        for (const status of ["suppressed", "covered", "resolved"] as const)
          expect(it[status]).toBe(all.filter((one) => one.status === status).length);
        const late = all.filter((one) => isOpen(one) && elapsed(one.finding.openedAt, now) > TARGETS[one.finding.severity] * DAY);
        expect(it.overdue).toEqual(bySeverity(late));
        expect(it.sinceYesterday).toEqual({
          day: yesterday,
          before: first <= yesterday ? bySeverity(naiveAt(commits, endOf(yesterday)).filter(isOpen)) : null,
          happened: naiveTally(commits, today),
        });
        const known = Array.from({ length: days - 1 }, (_, i) => dayOf(plus(now, -(days - 1 - i) * DAY))).filter((day) => day >= first);
        expect(it.trend).toEqual({
          days,
          known: [
            ...known.map((day) => ({ day, ...bySeverity(naiveAt(commits, endOf(day)).filter(isOpen)) })),
            { day: today, ...bySeverity(all.filter(isOpen)) },
          ],
        });
        const criticals = all.filter((one) => isOpen(one) && one.finding.severity === "critical").map(({ finding }) => finding.openedAt);
        expect(it.oldestCriticals.map(({ finding }) => finding.openedAt)).toEqual(criticals.toSorted());

        for (const day of known)
          expect(await daySummaryOf(store, day, now)).toEqual({
            day,
            open: bySeverity(naiveAt(commits, endOf(day)).filter(isOpen)),
            happened: naiveTally(commits, day),
          });
        expect(await daySummaryOf(store, today, now)).toEqual({ day: today, open: it.open, happened: it.sinceYesterday.happened });
      }),
      { numRuns: 150 },
    );
  });
  it("says nothing of a day before the first record, and of one that has not come", async () => {
    const store = memoryStore();
    await store.transact({}, () => ({ at: BEGIN, events: [], writes: [{ kind: "finding", value: findingOf("a", {}) }], result: 0 }));
    const now = plus(BEGIN, HOUR);
    expect(await daySummaryOf(store, "2025-12-31", now)).toBeNull();
    expect(await daySummaryOf(store, "2026-01-02", now)).toBeNull();
    expect(await daySummaryOf(store, "2026-01-01", now)).toMatchObject({ open: { critical: 1 } });
  });
  it("a finding is overdue once its target is past, and not at that instant", async () => {
    const store = memoryStore();
    await store.transact({}, () => ({ at: BEGIN, events: [], writes: [{ kind: "finding", value: findingOf("a", {}) }], result: 0 }));
    const overdueAt = async (at: Instant): Promise<number> => (await summaryOf(store, TARGETS, at)).overdue.critical;
    expect(await overdueAt(plus(BEGIN, DAY))).toBe(0);
    expect(await overdueAt(plus(BEGIN, DAY + 1))).toBe(1);
  });
  it("names at most ten criticals", async () => {
    const store = memoryStore();
    const writes = Array.from({ length: 12 }, (_, i): Write => ({
      kind: "finding",
      value: findingOf(`b${i}`, { openedAt: plus(BEGIN, i) }),
    }));
    await store.transact({}, () => ({ at: BEGIN, events: [], writes, result: 0 }));
    const { oldestCriticals } = await summaryOf(store, TARGETS, plus(BEGIN, HOUR));
    expect(oldestCriticals.map(({ finding }) => finding.ref.name)).toEqual(["b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9"]);
  });
});

describe("how some findings stand", () => {
  const now = plus(BEGIN, 4 * DAY);
  const scope = (accountId: string, region: string, type: string) =>
    ({ accountId, region, type, state: "incomplete", listedAt: now, gap: { reason: "denied", missing: [], detail: "denied" } }) as const;
  const store = memoryStore();
  const values = [
    findingOf("a", {}),
    findingOf("b", { severity: "high", openedAt: plus(BEGIN, 2 * DAY) }),
    findingOf("c", { severity: "low", openedAt: plus(now, -HOUR) }),
    findingOf("d", { condition: "cleared", clearedAt: now }),
  ];
  const sweep = {
    id: "sweep-1",
    begunAt: BEGIN,
    finishedAt: now,
    accounts: [{ accountId: "111122223333", regions: ["eu-west-1"], baseline: false }],
    coverage: [scope("111122223333", "eu-west-1", "A"), scope("111122223333", "global", "B"), scope("444455556666", "eu-west-1", "A")],
    undecided: [],
    unread: [],
    calls: 1,
  };
  const ready = store.transact({}, () => ({
    at: now,
    events: [],
    writes: [...values.map((value): Write => ({ kind: "finding", value })), { kind: "sweep", value: sweep }],
    result: undefined,
  }));

  it("without a filter is how the summary says it", async () => {
    await ready;
    expect(await summaryOf(store, TARGETS, now)).toMatchObject(await presentIn(store, {}, TARGETS, now));
  });
  it("counts what matches alone, in every status, and what of it is overdue", async () => {
    const { open, overdue, resolved, oldestCriticals } = await presentIn(store, { severities: ["critical", "low"] }, TARGETS, now);
    expect([open, overdue, resolved]).toEqual([
      { critical: 1, high: 0, medium: 0, low: 1 },
      { critical: 1, high: 0, medium: 0, low: 0 },
      1,
    ]);
    expect(oldestCriticals.map(({ finding }) => finding.ref.name)).toEqual(["a"]);
    expect((await presentIn(store, { text: "exists-not" }, TARGETS, now)).open).toEqual({ critical: 0, high: 0, medium: 0, low: 0 });
  });
  it("says what could not be read in the accounts and regions that it is about, and in what is global", async () => {
    const typesIn = async (filter: object): Promise<readonly string[]> => {
      const { coverage, lastSweep } = await presentIn(store, filter, TARGETS, now);
      expect(lastSweep?.coverage).toEqual(coverage.incomplete);
      return coverage.incomplete.map(({ accountId, type }) => `${accountId} ${type}`);
    };
    expect(await typesIn({ accounts: ["444455556666"] })).toEqual(["444455556666 A"]);
    expect(await typesIn({ regions: ["us-east-1"] })).toEqual(["111122223333 B"]);
    expect(await typesIn({ severities: ["low"] })).toHaveLength(3);
  });
});
