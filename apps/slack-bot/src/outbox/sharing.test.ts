import { type Instant, plus, SEVERITIES, type Severity } from "@posture/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOW } from "../finding.test.fixture.ts";
import { nextStep, UNHURRIED } from "./pace.ts";
import { bumped, findingRow, type GroupBody, groupKey, groupRow, type Row, type To } from "./rows.ts";
import { claimed, settled } from "./sending.ts";
import { ALONE, arranged, joined, type Newcomer, postedAlone, type Sharing } from "./sharing.ts";

/** A finding that becomes news after so many milliseconds. */
interface Arrival {
  readonly after: number;
  readonly severity: Severity;
  readonly check: number;
  readonly to?: To;
}
interface Call {
  readonly at: Instant;
  readonly kind: "post" | "update";
  readonly row: Row;
  readonly severity: Severity | null;
}
interface Told {
  readonly calls: readonly Call[];
  /** Keys of the findings that have a message of their own, and of those that a group tells. */
  readonly alone: ReadonlySet<string>;
  readonly inGroups: ReadonlySet<string>;
}

const TICK = 100;

/** What the sender does, by the same functions, with a clock of the test's and a Slack that takes everything at once. */
function told(arrivals: readonly Arrival[], seconds: number): Told {
  const coming = arrivals
    .map(({ after, severity, check, to = null }, i): { after: number; newcomer: Newcomer } => {
      const row = findingRow(`f${i}`, 1, plus(NOW, after), { to, mayShare: true });
      return { after, newcomer: { row, severity, checkId: `check/${check}`, accountId: "111122223333" } };
    })
    .toSorted((a, b) => a.after - b.after);
  const undecided = new Map<string, Newcomer>();
  const groups = new Map<string, Row<GroupBody>>();
  const [alone, inGroups] = [new Set<string>(), new Set<string>()];
  const posted = new Map<To, Instant>();
  const calls: Call[] = [];
  let sharing: Sharing = ALONE;
  let next = 0;
  for (let ms = 0; ms < seconds * 1000; ms += TICK) {
    const at = plus(NOW, ms);
    for (let it = coming[next]; it && it.after <= ms; it = coming[next]) {
      undecided.set(it.newcomer.row.key, it.newcomer);
      next += 1;
    }
    const { joins, held } = arranged([...undecided.values()], sharing, at);
    for (const { of, rows } of joins) {
      const known = groups.get(groupKey(of)) ?? groupRow(of, at);
      groups.set(known.key, bumped({ ...known, body: { ...known.body, count: known.body.count + rows.length } }, at));
      for (const { key } of rows) if (undecided.delete(key)) inGroups.add(key);
      sharing = joined(sharing, of, at);
    }
    const free = [...undecided.values()].filter(({ row }) => !held.has(row.key));
    const severityOf = (row: Row): Severity | null => undecided.get(row.key)?.severity ?? null;
    const rank = (row: Row): number => (row.body.type === "group" ? 1.5 : 1 + SEVERITIES.indexOf(severityOf(row) ?? "low"));
    const order = { rank, placeOf: ({ body }: Row) => body.to };
    const busy = new Set<To>();
    for (;;) {
      const step = nextStep([...free.map(({ row }) => row), ...groups.values()], { ...UNHURRIED, posted, busy }, order, at);
      if (step.kind === "wait" || step.kind === "reconcile") break;
      const { row, place, kind } = step;
      busy.add(place);
      calls.push({ at, kind, row, severity: severityOf(row) });
      if (kind === "post") posted.set(place, at);
      const after = settled(claimed(row, { channel: "C1", away: false }, at), { ok: true, sent: { ts: "1", channel: "C1" } }, at);
      if (isGroup(after)) groups.set(after.key, after);
      const newcomer = undecided.get(row.key);
      if (newcomer) {
        undecided.delete(row.key);
        alone.add(row.key);
        sharing = postedAlone(sharing, newcomer, at);
      }
    }
  }
  return { calls, alone, inGroups };
}
function isGroup(row: Row): row is Row<GroupBody> {
  return row.body.type === "group";
}

/** How many findings the groups show in the end. */
function shownIn({ calls }: Told): number {
  const last = new Map(calls.map(({ row }) => [row.key, row.body]));
  return [...last.values()].reduce((sum, body) => sum + (body.type === "group" ? body.count : 0), 0);
}

const posts = ({ calls }: Told): readonly Call[] => calls.filter(({ kind }) => kind === "post");
const within = (ms: number, calls: readonly Call[]): readonly Call[] => calls.filter(({ at }) => at < plus(NOW, ms));
const same = (count: number, severity: Severity, every = 0): Arrival[] =>
  Array.from({ length: count }, (_, i) => ({ after: i * every, severity, check: 1 }));

