import {
  type Fact,
  fingerprintOf,
  hides,
  HOUR,
  type Instant,
  type Judged,
  memoryStore,
  type Outcome,
  plus,
  type ResourceRef,
  type Suppression,
  UNKNOWN_REASONS,
  verifyLog,
} from "@posture/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { About } from "./facts.ts";
import { tell } from "./tell.ts";

/* Whatever is told, in whatever order, and however much of it in one record: the log that comes of it is explained. */

const T0: Instant = "2026-01-01T10:00:00.000Z";
const CHECKS: readonly Judged[] = [
  { id: "example/port-open", title: "Port open", severity: "high", coveredBy: "example/all-ports-open" },
  { id: "example/all-ports-open", title: "All ports open", severity: "critical" },
];
const REFS = ["sg-1", "sg-2"].map((name): ResourceRef => ({
  type: "AWS::EC2::SecurityGroup",
  arn: `arn:${name}`,
  name,
  accountId: "111122223333",
  region: "eu-west-1",
}));
const by = { kind: "user", id: "U1", via: "slack" } as const;

/** A sweep may judge a resource more than once, where a listing was begun again. A live read judges it once. */
interface Wish {
  readonly pair: number;
  readonly make: (fingerprint: string, check: Judged, ref: ResourceRef, now: Instant, n: number) => Fact;
}

const outcome: fc.Arbitrary<(evidenceAt: Instant) => Outcome> = fc.oneof(
  fc
    .record({ port: fc.nat(2), covered: fc.boolean(), text: fc.constantFrom("Open.", "Wide open.") })
    .map(({ port, covered, text }) => (evidenceAt: Instant): Outcome => ({
      status: "fail",
      messageId: "open",
      text,
      evidence: { port },
      covered,
      evidenceAt,
    })),
  fc.constantFrom("pass" as const, "gone" as const).map((status) => (evidenceAt: Instant): Outcome => ({ status, evidenceAt })),
  fc.constant((evidenceAt: Instant): Outcome => ({ status: "not-applicable", reason: "it is another", evidenceAt })),
  fc.tuple(fc.constantFrom(...UNKNOWN_REASONS), fc.boolean()).map(([reason, named]) => (evidenceAt: Instant): Outcome => ({
    status: "unknown",
    reason,
    facets: ["rules"],
    missing: named ? ["ec2:Describe"] : [],
    detail: "",
    evidenceAt,
  })),
);
const other = { kind: "user", id: "U2", via: "slack" } as const;
const approval = fc.constantFrom("not-needed" as const, "waiting" as const);
/** A record holds what a resource was tagged with in the end only, and reads it once. */
function tagsAt(now: Instant): { tags?: Record<string, string> } {
  const minute = Date.parse(now) / 60_000;
  return minute % 3 === 0 ? { tags: { team: minute % 2 === 0 ? "blue" : "red" } } : {};
}
const severity = fc.constantFrom("critical" as const, "high" as const, "low" as const);
const facts = (how: "sweep" | "re-check" | "event"): fc.Arbitrary<Wish["make"]> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(outcome, fc.nat(30), fc.constant(how), severity)
        .map(([make, age, by, grade]): Wish["make"] => (_, check, ref, now) => ({
          type: "observed",
          by,
          check: { ...check, severity: grade },
          ref,
          outcome: make(plus(now, -age * 60_000)),
          ...tagsAt(now),
        })),
    },
    fc.nat(30).map((age): Wish["make"] => (_, _check, _ref, now) => ({ type: "absent", listedAt: plus(now, -age * 60_000) })),
    fc.constantFrom("yes" as const, "retired" as const, "unmonitored" as const).map((watched): Wish["make"] => () => ({
      type: "watched",
      watched,
    })),
    fc.tuple(fc.boolean(), approval).map(([isRule, its]): Wish["make"] => (fingerprint, check, _ref, now, n) => ({
      type: "suppress",
      suppression: { ...lasting(`s-${n}`, isRule ? { rule: { checks: [check.id] } } : { fingerprint }, now), approval: its },
    })),
    fc
      .tuple(fc.constantFrom("approve" as const, "decline" as const), fc.nat(40), fc.constantFrom(by, other))
      .map(([type, n, who]): Wish["make"] => () => ({ type, suppressionId: `s-${n}`, by: who, source: "slack" })),
    fc.tuple(fc.nat(40), approval).map(([n, its]): Wish["make"] => (_fingerprint, _check, _ref, now) => ({
      type: "extend",
      suppressionId: `s-${n}`,
      by,
      source: "slack",
      expiresAt: plus(now, 4 * HOUR),
      approval: its,
    })),
    fc.nat(40).map((n): Wish["make"] => () => ({ type: "lift", suppressionId: `s-${n}`, by, source: "slack" })),
    {
      weight: 2,
      arbitrary: fc.constantFrom<Wish["make"]>(
        () => ({ type: "time-passed" }),
        () => ({ type: "time-passed", notice: HOUR }),
      ),
    },
  );
function lasting(id: string, scope: Suppression["scope"], from: Instant): Suppression {
  return { id, scope, justification: "a bastion", by, from, expiresAt: plus(from, 3 * HOUR), approval: "not-needed", ended: null };
}
const told = fc.oneof(
  fc.array(fc.record({ pair: fc.nat(3), make: facts("sweep") }), { minLength: 1, maxLength: 6 }),
  fc
    .constantFrom("re-check" as const, "event" as const)
    .chain((how) =>
      fc.uniqueArray(fc.record({ pair: fc.nat(3), make: facts(how) }), { minLength: 1, maxLength: 3, selector: ({ pair }) => pair }),
    ),
);
const record = fc.record({ gap: fc.integer({ min: 1, max: 90 }), wishes: told });

test("a log of whatever was told is explained, record by record", async () => {
  let suppressed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 15 }), async (records) => {
      const store = memoryStore();
      let now = T0;
      let n = 0;
      for (const { gap, wishes } of records) {
        now = plus(now, gap * 60_000);
        const about = wishes.map(({ pair, make }): About => {
          const check = CHECKS[pair % 2] ?? CHECKS[0];
          const ref = REFS[pair >> 1] ?? REFS[0];
          if (!check || !ref) throw new Error("there is no such pair");
          const fingerprint = fingerprintOf(check.id, ref);
          n += 1;
          return { fingerprint, fact: make(fingerprint, check, ref, now, n) };
        });
        await store.transact({ findings: "all" }, (view) => {
          const { writes, events } = tell(view, about, now);
          suppressed += view.findings.filter((finding) => view.suppressions.some((it) => hides(it, finding, now))).length;
          return { at: now, writes, events, result: undefined };
        });
      }
      expect((await verifyLog(store.records())).bad).toBeNull();
    }),
    { seed: 20_260_301, numRuns: 1000 },
  );
  expect(suppressed).toBeGreaterThan(100);
});
