import { type Destination, USUAL } from "@posture/config";
import { type AuditEvent, type OutboxRow, plus, type Suppression, SYSTEM } from "@posture/core";
import type { StatusChange } from "@posture/runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AT, listed, NOW, refOf, suppressionOf, viewOf } from "../finding.test.fixture.ts";
import { announcerOf } from "./announcer.ts";
import { findingRow, outboxOf, type Row, rowOf } from "./rows.ts";

const TEAM: Destination = { ...USUAL, owner: "S0TEAM" };
const { finding } = listed();
const { fingerprint } = finding;
const [FIRST, SECOND, LINE] = [`finding:${fingerprint}:1`, `finding:${fingerprint}:2`, `reply:finding:${fingerprint}:1:1`];
const posted = (() => {
  const row = findingRow(fingerprint, 1, AT);
  return outboxOf({ ...row, state: "sent", dueAt: null, body: { ...row.body, ts: "1.0", channel: "C1", shown: 1 } });
})();
const lapsed = suppressionOf(finding, { expiresAt: NOW, basis: "fix-planned", ended: { at: NOW, why: "expired", by: SYSTEM } });
const rule = (it: Suppression): Suppression => ({ ...it, scope: { rule: { regions: ["eu-west-1"] } } });
const openAgain: StatusChange = { before: listed("suppressed"), after: listed("open"), cause: { kind: "clock" } };

function planned(
  suppression: Suppression,
  { change = openAgain, destination = TEAM, outbox = [posted], at = NOW }: PlannedMore = {},
): ReadonlyMap<string, Row> {
  const ended: AuditEvent = { type: "suppression-ended", subject: suppression.id, at, actor: SYSTEM, source: "clock", note: "expired" };
  const view = viewOf(outbox, { findingOf: (name) => (name === fingerprint ? change.after.finding : undefined) });
  const writes = announcerOf(() => [destination]).plan([change], view, at, [suppression], [ended]);
  return new Map(
    writes
      .flatMap((it) => (it.kind === "outbox" ? [[it.value.key, rowOf(it.value)] as const] : []))
      .flatMap(([k, v]) => (v ? [[k, v]] : [])),
  );
}
interface PlannedMore {
  readonly change?: StatusChange;
  readonly destination?: Destination;
  readonly outbox?: readonly OutboxRow[];
  readonly at?: string;
}

describe("a finding whose suppression ends by time", () => {
  test.each([
    ["of its own", lapsed],
    ["a rule", rule(lapsed)],
  ])("(%s) is posted once more, with who had it suppressed and why; each message says where the other is", (_, suppression) => {
    const rows = planned(suppression);
    expect([...rows.keys()].toSorted()).toEqual([FIRST, SECOND, LINE].toSorted());
    expect(rows.get(SECOND)?.body).toMatchObject({
      follows: "1.0",
      owner: "S0TEAM",
      mayShare: true,
      lapsed: { by: lapsed.by, until: NOW, why: `Fix planned: ${lapsed.justification}` },
    });
    expect(rows.get(FIRST)?.body).toMatchObject({ next: SECOND, nextAfter: "lapse" });
    expect(rows.get(LINE)?.body).toMatchObject({ owner: null, lines: [{ did: "suppression-expired" }] });
  });
  test("is told in its message and its thread, where the route wants no new ones; the owner is mentioned there", () => {
    const rows = planned(lapsed, { destination: { ...TEAM, broadcast: false } });
    expect([...rows.keys()]).toEqual([FIRST, LINE]);
    expect(rows.get(FIRST)?.body).toMatchObject({ next: null, said: { text: expect.stringContaining("had it suppressed until now") } });
    expect(rows.get(LINE)?.body).toMatchObject({ owner: "S0TEAM" });
  });
  test("is told for the first time where it was suppressed before anybody heard of it", () => {
    const rows = planned(lapsed, { outbox: [] });
    expect([...rows.keys()]).toEqual([FIRST]);
    expect(rows.get(FIRST)?.body).toMatchObject({ follows: null, lapsed: { why: `Fix planned: ${lapsed.justification}` } });
    const unsaid = outboxOf({ ...findingRow(fingerprint, 1, AT, { mayShare: true }), state: "sent", dueAt: null });
    const [[key, row] = ["", undefined], ...more] = planned(lapsed, { outbox: [unsaid] });
    expect([key, row?.state, row?.dueAt, more]).toEqual([FIRST, "due", NOW, []]);
    expect(row?.body).toMatchObject({ lapsed: { until: NOW } });
  });
  test("is not told where its severity is not told", () => {
    const medium: StatusChange = {
      ...openAgain,
      before: listed("suppressed", { severity: "medium" }),
      after: listed("open", { severity: "medium" }),
    };
    expect(planned(lapsed, { change: medium, outbox: [] }).size).toBe(0);
  });
  test("waits for the end of quiet hours, unless it is critical", () => {
    const night = "2026-01-15T22:00:00.000Z";
    const quiet: Destination = { ...TEAM, quiet: { from: "20:00", to: "07:00", timeZone: "UTC" } };
    const high: StatusChange = {
      ...openAgain,
      before: listed("suppressed", { severity: "high" }),
      after: listed("open", { severity: "high" }),
    };
    const dueAt = (change: StatusChange): unknown => planned(lapsed, { change, destination: quiet, at: night }).get(SECOND)?.dueAt;
    expect([dueAt(high), dueAt(openAgain)]).toEqual(["2026-01-16T07:00:00.000Z", night]);
  });
});

