import { type Instant, type OutboxRow, plus, SYSTEM } from "@posture/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AT, NOW } from "../finding.test.fixture.ts";
import type { Line } from "./lines.ts";
import { isFindingRow, numberOf, toldOf } from "./messages.ts";
import { nextStep, type Pace, UNHURRIED } from "./pace.ts";
import { findingRow, outboxOf, type Row, rowOf, type To } from "./rows.ts";
import { claimed, type Outcome, reconciled, recovered, settled } from "./sending.ts";
import { following, hasThread, isReply, repliesIn, told } from "./threads.ts";

/* The pure parts together, against a Slack that loses answers and a process that ends at any moment. */

/** What becomes of a call. `lost`: it arrived, and nobody is told; `gone`: neither. `ends`: so does the process, before it can write what came of it. */
type Fate = "ok" | "refused" | "lost" | "gone" | "ends" | "ends after";
const anyFate = fc.constantFrom<Fate>("ok", "ok", "refused", "lost", "gone", "ends", "ends after");

interface Posted {
  readonly key: string;
  readonly ts: string;
  readonly thread: string | null;
  readonly lines: readonly Line[];
  readonly at: Instant;
}

class World {
  readonly rows = new Map<string, OutboxRow>();
  readonly slack: Posted[] = [];
  readonly expected = new Map<string, string[]>();
  readonly #fates: Fate[];
  #pace: Pace = UNHURRIED;

  constructor(fates: readonly Fate[]) {
    this.#fates = [...fates];
  }

  put(rows: readonly OutboxRow[]): void {
    for (const row of rows) this.rows.set(row.key, row);
  }

  /** Something happens to a finding; by a person, so that nothing of it may be left out. */
  happens(name: string, n: number, at: Instant): void {
    const all = [...this.rows.values()];
    for (const message of toldOf(all).get(name) ?? []) {
      if (!hasThread(message)) continue;
      const why = `${name} ${n}`;
      const line: Line = {
        at,
        did: "suppressed",
        by: { kind: "user", id: "U0ANA", via: "slack" },
        source: "slack",
        why,
        from: null,
        to: null,
        until: null,
        tells: null,
      };
      const after = told(message, [line], repliesIn(all).get(message.key) ?? [], { broadcast: false, owner: null, waits: null }, at);
      this.put([outboxOf(after.message), ...(after.reply ? [outboxOf(after.reply)] : [])]);
      this.expected.set(message.key, [...(this.expected.get(message.key) ?? []), why]);
    }
  }

  /** Everything that may be done in this second. */
  second(now: Instant): void {
    for (let calls = 0; calls < 10; calls += 1) {
      const active = [...this.rows.values()].flatMap((row) =>
        ["due", "sending", "unknown"].includes(row.state) ? (rowOf(row) ?? []) : [],
      );
      const step = nextStep(active, this.#pace, { rank: () => 0, placeOf: ({ body }) => body.to }, now);
      if (step.kind === "wait") return;
      if (step.kind === "reconcile") this.#look(step.row, now);
      else if (!this.#send(step.row, step.place, now)) return this.#restart(now);
    }
  }

  #look(row: Row, now: Instant): void {
    const [found] = this.slack.filter(({ key }) => key === row.key);
    const what = found
      ? ({ kind: "found", sent: { ts: found.ts, channel: "C1" }, revision: row.body.under } as const)
      : ({ kind: "absent" } as const);
    this.#settle(row, reconciled(row, what, now), now);
  }

  /** `false`: the process has ended. */
  #send(row: Row, place: To, now: Instant): boolean {
    const answers = isReply(row) ? row.body.answers : null;
    const sending = claimed(row, { channel: "C1", away: false, ...(answers && { thread: answers }) }, now);
    this.put([outboxOf(sending)]);
    const fate = this.#fates.pop() ?? "ok";
    const arrives = fate === "ok" || fate === "lost" || fate === "ends after";
    if (row.body.ts === null && arrives) this.#arrives(sending, answers?.ts ?? null, now);
    if (fate === "ends" || fate === "ends after") return false;
    const ts = row.body.ts ?? this.slack.at(-1)?.ts ?? "";
    const outcome: Outcome =
      fate === "ok"
        ? { ok: true, sent: { ts, channel: "C1" } }
        : { ok: false, failure: { kind: fate === "refused" ? "later" : "unknown", why: fate } };
    if (isReply(row)) this.#pace = { ...this.#pace, replied: new Map([...this.#pace.replied, [place, now]]) };
    else if (row.body.ts === null) this.#pace = { ...this.#pace, posted: new Map([...this.#pace.posted, [place, now]]) };
    this.#settle(sending, settled(sending, outcome, now), now);
    return true;
  }

