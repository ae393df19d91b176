import { type Destination, USUAL } from "@posture/config";
import { HOUR, type OutboxRow, plus, type Status, type Write } from "@posture/core";
import type { Listed, StatusChange } from "@posture/runtime";
import { describe, expect, test } from "vitest";
import { listed, refOf, suppressionOf, viewOf } from "../finding.test.fixture.ts";
import { announcerOf, askedFor } from "./announcer.ts";
import { type FindingBody, groupKey, type Row, rowOf } from "./rows.ts";
import { ALONE, arranged, joined, type Newcomer } from "./sharing.ts";

const EVENING = "2026-01-15T22:00:00.000Z";
const NIGHT = "2026-01-16T02:00:00.000Z";
const MORNING = "2026-01-16T07:00:00.000Z";
const QUIET: Destination = { ...USUAL, own: ["critical", "high", "medium"], quiet: { from: "20:00", to: "07:00", timeZone: "UTC" } };
const announcer = announcerOf(() => [QUIET]);
const cause = { kind: "sweep", sweepId: "sweep-2" } as const;

const high = listed("open", { severity: "high" });
const becoming = (before: Listed | null, status: Status, more: Parameters<typeof listed>[1] = {}): StatusChange => ({
  before,
  after: listed(status, { severity: "high", ...more }),
  cause,
});
/** The rows after these changes, one commit each. */
function rowsAfter(changes: readonly (readonly [StatusChange, string])[]): readonly OutboxRow[] {
  const rows = new Map<string, OutboxRow>();
  for (const [change, at] of changes) {
    for (const write of announcer.plan([change], viewOf([...rows.values()]), at, [], [])) keep(rows, write);
  }
  return [...rows.values()];
}
function keep(rows: Map<string, OutboxRow>, write: Write): void {
  if (write.kind === "outbox") rows.set(write.value.key, write.value);
}
const due = (rows: readonly OutboxRow[]): readonly (string | null)[] =>
  rows.filter(({ state }) => state === "due").map(({ dueAt }) => dueAt);

describe("while it is quiet", () => {
  test("what is not critical waits for the end, and what is does not", () => {
    expect(due(rowsAfter([[becoming(null, "open"), EVENING]]))).toEqual([MORNING]);
    expect(due(rowsAfter([[becoming(null, "open", { severity: "critical" }), EVENING]]))).toEqual([EVENING]);
    expect(due(rowsAfter([[becoming(null, "open"), MORNING]]))).toEqual([MORNING]);
  });
  test.each(["resolved", "suppressed", "covered"] as const)("what is %s before the end is not told at all", (status) => {
    const rows = rowsAfter([
      [becoming(null, "open"), EVENING],
      [becoming(high, status), NIGHT],
    ]);
    expect(due(rows)).toEqual([]);
  });
  test("nor because somebody suppressed it by name", () => {
    const [row] = rowsAfter([[becoming(null, "open"), EVENING]]);
    const suppression = suppressionOf(high.finding, { from: NIGHT });
    const view = viewOf(row ? [row] : [], { findingOf: () => high.finding });
    const rows = new Map<string, OutboxRow>();
    for (const write of announcer.plan([becoming(high, "suppressed")], view, NIGHT, [suppression], [])) keep(rows, write);
    expect(due([...rows.values()])).toEqual([]);
  });
  test("what fails again in the same night is one message in the morning", () => {
    const resolved = listed("resolved", { severity: "high", clearedAt: NIGHT });
    const hourLater = plus(NIGHT, 2 * HOUR);
    const rows = rowsAfter([
      [becoming(null, "open"), EVENING],
      [becoming(high, "resolved", { clearedAt: NIGHT }), NIGHT],
      [becoming(resolved, "open"), hourLater],
    ]);
    expect(rows.map(({ key }) => key)).toHaveLength(1);
    expect(due(rows)).toEqual([MORNING]);
  });
  test("what becomes critical does not wait any longer", () => {
    const rows = rowsAfter([
      [becoming(null, "open"), EVENING],
      [becoming(high, "open", { severity: "critical" }), NIGHT],
    ]);
    expect(due(rows)).toEqual([NIGHT]);
  });
  test("another change does not bring it forward", () => {
    const rows = rowsAfter([
      [becoming(null, "open"), EVENING],
      [becoming(high, "open", { tags: { team: "web" } }), NIGHT],
    ]);
    expect(due(rows)).toEqual([MORNING]);
  });
  test("whoever asks for it sees it now", () => {
    const rows = rowsAfter([[becoming(null, "open"), EVENING]]);
    const asked = askedFor([high.finding], null, rows, NIGHT).flatMap((write) => (write.kind === "outbox" ? [write.value] : []));
    expect(due(asked)).toEqual([NIGHT]);
    expect(rowOf(asked[0] ?? rows[0]!)?.body).toMatchObject({ mayShare: false, asked: true });
  });
  test("a sweep's digest waits, unless it has a critical", () => {
    const crowd = (severity: "high" | "critical"): readonly StatusChange[] =>
      Array.from({ length: 11 }, (_, i) => becoming(null, "open", { severity: i === 0 ? severity : "high", ref: refOf(`b-${i}`) }));
    const digestOf = (severity: "high" | "critical"): (string | null)[] =>
      announcer
        .plan(crowd(severity), viewOf(), EVENING, [], [])
        .flatMap((write) => (write.kind === "outbox" && write.value.state === "due" ? [write.value.dueAt] : []));
    expect(digestOf("high")).toEqual([MORNING]);
    expect(digestOf("critical")).toEqual([EVENING]);
  });
});

describe("at the end", () => {
  const newcomers = (count: number): readonly Newcomer[] =>
    Array.from({ length: count }, (_, i) => {
      const it = becoming(null, "open", { ref: refOf(`b-${i}`), checkId: `s3/check-${i}` });
      const [write] = announcer.plan([it], viewOf(), EVENING, [], []);
      const row = write?.kind === "outbox" ? rowOf(write.value) : null;
      if (row?.body.type !== "finding") throw new Error("no message is due");
      const mine: Row<FindingBody> = { ...row, body: row.body };
      return { row: mine, severity: "high", checkId: it.after.finding.checkId, accountId: it.after.finding.ref.accountId };
    });
  test("more than ten that waited are one message, which says so; what comes a moment later is none of it", () => {
    const { joins, held } = arranged(newcomers(11), ALONE, MORNING);
    expect(joins.map(({ of, rows }) => [of.quiet, rows.length])).toEqual([[true, 11]]);
    expect(held.size).toBe(0);
    const [join] = joins;
    const after = join ? joined(ALONE, join.of, MORNING) : ALONE;
    const news = newcomers(12).map((it) => ({ ...it, row: { ...it.row, body: { ...it.row.body, waited: false } } }));
    const [flood, ...more] = arranged(news, after, plus(MORNING, 1000)).joins;
    expect([flood?.of.quiet ?? false, more]).toEqual([false, []]);
    expect(flood && join && groupKey(flood.of) !== groupKey(join.of)).toBe(true);
  });
  test("more than ten in a flood that has begun have words of their own all the same", () => {
    const of = { to: null, checkId: null, accountId: null, from: MORNING, until: plus(MORNING, 60_000) };
    const { joins } = arranged(newcomers(11), joined(ALONE, of, MORNING), plus(MORNING, 2000));
    expect(joins.map((it) => [it.of.quiet, it.rows.length])).toEqual([[true, 11]]);
  });
  test("up to ten are told as any others", () => {
    expect(arranged(newcomers(6), ALONE, MORNING).joins).toEqual([]);
  });
});
