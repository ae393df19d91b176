import {
  type Finding,
  fingerprintOf,
  type Instant,
  type Judged,
  type Outcome,
  plus,
  type ResolvedCheck,
  type ResourceRef,
  type StoreView,
  type Suppression,
  SYSTEM,
} from "@posture/core";
import { describe, expect, it } from "vitest";
import { type About, factsOfReading, factsOfSweep, watchedBy, type Watching } from "./facts.ts";
import type { Judgement } from "./judging.ts";
import { tell } from "./tell.ts";
import { doorOpen, set } from "./world.test.fixture.ts";

const T0: Instant = "2026-01-01T10:00:00.000Z";
const at = (minutes: number): Instant => plus(T0, minutes * 60_000);
const ref: ResourceRef = {
  type: "Test::House::Door",
  arn: "arn:aws:house:eu-west-1:111122223333:door/front",
  name: "front",
  accountId: "111122223333",
  region: "eu-west-1",
};
const ALL: Judged = { id: "house/all-open", title: "All stand open", severity: "critical" };
const DOOR: Judged = { id: "house/door-open", title: "Door stands open", severity: "high", coveredBy: ALL.id };
function asSet(judged: Judged): ResolvedCheck {
  return set({ ...doorOpen, ...judged });
}
const watching: Watching = {
  checks: new Map([ALL, DOOR].map((it) => [it.id, asSet(it)])),
  accounts: [{ accountId: ref.accountId, regions: ["eu-west-1"] }],
};
const judgement = (check: Judged, outcome: Outcome, severity = check.severity): Judgement => ({
  checkId: check.id,
  ref,
  severity,
  outcome,
});
const fail = (minute: number, covered = false): Outcome => ({
  status: "fail",
  messageId: "open",
  text: "It stands open.",
  covered,
  evidenceAt: at(minute),
});
const pass = (minute: number): Outcome => ({ status: "pass", evidenceAt: at(minute) });

function never(): never {
  throw new Error("there is no finding");
}

/** A store of two maps. */
class Books {
  findings: Map<string, Finding> = new Map();
  suppressions: Map<string, Suppression> = new Map();

  get view(): StoreView {
    return {
      findings: [...this.findings.values()],
      suppressions: [...this.suppressions.values()].filter(({ ended }) => ended === null),
      outbox: [],
      inbox: [],
      sweeps: [],
      sweptAccounts: new Set(),
      findingOf: (fingerprint) => this.findings.get(fingerprint),
      seen: new Map(),
    };
  }
  /** Whose status changed, as `check: before → after`. */
  hear(facts: readonly About[], minute: number): string[] {
    const told = tell(this.view, facts, at(minute));
    for (const write of told.writes) {
      if (write.kind === "finding") this.findings.set(write.value.fingerprint, write.value);
      if (write.kind === "suppression") this.suppressions.set(write.value.id, write.value);
    }
    return told.changes
      .map(({ before, after }) => `${after.finding.checkId.slice(6)}: ${before?.status ?? "new"} → ${after.status}`)
      .toSorted();
  }
}
const suppression = (check: Judged, from: Instant, until: Instant): Suppression => ({
  id: "s1",
  scope: { fingerprint: fingerprintOf(check.id, ref) },
  justification: "agreed with the owner",
  by: SYSTEM,
  from,
  expiresAt: until,
  approval: "not-needed",
  ended: null,
});
const suppress = (check: Judged, minute: number, until: number): About[] => [
  { fingerprint: fingerprintOf(check.id, ref), fact: { type: "suppress", suppression: suppression(check, at(minute), at(until)) } },
];
const sweepOf = (
  judgements: readonly Judgement[],
  books: Books,
  more: { listed?: readonly string[]; complete?: boolean; minute?: number; readLive?: ReadonlyMap<string, Instant> } = {},
): About[] => {
  const scope = { accountId: ref.accountId, region: ref.region, type: ref.type, listedAt: at(more.minute ?? 0) };
  const gap = { reason: "denied", missing: ["house:ListDoors"], detail: "denied" } as const;
  const coverage =
    more.complete === false ? ({ ...scope, state: "incomplete", gap } as const) : ({ ...scope, state: "complete", seen: 1 } as const);
  return factsOfSweep(
    { judgements, coverage: [coverage], listed: new Set(more.listed), readLive: more.readLive ?? new Map() },
    books.view,
    watching,
  );
};

