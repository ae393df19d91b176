import { assert, array, constantFrom, double, integer, oneof, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { quotaOf } from "./limits.ts";
import { Pace } from "./pace.ts";
import { pauseAfter } from "./retry.ts";

const CHANCE = { seed: 2026, numRuns: 200 };

describe("pacing", () => {
  test("in no window of time does it let through more than the bucket holds and refills", () => {
    const limits = record({ perSecond: integer({ min: 1, max: 50 }), burst: integer({ min: 1, max: 100 }) });
    const gaps = array(oneof(constantFrom(0, 0, 0), integer({ min: 0, max: 2000 })), { minLength: 1, maxLength: 120 });
    assert(
      property(limits, gaps, (limit, waits) => {
        const pace = new Pace(limit, 0);
        let now = 0;
        const sent = waits.map((gap) => {
          now += gap;
          return now + pace.reserve(now);
        });
        for (const [first, from] of sent.entries()) {
          for (let last = first; last < sent.length; last += 1) {
            const seconds = ((sent[last] ?? 0) - from) / 1000;
            expect(last - first + 1).toBeLessThanOrEqual(limit.burst + limit.perSecond * seconds + 1e-6);
          }
        }
      }),
      CHANCE,
    );
  });

  test("places are given in the order in which they were asked for", () => {
    assert(
      property(array(integer({ min: 0, max: 500 }), { minLength: 2, maxLength: 80 }), (gaps) => {
        const pace = new Pace({ perSecond: 10, burst: 5 }, 0);
        let now = 0;
        const sent = gaps.map((gap) => (now += gap) + pace.reserve(now));
        for (const [index, at] of sent.entries()) expect(at).toBeGreaterThanOrEqual((sent[index - 1] ?? 0) - 1e-6);
      }),
      CHANCE,
    );
  });

  test("a throttle empties the bucket and halves its rate, and the rate comes back in two minutes", () => {
    const pace = new Pace({ perSecond: 20, burst: 100 }, 0);
    pace.throttled(0);
    expect(pace.rateAt(0)).toBe(10);
    expect(pace.reserve(0)).toBe(100);
    expect(pace.rateAt(30_000)).toBe(15);
    expect(pace.rateAt(120_000)).toBe(20);
  });

  test("fifty requests that are throttled together are one lesson", () => {
    const pace = new Pace({ perSecond: 20, burst: 100 }, 0);
    for (let n = 0; n < 50; n += 1) pace.throttled(n);
    expect(pace.rateAt(50)).toBeGreaterThanOrEqual(10);
  });

  test("however often it is throttled, it never stops", () => {
    const pace = new Pace({ perSecond: 20, burst: 100 }, 0);
    for (let n = 0; n < 50; n += 1) pace.throttled(n * 1000);
    expect(pace.rateAt(49_000)).toBeGreaterThanOrEqual(0.4);
  });
});

describe("limits", () => {
  test("every EC2 operation has a bucket of its own, IAM has one for all", () => {
    expect(quotaOf("ec2", "DescribeVolumes").key).not.toBe(quotaOf("ec2", "DescribeSecurityGroups").key);
    expect(quotaOf("iam", "ListUsers").key).toBe(quotaOf("iam", "ListRoles").key);
  });
  test("what AWS documents for one operation is its own bucket", () => {
    expect(quotaOf("kinesis", "DescribeStreamSummary")).toEqual({
      key: "kinesis:DescribeStreamSummary",
      limit: { perSecond: 20, burst: 20 },
    });
  });
});

describe("pauses", () => {
  test("full jitter: anything from nothing to a bound that doubles and ends at 20 s", () => {
    assert(
      property(integer({ min: 1, max: 7 }), double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
        const pause = pauseAfter(attempt, { retry: "throttle" }, chance);
        expect(pause).toBeGreaterThanOrEqual(0);
        expect(pause).toBeLessThanOrEqual(Math.min(20_000, 500 * 2 ** (attempt - 1)));
      }),
      CHANCE,
    );
  });
  test.each([
    ["throttle", 8],
    ["transient", 3],
    ["skew", 2],
    ["never", 1],
  ] as const)("%s makes %i attempts", (retry, attempts) => {
    const tried = Array.from({ length: 10 }, (_, index) => index + 1).filter((attempt) => pauseAfter(attempt, { retry }, 1) !== null);
    expect(tried).toHaveLength(attempts - 1);
  });
  test("an answer that asks for a longer wait is heard, up to 20 s", () => {
    expect(pauseAfter(1, { retry: "throttle", retryAfterMs: 5000 }, 0)).toBe(5000);
    expect(pauseAfter(1, { retry: "throttle", retryAfterMs: 3_600_000 }, 0)).toBe(20_000);
  });
});
