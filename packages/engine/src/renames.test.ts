import {
  type Check,
  type CheckId,
  type FindingStore,
  fingerprintOf,
  type Instant,
  memoryStore,
  type Outcome,
  plus,
  type StoreView,
  type Suppression,
  SYSTEM,
} from "@posture/core";
import { describe, expect, it } from "vitest";
import { factsOfReading, factsOfSweep, hintsFor, type Watching } from "./facts.ts";
import type { Judgement } from "./judging.ts";
import { renamesOf } from "./renames.ts";
import { tell, type Told } from "./tell.ts";
import { ACCOUNT, doorOpen, refOf, set } from "./world.test.fixture.ts";

const at = (minute: number): Instant => plus("2026-01-01T10:00:00.000Z", minute * 60_000);
const ref = refOf({ name: "front", region: "eu-west-1", open: true, guard: null });
const OLD = "house/door-open";
const OTHER = "house/gate-open";
const NEW = "house/way-in";
const checkCalled = (id: CheckId, formerIds: readonly CheckId[] = []): Check => ({ ...doorOpen, id, formerIds, hints: { open: "what" } });
const watch = (...checks: readonly Check[]): Watching => ({ checks: new Map(checks.map((it) => [it.id, set(it)])), accounts: [ACCOUNT] });
const before = watch(checkCalled(OLD), checkCalled(OTHER));
const after = watch(checkCalled(NEW, [OLD, OTHER]));
const nameOf = (id: CheckId): string => fingerprintOf(id, ref);

const judged = (checkId: CheckId, status: "fail" | "pass" | "denied", minute: number): Judgement => {
  const evidenceAt = at(minute);
  const outcomes: Readonly<Record<typeof status, Outcome>> = {
    fail: { status: "fail", messageId: "open", text: "It stands open.", evidence: { what: checkId }, evidenceAt },
    pass: { status: "pass", evidenceAt },
    denied: { status: "unknown", reason: "denied", facets: [], missing: [], detail: "", evidenceAt },
  };
  return { checkId, ref, severity: "critical", outcome: outcomes[status] };
};

class House {
  readonly store: FindingStore = memoryStore();
  #tell(facts: (view: StoreView) => Parameters<typeof tell>[1], minute: number): Promise<Told> {
    return this.store.transact({ findings: "all" }, (view) => {
      const told = tell(view, facts(view), at(minute));
      return { at: at(minute), ...told, result: told };
    });
  }
  sweep(watching: Watching, judgements: readonly Judgement[], minute: number): Promise<Told> {
    const scope = {
      accountId: ref.accountId,
      region: ref.region,
      type: ref.type,
      state: "complete",
      listedAt: at(minute),
      seen: 1,
    } as const;
    const listed = new Set([JSON.stringify([ref.accountId, ref.type, ref.arn, null])]);
    return this.#tell((view) => factsOfSweep({ judgements, coverage: [scope], listed, readLive: new Map() }, view, watching), minute);
  }
  recheck(watching: Watching, judgements: readonly Judgement[], minute: number): Promise<Told> {
    return this.#tell((view) => factsOfReading(judgements, "re-check", view, watching), minute);
  }
  rename(watching: Watching, minute: number): Promise<Told> {
    return this.#tell((view) => renamesOf(view, watching.checks), minute);
  }
  suppress(scope: Suppression["scope"], minute: number): Promise<Told> {
    const suppression: Suppression = {
      id: "s1",
      scope,
      justification: "agreed with the owner",
      by: SYSTEM,
      from: at(minute),
      expiresAt: at(9000),
      approval: "not-needed",
      ended: null,
    };
    const fingerprint = "fingerprint" in scope ? scope.fingerprint : "";
    return this.#tell(() => [{ fingerprint, fact: { type: "suppress", suppression } }], minute);
  }
  look<T>(look: (view: StoreView) => T): Promise<T> {
    return this.store.read({ findings: "all" }, look);
  }
}
const lines = ({ changes }: Told): string[] =>
  changes.map((it) => `${it.before?.finding.checkId ?? "new"} ${it.before?.status ?? ""} → ${it.after.finding.checkId} ${it.after.status}`);

