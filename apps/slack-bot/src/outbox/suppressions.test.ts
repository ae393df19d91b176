import { applyWrite, emptyState, type OutboxRow, type Suppression } from "@posture/core";
import { USUAL } from "@posture/config";
import { describe, expect, test } from "vitest";
import { AT, listed, NOW, opened, suppressionOf, viewOf } from "../finding.test.fixture.ts";
import { announcerOf } from "./announcer.ts";
import { findingRow, outboxOf, type Row, rowOf } from "./rows.ts";

const announcer = announcerOf(() => [USUAL]);
const ANA = { kind: "user", id: "U0ANA", via: "slack" } as const;
const it = listed("open", { severity: "medium" });
const { finding } = it;
const waiting = suppressionOf(finding, { approval: "waiting" });
const near = suppressionOf(finding, { noticedAt: NOW });
const sent: OutboxRow = (() => {
  const row = findingRow(finding.fingerprint, 1, AT);
  return outboxOf({ ...row, state: "sent", dueAt: null, body: { ...row.body, ts: "1.0", channel: "C1", shown: 1 } });
})();

function rowsAfter(
  suppression: Suppression,
  outbox: readonly OutboxRow[] = [],
  changes = [] as Parameters<typeof announcer.plan>[0],
): Row[] {
  const view = viewOf(outbox, { findingOf: (name) => (name === finding.fingerprint ? finding : undefined) });
  const writes = announcer.plan(changes, view, NOW, [suppression], []);
  return writes.flatMap((write) => (write.kind === "outbox" ? [rowOf(write.value)] : [])).filter((row) => row !== null);
}
const keys = (rows: readonly Row[]): string[] => rows.map(({ key }) => key);

describe("a suppression that waits", () => {
  test("is said in the finding's message, although no status changed", () => {
    expect(keys(rowsAfter(waiting, [sent]))).toEqual([`finding:${finding.fingerprint}:1`]);
  });
  test("gets the finding a message where it has none: nobody can approve what nobody sees", () => {
    expect(keys(rowsAfter(waiting))).toEqual([`finding:${finding.fingerprint}:1`]);
    expect(keys(rowsAfter(waiting, [{ ...sent, state: "dead" }]))).toEqual([`finding:${finding.fingerprint}:2`]);
  });
  test("makes one row due where the finding changed as well", () => {
    expect(rowsAfter(waiting, [sent], [opened(it)])).toMatchObject([{ body: { wanted: 2, asked: true } }]);
  });
  test.each([
    ["declined", "U0ANA", "declined the suppression"],
    ["withdrawn", "U0ANA", "withdrew the suppression"],
  ] as const)("says who it was %s by", (why, by, text) => {
    const [row] = rowsAfter({ ...waiting, ended: { at: NOW, why, by: ANA } }, [sent]);
    expect(row?.body.said).toEqual({ by, at: NOW, text });
  });
  test("names somebody at a command line in words, who is nobody in Slack", () => {
    const by = { kind: "user", id: "arn:aws:iam::111122223333:user/security", via: "cli" } as const;
    const [row] = rowsAfter({ ...waiting, ended: { at: NOW, why: "declined", by } }, [sent]);
    expect(row?.body.said).toMatchObject({ by: null, text: `${by.id} declined the suppression` });
  });
});

describe("a rule that waits", () => {
  const rule = { ...waiting, scope: { rule: { regions: ["eu-west-1"] } } };
  test("gets a message of its own, once, which follows what is decided", () => {
    const [row, ...more] = rowsAfter(rule, [sent]);
    expect([row?.key, more]).toEqual(["rule:s-1", []]);
    const known = row ? [outboxOf(row)] : [];
    expect(rowsAfter(rule, known)).toMatchObject([{ key: "rule:s-1", body: { wanted: 2 } }]);
    const ended = { at: NOW, why: "declined", by: ANA } as const;
    expect(rowsAfter({ ...rule, ended }, known)).toMatchObject([{ key: "rule:s-1", body: { wanted: 2 } }]);
  });
  test("is not spoken of where it needs no approval", () => {
    expect(rowsAfter({ ...rule, approval: "not-needed" })).toEqual([]);
  });
});