describe("no new message is due", () => {
  const ended = (why: "lifted" | "resolved"): Suppression => ({ ...lapsed, ended: { at: NOW, why, by: lapsed.by } });
  test.each([
    ["somebody lifts it", ended("lifted"), openAgain],
    ["another one still hides it", lapsed, { ...openAgain, after: listed("suppressed") }],
    ["it was resolved meanwhile", lapsed, { ...openAgain, before: listed("resolved"), after: listed("resolved") }],
    ["nobody had approved it, so it hid nothing", { ...lapsed, approval: "waiting" as const }, { ...openAgain, before: listed("open") }],
    ["it hid something else", suppressionOf({ fingerprint: "v1-other" }, { ended: lapsed.ended }), openAgain],
  ])("where %s: the message that is there follows", (_, suppression, change) => {
    const rows = planned(suppression, { change });
    expect(rows.has(SECOND)).toBe(false);
    expect(rows.get(FIRST)?.body).toMatchObject({ next: null, wanted: 2 });
  });
});

test("however many a rule had hidden, each is news once, and all may share messages", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 60 }), (count, told) => {
      const changes = Array.from({ length: count }, (_, i): StatusChange => ({
        before: listed("suppressed", { ref: refOf(`b-${i}`), severity: "high" }),
        after: listed("open", { ref: refOf(`b-${i}`), severity: "high" }),
        cause: { kind: "clock" },
      }));
      const names = changes.map(({ after }) => after.finding.fingerprint);
      const outbox = names.slice(0, told).map((name, i) => {
        const row = findingRow(name, 1, AT);
        return outboxOf({ ...row, state: "sent", dueAt: null, body: { ...row.body, ts: `${i}.0`, channel: "C1", shown: 1 } });
      });
      const writes = announcerOf(() => [TEAM]).plan(changes, viewOf(outbox), plus(NOW, 1), [rule(lapsed)], []);
      const rows = writes.flatMap((it) => (it.kind === "outbox" ? (rowOf(it.value) ?? []) : []));
      const news = rows.filter(({ body }) => body.type === "finding" && body.ts === null);
      expect(news.map(({ subject }) => subject).toSorted()).toEqual(names.toSorted());
      expect(news.every(({ body }) => body.type === "finding" && body.mayShare && body.lapsed !== null)).toBe(true);
      expect(rows.length).toBe(new Set(rows.map(({ key }) => key)).size);
    }),
    { numRuns: 40 },
  );
});
