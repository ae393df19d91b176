import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { daysEnded, daysEndedInParts } from "./days.ts";
import { type Finding, fingerprintOf, SYSTEM } from "./finding.ts";
import { DAY, type Instant, plus } from "./instant.ts";
import { emptyState, type StoreState } from "./state.ts";
import type { Write } from "./store.ts";
import type { SuppressionScope } from "./suppression.ts";
import { applyRecord, countsOf, dayAfter, endOf } from "./trend.ts";

const BEGIN: Instant = "2026-01-01T12:00:00.000Z";
const COVER = "example/cover";

/** Two checks on each resource: the finding of the one may be covered by that of the other. */
function finding(n: number, isCleared: boolean): Finding {
  const name = `example-${n - (n % 2)}`;
  const ref = { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${name}`, name, accountId: "111122223333", region: "eu-west-1" };
  const checkId = n % 2 === 0 ? COVER : "example/other";
  return {
    fingerprint: fingerprintOf(checkId, ref),
    aliases: [],
    checkId,
    ref,
    severity: n % 3 === 0 ? "critical" : "low",
    title: "Bucket is open",
    condition: isCleared ? "cleared" : "failing",
    watched: "yes",
    coveredBy: n % 2 === 0 ? null : COVER,
    message: { id: "bad", text: "Bucket is open.", evidence: {}, notes: [] },
    openedAt: BEGIN,
    clearedAt: isCleared ? BEGIN : null,
    reopened: 0,
    lastSeenAt: BEGIN,
    evidenceAt: BEGIN,
    stale: null,
  };
}

function suppression(id: number, scope: SuppressionScope, from: number, days: number): Write {
  const at = plus(BEGIN, from * DAY);
  const value = {
    scope,
    justification: "Reviewed.",
    by: SYSTEM,
    from: at,
    expiresAt: plus(at, days * DAY),
    approval: "not-needed",
    ended: null,
  };
  return { kind: "suppression", value: { id: `s-${id}`, ...value, approval: "not-needed" } };
}

const story = fc.record({
  cleared: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
  suppressions: fc.array(
    fc.record({ on: fc.nat(11), isRule: fc.boolean(), from: fc.integer({ min: -2, max: 9 }), days: fc.integer({ min: 1, max: 9 }) }),
    {
      maxLength: 6,
    },
  ),
  idle: fc.integer({ min: 0, max: 12 }),
});

function stateOf({ cleared, suppressions }: typeof story extends fc.Arbitrary<infer S> ? S : never): StoreState {
  const state = emptyState();
  const findings = cleared.map((isCleared, n) => finding(n, isCleared));
  const scopeOn = (on: number, isRule: boolean): SuppressionScope => {
    const { fingerprint, checkId } = findings[on % findings.length] ?? finding(0, false);
    return isRule ? { rule: { checks: [checkId] } } : { fingerprint };
  };
  const writes: Write[] = [
    ...findings.map((value): Write => ({ kind: "finding", value })),
    ...suppressions.map(({ on, isRule, from, days }, i) => suppression(i, scopeOn(on, isRule), from, days)),
  ];
  applyRecord(state, { at: BEGIN, events: [], writes });
  return state;
}

describe("the days on which nothing was written", () => {
  it("each have what a count at their end finds, whatever begins and expires on them", async () => {
    await fc.assert(
      fc.asyncProperty(story, async (given) => {
        const state = stateOf(given);
        const until = plus(BEGIN, given.idle * DAY);
        const expected = [];
        for (let day = "2026-01-01"; endOf(day) <= until; day = dayAfter(day)) expected.push({ day, ...countsOf(state, endOf(day)).open });
        expect(daysEnded(state, until)).toEqual(expected);
        expect(await daysEndedInParts(state, until, async () => {})).toEqual(expected);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it("are counted as they were at the call, also when something is written between the parts", async () => {
    const state = stateOf({ cleared: [false, false], suppressions: [], idle: 1 });
    for (let n = 2; n < 5_000; n += 1)
      applyRecord(state, { at: BEGIN, events: [], writes: [{ kind: "finding", value: finding(n, false) }] });
    const before = daysEnded(state, plus(BEGIN, DAY));
    const during = daysEndedInParts(state, plus(BEGIN, DAY), async () => {
      for (let n = 0; n < 5_000; n += 1)
        applyRecord(state, { at: BEGIN, events: [], writes: [{ kind: "finding", value: finding(n, true) }] });
    });
    expect(await during).toEqual(before);
  });
});