describe("an expiry that is near", () => {
  const key = `notice:s-1:${near.expiresAt}`;
  test("is said in the thread of the finding's message", () => {
    expect(rowsAfter(near, [sent])).toMatchObject([
      { key, subject: "s-1", body: { type: "notice", thread: { ts: "1.0", channel: "C1" } } },
    ]);
  });
  test("is said in the channel where the finding has no message, and of a rule", () => {
    expect(rowsAfter(near)).toMatchObject([{ key, body: { thread: null } }]);
    expect(rowsAfter({ ...near, scope: { rule: { regions: ["eu-west-1"] } } }, [sent])).toMatchObject([{ key, body: { thread: null } }]);
  });
  test("is said to whoever asked and whoever owns the finding alone, once each, and to no group", () => {
    const [asker, owner] = ["U0123ASKER", "U0123OWNER"];
    const by = { kind: "user", id: asker, via: "slack" } as const;
    const toldTo = (owners: readonly (string | null)[], suppression: Suppression): unknown[] => {
      const route = (): (typeof USUAL)[] => owners.map((it, i) => ({ ...USUAL, channel: `#c${i}`, owner: it }));
      const view = viewOf([sent], { findingOf: (name) => (name === finding.fingerprint ? finding : undefined) });
      const rows = announcerOf(route).plan([], view, NOW, [suppression], []);
      return rows.flatMap((write) => (write.kind === "outbox" ? [rowOf(write.value)?.body.to] : []));
    };
    expect(toldTo([owner, "S0123GROUP", owner, null], { ...near, by })).toEqual([null, asker, owner]);
    expect(toldTo([asker], { ...near, by })).toEqual([null, asker]);
    expect(toldTo([null], { ...near, by: { ...by, via: "cli" } })).toEqual([null]);
    expect(toldTo([null], { ...near, by, scope: { rule: { regions: ["eu-west-1"] } } })).toEqual([null, asker]);
  });
  test("is followed, when it has come, by the finding's message, which says who had it suppressed and why", () => {
    const ended = { at: NOW, why: "expired", by: { kind: "system" } } as const;
    const [row] = rowsAfter({ ...near, ended }, [sent]);
    expect(row?.body.said).toEqual({ by: "U0ANA", at: NOW, text: `had it suppressed until now: “${near.justification}”` });
    const [cli] = rowsAfter({ ...near, ended, by: { ...ANA, id: "deploy", via: "cli" } }, [sent]);
    expect(cli?.body.said).toMatchObject({ by: null, text: `deploy had it suppressed until now: “${near.justification}”` });
    expect(rowsAfter({ ...near, ended, approval: "waiting" }, [sent])[0]?.body.said).toBeNull();
  });
  test("is said once, whatever is committed later", () => {
    const state = emptyState();
    for (const row of rowsAfter(near, [sent])) applyWrite(state, { kind: "outbox", value: outboxOf(row) });
    const [again, ...more] = rowsAfter(near, [...state.outbox.values()]);
    expect([again?.key, again?.body.wanted, more]).toEqual([key, 2, []]); // the same message, corrected
    expect(rowsAfter({ ...near, noticedAt: AT }, []).filter(({ body }) => body.type === "notice")).toEqual([]);
  });
  test("is said again of another expiry, and the former notice follows", () => {
    const [first] = rowsAfter(near, [sent]);
    const next = { ...near, expiresAt: "2026-03-01T10:00:00.000Z" };
    expect(keys(rowsAfter(next, first ? [sent, outboxOf(first)] : []))).toEqual([key, `notice:s-1:${next.expiresAt}`]);
  });
  test("is not said of what has ended meanwhile", () => {
    expect(rowsAfter({ ...near, ended: { at: NOW, why: "lifted", by: ANA } })).toEqual([]);
  });
});
