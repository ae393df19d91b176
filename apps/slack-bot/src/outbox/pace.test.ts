import { type Instant, plus } from "@posture/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AT, NOW } from "../finding.test.fixture.ts";
import { numberOf } from "./messages.ts";
import { nextStep, type Order, type Pace, silenceOf, type Step, UNHURRIED } from "./pace.ts";
import { digestRow, type FindingBody, findingRow, type Row, type To } from "./rows.ts";
import { claimed, settled } from "./sending.ts";

const due = (name: string, more: Partial<FindingBody> = {}): Row => {
  const row = findingRow(name, 1, AT, { to: more.to ?? null });
  return { ...row, body: { ...row.body, ...more } };
};
const by = (rank: (row: Row) => number): Order => ({ rank, placeOf: ({ body }) => body.to });
const flat = by(() => 0);

describe("what is sent next", () => {
  test("nothing, when nothing is due", () => expect(nextStep([], UNHURRIED, flat, NOW)).toEqual({ kind: "wait", until: null }));
  test("a lost post is looked for before anything is posted", () => {
    const lost: Row = { ...due("lost"), state: "unknown" };
    expect(nextStep([due("a"), lost], UNHURRIED, flat, NOW)).toEqual({ kind: "reconcile", row: lost, place: null });
  });
  test("a message that exists is corrected before a new one is made", () => {
    const old = due("old", { ts: "1", wanted: 2, shown: 1 });
    expect(nextStep([due("new"), old], UNHURRIED, flat, NOW)).toMatchObject({ kind: "update", row: { key: old.key } });
  });
  test("the gravest first, then the oldest", () => {
    const [a, b, digest] = [
      due("a"),
      { ...due("b"), dueAt: plus(AT, 5) },
      digestRow({ sweepId: "s", accountId: "1", first: true }, plus(AT, 9)),
    ];
    const rank = (row: Row): number => (row.body.type === "digest" ? 0 : row === b ? 1 : 2);
    expect(nextStep([a, b, digest], UNHURRIED, by(rank), NOW)).toMatchObject({ row: { key: digest.key } });
    expect(nextStep([a, b], UNHURRIED, by(rank), NOW)).toMatchObject({ row: { key: b.key } });
    expect(nextStep([b, a], UNHURRIED, flat, NOW)).toMatchObject({ row: { key: a.key } });
  });
  test("one post a second", () => {
    const pace = { ...UNHURRIED, posted: new Map([[null, plus(NOW, -400)]]) };
    expect(nextStep([due("a")], pace, flat, NOW)).toEqual({ kind: "wait", until: plus(NOW, 600) });
    expect(nextStep([due("a")], pace, flat, plus(NOW, 600))).toMatchObject({ kind: "post" });
  });
  test("what a person waits for is corrected before the rest", () => {
    const old = due("old", { ts: "1", wanted: 2, shown: 1 });
    const asked = { ...due("asked", { ts: "2", wanted: 2, shown: 1, asked: true }), dueAt: plus(AT, 9) };
    expect(nextStep([old, asked], UNHURRIED, flat, NOW)).toMatchObject({ kind: "update", row: { key: asked.key } });
    const pace = { ...UNHURRIED, updates: Array.from({ length: 30 }, () => ({ at: plus(NOW, -1000), place: null })) };
    expect(nextStep([old, asked], pace, flat, NOW)).toMatchObject({ kind: "update", row: { key: asked.key } });
    expect(nextStep([old], pace, flat, NOW)).toMatchObject({ kind: "wait" });
  });
  test("no more than 30 corrections a minute that nobody waits for, and posts go on meanwhile", () => {
    const pace = { ...UNHURRIED, updates: Array.from({ length: 30 }, (_, i) => ({ at: plus(NOW, -59_000 + i), place: null })) };
    const old = due("old", { ts: "1", wanted: 2, shown: 1 });
    expect(nextStep([old], pace, flat, NOW)).toEqual({ kind: "wait", until: plus(NOW, 1000) });
    expect(nextStep([old, due("new")], pace, flat, NOW)).toMatchObject({ kind: "post" });
  });
  test("nothing in a channel that Slack wants to be left alone, and the others go on", () => {
    const until = plus(NOW, 3000);
    const pace = { ...UNHURRIED, silent: new Map([[silenceOf("post", null), until]]) };
    expect(nextStep([due("a")], pace, flat, NOW)).toEqual({ kind: "wait", until });
    expect(nextStep([due("a"), due("b", { to: "#infra" })], pace, flat, NOW)).toMatchObject({ kind: "post", place: "#infra" });
  });
  test("no correction anywhere while Slack wants none, and posts go on", () => {
    const old = due("old", { ts: "1", wanted: 2, shown: 1 });
    const pace = { ...UNHURRIED, silent: new Map([[silenceOf("update", null), plus(NOW, 3000)]]) };
    expect(nextStep([old, due("new")], pace, flat, NOW)).toMatchObject({ kind: "post" });
    expect(nextStep([old], pace, flat, NOW)).toEqual({ kind: "wait", until: plus(NOW, 3000) });
  });
  test("nothing where a call is under way", () => {
    const pace = { ...UNHURRIED, busy: new Set([null]) };
    expect(nextStep([due("a")], pace, flat, NOW)).toEqual({ kind: "wait", until: null });
    expect(nextStep([due("a"), due("b", { to: "#infra" })], pace, flat, NOW)).toMatchObject({ row: { subject: "b" } });
  });
  test("the channel that had fewer corrections of late has the next", () => {
    const [a, b] = [due("a", { ts: "1", wanted: 2 }), { ...due("b", { ts: "2", wanted: 2, to: "#infra" }), dueAt: plus(AT, 9) }];
    const updates = [{ at: plus(NOW, -1000), place: null }];
    expect(nextStep([a, b], { ...UNHURRIED, updates }, flat, NOW)).toMatchObject({ kind: "update", place: "#infra" });
  });
  test("a finding's first message goes before its second, whoever waits for that", () => {
    const first = { ...due("a"), dueAt: plus(NOW, 60_000) };
    const second = findingRow("a", 2, AT);
    expect(nextStep([first, { ...second, body: { ...second.body, asked: true } }], UNHURRIED, flat, NOW)).toMatchObject({ kind: "wait" });
  });
  test("what is due later is waited for", () => {
    expect(nextStep([{ ...due("a"), dueAt: plus(NOW, 7) }], UNHURRIED, flat, NOW)).toEqual({ kind: "wait", until: plus(NOW, 7) });
  });
});

