import { USUAL } from "@posture/config";
import { type Instant, plus, SEVERITIES } from "@posture/core";
import type { StatusChange } from "@posture/runtime";
import { describe, expect, test } from "vitest";
import { CHANGE, listed, many, NOW, opened, refOf, viewOf } from "../finding.test.fixture.ts";
import { announcerOf } from "./announcer.ts";
import { isFindingRow } from "./messages.ts";
import { type FindingBody, groupKey, type Row, rowOf } from "./rows.ts";
import { ALONE, arranged, joined, type Newcomer, postedAlone } from "./sharing.ts";

const announcer = announcerOf(() => [USUAL]);

describe("what change events open", () => {
  const event = { kind: "event", change: CHANGE } as const;
  const rowsFor = (news: readonly StatusChange[]): readonly Row<FindingBody>[] =>
    announcer
      .plan(news, viewOf(), NOW, [], [])
      .flatMap((it) => (it.kind === "outbox" ? (rowOf(it.value) ?? []) : []))
      .filter(isFindingRow);
  test.each([1, 500])("by one event has messages that may be shared, however many they are: %d", (count) => {
    const rows = rowsFor(many(count, "high").map((it) => opened(it, event)));
    expect(rows).toHaveLength(count);
    expect(rows.every(({ state, dueAt, body }) => state === "due" && dueAt === NOW && body.mayShare)).toBe(true);
  });
  test("by 10,000 events, a commit each, in a minute is six messages of the channel at most, a few criticals first", () => {
    const grave = [7, 4007, 8007];
    const news = Array.from({ length: 10_000 }, (_, i) => {
      const [severity, checkId] = grave.includes(i) ? (["critical", `s3/grave-${i}`] as const) : (["high", `s3/check-${i % 40}`] as const);
      return listed("open", { severity, checkId, ref: refOf(`b${i}`) });
    });
    const newcomers = news.flatMap((it) => {
      const { severity, checkId, ref } = it.finding;
      return rowsFor([opened(it, event)]).map((row): Newcomer => ({ row, severity, checkId, accountId: ref.accountId }));
    });
    expect(newcomers).toHaveLength(10_000);
    const messages = postedOf(newcomers, (i) => plus(NOW, i * 6));
    expect(messages.length).toBeLessThanOrEqual(6);
    expect(messages.filter((it) => it === "critical").length).toBe(3);
  });
});

/** What a channel has posted, the severity of what stands alone, when each becomes news at its own time; Slack takes one a second. */
function postedOf(newcomers: readonly Newcomer[], at: (place: number) => Instant): readonly string[] {
  const posted: string[] = [];
  const groups = new Set<string>();
  let sharing = ALONE;
  let waiting: readonly Newcomer[] = [];
  let next = 0;
  for (let second = 0; second < 60; second += 1) {
    const now = plus(NOW, second * 1000);
    const come = newcomers.slice(next).findIndex((_, i) => at(next + i) > now);
    const end = come === -1 ? newcomers.length : next + come;
    waiting = [...waiting, ...newcomers.slice(next, end)];
    next = end;
    const { joins, held } = arranged(waiting, sharing, now);
    for (const { of } of joins) {
      if (!groups.has(groupKey(of))) posted.push("group");
      groups.add(groupKey(of));
      sharing = joined(sharing, of, now);
    }
    const gone = new Set(joins.flatMap(({ rows }) => rows.map(({ key }) => key)));
    const free = waiting.filter(({ row }) => !gone.has(row.key) && !held.has(row.key));
    const [first] = free.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
    if (first) {
      posted.push(first.severity);
      sharing = postedAlone(sharing, first, now);
    }
    waiting = waiting.filter((it) => it !== first && !gone.has(it.row.key));
  }
  return posted;
}
