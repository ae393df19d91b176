import { plus } from "@posture/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AT, NOW } from "../finding.test.fixture.ts";
import { bumped, type FindingBody, findingRow, noticeRow, type Row, shareRow } from "./rows.ts";
import { claimed, reconciled, recovered, settled } from "./sending.ts";

const SENT = { ts: "17.5", channel: "C1" };
const ok = { ok: true, sent: SENT } as const;
const fails = (kind: "later" | "unknown" | "payload" | "gone" | "channel" | "installation" | "other", retryAfter?: number) =>
  ({ ok: false, failure: { kind, why: "why", ...(retryAfter !== undefined && { retryAfter }) } }) as const;
const due = (name: string, more: Partial<FindingBody> = {}): Row => {
  const row = findingRow(name, 1, AT);
  return { ...row, body: { ...row.body, ...more } };
};
const HERE = { channel: "C1", away: false };

describe("a post", () => {
  const sending = claimed(due("a"), HERE, NOW);
  test("is claimed before it is sent", () =>
    expect(sending).toMatchObject({ state: "sending", dueAt: null, body: { under: 1, attempts: 1, triedAt: NOW } }));
  test("that arrived is sent", () => expect(settled(sending, ok, NOW)).toMatchObject({ state: "sent", body: { ...SENT, shown: 1 } }));
  test("whose finding changed meanwhile is due again, as a correction", () => {
    expect(settled(bumped(sending, NOW), ok, NOW)).toMatchObject({ state: "due", body: { ts: SENT.ts, shown: 1, wanted: 2 } });
  });
  test("that certainly did not arrive is sent again later", () => {
    expect(settled(sending, fails("later"), NOW)).toMatchObject({ state: "due", dueAt: plus(NOW, 2000) });
  });
  test("that Slack put off waits for as long as Slack says", () => {
    expect(settled(sending, fails("later", 17_000), NOW)).toMatchObject({ state: "due", dueAt: plus(NOW, 17_000) });
  });
  test("of unknown outcome is looked for 5 s after the attempt, never simply sent again", () => {
    expect(settled(sending, fails("unknown"), NOW)).toMatchObject({ state: "unknown", dueAt: plus(NOW, 5000) });
  });
  test("whose blocks Slack refuses is sent in words alone, once", () => {
    const plain = settled(sending, fails("payload"), NOW);
    expect(plain).toMatchObject({ state: "due", body: { plain: true } });
    expect(settled(claimed(plain, HERE, NOW), fails("payload"), NOW)).toMatchObject({ state: "dead" });
  });
  test("is kept while the bot's own channel is broken", () => {
    const often = { ...sending, body: { ...sending.body, attempts: 500 } };
    expect(settled(often, fails("channel"), NOW)).toMatchObject({ state: "due", dueAt: plus(NOW, 300_000) });
  });
  test("that its channel does not take is due at once, for the bot's own; and waits where that takes nothing either", () => {
    const elsewhere = claimed(due("a", { to: "#infra" }), { channel: "C2", away: false }, NOW);
    const next = settled(elsewhere, fails("channel"), NOW);
    expect(next).toMatchObject({ state: "due", dueAt: NOW, body: { channel: null, to: "#infra" } });
    const away = claimed(next, { channel: "C1", away: true }, NOW);
    expect(settled(away, fails("channel"), NOW)).toMatchObject({ dueAt: plus(NOW, 300_000) });
    expect(settled(away, ok, NOW)).toMatchObject({ state: "sent", body: { channel: "C1", to: "#infra", away: true } });
  });
  test("of an answer that is shared is given up where its channel takes nothing: elsewhere nobody asked", () => {
    const shared = shareRow({ answer: "a", to: "C2", by: "U0ANA", word: "summary", typed: "", page: 1 }, AT);
    const claimedShare = claimed(shared, { channel: "C2", away: false }, NOW);
    expect(settled(claimedShare, fails("channel"), NOW)).toMatchObject({ state: "dead", body: { lastError: "why" } });
    expect(settled(claimedShare, fails("unknown"), NOW)).toMatchObject({ state: "unknown" });
  });
  test("is due as before when the app may not speak: all of it is held, and goes on together", () => {
    expect(settled(sending, fails("installation"), NOW)).toMatchObject({ state: "due", dueAt: NOW });
  });
  test("that fails for no known reason is tried five times", () => {
    expect(settled({ ...sending, body: { ...sending.body, attempts: 4 } }, fails("other"), NOW)).toMatchObject({ state: "due" });
    expect(settled({ ...sending, body: { ...sending.body, attempts: 5 } }, fails("other"), NOW)).toMatchObject({ state: "dead" });
  });
});

