import { HOUR, type Instant, plus, SYSTEM } from "@posture/core";
import { describe, expect, test } from "vitest";
import { AT, NOW } from "../finding.test.fixture.ts";
import type { Line } from "./lines.ts";
import { type FindingBody, findingRow, outboxOf, type ReplyBody, replyRow, type Row, rowOf } from "./rows.ts";
import { claimed, settled } from "./sending.ts";
import { FLAPS, following, hasThread, told } from "./threads.ts";

const ANA = { kind: "user", id: "U0ANA", via: "slack" } as const;
const lineAt = (at: Instant, more: Partial<Line> = {}): Line => ({
  at,
  did: "resolved",
  by: SYSTEM,
  source: "sweep",
  why: "pass",
  from: null,
  to: null,
  until: null,
  tells: null,
  ...more,
});
const message = (more: Partial<FindingBody> = {}): Row<FindingBody> => {
  const row = findingRow("v1-a", 1, AT);
  return { ...row, state: "sent", dueAt: null, body: { ...row.body, ts: "1.0", channel: "C1", shown: 1, ...more } };
};
const CALM = { broadcast: false, owner: null, waits: null };
const didOf = (reply: Row<ReplyBody> | null): readonly string[] => reply?.body.lines.map(({ did }) => did) ?? [];

describe("what a thread is told", () => {
  test("is due at once where its message stands, and waits where that is not known", () => {
    expect(told(message(), [lineAt(NOW)], [], CALM, NOW).reply).toMatchObject({
      key: "reply:finding:v1-a:1:1",
      state: "due",
      dueAt: NOW,
      body: { answers: { ts: "1.0", channel: "C1" } },
    });
    const unsent = { ...message({ ts: null, channel: null }), state: "sending" as const };
    expect(told(unsent, [lineAt(NOW)], [], CALM, NOW).reply).toMatchObject({ dueAt: null, body: { answers: null } });
  });
  test("waits for the end of quiet hours, unless a person did it", () => {
    const waits = plus(NOW, HOUR);
    expect(told(message(), [lineAt(NOW)], [], { ...CALM, waits }, NOW).reply).toMatchObject({ dueAt: waits });
    const deed = lineAt(NOW, { did: "suppressed", by: ANA });
    expect(told(message(), [deed], [], { ...CALM, waits }, NOW).reply).toMatchObject({ dueAt: NOW, body: { asked: true } });
  });
  test("shares a reply with what still waits there, in order, and never one that may have arrived", () => {
    const first = told(message(), [lineAt(AT)], [], CALM, AT).reply;
    if (!first) throw new Error("nothing is due");
    const both = told(message(), [lineAt(NOW, { did: "reopened" })], [first], CALM, NOW).reply;
    expect(both?.key).toBe(first.key);
    expect(didOf(both)).toEqual(["resolved", "reopened"]);
    for (const state of ["sending", "unknown", "sent"] as const) {
      const next = told(message(), [lineAt(NOW)], [{ ...first, state }], CALM, NOW).reply;
      expect(next?.key).toBe("reply:finding:v1-a:1:2");
      expect(next?.body.lines).toHaveLength(1);
    }
  });
  test("is never added to the reply that says how to fix it", () => {
    const guide = replyRow({ parent: message(), n: 0, lines: [] }, AT);
    expect(told(message(), [lineAt(NOW)], [guide], CALM, NOW).reply?.key).toBe("reply:finding:v1-a:1:1");
  });
  test("keeps its mention and that it is shown in the channel when more is added", () => {
    const first = told(message(), [lineAt(AT)], [], { ...CALM, owner: "S0TEAM", broadcast: true }, AT).reply;
    const next = told(message(), [lineAt(NOW)], first ? [first] : [], CALM, NOW).reply;
    expect(next?.body).toMatchObject({ owner: "S0TEAM", broadcast: true });
  });
});

