// long: one contract, read from top to bottom by whoever writes a store
import assert from "node:assert/strict";
import {
  applyWrite,
  type AuditEvent,
  type Change,
  emptyState,
  type Finding,
  type FindingStore,
  fingerprintOf,
  GENESIS,
  hashOf,
  type Instant,
  type LogRecord,
  resourceKey,
  type ResourceRef,
  type StoreState,
  type StoreView,
  type Suppression,
  type SweepRecord,
  SYSTEM,
  viewOf,
  type Wanted,
  type Write,
} from "@posture/core";
import fc from "fast-check";
import { testLookups } from "./store-lookups.ts";

/** A test runner whose tests may take time. */
export interface AsyncRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

export interface StoreSuiteOptions {
  /** Opens the store of that place again after it was closed. Left out: the store does not outlive its closing. */
  readonly reopen?: (place: string) => Promise<FindingStore>;
  /** Random sequences of writes to try. Default: 20. */
  readonly runs?: number;
}

const AT: Instant = "2026-01-01T00:00:00.000Z";
const LATER: Instant = "2026-01-01T01:00:00.000Z";
const EVERYTHING: Wanted = { findings: "all", outbox: {}, inbox: {} };
let places = 0;

/**
 * What every store must do. Each test makes a store at a place of its own and closes it.
 * @param makeStore makes an empty store at a place that no earlier test has used.
 */