describe("a correction", () => {
  const sending = claimed(due("a", { ts: "1", channel: "C1", wanted: 3, shown: 1 }), HERE, NOW);
  test("of unknown outcome is simply made again: twice the same is once", () =>
    expect(settled(sending, fails("unknown"), NOW)).toMatchObject({ state: "due" }));
  test("of an answer whose thread is gone goes to the channel, and ends only there", () => {
    const notice = { ...noticeRow({ id: "s-1", expiresAt: NOW }, { ts: "1.0", channel: "C1" }, AT), state: "sending" as const };
    const again = settled(notice, fails("gone"), NOW);
    expect(again).toMatchObject({ state: "due", dueAt: NOW, body: { thread: null } });
    expect(settled({ ...again, state: "sending" }, fails("gone"), NOW)).toMatchObject({ state: "dead" });
  });
  test("of a message that somebody deleted ends", () => expect(settled(sending, fails("gone"), NOW)).toMatchObject({ state: "dead" }));
  test("that arrived shows its revision", () => expect(settled(sending, ok, NOW)).toMatchObject({ state: "sent", body: { shown: 3 } }));
});

describe("a post of unknown outcome", () => {
  const lost = settled(claimed(due("a"), HERE, NOW), fails("unknown"), NOW);
  const found = { kind: "found", sent: SENT, revision: 1 } as const;
  test("that is found is sent", () => expect(reconciled(lost, found, NOW)).toMatchObject({ state: "sent", body: SENT }));
  test("that is found and out of date is corrected", () => {
    expect(reconciled(bumped(lost, NOW), found, NOW)).toMatchObject({ state: "due", body: { ts: SENT.ts, wanted: 2, shown: 1 } });
  });
  test("that is not found is looked for again 30 s after the attempt, and then sent again", () => {
    const again = reconciled(lost, { kind: "absent" }, plus(NOW, 5000));
    expect(again).toMatchObject({ state: "unknown", dueAt: plus(NOW, 30_000) });
    expect(reconciled(again, { kind: "absent" }, plus(NOW, 30_000))).toMatchObject({ state: "due", body: { ts: null, mayRepeat: false } });
  });
  test("that nobody may look for is sent again, and says that it may repeat", () => {
    expect(reconciled(lost, { kind: "blind", why: "missing_scope" }, NOW)).toMatchObject({ state: "due", body: { mayRepeat: true } });
  });
});

describe("after a crash", () => {
  test("a post that was under way is of unknown outcome", () => {
    expect(recovered(claimed(due("a"), HERE, NOW), plus(NOW, 1))).toMatchObject({ state: "unknown", dueAt: plus(NOW, 5000) });
  });
  test("a correction that was under way is made again", () => {
    expect(recovered(claimed(due("a", { ts: "1" }), HERE, NOW), NOW)).toMatchObject({ state: "due" });
  });
  test("everything else stays as it is", () => {
    const row = due("a");
    expect(recovered(row, NOW)).toBe(row);
  });
});

test("a post is sent again only if Slack certainly does not have it, whatever happens in between", () => {
  // A little Slack that knows the truth: whether the message is there.
  const events = fc.array(fc.constantFrom("ok", "later", "lost-before", "lost-after", "crash-before", "crash-after", "bump", "look"), {
    minLength: 10,
    maxLength: 60,
    size: "max",
  });
  fc.assert(
    fc.property(events, (happenings) => {
      let row: Row = due("a");
      let there = 0;
      let at = NOW;
      for (const happening of happenings) {
        at = plus(at, 60_000);
        if (happening === "bump") row = bumped(row, at);
        else if (happening === "look" && row.state === "unknown") {
          row = reconciled(row, there > 0 ? { kind: "found", sent: SENT, revision: 1 } : { kind: "absent" }, at);
        } else if (row.state === "due") {
          const isPost = row.body.ts === null;
          row = claimed(row, HERE, at);
          if (isPost && ["ok", "lost-after", "crash-after"].includes(happening)) there += 1;
          if (happening.startsWith("crash")) row = recovered(row, at);
          else
            row = settled(
              row,
              happening === "ok" || (happening === "look" && !isPost)
                ? ok
                : fails(happening === "later" || happening === "look" ? "later" : "unknown"),
              at,
            );
        }
      }
      expect(there).toBeLessThanOrEqual(1);
      expect(row.state).not.toBe("sending");
    }),
    { seed: 7, numRuns: 2000 },
  );
});
