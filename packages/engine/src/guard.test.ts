import {
  emptyState,
  type Fact,
  type Finding,
  fingerprintOf,
  type Instant,
  type Outcome,
  type StoreView,
  type Suppression,
  SYSTEM,
  viewOf,
  applyWrite,
} from "@posture/core";
import { describe, expect, it, test } from "vitest";
import { judgedOf } from "./enabled.ts";
import type { About, Watching } from "./facts.ts";
import { agreed, type Doubt, wouldResolve } from "./guard.ts";
import { tell } from "./tell.ts";
import { ACCOUNT, doorOpen, refOf, set } from "./world.test.fixture.ts";

const T0: Instant = "2026-01-01T10:00:00.000Z";
const T1: Instant = "2026-01-01T11:00:00.000Z";
const T2: Instant = "2026-01-01T11:01:00.000Z";
const watching: Watching = { checks: new Map([[doorOpen.id, set(doorOpen)]]), accounts: [ACCOUNT] };
const FAIL = { status: "fail", messageId: "open", text: "It stands open." } as const;
type Undated = typeof FAIL | { readonly status: "pass" | "gone" } | { readonly status: "not-applicable"; readonly reason: string };
const ref = (n: number, account: string) => ({
  ...refOf({ name: `door-${n}`, region: "eu-west-1", open: true, guard: null }),
  accountId: account,
});
const about = (n: number, fact: Fact, account = ACCOUNT.accountId): About => ({
  fingerprint: fingerprintOf(doorOpen.id, ref(n, account)),
  fact,
});
const seen = (n: number, outcome: Undated, evidenceAt: Instant, account = ACCOUNT.accountId): About => {
  const dated: Outcome = { ...outcome, evidenceAt };
  return about(n, { type: "observed", by: "sweep", check: judgedOf(set(doorOpen)), ref: ref(n, account), outcome: dated }, account);
};
const all = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const passes = (count: number): About[] => all(count, (n) => seen(n, { status: "pass" }, T1));

/** So many doors stand open, and of so many of them a suppression hides that. */
function known(open: number, hidden = 0, account = ACCOUNT.accountId): StoreView {
  const state = emptyState();
  const suppressions: Suppression[] = all(hidden, (n) => ({
    id: `s-${n}`,
    scope: { fingerprint: fingerprintOf(doorOpen.id, ref(n, account)) },
    justification: "agreed with the owner",
    by: SYSTEM,
    from: T0,
    expiresAt: "2026-02-01T00:00:00.000Z",
    approval: "not-needed",
    ended: null,
  }));
  const { writes } = tell(
    viewOf(state, { findings: "all" }),
    all(open, (n) => seen(n, FAIL, T0, account)),
    T0,
  );
  for (const write of [...writes, ...suppressions.map((value) => ({ kind: "suppression", value }) as const)]) applyWrite(state, write);
  return viewOf(state, { findings: "all" });
}
const doubtsOf = (view: StoreView, facts: readonly About[]): readonly Doubt[] => wouldResolve(view, tell(view, facts, T1), T1);

describe("a sweep is read again when it would resolve", () => {
  test.each([
    [51, 51, 0, true, "all of what there is"],
    [50, 50, 0, false, "all, but no more than 50"],
    [254, 51, 0, true, "a little more than a fifth"],
    [255, 51, 0, false, "a fifth"],
    [1000, 51, 949, true, "all that is open, among much that is suppressed"],
    [60, 60, 60, true, "all, and a suppression hides each of them: suppressions end with their findings"],
  ])("of %i failing findings %i, where %i are hidden: %s (%s)", (failing, resolving, hidden, isHeld) => {
    const facts = hidden === 949 ? all(51, (n) => seen(949 + n, { status: "pass" }, T1)) : passes(resolving);
    expect(doubtsOf(known(failing, hidden), facts)).toHaveLength(isHeld ? 1 : 0);
  });

  it("whatever resolves them: passes, absence, AWS's own not-found and what does not apply are alike", () => {
    const facts = all(60, (n) =>
      n % 4 === 0
        ? about(n, { type: "absent", listedAt: T1 })
        : seen(
            n,
            [{ status: "pass" } as const, { status: "gone" } as const, { status: "not-applicable", reason: "" } as const][(n % 4) - 1] ??
              FAIL,
            T1,
          ),
    );
    expect(doubtsOf(known(60), facts)).toEqual([
      {
        accountId: ACCOUNT.accountId,
        failing: 60,
        resolving: 60,
        scopes: [{ accountId: ACCOUNT.accountId, region: "eu-west-1", type: doorOpen.resource.type }],
      },
    ]);
  });

  it("and not for what older evidence would resolve, since that is not told anyway", () =>
    expect(
      doubtsOf(
        known(60),
        all(60, (n) => seen(n, { status: "pass" }, "2025-12-31T00:00:00.000Z")),
      ),
    ).toEqual([]));
});

describe("after a second look", () => {
  const findings: readonly Finding[] = known(4).findings;
  const doubts: readonly Doubt[] = [{ accountId: ACCOUNT.accountId, failing: 4, resolving: 4, scopes: [] }];
  const settle = (first: readonly About[], second: readonly About[]): readonly About[] =>
    agreed(first, second, { findings, watching, doubts });
  const pass = (at: Instant): About => seen(0, { status: "pass" }, at);

  it("what both looks resolve is resolved, by the second", () => expect(settle([pass(T1)], [pass(T2)])).toEqual([pass(T2)]));
  it("what the second finds failing is told as it says", () =>
    expect(settle([pass(T1)], [seen(0, FAIL, T2)])).toEqual([seen(0, FAIL, T2)]));
  it("what the second says nothing of stays as it was", () => expect(settle([pass(T1)], [])).toEqual([]));
  it("absence is no better than a pass", () => {
    const absent = (listedAt: Instant): About => about(0, { type: "absent", listedAt });
    expect(settle([absent(T1)], [pass(T2)])).toEqual([pass(T2)]);
    expect(settle([absent(T1)], [seen(0, FAIL, T2)])).toEqual([seen(0, FAIL, T2)]);
  });
  it("everything else is told as the first has it", () =>
    expect(settle([seen(1, FAIL, T1), pass(T1)], [seen(1, { status: "pass" }, T2), pass(T2)])).toEqual([seen(1, FAIL, T1), pass(T2)]));
  it("an account that is not in doubt keeps its first look", () => {
    const other = seen(0, { status: "pass" }, T1, "444455556666");
    const both = [...findings, ...known(1, 0, "444455556666").findings];
    expect(agreed([other], [], { findings: both, watching, doubts })).toEqual([other]);
  });
});
