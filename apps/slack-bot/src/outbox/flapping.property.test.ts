import { type Destination, USUAL } from "@posture/config";
import { type AuditEvent, HOUR, type OutboxRow, plus, type Status, SYSTEM } from "@posture/core";
import type { StatusChange } from "@posture/runtime";
import fc from "fast-check";
import { expect, test } from "vitest";
import { AT, listed, modelOf, NOW, viewOf } from "../finding.test.fixture.ts";
import { findingMessage } from "../views/finding.ts";
import { announcerOf } from "./announcer.ts";
import { isFindingRow } from "./messages.ts";
import { outboxOf, type Row, rowOf } from "./rows.ts";
import { flappingOf, isReply } from "./threads.ts";

/* A finding that comes and goes: what the channel and the thread have of it in the end. */

const MINUTE = 60_000;
const OWN: Destination = { ...USUAL, owner: "S0TEAM" };

/** After how many minutes it turns, and whether a suppression holds it meanwhile. */
interface Tale {
  readonly gaps: readonly number[];
  readonly isSuppressed: boolean;
}
interface Told {
  readonly rows: readonly Row[];
  readonly reopenedAt: readonly string[];
  readonly rests: number;
  readonly end: string;
}

function told({ gaps, isSuppressed }: Tale): Told {
  const rows = new Map<string, OutboxRow>();
  const failing: Status = isSuppressed ? "suppressed" : "open";
  let at = NOW;
  let before = listed("open", { openedAt: AT });
  const keep = (change: StatusChange, type: AuditEvent["type"]): void => {
    const { fingerprint } = change.after.finding;
    const event: AuditEvent = { type, subject: fingerprint, at, actor: SYSTEM, source: "sweep", note: "pass" };
    const writes = announcerOf(() => [OWN]).plan([change], viewOf([...rows.values()]), at, [], [event]);
    for (const write of writes) if (write.kind === "outbox") rows.set(write.value.key, posted(write.value));
  };
  keep({ before: null, after: before, cause: { kind: "clock" } }, "opened");
  const reopenedAt: string[] = [];
  let rests = 0;
  for (const gap of gaps) {
    at = plus(at, gap * MINUTE);
    const isOver = before.finding.condition === "cleared";
    const { reopened } = before.finding;
    const after = isOver ? listed(failing, { reopened: reopened + 1, clearedAt: null }) : listed("resolved", { reopened, clearedAt: at });
    if (isOver) reopenedAt.push(at);
    if (isOver && gap * MINUTE >= HOUR && !isSuppressed) rests += 1;
    keep({ before, after, cause: { kind: "clock" } }, isOver ? "reopened" : "resolved");
    before = after;
  }
  return { rows: [...rows.values()].flatMap((row) => rowOf(row) ?? []), reopenedAt, rests, end: at };
}

/** Slack takes each message at once; replies wait, so that each line can be counted. */
function posted(row: OutboxRow): OutboxRow {
  const it = rowOf(row);
  if (!it || !isFindingRow(it)) return row;
  const body = { ...it.body, ts: it.body.ts ?? it.key, channel: "C1", shown: it.body.wanted, mayShare: false };
  return outboxOf({ ...it, state: "sent", dueAt: null, body });
}

const gaps = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 13, max: 150 })), { minLength: 1, maxLength: 24 });

test("the channel has one message until it has rested for an hour, whose count of reopenings is that of the hour before the last", () => {
  fc.assert(
    fc.property(gaps, fc.boolean(), (given, isSuppressed) => {
      const { rows, reopenedAt, rests, end } = told({ gaps: given, isSuppressed });
      const messages = rows.filter(isFindingRow);
      expect(messages).toHaveLength(1 + rests);
      // Each message counts for itself.
      if (rests > 0) return;
      const latest = reopenedAt.at(-1);
      const recent = reopenedAt.filter((it) => latest !== undefined && Date.parse(latest) - Date.parse(it) < HOUR);
      const isFlapping = recent.length >= 3 && latest !== undefined && Date.parse(end) - Date.parse(latest) < HOUR;
      const [message] = messages;
      expect(message && flappingOf(message.body, end)).toEqual(isFlapping ? { times: recent.length, from: recent[0], to: latest } : null);
    }),
    { numRuns: 400 },
  );
});

test("the thread is told of six changes within an hour at most, then that it flaps, and nothing more before it has rested", () => {
  fc.assert(
    fc.property(gaps, fc.boolean(), (given, isSuppressed) => {
      const { rows } = told({ gaps: given, isSuppressed });
      for (const lines of Map.groupBy(rows.filter(isReply), ({ body }) => body.parent).values()) {
        const all = lines.flatMap(({ body }) => body.lines).toSorted((a, b) => (a.at < b.at ? -1 : 1));
        all.forEach((it, i) => {
          const within = all.filter(({ at }, j) => j <= i && Date.parse(it.at) - Date.parse(at) < HOUR);
          expect(within.length).toBeLessThanOrEqual(6);
          const next = all[i + 1];
          if (it.did === "flapping" && next) expect(Date.parse(next.at) - Date.parse(it.at)).toBeGreaterThanOrEqual(HOUR);
        });
      }
    }),
    { numRuns: 400 },
  );
});

test("a third reopening within the hour is said in the message with the count, and not once it has rested", () => {
  const { rows, end } = told({ gaps: [5, 5, 5, 5, 5, 5], isSuppressed: false });
  const [message] = rows.filter(isFindingRow);
  if (!message) throw new Error("there is no message");
  const said = (now: string): string =>
    JSON.stringify(findingMessage(modelOf(listed(), { flapping: flappingOf(message.body, now) })).blocks);
  expect(said(end)).toContain("🔀 Flapping");
  expect(said(end)).toContain("resolved and reopened 3 times within an hour");
  expect(said(plus(end, HOUR))).not.toContain("Flapping");
  expect(
    rows
      .filter(isReply)
      .flatMap(({ body }) => body.lines.map(({ did }) => did))
      .at(-1),
  ).toBe("flapping");
});