/** What is done in which second, where some channels fail, each call taking so many seconds. */
interface Done {
  readonly at: Instant;
  readonly step: Exclude<Step, { kind: "wait" }>;
  readonly ok: boolean;
}

/** A sender that knows no clock but its own: everything that may be begun is begun, and ends a while later. */
function simulated(rows: readonly Row[], failing: ReadonlySet<To>, seconds: number, lasting: (place: To) => number): readonly Done[] {
  const state = new Map(rows.map((row) => [row.key, row]));
  const posted = new Map<To, Instant>();
  const ends = new Map<To, { readonly at: Instant; readonly end: () => void }>();
  let updates: Pace["updates"] = [];
  const done: Done[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const at = plus(NOW, second * 1000);
    for (const [place, { at: end, end: finish }] of ends) if (end <= at && ends.delete(place)) finish();
    for (;;) {
      const pace: Pace = { ...UNHURRIED, posted, updates, silent: new Map(), busy: new Set(ends.keys()) };
      const step = nextStep(
        [...state.values()].filter((row) => row.state !== "sent"),
        pace,
        by(({ key }) => key.length % 3),
        at,
      );
      if (step.kind === "wait") break;
      const { row, place } = step;
      const ok = !failing.has(place);
      const sending = claimed(row, { channel: "C1", away: false }, at);
      state.set(row.key, sending);
      if (step.kind === "post") posted.set(place, at);
      else updates = [...updates, { at, place }];
      const outcome = ok
        ? ({ ok, sent: { ts: "1", channel: "C1" } } as const)
        : ({ ok, failure: { kind: "later", why: "ratelimited", retryAfter: 3000 } } as const);
      ends.set(place, { at: plus(at, lasting(place) * 1000), end: () => state.set(row.key, settled(sending, outcome, at)) });
      done.push({ at, step, ok });
    }
  }
  return done;
}

const PLACES = [null, "#a", "#b", "#c"] as const;
const someRows = fc
  .array(
    fc.record({
      name: fc.constantFrom("f1", "f2", "f3", "f4", "f5", "f6"),
      to: fc.constantFrom(...PLACES),
      stands: fc.boolean(),
      asked: fc.boolean(),
      later: fc.nat(9),
    }),
    {
      maxLength: 30,
    },
  )
  .map((given) => {
    const numbers = new Map<string, number>();
    return given.map(({ name, to, stands, asked, later }): Row => {
      const n = (numbers.get(`${name}${to}`) ?? 0) + 1;
      numbers.set(`${name}${to}`, n);
      const row = findingRow(name, n, plus(AT, later), { to });
      return { ...row, body: { ...row.body, asked, ...(stands && { ts: `1.${n}`, channel: "C1", wanted: 2, shown: 1 }) } };
    });
  });

describe("several channels", () => {
  test("none waits for another that fails, or that takes its time", () => {
    fc.assert(
      fc.property(someRows, fc.subarray([...PLACES]), fc.constantFrom(1, 10), (rows, failing, slow) => {
        const bad = new Set<To>(failing);
        const done = simulated(rows, bad, 60, (place) => (bad.has(place) ? slow : 1));
        const well = rows.filter(({ body }) => !bad.has(body.to));
        const arrived = new Set(done.filter(({ ok }) => ok).map(({ step }) => step.row.key));
        expect(well.filter(({ key }) => !arrived.has(key))).toEqual([]);
      }),
      { seed: 11, numRuns: 300 },
    );
  });
  test("a channel has one call at a time and one post a second, and a finding's messages keep their order", () => {
    fc.assert(
      fc.property(someRows, fc.subarray([...PLACES]), (rows, failing) => {
        const done = simulated(rows, new Set<To>(failing), 40, () => 1);
        const moments = done.map(({ at, step }) => `${at} ${step.place}`);
        expect(new Set(moments).size).toBe(moments.length);
        const posts = done.filter(({ step, ok }) => step.kind === "post" && ok).map(({ step }) => step.row);
        for (const there of Map.groupBy(posts, ({ subject, body }) => `${subject} ${body.to}`).values()) {
          const numbers = there.map((row) => numberOf(row));
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        }
      }),
      { seed: 13, numRuns: 300 },
    );
  });
  test("in each, the gravest is posted first", () => {
    fc.assert(
      fc.property(someRows, (given) => {
        const rows = given
          .map((row) => ({ ...row, dueAt: AT, body: { ...row.body, asked: false } }))
          .filter(({ key, body }) => body.ts === null && key.endsWith(":1"));
        const posts = simulated(rows, new Set(), 40, () => 1).map(({ step }) => step.row);
        for (const there of Map.groupBy(posts, ({ body }) => body.to).values()) {
          const ranks = there.map(({ key }) => key.length % 3);
          expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        }
      }),
      { seed: 17, numRuns: 200 },
    );
  });
});
