import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advance, type Fact, type Step } from "./advance.ts";
import type { AwsChange } from "./change-event.ts";
import { type Finding, statusOf } from "./finding.ts";
import { HOUR, type Instant, plus } from "./instant.ts";
import { FAIL, seen, suppression, T0, unknown, type Undated } from "./lifecycle.test.fixture.ts";
import { UNKNOWN_REASONS } from "./outcome.ts";
import type { Suppression } from "./suppression.ts";

/* Random stories of one finding: whatever comes in whatever order, these hold after every fact. */

const RUNS = { seed: 20_260_101, numRuns: 2000 };

interface Told {
  readonly fact: Fact;
  readonly minute: number;
}
interface State {
  readonly finding: Finding | null;
  readonly suppressions: readonly Suppression[];
}
interface Moment extends Told {
  readonly before: State;
  readonly after: State;
  readonly step: Step;
  readonly now: Instant;
}

const [opening] = advance({ finding: null, suppressions: [] }, seen(FAIL, 0), T0).writes;
const own = opening?.kind === "finding" ? opening.value.fingerprint : "";

const outcome: fc.Arbitrary<Undated> = fc.oneof(
  fc.constant(FAIL),
  fc.constant<Undated>({ status: "fail", messageId: "open", text: "Port 22 is open.", covered: true }),
  fc
    .record({ port: fc.nat(3) }, { noNullPrototype: true })
    .map((evidence): Undated => ({ status: "fail", messageId: "open", text: "Port 22 is open.", evidence })),
  fc.constant<Undated>({ status: "pass" }),
  fc.constant<Undated>({ status: "gone" }),
  fc.constant<Undated>({ status: "not-applicable", reason: "it is of another kind" }),
  fc.constantFrom(...UNKNOWN_REASONS).map(unknown),
);
const by = { kind: "user", id: "U1", via: "slack" } as const;
const anybody = fc.constantFrom(
  { kind: "user", id: "U1", via: "slack" } as const,
  { kind: "user", id: "U2", via: "cli" } as const,
  {
    kind: "user",
    id: "arn:aws:iam::111122223333:user/ann",
    via: "cli",
  } as const,
);
const approval = fc.constantFrom("not-needed", "waiting");
function lasting(id: string, scope: Suppression["scope"], minute: number): Suppression {
  const from = plus(T0, minute * 60_000);
  return { ...suppression(id, scope), from, expiresAt: plus(from, 3 * HOUR) };
}
function observed(minute: number, outcome = FAIL, by?: "event"): Extract<Fact, { type: "observed" }> {
  const it = seen(outcome, minute, by);
  if (it.type !== "observed") throw new Error("it was not observed");
  return it;
}
function changeAt(minute: number, n: number): AwsChange {
  return {
    eventId: `e-${n}`,
    name: "AuthorizeSecurityGroupIngress",
    at: plus(T0, minute * 60_000),
    by: "arn:aws:iam::111122223333:user/ann",
  };
}
/** The fact at place `n` of a story. */
const fact = (minute: number, n: number): fc.Arbitrary<Fact> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(outcome, fc.nat(30), fc.constantFrom("sweep", "re-check")).map(([it, age, how]) => seen(it, minute - age, how)),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(outcome, fc.nat(30))
        .map(([it, age]): Fact => ({ ...observed(minute - age, it, "event"), change: changeAt(minute, n) })),
    },
    { weight: 1, arbitrary: fc.constantFrom({}, { team: "blue" }).map((tags): Fact => ({ ...observed(minute), tags })) },
    fc.nat(30).map((age): Fact => ({ type: "absent", listedAt: plus(T0, (minute - age) * 60_000) })),
    fc.constantFrom("yes", "retired", "unmonitored").map((watched): Fact => ({ type: "watched", watched })),
    approval.map((it): Fact => ({ type: "suppress", suppression: { ...lasting(`s-${n}`, { fingerprint: own }, minute), approval: it } })),
    fc
      .tuple(fc.constantFrom("approve", "decline"), fc.nat(n), anybody)
      .map(([type, other, who]): Fact => ({ type, suppressionId: `s-${other}`, by: who, source: "slack" })),
    fc.tuple(fc.nat(n), anybody, approval).map(([other, who, it]): Fact => ({
      type: "extend",
      suppressionId: `s-${other}`,
      by: who,
      source: "slack",
      expiresAt: plus(T0, minute * 60_000 + 4 * HOUR),
      approval: it,
    })),
    fc.constant<Fact>({ type: "suppress", suppression: lasting(`s-${n}`, { rule: { checks: ["example/port-open"] } }, minute) }),
    fc.nat(n).map((other): Fact => ({ type: "lift", suppressionId: `s-${other}`, by, source: "slack" })),
    fc.tuple(fc.constantFrom("U1", "U2"), anybody).map(([to, who]): Fact => ({ type: "assign", to, by: who, source: who.via })),
    anybody.map((who): Fact => ({ type: "unassign", by: who, source: who.via })),
    fc.constantFrom<Fact>({ type: "time-passed" }, { type: "time-passed", notice: HOUR }),
  );
