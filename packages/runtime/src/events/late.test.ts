import { type Instant, plus } from "@posture/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLate, isSwept, LATE, type LateChange, laterOf } from "./late.ts";

const NOON: Instant = "2026-11-25T12:00:00.000Z";
const changeAt = (at: Instant, receivedAt: Instant): LateChange => ({
  change: { eventId: `e-${at}`, name: "PutBucketAcl", at, by: null },
  receivedAt,
});
const minutes = (count: number): Instant => plus(NOON, count * 60_000);

describe("a change", () => {
  test("is late when its event comes more than a quarter of an hour after it", () => {
    expect(isLate(changeAt(NOON, minutes(15)))).toBe(false);
    expect(isLate(changeAt(NOON, plus(minutes(15), 1)))).toBe(true);
  });
  test("of a clock that is ahead of ours is not late", () => expect(isLate(changeAt(minutes(5), NOON))).toBe(false));
  test("that was made last is what a sweep has to have begun after, in whichever order they come", () => {
    const [first, last] = [changeAt(NOON, minutes(60)), changeAt(minutes(10), minutes(61))];
    expect([laterOf(laterOf(null, first), last), laterOf(laterOf(null, last), first)]).toEqual([last, last]);
  });
  test("was seen by a sweep that began after it, and by no other", () => {
    const late = changeAt(NOON, minutes(60));
    expect([isSwept(late, null), isSwept(late, minutes(-1)), isSwept(late, NOON), isSwept(late, minutes(1))]).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});

test("however many changes come late, the sweeps that follow from them begin more than a quarter of an hour apart", () => {
  const arrivals = fc.array(fc.record({ at: fc.nat(6 * 60), delay: fc.nat(5 * 60) }), { maxLength: 200 });
  fc.assert(
    fc.property(arrivals, (all) => {
      const inOrder = all
        .map(({ at, delay }) => changeAt(minutes(at), minutes(at + delay)))
        .toSorted((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
      const begun: Instant[] = [];
      let late: LateChange | null = null;
      for (const it of inOrder) {
        if (isLate(it)) late = laterOf(late, it);
        if (late !== null && !isSwept(late, begun.at(-1) ?? null)) begun.push(it.receivedAt);
      }
      expect(inOrder.filter(isLate).every((it) => isSwept(it, begun.at(-1) ?? null))).toBe(true);
      for (const [i, at] of begun.entries()) expect(i === 0 || Date.parse(at) - Date.parse(begun[i - 1] ?? "") > LATE).toBe(true);
    }),
  );
});