describe("a finding that changes again and again", () => {
  /** What its thread was told, where each change comes so many milliseconds after the one before and is sent before the next. */
  function story(count: number, between: number, more: (i: number) => Partial<Line> = () => ({})): readonly string[] {
    let row = message();
    let replies: readonly Row<ReplyBody>[] = [];
    for (let i = 0; i < count; i += 1) {
      const at = plus(NOW, i * between);
      const after = told(row, [lineAt(at, more(i))], replies, CALM, at);
      row = after.message;
      if (after.reply) replies = [...replies, { ...after.reply, state: "sent" }];
    }
    return replies.flatMap(({ body }) => body.lines.map(({ did }) => did));
  }
  test("is told as flapping once, and then nothing more", () => {
    expect(story(FLAPS + 30, 60_000)).toEqual([...Array.from({ length: FLAPS - 1 }, () => "resolved"), "flapping"]);
  });
  test("is told in full as long as it does so less than six times in an hour", () => {
    expect(story(40, HOUR / 5)).toEqual(Array.from({ length: 40 }, () => "resolved"));
  });
  test("is told again after an hour of rest", () => {
    const flapping = Array.from({ length: FLAPS + 3 }).reduce<Row<FindingBody>>(
      (row, _, i) => told(row, [lineAt(plus(NOW, i * 1000))], [], CALM, NOW).message,
      message(),
    );
    const soon = told(flapping, [lineAt(plus(NOW, HOUR))], [], CALM, NOW);
    expect(soon.reply).toBeNull();
    expect(didOf(told(flapping, [lineAt(plus(NOW, HOUR + 8000))], [], CALM, NOW).reply)).toEqual(["resolved"]);
    expect(told(soon.message, [lineAt(plus(NOW, HOUR + 8000))], [], CALM, NOW).reply).toBeNull(); // that was no rest
  });
  test("has every deed of a person told meanwhile", () => {
    const lines = story(30, 1000, (i) => (i === 20 ? { did: "suppressed", by: ANA } : {}));
    expect(lines.slice(-2)).toEqual(["flapping", "suppressed"]);
  });
});

describe("once its message stands", () => {
  const due = findingRow("v1-a", 1, AT);
  const sending = claimed(due, { channel: "C1", away: true }, NOW);
  const arrived = settled(sending, { ok: true, sent: { ts: "7.0", channel: "C1" } }, NOW);
  const waiting = replyRow({ parent: due, n: 1, lines: [lineAt(NOW)] }, NOW);

  test("a thread says how to fix it, and what was waiting for it is due there", () => {
    const rows = following(sending, arrived, [outboxOf(due), outboxOf(waiting)], NOW).map(rowOf);
    expect(rows).toMatchObject([
      { key: "reply:finding:v1-a:1:0", dueAt: NOW, body: { answers: { ts: "7.0", channel: "C1" }, away: true, lines: [] } },
      { key: waiting.key, dueAt: NOW, body: { answers: { ts: "7.0", channel: "C1" }, away: true } },
    ]);
  });
  test("the message that it follows says where it is", () => {
    const earlier = message({ next: "finding:v1-a:2" });
    const second = { ...sending, key: "finding:v1-a:2" };
    const rows = following(second, { ...arrived, key: second.key }, [outboxOf(earlier)], NOW);
    expect(rows.map(({ key, state }) => [key, state])).toContainEqual([earlier.key, "due"]);
  });
  test("in the thread of a group, it has none of its own", () => {
    const inGroup = claimed(due, { channel: "C1", away: false, thread: { ts: "5.0", channel: "C1" } }, NOW);
    const there = settled(inGroup, { ok: true, sent: { ts: "7.0", channel: "C1" } }, NOW);
    expect(following(inGroup, there, [outboxOf(waiting)], NOW)).toMatchObject([{ key: waiting.key, state: "dead" }]);
    expect(there.body.type === "finding" && hasThread({ ...there, body: there.body })).toBe(false);
  });
  test("a change of it begins no other thread", () => {
    const again = { ...arrived, state: "sending" as const };
    expect(following(again, arrived, [], NOW)).toEqual([]);
  });
});