export function testStore(
  name: string,
  makeStore: (place: string) => Promise<FindingStore>,
  runner: AsyncRunner,
  options: StoreSuiteOptions = {},
): void {
  const describe = (title: string, body: () => void): unknown => runner.describe(title, body);
  const it = (sentence: string, prove: () => Promise<void>): unknown => runner.it(sentence, prove);
  const { reopen, runs = 20 } = options;
  const proves = (sentence: string, prove: (store: FindingStore, place: string) => Promise<void>): void => {
    it(sentence, async () => {
      const place = `place-${(places += 1)}`;
      const store = await makeStore(place);
      try {
        await prove(store, place);
      } finally {
        await store.close();
      }
    });
  };

  describe(`${name} commits`, () => {
    proves("all writes of a change, with its events, as one record", async (store) => {
      const writes = [findingWrite(one), suppressionWrite(hiding(one)), outboxWrite("a"), inboxWrite("b")];
      assert.equal(await commit(store, writes, [opened(one)], "done"), "done");
      const records = await recordsOf(store);
      assert.deepEqual(
        records.map(({ seq, at, events, writes: kept }) => ({ seq, at, events, writes: kept })),
        [{ seq: 1, at: AT, events: [opened(one)], writes }],
      );
      const view = await look(store, EVERYTHING);
      assert.deepEqual([view.findings, view.suppressions, view.outbox.length, view.inbox.length], [[one], [hiding(one)], 1, 1]);
    });
    proves("nothing when decide throws, and goes on", async (store) => {
      await commit(store, [findingWrite(one)]);
      const failing = store.transact(EVERYTHING, () => {
        throw new RangeError("undecided");
      });
      await assert.rejects(failing, RangeError);
      assert.equal((await recordsOf(store)).length, 1);
      await commit(store, [findingWrite(two)]);
      assert.deepEqual(
        (await recordsOf(store)).map(({ seq }) => seq),
        [1, 2],
      );
    });
    proves("nothing of a change that could not be read back", async (store) => {
      const writes = [findingWrite(one), findingWrite({ ...two, openedAt: "yesterday" })];
      await assert.rejects(commit(store, writes), TypeError);
      assert.deepEqual((await look(store, EVERYTHING)).findings, []);
      assert.deepEqual(await recordsOf(store), []);
    });
    proves("what is decided in parts as if it were decided at once: what others ask for meanwhile comes after it", async (store) => {
      const others: Promise<unknown>[] = [];
      const work = store.transact({ outbox: { keys: ["counter"] } }, function* (view) {
        const before = Number(view.outbox[0]?.body ?? 0);
        for (let part = 0; part < 5; part += 1) {
          others.push(increment(store));
          yield;
        }
        return { at: AT, events: [], writes: [outboxWrite("counter", { body: before + 1 }), outboxWrite("whole")], result: before };
      });
      assert.equal(await work, 0);
      await Promise.all(others);
      const view = await look(store, { outbox: { keys: ["counter"] } });
      assert.equal(view.outbox[0]?.body, 1 + others.length);
      assert.ok(others.length >= 5);
    });
    proves("nothing when what is decided in parts throws in the middle, and goes on", async (store) => {
      const failing = store.transact(EVERYTHING, function* () {
        yield;
        throw new RangeError("undecided");
      });
      await assert.rejects(Promise.all([failing, increment(store)]), RangeError);
      assert.equal(await increment(store), 2);
      assert.equal((await recordsOf(store)).length, 2);
    });
    proves("a change of many parts whole, or nothing of it", async (store) => {
      const many = Array.from({ length: 2_500 }, (_, n) => outboxWrite(`row ${n}`));
      await assert.rejects(commit(store, [...many, findingWrite({ ...two, openedAt: "yesterday" })]), TypeError);
      assert.deepEqual((await look(store, EVERYTHING)).outbox, []);
      await commit(store, many);
      assert.equal((await look(store, EVERYTHING)).outbox.length, many.length);
      assertChained(await recordsOf(store));
    });
    proves("no record for a change without writes and events, but gives its result", async (store) => {
      assert.equal(await commit(store, [], [], "nothing"), "nothing");
      assert.deepEqual(await recordsOf(store), []);
    });
    proves("events without writes", async (store) => {
      await commit(store, [], [opened(one)]);
      assert.equal((await recordsOf(store)).length, 1);
    });
    proves("in order, gapless, and chained by hashes", async (store) => {
      for (let n = 0; n < 5; n += 1) await commit(store, [outboxWrite(`row ${n}`)]);
      const records = await recordsOf(store);
      assertChained(records);
      assert.deepEqual(
        records.flatMap(({ writes }) => writes),
        [0, 1, 2, 3, 4].map((n) => outboxWrite(`row ${n}`)),
      );
      assert.deepEqual(await recordsOf(store, 3), records.slice(3));
      assert.deepEqual(await recordsOf(store, 5), []);
    });
    proves("transactions that are asked for at once one after another: no increment is lost", async (store) => {
      const results = await Promise.all(Array.from({ length: 40 }, () => increment(store)));
      assert.deepEqual(new Set(results), new Set(Array.from({ length: 40 }, (_, n) => n + 1)));
      assert.equal((await look(store, { outbox: { keys: ["counter"] } })).outbox[0]?.body, 40);
      assertChained(await recordsOf(store));
    });
    proves("what a caller changes afterwards in what it handed over is not changed in the store", async (store) => {
      const body = { text: "as committed" };
      await commit(store, [outboxWrite("a", { body })]);
      body.text = "changed";
      assert.deepEqual((await look(store, EVERYTHING)).outbox[0]?.body, { text: "as committed" });
      assertChained(await recordsOf(store));
    });
  });

  describe(`${name} shows`, () => {
    const findings = [one, two, elsewhere, covered, renamed];
    const filled = (sentence: string, prove: (store: FindingStore) => Promise<void>): void =>
      proves(sentence, async (store) => {
        await commit(store, findings.map(findingWrite));
        await prove(store);
      });
    const found = async (store: FindingStore, query: Wanted["findings"]): Promise<Finding[]> => [
      ...(await look(store, query === undefined ? {} : { findings: query })).findings,
    ];
    const same = (actual: readonly Finding[], expected: readonly Finding[]): void => assert.deepEqual(sorted(actual), sorted(expected));

    filled("findings by fingerprint, by a former fingerprint, and none for a list without any", async (store) => {
      same(await found(store, { fingerprints: [one.fingerprint] }), [one]);
      same(await found(store, { fingerprints: [FORMER, renamed.fingerprint] }), [renamed]);
      same(await found(store, { fingerprints: [] }), []);
      same(await found(store, { fingerprints: ["v1-unheard-of"] }), []);
    });
    filled("findings by ARN, account, region and type, each narrowing the others", async (store) => {
      same(await found(store, { arns: [one.ref.arn] }), [one, covered]);
      same(await found(store, { accountId: "444455556666" }), [elsewhere]);
      same(await found(store, { region: "us-east-1" }), [elsewhere]);
      same(await found(store, { type: "AWS::EC2::SecurityGroup" }), [elsewhere]);
      same(await found(store, { accountId: "111122223333", arns: [two.ref.arn, elsewhere.ref.arn] }), [two]);
    });
    filled("all findings, or none when none are asked for", async (store) => {
      same(await found(store, "all"), findings);
      same(await found(store, undefined), []);
    });
    filled("the cover of a finding, which is found by its fingerprint though nobody asked for it", async (store) => {
      const view = await look(store, { findings: { fingerprints: [covered.fingerprint] } });
      assert.deepEqual(view.findings, [covered]);
      assert.deepEqual(view.findingOf(fingerprintOf("example/one", covered.ref)), one);
      assert.equal(view.findingOf(two.fingerprint), undefined);
    });
    filled("a finding under its former fingerprint too", async (store) => {
      assert.deepEqual((await look(store, { findings: "all" })).findingOf(FORMER), renamed);
    });
    filled("no finding under a fingerprint that another one has taken over", async (store) => {
      const next = { ...one, fingerprint: "v1-next", aliases: [one.fingerprint] };
      await commit(store, [findingWrite(next)]);
      same(await found(store, "all"), [next, two, elsewhere, covered, renamed]);
      same(await found(store, { fingerprints: [one.fingerprint] }), [next]);
    });
    proves("suppressions that have not ended", async (store) => {
      const [lasting, lifted] = [hiding(one), { ...hiding(two), ended: { at: LATER, why: "lifted" as const, by: SYSTEM } }];
      await commit(store, [suppressionWrite(lasting), suppressionWrite({ ...lifted, ended: null })]);
      assert.equal((await look(store, {})).suppressions.length, 2);
      await commit(store, [suppressionWrite(lifted)]);
      assert.deepEqual((await look(store, {})).suppressions, [lasting]);
    });
    proves("rows of the outbox by state, subject and key", async (store) => {
      const [a, b, c] = [outboxWrite("a"), outboxWrite("b", { state: "sent", dueAt: null }), outboxWrite("c", { subject: "other" })];
      await commit(store, [a, b, c]);
      const keys = async (outbox: NonNullable<Wanted["outbox"]>): Promise<string[]> =>
        (await look(store, { outbox })).outbox.map(({ key }) => key).toSorted();
      assert.deepEqual(await keys({}), ["a", "b", "c"]);
      assert.deepEqual(await keys({ states: ["due"] }), ["a", "c"]);
      assert.deepEqual(await keys({ subjects: ["other"] }), ["c"]);
      assert.deepEqual(await keys({ keys: ["a", "b", "none"] }), ["a", "b"]);
      assert.deepEqual(await keys({ states: ["due"], keys: ["a", "b"] }), ["a"]);
      assert.deepEqual((await look(store, {})).outbox, []);
      await commit(store, [outboxWrite("a", { state: "sent", dueAt: null })]);
      assert.deepEqual(await keys({ states: ["due"] }), ["c"]);
    });
    proves("rows of the inbox until they are forgotten", async (store) => {
      await commit(store, [inboxWrite("a"), inboxWrite("b", "done")]);
      const keys = async (inbox: NonNullable<Wanted["inbox"]>): Promise<string[]> =>
        (await look(store, { inbox })).inbox.map(({ key }) => key).toSorted();
      assert.deepEqual([await keys({}), await keys({ states: ["received"] }), await keys({ keys: ["b"] })], [["a", "b"], ["a"], ["b"]]);
      await commit(store, [{ kind: "forget", value: { inbox: ["b", "none"] } }]);
      assert.deepEqual(await keys({}), ["a"]);
    });
    proves("the latest sweep of each account, and which accounts were ever swept completely", async (store) => {
      await commit(store, [{ kind: "sweep", value: sweepOf("s1", { "111122223333": true, "444455556666": false }) }]);
      assert.deepEqual([...(await look(store, {})).sweptAccounts], ["111122223333"]);
      const second = sweepOf("s2", { "111122223333": false });
      await commit(store, [{ kind: "sweep", value: second }]);
      const view = await look(store, {});
      assert.deepEqual(view.sweeps.map(({ id }) => id).toSorted(), ["s1", "s2"]);
      assert.deepEqual([...view.sweptAccounts], ["111122223333"]);
      await commit(store, [{ kind: "sweep", value: sweepOf("s3", { "111122223333": true, "444455556666": true }) }]);
      assert.deepEqual(
        (await look(store, {})).sweeps.map(({ id }) => id),
        ["s3"],
      );
      assert.equal((await look(store, {})).sweptAccounts.size, 2);
    });
    proves("when a resource was first seen, and the first time stays the first", async (store) => {
      const [a, b] = [resourceKey(one.ref), resourceKey(two.ref)];
      await commit(store, [{ kind: "seen", value: { keys: [a], seen: { first: AT, baseline: true } } }]);
      await commit(store, [{ kind: "seen", value: { keys: [a, b], seen: { first: LATER, baseline: false } } }]);
      const view = await look(store, { seen: [a, b, "none"] });
      assert.deepEqual(
        [view.seen.get(a), view.seen.get(b), view.seen.get("none")],
        [{ first: AT, baseline: true }, { first: LATER, baseline: false }, undefined],
      );
    });
    proves("a view that stays as it was, whatever is committed later", async (store) => {
      await commit(store, [findingWrite(one)]);
      const view = await look(store, EVERYTHING);
      await commit(store, [findingWrite({ ...one, title: "other" }), findingWrite(two), suppressionWrite(hiding(one))]);
      assert.deepEqual([view.findings, view.findingOf(one.fingerprint), view.suppressions], [[one], one, []]);
    });
    proves("values that cannot be changed from outside", async (store) => {
      await commit(store, [findingWrite(one)]);
      const [seen] = (await look(store, EVERYTHING)).findings;
      assert.ok(seen);
      for (const attempt of [
        () => Object.assign(seen, { title: "other" }),
        () => Object.assign(seen.ref, { name: "other" }),
        () => Object.assign(seen.message.evidence, { x: 1 }),
      ]) {
        try {
          attempt();
        } catch {
          // A store may refuse with an error, or hand out copies.
        }
      }
      assert.deepEqual((await look(store, EVERYTHING)).findings, [one]);
    });
  });

  describe(`${name} answers people`, () => testLookups(makeStore, runner, runs));

  describe(`${name} adds up`, () => {
    proves("text of any kind comes back as it was given", async (store) => {
      const body = {
        lines: "a\nb\u2028c",
        quote: '"\\',
        nul: "\u0000",
        lone: "\ud800",
        emoji: "🪣",
        deep: [[{ "": null }]],
        constructor: 1,
        7: -0.5e-7,
      };
      await commit(store, [outboxWrite('k\n"', { body })]);
      assert.deepEqual((await look(store, { outbox: { keys: ['k\n"'] } })).outbox[0]?.body, body);
      assertChained(await recordsOf(store));
    });
    it("any sequence of writes leaves the state that its records add up to", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(anyWrite, { maxLength: 4 }), { maxLength: 25 }), async (changes) => {
          const place = `place-${(places += 1)}`;
          let store = await makeStore(place);
          try {
            await Promise.all(changes.map((writes) => commit(store, writes)));
            for (const again of reopen ? [false, true] : [false]) {
              if (again && reopen) {
                await store.close();
                store = await reopen(place);
              }
              const records = await recordsOf(store);
              assertChained(records);
              assert.equal(records.length, changes.filter((writes) => writes.length > 0).length);
              assert.deepEqual(contentOf(await look(store, EVERYTHING)), contentOf(viewOf(reductionOf(records), EVERYTHING)));
            }
          } finally {
            await store.close();
          }
        }),
        { numRuns: runs, seed: 7 },
      );
    });
    if (!reopen) return;
    proves("after closing and opening everything is there, and the chain goes on", async (store, place) => {
      await commit(store, [findingWrite(one), suppressionWrite(hiding(one)), outboxWrite("a"), inboxWrite("b")], [opened(one)]);
      await commit(store, [{ kind: "sweep", value: sweepOf("s1", { "111122223333": true }) }]);
      const before = contentOf(await look(store, EVERYTHING));
      await store.close();
      const again = await reopen(place);
      try {
        assert.deepEqual(contentOf(await look(again, EVERYTHING)), before);
        await commit(again, [findingWrite(two)]);
        assertChained(await recordsOf(again));
        assert.equal((await recordsOf(again)).length, 3);
      } finally {
        await again.close();
      }
    });
  });
}

