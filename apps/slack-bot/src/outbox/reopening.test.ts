import { type Destination, USUAL } from "@posture/config";
import { type AuditEvent, HOUR, type OutboxRow, plus, type Severity, SYSTEM } from "@posture/core";
import type { StatusChange } from "@posture/runtime";
import { describe, expect, test } from "vitest";
import { AT, listed, many, NOW, opened, viewOf } from "../finding.test.fixture.ts";
import { announcerOf } from "./announcer.ts";
import { findingRow, outboxOf, type Row, rowOf } from "./rows.ts";

const TEAM: Destination = { ...USUAL, owner: "S0TEAM" };
const INSIDE: Destination = { ...TEAM, broadcast: false };
const { fingerprint } = listed().finding;
const posted: OutboxRow = (() => {
  const row = findingRow(fingerprint, 1, AT, { owner: "S0TEAM" });
  return outboxOf({ ...row, state: "sent", dueAt: null, body: { ...row.body, ts: "1.0", channel: "C1", shown: 1 } });
})();
const event = (type: AuditEvent["type"]): AuditEvent => ({ type, subject: fingerprint, at: NOW, actor: SYSTEM, source: "sweep", note: "" });
const reopening = (ago: number): StatusChange => ({
  before: listed("resolved", { clearedAt: plus(NOW, -ago) }),
  after: listed("open", { reopened: 1 }),
  cause: { kind: "sweep", sweepId: "sweep-2" },
});
function planned(destination: Destination, change: StatusChange, type: AuditEvent["type"], outbox = [posted]): Map<string, Row> {
  const writes = announcerOf(() => [destination]).plan([change], viewOf(outbox), NOW, [], [event(type)]);
  const rows = writes.flatMap((write) => (write.kind === "outbox" ? (rowOf(write.value) ?? []) : []));
  return new Map(rows.map((row) => [row.key, row]));
}
const [FIRST, SECOND, LINE] = [`finding:${fingerprint}:1`, `finding:${fingerprint}:2`, `reply:finding:${fingerprint}:1:1`];

describe("a finding that reopens after an hour", () => {
  test("has a new message that mentions the owner, and each says where the other is", () => {
    const rows = planned(TEAM, reopening(HOUR), "reopened");
    expect([...rows.keys()]).toEqual([FIRST, SECOND, LINE]);
    expect(rows.get(SECOND)?.body).toMatchObject({ follows: "1.0", owner: "S0TEAM" });
    expect(rows.get(FIRST)?.body).toMatchObject({ next: SECOND });
    expect(rows.get(LINE)?.body).toMatchObject({ owner: null, broadcast: false });
  });
  test("is told in its thread, and nowhere else, where the route says so; the owner is mentioned there", () => {
    const rows = planned(INSIDE, reopening(HOUR), "reopened");
    expect([...rows.keys()]).toEqual([FIRST, LINE]);
    expect(rows.get(FIRST)?.body).toMatchObject({ next: null });
    expect(rows.get(LINE)?.body).toMatchObject({ owner: "S0TEAM", broadcast: false, lines: [{ did: "reopened" }] });
  });
  test("within the hour it is a flap: a line, and nobody is mentioned", () => {
    const rows = planned(TEAM, reopening(HOUR - 1), "reopened");
    expect([...rows.keys()]).toEqual([FIRST, LINE]);
    expect(rows.get(LINE)?.body).toMatchObject({ owner: null });
  });
});

describe("a severity", () => {
  const from = (before: Severity, after: Severity): StatusChange => ({
    ...reopening(0),
    before: listed("open", { severity: before }),
    after: listed("open", { severity: after }),
  });
  test.each([
    ["that rises is told in the channel too", TEAM, "high", "critical", true],
    ["that rises is told in the thread alone where the route says so", INSIDE, "high", "critical", false],
    ["that falls is told in the thread", TEAM, "critical", "high", false],
  ] as const)("%s", (_, destination, before, after, broadcast) => {
    const rows = planned(destination, from(before, after), "severity-changed");
    expect([...rows.keys()]).toEqual([FIRST, LINE]);
    expect(rows.get(LINE)?.body).toMatchObject({ broadcast, lines: [{ did: "severity-changed", from: before, to: after }] });
  });
});

describe("a severity that goes up and down", () => {
  const changed = (before: Severity, after: Severity): StatusChange => ({
    ...reopening(0),
    before: listed("open", { severity: before }),
    after: listed("open", { severity: after }),
  });
  /** The replies in the thread, and which of them the channel shows, once these changes came one after the other. */
  function broadcasts(...severities: readonly Severity[]): readonly boolean[] {
    let outbox: readonly OutboxRow[] = [posted];
    for (const [i, after] of severities.entries()) {
      const before = severities[i - 1];
      if (before === undefined) continue;
      const planning = planned(TEAM, changed(before, after), "severity-changed", [...outbox]);
      // Each is told before the next one comes.
      const sent = [...planning.values()].map((row) => outboxOf({ ...row, state: "sent", dueAt: null, body: { ...row.body, ts: "2.0" } }));
      outbox = [...new Map([...outbox, ...sent].map((row) => [row.key, row])).values()];
    }
    return outbox.map(rowOf).flatMap((row) => (row?.body.type === "reply" ? [row.body.broadcast] : []));
  }
  test("is told in the channel once an hour, and again only where it gets graver than it was by then", () => {
    expect(broadcasts("high", "critical", "high", "critical")).toEqual([true, false, false]);
    expect(broadcasts("critical", "high", "critical")).toEqual([false, false]);
    expect(broadcasts("medium", "high", "critical", "high")).toEqual([true, true, false]);
  });
});

describe("the owner", () => {
  test("is mentioned where a finding opens", () => {
    const rows = planned(TEAM, opened(listed()), "opened", []);
    expect(rows.get(FIRST)?.body).toMatchObject({ owner: "S0TEAM" });
  });
  test("is mentioned in no digest", () => {
    const writes = announcerOf(() => [TEAM]).plan(
      many(11, "high").map((it) => opened(it)),
      viewOf(),
      NOW,
      [],
      [],
    );
    expect(JSON.stringify(writes)).not.toContain("S0TEAM");
  });
});

test("what a sweep sees again unchanged adds no line", () => {
  const same: StatusChange = { ...reopening(0), before: listed("open"), after: listed("open", { lastSeenAt: NOW }) };
  const writes = announcerOf(() => [TEAM]).plan([same], viewOf([posted]), NOW, [], []);
  expect(writes.map((write) => (write.kind === "outbox" ? write.value.key : ""))).toEqual([FIRST]);
});
