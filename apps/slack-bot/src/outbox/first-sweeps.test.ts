import { applyWrite, emptyState, HOUR, type Instant, type OutboxRow, plus, type SweepRecord } from "@posture/core";
import { type Destination, USUAL } from "@posture/config";
import { describe, expect, test } from "vitest";
import { AT, listed, NOW, refOf, viewOf } from "../finding.test.fixture.ts";
import { announcerOf, type Route } from "./announcer.ts";
import { firstDigestIn } from "./rows.ts";

/* Many accounts that are swept for the first time, one after the other, as those of an organization are. */

const idOf = (n: number): string => String(222233330000 + n);
const sweepOf = (n: number): SweepRecord => ({
  id: `sweep-${n}`,
  begunAt: AT,
  finishedAt: NOW,
  accounts: [{ accountId: idOf(n), regions: ["eu-west-1"], baseline: true }],
  coverage: [],
  undecided: [],
  unread: [],
  calls: 1,
});
/** One of each account; that of the fifth is critical. */
const findings = Array.from({ length: 100 }, (_, n) => {
  const ref = { ...refOf(`b-${n}`), accountId: idOf(n) };
  return listed("open", { ref, severity: n === 4 ? "critical" : "high" }).finding;
});

/** A channel, as it comes to be told. */
class Telling {
  readonly state: ReturnType<typeof emptyState> = emptyState();
  readonly #route: Route;

  constructor(route: Route = () => [USUAL]) {
    this.#route = route;
  }

  get rows(): readonly OutboxRow[] {
    return [...this.state.outbox.values()];
  }
  /** Of each digest: the accounts that it is about. */
  get told(): readonly (readonly string[])[] {
    return this.rows.flatMap((row) => {
      const digest = firstDigestIn(row);
      return digest ? [[digest.body.accountId, ...digest.body.more]] : [];
    });
  }
  sweep(n: number, now: Instant = NOW): readonly string[] {
    const writes = announcerOf(this.#route).planSweep(sweepOf(n), viewOf([], { outbox: this.rows, findings }), now);
    for (const write of writes) applyWrite(this.state, write);
    return writes.flatMap((write) => (write.kind === "outbox" ? [write.value.key] : []));
  }
  /** What is due stands in Slack. */
  send(now: Instant = NOW): void {
    for (const row of this.rows) {
      const digest = firstDigestIn(row);
      if (!digest) continue;
      const body = { ...digest.body, ts: digest.body.ts ?? "1.1", channel: "C1", shown: digest.body.wanted, triedAt: now };
      applyWrite(this.state, { kind: "outbox", value: { ...row, state: "sent", dueAt: null, body } });
    }
  }
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe("the first sweeps of many accounts", () => {
  test("are three messages, and each account is told in one of them, once", () => {
    const channel = new Telling();
    for (const n of upTo(100)) {
      channel.sweep(n);
      if (n % 7 === 0) channel.send();
    }
    expect(channel.told.map((accounts) => accounts.length)).toEqual([1, 1, 98]);
    expect(new Set(channel.told.flat()).size).toBe(100);
    expect(upTo(100).flatMap((n) => channel.sweep(n, plus(NOW, HOUR)))).toEqual([]);
  });
  test("edit the message that they share, at most every three seconds", () => {
    const channel = new Telling();
    for (const n of upTo(4)) channel.sweep(n);
    channel.send();
    const [key = ""] = channel.sweep(4, plus(NOW, 1000));
    expect(channel.state.outbox.get(key)).toMatchObject({ state: "due", dueAt: plus(NOW, 3000), body: { ts: "1.1" } });
  });
  test("of an account that joins a day later are a message of its own", () => {
    const channel = new Telling();
    for (const n of upTo(5)) channel.sweep(n);
    channel.send(plus(NOW, 23 * HOUR)); // somebody has had the criticals posted
    expect(channel.sweep(5, plus(NOW, 24 * HOUR))).toEqual([`digest:first:${idOf(5)}`]);
  });
  test("are counted in each channel apart", () => {
    const infra: Destination = { ...USUAL, channel: "#infra", route: "infra" };
    const channel = new Telling(({ ref }) => [Number(ref.accountId) % 2 === 0 ? infra : USUAL]);
    for (const n of upTo(10)) channel.sweep(n);
    expect(channel.told.map((accounts) => accounts.length).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 1, 3, 3]);
  });
  test("wait in quiet hours for the end, until there is one with a critical", () => {
    const until = plus(NOW, HOUR / 2);
    const quiet = { from: "09:00", to: until.slice(11, 16), timeZone: "UTC" };
    const channel = new Telling(() => [{ ...USUAL, quiet }]);
    for (const n of upTo(4)) channel.sweep(n);
    const shared = (): OutboxRow | undefined => channel.rows.find((row) => (firstDigestIn(row)?.body.more.length ?? 0) > 0);
    expect(shared()?.dueAt).toBe(until);
    channel.sweep(4);
    expect(shared()?.dueAt).toBe(NOW);
  });
});