describe("when a check is renamed", () => {
  it("its finding keeps its history, is found by its old name, and is no news", async () => {
    const house = new House();
    await house.sweep(before, [judged(OLD, "fail", 0)], 0);
    const told = await house.sweep(after, [judged(NEW, "fail", 60)], 60);
    expect(told.events.map(({ type, note }) => `${type} ${note}`)).toEqual([`renamed ${OLD}`, "evidence-changed "]);
    expect(lines(told)).toEqual([`${OLD} open → ${NEW} open`]);
    expect(await house.look((view) => [view.findings.length, view.findingOf(nameOf(OLD))])).toMatchObject([
      1,
      { fingerprint: nameOf(NEW), aliases: [nameOf(OLD)], openedAt: at(0), condition: "failing" },
    ]);
  });
  it("that is written down once", async () => {
    const house = new House();
    await house.sweep(before, [judged(OLD, "fail", 0)], 0);
    await house.sweep(after, [judged(NEW, "fail", 60)], 60);
    expect(await house.sweep(after, [judged(NEW, "fail", 90)], 90)).toMatchObject({ writes: [], events: [], changes: [] });
  });
  it("a pass of the check resolves it in the same sweep", async () => {
    const house = new House();
    await house.sweep(before, [judged(OLD, "fail", 0)], 0);
    expect(lines(await house.sweep(after, [judged(NEW, "pass", 60)], 60))).toEqual([`${OLD} open → ${NEW} resolved`]);
  });
  it("that is told before a re-check, which opens no second finding then", async () => {
    const house = new House();
    await house.sweep(before, [judged(OLD, "fail", 0)], 0);
    expect(lines(await house.rename(after, 30))).toEqual([`${OLD} open → ${NEW} open`]);
    await house.recheck(after, [judged(NEW, "fail", 30)], 30);
    expect(await house.look(({ findings }) => findings.length)).toBe(1);
  });
  it("the suppression of its finding goes on", async () => {
    const house = new House();
    await house.sweep(before, [judged(OLD, "fail", 0)], 0);
    await house.suppress({ fingerprint: nameOf(OLD) }, 5);
    expect(lines(await house.sweep(after, [judged(NEW, "fail", 60)], 60))).toEqual([`${OLD} suppressed → ${NEW} suppressed`]);
  });
  it("a rule that names the old id holds its findings, and those that come later", async () => {
    const house = new House();
    await house.suppress({ rule: { checks: [OLD] } }, 0);
    const told = await house.sweep(after, [], 10);
    expect(told.events).toMatchObject([{ type: "renamed", subject: "s1", note: OLD, after: NEW }]);
    expect(lines(await house.sweep(after, [judged(NEW, "fail", 60)], 60))).toEqual([`new  → ${NEW} suppressed`]);
  });
  it("what its finding named is looked at again", async () => {
    const house = new House();
    await house.sweep(before, [judged(OLD, "fail", 0)], 0);
    expect([...(await house.look(({ findings }) => hintsFor(findings, after.checks))).values()]).toEqual([{ open: [OLD] }]);
  });
  it("and is switched off as well, its finding is retired under its old name", async () => {
    const house = new House();
    await house.sweep(before, [judged(OLD, "fail", 0)], 0);
    expect(lines(await house.sweep(watch(checkCalled("house/other")), [], 60))).toEqual([`${OLD} open → ${OLD} retired`]);
  });
});

it("a finding whose cover is renamed, and resolved in the same sweep, is open", async () => {
  const house = new House();
  const all = checkCalled(OTHER);
  const covered = { ...checkCalled("house/one-open"), coveredBy: OTHER } as const;
  const failing = (checkId: CheckId, minute: number, isCovered = false): Judgement => {
    const it = judged(checkId, "fail", minute);
    return it.outcome.status === "fail" ? { ...it, outcome: { ...it.outcome, covered: isCovered } } : it;
  };
  await house.sweep(watch(all, covered), [failing(OTHER, 0), failing(covered.id, 0, true)], 0);
  const told = await house.sweep(
    watch(checkCalled(NEW, [OTHER]), { ...covered, coveredBy: NEW }),
    [judged(NEW, "pass", 60), failing(covered.id, 60)],
    60,
  );
  expect(lines(told).toSorted()).toEqual([`${OTHER} open → ${NEW} resolved`, `${covered.id} covered → ${covered.id} open`]);
});

describe("when two checks become one", () => {
  it("their findings become one, opened when the first of them was", async () => {
    const house = new House();
    await house.sweep(before, [judged(OLD, "fail", 0)], 0);
    await house.sweep(before, [judged(OLD, "fail", 5), judged(OTHER, "fail", 5)], 5);
    const told = await house.sweep(after, [judged(NEW, "fail", 60)], 60);
    expect(lines(told)).toHaveLength(1);
    const [findings, byOther] = await house.look((view) => [view.findings, view.findingOf(nameOf(OTHER))] as const);
    expect(findings).toMatchObject([{ fingerprint: nameOf(NEW), openedAt: at(0) }]);
    expect(byOther).toBe(findings[0]);
  });
  it("what failed is not resolved by what the other proved", async () => {
    const house = new House();
    await house.sweep(before, [judged(OLD, "fail", 0), judged(OTHER, "fail", 0)], 0);
    await house.sweep(before, [judged(OTHER, "pass", 20)], 20);
    await house.sweep(after, [judged(NEW, "denied", 60)], 60);
    expect(await house.look(({ findings }) => findings)).toMatchObject([
      { checkId: NEW, condition: "failing", stale: { reason: "denied" } },
    ]);
  });
});