  #arrives(row: Row, thread: string | null, at: Instant): void {
    const lines = isReply(row) ? row.body.lines : [];
    this.slack.push({ key: row.key, ts: `${this.slack.length + 1}.0`, thread, lines, at });
  }

  #settle(before: Row, after: Row, now: Instant): void {
    this.put([
      outboxOf(after),
      ...following(
        before,
        after,
        [...this.rows.values()].filter(({ subject }) => subject === before.subject),
        now,
      ),
    ]);
  }

  #restart(now: Instant): void {
    this.#pace = UNHURRIED;
    for (const row of this.rows.values()) {
      const it = row.state === "sending" ? rowOf(row) : null;
      if (it) this.put([outboxOf(recovered(it, now))]);
    }
  }
}

const NAMES = ["f1", "f2", "f3"] as const;
const anyStory = fc.record({
  fates: fc.array(anyFate, { maxLength: 30 }),
  happenings: fc.array(fc.record({ name: fc.constantFrom(...NAMES), second: fc.nat(60) }), { maxLength: 25 }),
});

function lived({
  fates,
  happenings,
}: {
  readonly fates: readonly Fate[];
  readonly happenings: readonly { name: string; second: number }[];
}): World {
  const world = new World(fates);
  world.put(NAMES.map((name, i) => outboxOf(findingRow(name, 1, plus(AT, i)))));
  // The longest pause after a refusal is five minutes.
  for (let second = 0; second < 60 * 40; second += 1) {
    const now = plus(NOW, second * 1000);
    happenings.forEach((it, n) => it.second === second && world.happens(it.name, n, now));
    world.second(now);
    if (second > 60 && [...world.rows.values()].every(({ state }) => state === "sent" || state === "dead")) break;
  }
  return world;
}

describe("whatever Slack loses and whenever the process ends", () => {
  test("each message and each reply is there once, and each line in its thread, in order", () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        const world = lived(story);
        expect(new Set(world.slack.map(({ key }) => key)).size).toBe(world.slack.length);
        for (const row of [...world.rows.values()].map(rowOf)) {
          expect(row?.state).toBe("sent");
          if (!row || !isFindingRow(row)) continue;
          const thread = world.slack.filter((it) => it.thread === row.body.ts);
          expect(thread.map(({ key }) => numberOf({ key }))).toEqual(thread.map((_, i) => i));
          expect(thread.flatMap(({ lines }) => lines.map(({ why }) => why))).toEqual(world.expected.get(row.key) ?? []);
        }
      }),
      { seed: 23, numRuns: 200 },
    );
  });
});

test("a sweep that changes 10,000 findings tells 30 threads a minute, and the channel meanwhile has its post at once", () => {
  const rows: Row[] = [];
  for (let i = 0; i < 10_000; i += 1) {
    const row = findingRow(`f${i}`, 1, AT);
    const message = { ...row, body: { ...row.body, ts: `${i}.0`, channel: "C1" } };
    const line: Line = {
      at: NOW,
      did: "resolved",
      by: SYSTEM,
      source: "sweep",
      why: "pass",
      from: null,
      to: null,
      until: null,
      tells: null,
    };
    const { reply } = told(message, [line], [], { broadcast: false, owner: null, waits: null }, NOW);
    if (reply) rows.push(reply);
  }
  const order = { rank: () => 0, placeOf: ({ body }: Row) => body.to };
  let waiting = rows;
  let pace = UNHURRIED;
  const told_: Instant[] = [];
  for (let now: Instant = NOW; now < plus(NOW, 60_000);) {
    const step = nextStep(waiting, pace, order, now);
    if (step.kind === "wait") {
      now = step.until ?? plus(NOW, 60_000);
      continue;
    }
    told_.push(now);
    waiting = waiting.filter(({ key }) => key !== step.row.key);
    pace = { ...pace, replied: new Map([[null, now]]) };
    const news = nextStep([...waiting, findingRow("news", 1, now)], { ...pace, replying: new Set([null]) }, order, now);
    expect(news).toMatchObject({ kind: "post", row: { subject: "news" } });
  }
  expect(told_).toHaveLength(30);
});