const stories: fc.Arbitrary<readonly Told[]> = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 25 }).chain((gaps) => {
  let minute = 0;
  const minutes = gaps.map((gap) => (minute += gap));
  return fc.tuple(...minutes.map((at, n) => fact(at, n).map((it): Told => ({ fact: it, minute: at }))));
});

function lived(story: readonly Told[]): readonly Moment[] {
  let state: State = { finding: null, suppressions: [] };
  return story.map((told) => {
    const now = plus(T0, told.minute * 60_000);
    const before = state;
    const step = advance(before, told.fact, now);
    for (const write of step.writes) {
      if (write.kind === "finding") state = { ...state, finding: write.value };
      else state = { ...state, suppressions: [...state.suppressions.filter(({ id }) => id !== write.value.id), write.value] };
    }
    return { ...told, before, after: state, step, now };
  });
}

function expectAlways(holds: (moment: Moment) => void): void {
  fc.assert(
    fc.property(stories, (story) => {
      for (const moment of lived(story)) holds(moment);
    }),
    RUNS,
  );
}

const CLEARING = new Set(["pass", "not-applicable", "gone"]);

describe("after any story", () => {
  test("a finding is resolved only by a pass, by what does not apply or is gone, or by a complete listing without it", () =>
    expectAlways(({ before, after, fact: it }) => {
      if (before.finding?.condition !== "failing" || after.finding?.condition !== "cleared") return;
      expect(it.type === "absent" || (it.type === "observed" && CLEARING.has(it.outcome.status))).toBe(true);
    }));
  test("a finding opens and reopens only by a fail", () =>
    expectAlways(({ before, after, fact: it }) => {
      if (after.finding?.condition !== "failing" || before.finding?.condition === "failing") return;
      expect(it.type === "observed" && it.outcome.status === "fail").toBe(true);
    }));
  test("what could not be read changes nothing but what is said of it", () =>
    expectAlways(({ before, after, fact: it }) => {
      if (it.type !== "observed" || it.outcome.status !== "unknown") return;
      const { stale: _, ...rest } = after.finding ?? { stale: null };
      const { stale: __, ...was } = before.finding ?? { stale: null };
      expect(rest).toEqual(was);
    }));
  test("evidence never gets older, and what is older than it changes nothing", () =>
    expectAlways(({ before, after, fact: it, step }) => {
      if (before.finding && after.finding) expect(after.finding.evidenceAt >= before.finding.evidenceAt).toBe(true);
      if (it.type === "observed" && before.finding && it.outcome.evidenceAt < before.finding.evidenceAt)
        expect(step).toEqual({ writes: [], events: [] });
    }));
  test("its identity and the time it was first opened stay", () =>
    expectAlways(({ before, after }) => {
      if (!before.finding) return;
      expect([after.finding?.fingerprint, after.finding?.openedAt]).toEqual([before.finding.fingerprint, before.finding.openedAt]);
    }));
  test("a suppression changes no finding, and a finding's evidence ends no suppression", () =>
    expectAlways(({ before, after, fact: it }) => {
      if (it.type === "suppress" || "suppressionId" in it || it.type === "time-passed") expect(after.finding).toBe(before.finding);
      const inForce = ({ suppressions }: State): string[] => suppressions.filter(({ ended }) => ended === null).map(({ id }) => id);
      if (it.type === "observed" && before.finding?.condition === "failing") expect(inForce(after)).toEqual(inForce(before));
    }));
  test("an ended suppression stays ended, with its first end", () =>
    expectAlways(({ before, after }) => {
      for (const old of before.suppressions)
        if (old.ended !== null) expect(after.suppressions.find(({ id }) => id === old.id)?.ended).toEqual(old.ended);
    }));
  test("what has expired hides nothing, whether or not that was written down", () =>
    expectAlways(({ after, now }) => {
      if (!after.finding || after.suppressions.some(({ ended, expiresAt }) => ended === null && expiresAt > now)) return;
      expect(statusOf(after.finding, { suppressions: after.suppressions, findingOf: () => undefined }, now)).not.toBe("suppressed");
    }));
  test("what waits for approval hides nothing", () =>
    expectAlways(({ after, now }) => {
      if (!after.finding || after.suppressions.some(({ ended, approval: its }) => ended === null && its !== "waiting")) return;
      expect(statusOf(after.finding, { suppressions: after.suppressions, findingOf: () => undefined }, now)).not.toBe("suppressed");
    }));
  test("nobody approves what they asked for themselves, and nobody without a proven name approves at all", () =>
    expectAlways(({ before, after }) => {
      for (const { id, approval: its, by: asker } of after.suppressions) {
        const was = before.suppressions.find((old) => old.id === id);
        if (typeof its === "string" || was === undefined || was.approval === its) continue;
        const asked = was.asked?.by ?? asker;
        expect(its.by).toMatchObject({ kind: "user" });
        expect(its.by).not.toMatchObject({ id: asked.kind === "user" ? asked.id : "" });
        expect(its.by).not.toMatchObject({ id: "U2" });
      }
    }));
  test("an expiry changes by a decision of a person alone, and only to a later one", () =>
    expectAlways(({ before, after, fact: it }) => {
      for (const { id, expiresAt } of after.suppressions) {
        const was = before.suppressions.find((old) => old.id === id);
        if (was === undefined || was.expiresAt === expiresAt) continue;
        expect(["extend", "approve"]).toContain(it.type);
        expect(expiresAt > was.expiresAt).toBe(true);
      }
    }));
  test("an assignee changes by a person's word alone, which changes nothing else", () =>
    expectAlways(({ before, after, fact: it }) => {
      const isWord = it.type === "assign" || it.type === "unassign";
      if (!isWord) return expect(after.finding?.assignee).toEqual(before.finding?.assignee);
      const { assignee: is, ...rest } = after.finding ?? {};
      const { assignee: _, ...was } = before.finding ?? {};
      expect(rest).toEqual(was);
      expect(is?.id).toBe(before.finding && it.type === "assign" ? it.to : undefined);
    }));
  test("the change that is named is the one after which its condition became what it is, where a change event said so", () =>
    expectAlways(({ before, after, fact: it, step }) => {
      const change = it.type === "observed" ? it.change : undefined;
      for (const event of step.events) if (event.source === "event") expect(event.change).toEqual(change);
      const turned = before.finding?.condition !== after.finding?.condition;
      expect(after.finding?.changed).toEqual(turned ? change : before.finding?.changed);
    }));
  test("every change has its audit event, and no event is without a change", () =>
    expectAlways(({ step, before, after }) => {
      expect(step.events.length > 0).toBe(
        step.writes.some((write) => write.kind === "suppression") ||
          (step.writes.length > 0 && !isOnlyDated(before.finding, after.finding)),
      );
      if (step.refused) expect(step).toMatchObject({ writes: [], events: [] });
    }));
  test("the same fact told again changes no status and resolves nothing", () =>
    expectAlways(({ after, fact: it, now }) => {
      const conditions = advance(after, it, now).writes.flatMap((write) => (write.kind === "finding" ? [write.value.condition] : []));
      expect(conditions.every((condition) => condition === after.finding?.condition)).toBe(true);
    }));
});

/** A live read that found nothing new writes its date, and nobody needs to hear of it. */
function isOnlyDated(before: Finding | null, after: Finding | null): boolean {
  if (!before || !after) return false;
  const { evidenceAt, lastSeenAt, message } = before;
  return isDeepStrictEqual({ ...after, evidenceAt, lastSeenAt, message: { ...message, evidence: after.message.evidence } }, before);
}