describe("findings of one check that come within a minute", () => {
  test("the first has its message at once, and the others share the second", () => {
    const it = told(same(8, "high", 2000), 60);
    expect(posts(it).map(({ at, row }) => [at, row.body.type])).toEqual([
      [NOW, "finding"],
      [plus(NOW, 2000), "group"],
    ]);
    expect([it.alone.size, it.inGroups.size]).toEqual([1, 7]);
  });
  test("the second is changed at most every three seconds, and ends by knowing all", () => {
    const it = told(same(200, "high", 100), 60);
    const times = it.calls.filter(({ row }) => row.body.type === "group").map(({ at }) => Date.parse(at));
    expect(times.slice(1).every((at, i) => at - (times[i] ?? 0) >= 3000)).toBe(true);
    expect(shownIn(it)).toBe(it.inGroups.size);
  });
  test("what comes after the minute has its own message again", () => {
    const late = told([...same(3, "high"), { after: 61_000, severity: "high", check: 1 }], 70);
    expect(posts(late).map(({ row }) => row.body.type)).toEqual(["finding", "group", "finding"]);
  });
  test("those of other checks, and of other channels, have their own", () => {
    const each = told(
      [1, 2, 3].map((check) => ({ after: 0, severity: "high", check })),
      60,
    );
    expect(posts(each).map(({ row }) => row.body.type)).toEqual(["finding", "finding", "finding"]);
    const twice = told(
      ([null, "#infra"] as const).map((to) => ({ after: 0, severity: "high", check: 1, to })),
      60,
    );
    expect(posts(twice).map(({ at }) => at)).toEqual([NOW, NOW]);
  });
});

describe("criticals", () => {
  test("have messages of their own as long as they are five", () => {
    expect(told(same(5, "critical"), 60).alone.size).toBe(5);
    expect(told(same(5, "critical", 7000), 60).alone.size).toBe(5);
  });
  test("share one from the sixth on, whether they come at once or one by one", () => {
    const atOnce = told(same(6, "critical"), 60);
    expect([atOnce.alone.size, atOnce.inGroups.size]).toEqual([1, 5]);
    const oneByOne = told(same(8, "critical", 6000), 60);
    expect([oneByOne.alone.size, oneByOne.inGroups.size]).toEqual([5, 3]);
  });
  test("do not wait for what is less grave", () => {
    const mixed = told([...same(4, "high"), { after: 0, severity: "critical", check: 2 }], 60);
    expect(posts(mixed)[0]?.severity).toBe("critical");
  });
});

describe("a flood", () => {
  /** 10,000 findings of forty checks, a third of them critical, in so many milliseconds. */
  const flood = (milliseconds: number): Arrival[] =>
    Array.from({ length: 10_000 }, (_, i) => ({
      after: Math.floor((i * milliseconds) / 10_000),
      severity: i % 3 === 0 ? "critical" : i % 3 === 1 ? "high" : "medium",
      check: i % 40,
    }));
  test.each([0, 1000, 20_000])("of 10,000 in %d ms is six messages at most in the first minute, and nothing is lost", (milliseconds) => {
    const it = told(flood(milliseconds), 60);
    expect(within(60_000, posts(it)).length).toBeLessThanOrEqual(6);
    expect(it.alone.size + it.inGroups.size).toBe(10_000);
    expect(posts(it)[0]?.severity ?? "critical").toBe("critical");
    expect(shownIn(it)).toBe(it.inGroups.size);
  });
  test("leaves a few criticals their own messages, and those come first", () => {
    const highs = Array.from({ length: 300 }, (_, i): Arrival => ({ after: 0, severity: "high", check: i % 30 }));
    const few: Arrival[] = [...highs, ...[37, 38, 39].map((check) => ({ after: 0, severity: "critical" as const, check }))];
    const it = told(few, 60);
    expect(posts(it).map(({ severity }) => severity)).toEqual(["critical", "critical", "critical", null]);
  });
  test("of one check is its first message and one more", () => {
    const it = told(same(10_000, "high"), 60);
    expect(posts(it).map(({ row }) => row.body.type)).toEqual(["finding", "group"]);
  });
  test("in one channel is none in another", () => {
    const it = told([...flood(1000), { after: 500, severity: "high", check: 1, to: "#infra" }], 60);
    expect(
      posts(it)
        .filter(({ row }) => row.body.to === "#infra")
        .map(({ row }) => row.body.type),
    ).toEqual(["finding"]);
  });
});

const arrival: fc.Arbitrary<Arrival> = fc.record({
  after: fc.nat(90_000),
  severity: fc.constantFrom(...SEVERITIES),
  check: fc.nat(4),
  to: fc.constantFrom(null, "#a", "#b"),
});

test("whatever comes when: each finding is told once, alone or in a group, and no channel has more than its criticals, ten others and their groups in a minute", () => {
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 60 }), (arrivals) => {
      const it = told(arrivals, 160);
      expect(it.alone.size + it.inGroups.size).toBe(arrivals.length);
      expect([...it.alone].filter((key) => it.inGroups.has(key))).toEqual([]);
      for (const there of Map.groupBy(posts(it), ({ row }) => row.body.to).values()) {
        const times = there.map(({ at }) => Date.parse(at));
        const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
        expect(most).toBeLessThanOrEqual(24);
      }
    }),
    { seed: 19, numRuns: 30 },
  );
}, 30_000);