describe("telling facts", () => {
  it("names the new findings, and says nothing of what did not change", () => {
    const books = new Books();
    expect(books.hear(sweepOf([judgement(DOOR, fail(0))], books), 0)).toEqual(["door-open: new → open"]);
    expect(books.hear(sweepOf([judgement(DOOR, fail(5))], books, { minute: 5 }), 5)).toEqual([]);
  });

  it("shows that a covered finding opens when its cover is suppressed, and that the cover's expiry covers it again", () => {
    const books = new Books();
    books.hear(factsOfReading([judgement(ALL, fail(0)), judgement(DOOR, fail(0, true))], "re-check", books.view, watching), 0);
    expect(books.hear(suppress(ALL, 1, 60), 1)).toEqual(["all-open: open → suppressed", "door-open: covered → open"]);
    const passed: About[] = [{ fingerprint: fingerprintOf(ALL.id, ref), fact: { type: "time-passed" } }];
    expect(books.hear(passed, 61)).toEqual(["all-open: suppressed → open", "door-open: open → covered"]);
  });

  it("takes an absence for a proof only where the listing was complete", () => {
    const books = new Books();
    books.hear(sweepOf([judgement(DOOR, fail(0))], books), 0);
    expect(books.hear(sweepOf([], books, { complete: false, minute: 5 }), 5)).toEqual(["door-open: open → open"]);
    expect([...books.findings.values()][0]?.stale).toMatchObject({ reason: "denied", missing: ["house:ListDoors"] });
    expect(books.hear(sweepOf([], books, { minute: 10 }), 10)).toEqual(["door-open: open → resolved"]);
  });

  it("drops the older outcome of a sweep on a resource that was read live meanwhile", () => {
    const books = new Books();
    const key = JSON.stringify([ref.accountId, ref.type, ref.arn, null]);
    expect(books.hear(sweepOf([judgement(DOOR, fail(1))], books, { readLive: new Map([[key, at(2)]]) }), 3)).toEqual([]);
    expect(books.hear(sweepOf([judgement(DOOR, fail(3))], books, { readLive: new Map([[key, at(2)]]) }), 4)).toEqual([
      "door-open: new → open",
    ]);
  });

  it("takes no listing for a proof that began before the resource was read live", () => {
    const books = new Books();
    books.hear(sweepOf([judgement(DOOR, fail(0))], books), 0);
    const key = JSON.stringify([ref.accountId, ref.type, ref.arn, null]);
    expect(books.hear(sweepOf([], books, { minute: 5, readLive: new Map([[key, at(6)]]) }), 7)).toEqual([]);
    expect(books.hear(sweepOf([], books, { minute: 8, readLive: new Map([[key, at(6)]]) }), 9)).toEqual(["door-open: open → resolved"]);
  });

  it("leaves it to the configuration whether a finding is watched, also where it is read live", () => {
    const books = new Books();
    books.hear(sweepOf([judgement(DOOR, fail(0))], books), 0);
    const elsewhere: Watching = { ...watching, accounts: [{ accountId: ref.accountId, regions: ["us-east-1"] }] };
    const live = (minute: number, outcome: Outcome, where: Watching): string[] =>
      books.hear(factsOfReading([judgement(DOOR, outcome), judgement(ALL, fail(minute))], "re-check", books.view, where), minute);
    expect(live(1, fail(1), elsewhere)).toEqual(["door-open: open → unmonitored"]);
    expect(live(2, pass(2), elsewhere)).toEqual(["door-open: unmonitored → unmonitored"]);
    expect(live(3, fail(3), watching)).toEqual(["all-open: new → open", "door-open: unmonitored → open"]);
  });

  it("retires the findings of a check that was switched off, and brings them back with their history", () => {
    const books = new Books();
    books.hear(sweepOf([judgement(DOOR, fail(0))], books), 0);
    const without: Watching = { ...watching, checks: new Map([[ALL.id, asSet(ALL)]]) };
    const facts = factsOfSweep({ judgements: [], coverage: [], listed: new Set(), readLive: new Map() }, books.view, without);
    expect(books.hear(facts, 1)).toEqual(["door-open: open → retired"]);
    expect(books.hear(sweepOf([judgement(DOOR, fail(2))], books, { minute: 2 }), 2)).toEqual(["door-open: retired → open"]);
    expect([...books.findings.values()][0]?.openedAt).toBe(at(0));
  });

  it("retires the findings of a region where a rule switches the check off, and brings them back", () => {
    const books = new Books();
    books.hear(sweepOf([judgement(DOOR, fail(0))], books), 0);
    const off: ResolvedCheck = {
      ...asSet(DOOR),
      variants: [{ place: "overrides[0]", when: { regions: ["eu-west-1"] }, change: { enabled: false } }],
    };
    const rules: Watching = { ...watching, checks: new Map([[DOOR.id, off]]) };
    const facts = factsOfSweep({ judgements: [], coverage: [], listed: new Set(), readLive: new Map() }, books.view, rules);
    expect(books.hear(facts, 1)).toEqual(["door-open: open → retired"]);
    const elsewhere: Watching = {
      ...watching,
      checks: new Map([
        [DOOR.id, { ...off, variants: [{ place: "overrides[0]", when: { regions: ["us-east-1"] }, change: { enabled: false } }] }],
      ]),
    };
    const back = factsOfSweep({ judgements: [], coverage: [], listed: new Set(), readLive: new Map() }, books.view, elsewhere);
    expect(books.hear(back, 2)).toEqual(["door-open: retired → open"]);
  });

  it("retires nothing for a rule on tags: the outcome says what the tags say", () => {
    const books = new Books();
    books.hear(sweepOf([judgement(DOOR, fail(0))], books), 0);
    const when = { tags: { env: ["dev"] } };
    const rules: Watching = {
      ...watching,
      checks: new Map([[DOOR.id, { ...asSet(DOOR), variants: [{ place: "overrides[0]", when, change: { enabled: false } }] }]]),
    };
    expect(watchedBy([...books.findings.values()][0] ?? never(), rules)).toBe("yes");
  });

  it("keeps the severity that a finding was last judged with, and writes a change into the audit", () => {
    const books = new Books();
    books.hear(sweepOf([judgement(DOOR, fail(0), "low")], books), 0);
    expect([...books.findings.values()].map(({ severity }) => severity)).toEqual(["low"]);
    const facts = factsOfReading([judgement(DOOR, fail(1), "critical")], "re-check", books.view, watching);
    expect(tell(books.view, facts, at(1)).events.map(({ type, before, after }) => [type, before, after])).toEqual([
      ["severity-changed", "failing, low", "failing, critical"],
    ]);
  });

  it("calls the findings of a region that was taken out unmonitored, never resolved", () => {
    const books = new Books();
    books.hear(sweepOf([judgement(DOOR, fail(0))], books), 0);
    const elsewhere: Watching = { ...watching, accounts: [{ accountId: ref.accountId, regions: ["us-east-1"] }] };
    const facts = factsOfSweep({ judgements: [], coverage: [], listed: new Set(), readLive: new Map() }, books.view, elsewhere);
    expect(books.hear(facts, 1)).toEqual(["door-open: open → unmonitored"]);
  });

  it("ends only the suppression of the finding that was resolved for an hour", () => {
    const books = new Books();
    books.hear(factsOfReading([judgement(ALL, fail(0)), judgement(DOOR, fail(0))], "re-check", books.view, watching), 0);
    books.hear(suppress(ALL, 1, 9000), 1);
    books.hear(factsOfReading([judgement(DOOR, pass(2))], "re-check", books.view, watching), 2);
    books.hear([{ fingerprint: fingerprintOf(DOOR.id, ref), fact: { type: "time-passed" } }], 120);
    expect(books.suppressions.get("s1")?.ended).toBeNull();
  });
});