/* ---------- what the tests look at ---------- */

function look(store: FindingStore, wanted: Wanted): Promise<StoreView> {
  return store.read(wanted, (view) => view);
}

function commit<T = undefined>(
  store: FindingStore,
  writes: readonly Write[],
  events: readonly AuditEvent[] = [],
  result?: T,
): Promise<T | undefined> {
  const change: Change = { at: AT, events, writes };
  return store.transact({}, () => ({ ...change, result }));
}

async function recordsOf(store: FindingStore, after?: number): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const record of store.records(after)) records.push(record);
  return records;
}

function assertChained(records: readonly LogRecord[]): void {
  records.forEach((record, i) => {
    assert.equal(record.seq, i + 1, "gapless");
    assert.equal(record.prev, records[i - 1]?.hash ?? GENESIS, `record ${record.seq} follows the one before`);
    assert.equal(hashOf(record), record.hash, `record ${record.seq} has the hash of its content`);
  });
}

function reductionOf(records: readonly LogRecord[]): StoreState {
  const state = emptyState();
  for (const write of records.flatMap(({ writes }) => writes)) applyWrite(state, write);
  return state;
}

/** Without order, which a store may choose. */
function contentOf(view: StoreView): unknown {
  return {
    findings: sorted(view.findings),
    suppressions: view.suppressions.toSorted((a, b) => order(a.id, b.id)),
    outbox: view.outbox.toSorted((a, b) => order(a.key, b.key)),
    inbox: view.inbox.toSorted((a, b) => order(a.key, b.key)),
    sweeps: view.sweeps.toSorted((a, b) => order(a.id, b.id)),
    sweptAccounts: [...view.sweptAccounts].toSorted(),
  };
}
function sorted(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => order(a.fingerprint, b.fingerprint));
}
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/* ---------- examples ---------- */

