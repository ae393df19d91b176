import { describe, expect, it } from "vitest";
import { type Finding, statusOf, SYSTEM, type View } from "./finding.ts";
import { plus } from "./instant.ts";
import { openCover, T0 } from "./lifecycle.test.fixture.ts";
import { memoryStore } from "./memory-store.ts";
import { type Rule, ruleOn, setsOf } from "./rule.ts";
import { conforms, suppressionSchema } from "./stored.ts";
import { expiringSoon, type Suppression } from "./suppression.ts";

const finding: Finding = openCover();
const { checkId, ref } = finding;
const blue: Finding = { ...finding, tags: { team: "blue", env: "dev" } };

/** As a store may hold it, of whatever version and health. */
const stored = (rule: unknown): Rule => {
  const value: unknown = { ...suppressionOf({ rule: {} }), scope: { rule } };
  if (!conforms(suppressionSchema, value) || !("rule" in value.scope)) throw new Error("the store would not open");
  return value.scope.rule;
};
function suppressionOf(scope: Suppression["scope"], more: Partial<Suppression> = {}): Suppression {
  return {
    id: "s-1",
    scope,
    justification: "Reviewed by the team.",
    by: SYSTEM,
    from: T0,
    expiresAt: plus(T0, 86_400_000),
    approval: "not-needed",
    ended: null,
    ...more,
  };
}

describe("a rule", () => {
  it.each<[string, Rule, Finding, string]>([
    ["holds what every list of a set holds", { checks: [checkId], accounts: [ref.accountId], regions: ["eu-west-1"] }, finding, "yes"],
    ["does not hold what one list leaves out", { checks: [checkId], accounts: ["444455556666"] }, finding, "no"],
    ["of one set reads as it was always written", { checks: ["example/other", checkId] }, finding, "yes"],
    ["holds what one of its sets holds", { sets: [{ accounts: ["444455556666"] }, { arns: ["arn:aws:ec2:*"] }] }, finding, "yes"],
    ["does not mix its sets", { sets: [{ checks: [checkId], accounts: ["444455556666"] }, { checks: ["example/other"] }] }, finding, "no"],
    ["without sets holds nothing", { sets: [] }, finding, "no"],
    ["whose set has no lists holds nothing", { sets: [{}] }, finding, "no"],
    ["whose list is empty holds nothing", { checks: [], accounts: [ref.accountId] }, finding, "no"],
    ["that names no tag holds nothing", { accounts: [ref.accountId], tags: {} }, blue, "no"],
    ["holds what has one of the values", { tags: { team: ["red", "blue"] } }, blue, "yes"],
    ["holds what has any value", { tags: { team: ["*"], env: ["dev"] } }, blue, "yes"],
    ["wants every tag", { tags: { team: ["blue"], env: ["prod"] } }, blue, "no"],
    ["on tags that nobody read does not hold", { tags: { team: ["blue"] } }, finding, "unread"],
    ["on tags that nobody read does not hold what the rest leaves out", { regions: ["global"], tags: { team: ["blue"] } }, finding, "no"],
    ["holds by another set what tags cannot say", { sets: [{ tags: { team: ["blue"] } }, { checks: [checkId] }] }, finding, "yes"],
  ])("%s", (_, rule, given, expected) => expect(ruleOn(rule, given)).toBe(expected));
});

describe("a rule in the store that makes no sense hides nothing, and the rest of the store is read", () => {
  it.each<[string, unknown]>([
    ["a word instead of a list", { checks: checkId }],
    ["a list that is not known here", { checks: [checkId], resourceTypes: ["AWS::EC2::SecurityGroup"] }],
    ["a set that is not known here", { sets: [{ checks: [checkId] }, { checks: [checkId], severities: ["low"] }] }],
    ["sets that are no list", { sets: { checks: [checkId] } }],
    ["sets beside lists", { sets: [{ checks: [checkId] }], accounts: ["444455556666"] }],
    ["numbers instead of texts", { accounts: [111122223333] }],
    ["nothing", {}],
  ])("%s", async (_, rule) => {
    expect(setsOf(stored(rule)).flatMap((set) => Object.keys(set))).toEqual([]);
    const store = memoryStore();
    await store.transact({}, () => ({
      at: T0,
      events: [],
      writes: [
        { kind: "finding", value: finding },
        { kind: "suppression", value: suppressionOf({ rule: stored(rule) }) },
      ],
      result: undefined,
    }));
    expect((await store.counts({}, plus(T0, 1))).open.critical).toBe(1);
  });
  it("a date that is none hides nothing", () => {
    const broken = suppressionOf({ fingerprint: finding.fingerprint }, { expiresAt: "9999" });
    const view: View = { suppressions: [broken], findingOf: () => undefined };
    expect(statusOf(finding, view, plus(T0, 1))).toBe("open");
  });
});

describe("an expiry is near", () => {
  const DAYS = 86_400_000;
  const lasting = (days: number, more: Partial<Suppression> = {}): Suppression =>
    suppressionOf({ fingerprint: finding.fingerprint }, { expiresAt: plus(T0, days * DAYS), ...more });
  const nearAfter = (days: number, it: Suppression): boolean => expiringSoon([it], plus(T0, days * DAYS), 3 * DAYS).length > 0;
  it("from the time before it that was given", () => {
    expect(nearAfter(26.9, lasting(30))).toBe(false);
    expect(nearAfter(27, lasting(30))).toBe(true);
  });
  it("when half of a short one has passed", () => {
    expect([nearAfter(0, lasting(2)), nearAfter(0.9, lasting(2)), nearAfter(1, lasting(2))]).toEqual([false, false, true]);
  });
  it("once", () => expect(nearAfter(28, lasting(30, { noticedAt: plus(T0, 27 * DAYS) }))).toBe(false));
  it("of nothing that has ended, has expired or waits", () => {
    const ended = { at: T0, why: "lifted", by: SYSTEM } as const;
    const others = [lasting(30, { ended }), lasting(20), lasting(30, { approval: "waiting" })];
    expect(others.map((it) => nearAfter(28, it))).toEqual([false, false, false]);
  });
});