function refOf(name: string, more: Partial<ResourceRef> = {}): ResourceRef {
  return { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${name}`, name, accountId: "111122223333", region: "eu-west-1", ...more };
}
function findingOf(check: Finding["checkId"], ref: ResourceRef, more: Partial<Finding> = {}): Finding {
  return {
    fingerprint: fingerprintOf(check, ref),
    aliases: [],
    checkId: check,
    ref,
    severity: "high",
    title: "Example",
    condition: "failing",
    watched: "yes",
    coveredBy: null,
    message: { id: "bad", text: "It is bad.", evidence: { acl: ["READ"] }, notes: [] },
    openedAt: AT,
    clearedAt: null,
    reopened: 0,
    lastSeenAt: AT,
    evidenceAt: AT,
    stale: null,
    ...more,
  };
}

const FORMER = fingerprintOf("example/former", refOf("renamed"));
const one: Finding = findingOf("example/one", refOf("one"));
const two: Finding = findingOf("example/one", refOf("two"), {
  stale: { reason: "denied", missing: ["s3:GetBucketAcl"], detail: "", since: AT },
});
const elsewhere: Finding = findingOf(
  "example/one",
  refOf("three", { type: "AWS::EC2::SecurityGroup", accountId: "444455556666", region: "us-east-1" }),
);
const covered: Finding = findingOf("example/two", refOf("one"), { coveredBy: "example/one" });
const renamed: Finding = findingOf("example/one", refOf("renamed", { subResourceId: "part" }), { aliases: [FORMER] });

function hiding({ fingerprint }: Finding): Suppression {
  return {
    id: `hides ${fingerprint}`,
    scope: { fingerprint },
    justification: "Reviewed.",
    by: { kind: "user", id: "U111", via: "slack" },
    from: AT,
    expiresAt: "2026-01-31T00:00:00.000Z",
    approval: "not-needed",
    ended: null,
  };
}
function opened({ fingerprint }: Finding): AuditEvent {
  return { type: "opened", subject: fingerprint, at: AT, actor: SYSTEM, source: "sweep", note: "", after: "open" };
}
function sweepOf(id: string, accounts: Readonly<Record<string, boolean>>): SweepRecord {
  const scope = { region: "eu-west-1", type: "AWS::S3::Bucket", listedAt: AT };
  return {
    id,
    begunAt: AT,
    finishedAt: AT,
    undecided: [],
    unread: [],
    calls: 1,
    accounts: Object.keys(accounts).map((accountId) => ({ accountId, regions: ["eu-west-1"], baseline: false })),
    coverage: Object.entries(accounts).map(([accountId, complete]) =>
      complete
        ? { accountId, ...scope, state: "complete", seen: 1 }
        : { accountId, ...scope, state: "incomplete", gap: { reason: "denied", missing: [], detail: "" } },
    ),
  };
}
type Row<K extends Write["kind"]> = Extract<Write, { readonly kind: K }>["value"];
function findingWrite(value: Finding): Write {
  return { kind: "finding", value };
}
function suppressionWrite(value: Suppression): Write {
  return { kind: "suppression", value };
}
function outboxWrite(key: string, more: Partial<Row<"outbox">> = {}): Write {
  return { kind: "outbox", value: { key, subject: "subject", state: "due", dueAt: AT, body: null, ...more } };
}
function inboxWrite(key: string, state: Row<"inbox">["state"] = "received"): Write {
  return { kind: "inbox", value: { key, receivedAt: AT, state, body: { text: "x" } } };
}

/** Few names, so that they meet often. */
const letter = fc.constantFrom("a", "b", "c", "d");
const anyWrite: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ name: letter, aliases: fc.uniqueArray(letter, { maxLength: 2 }), title: fc.string() }).map(({ name, aliases, title }) => {
    const former = aliases.filter((alias) => alias !== name);
    return findingWrite({ ...findingOf("example/one", refOf(name)), fingerprint: name, aliases: former, title });
  }),
  fc
    .record({ id: letter, ends: fc.boolean() })
    .map(({ id, ends }) => suppressionWrite({ ...hiding(one), id, ended: ends ? { at: AT, why: "expired", by: SYSTEM } : null })),
  fc
    .record({ key: letter, state: fc.constantFrom("due", "sending", "sent", "unknown", "dead"), body: fc.jsonValue() })
    .map(({ key, ...row }) => outboxWrite(key, { ...row, body: JSON.stringify(row.body) })),
  fc.record({ key: letter, state: fc.constantFrom("received", "done") }).map(({ key, state }) => inboxWrite(key, state)),
  letter.map((key): Write => ({ kind: "forget", value: { inbox: [key] } })),
  fc
    .record({ id: letter, a: fc.boolean(), b: fc.boolean() })
    .map(({ id, a, b }): Write => ({ kind: "sweep", value: sweepOf(id, { "111122223333": a, ...(b ? { "444455556666": b } : {}) }) })),
);

function increment(store: FindingStore): Promise<number> {
  return store.transact({ outbox: { keys: ["counter"] } }, (view) => {
    const next = Number(view.outbox[0]?.body ?? 0) + 1;
    return { at: AT, events: [], writes: [outboxWrite("counter", { body: next })], result: next };
  });
}
