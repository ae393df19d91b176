import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SEVERITIES } from "./check.ts";
import { type Finding, fingerprintOf, statusOf, SYSTEM, type View } from "./finding.ts";
import { HOUR, type Instant, plus } from "./instant.ts";
import { memoryStore } from "./memory-store.ts";
import { isLeftOut, previewOf } from "./preview.ts";
import type { Rule, RuleSet } from "./rule.ts";
import { mayHold, type Suppression, type SuppressionScope } from "./suppression.ts";

/* A preview is held against what the suppression then does: through a store, with other suppressions and covers beside it. */

const NOW: Instant = "2026-01-10T00:00:00.000Z";
const COVERING = "example/all-ports-open";
const CHECKS = [COVERING, "example/port-open", "example/unused"] as const;
const ACCOUNTS = ["111122223333", "444455556666"];
const REGIONS = ["eu-west-1", "global"];
const NAMES = ["a", "b*", "c?"];

const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    checkId: fc.constantFrom(...CHECKS),
    accountId: fc.constantFrom(...ACCOUNTS),
    region: fc.constantFrom(...REGIONS),
    name: fc.constantFrom(...NAMES),
    severity: fc.constantFrom(...SEVERITIES),
    condition: fc.constantFrom("failing", "failing", "failing", "cleared"),
    watched: fc.constantFrom("yes", "yes", "yes", "retired"),
    covered: fc.boolean(),
    tags: fc.constantFrom(undefined, {}, { team: "blue" }, { team: "red", env: "dev" }),
  })
  .map(({ checkId, accountId, region, name, severity, condition, watched, covered, tags }) => {
    const ref = { type: "AWS::S3::Bucket", arn: `arn:aws:s3:${region}:${accountId}:${name}`, name, accountId, region };
    return {
      fingerprint: fingerprintOf(checkId, ref),
      aliases: checkId === "example/unused" ? [fingerprintOf("example/former", ref)] : [],
      checkId,
      ref,
      severity,
      title: "It is open",
      condition,
      watched,
      coveredBy: covered && checkId === "example/port-open" ? COVERING : null,
      ...(tags && { tags }),
      message: { id: "bad", text: "It is open.", evidence: {}, notes: [] },
      openedAt: plus(NOW, -50 * HOUR),
      clearedAt: condition === "cleared" ? plus(NOW, -HOUR / 2) : null,
      reopened: 0,
      lastSeenAt: NOW,
      evidenceAt: NOW,
      stale: null,
    };
  });
const some = <T>(...values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values]);
const anySet: fc.Arbitrary<RuleSet> = fc.record(
  {
    checks: some(...CHECKS, "example/former"),
    accounts: some(...ACCOUNTS),
    regions: some(...REGIONS),
    arns: some("arn:aws:s3:*", "*:b*", String.raw`*:b\*`, "arn:aws:s3:global:111122223333:c?", "*:a"),
    tags: fc.dictionary(fc.constantFrom("team", "env"), some("blue", "red", "dev", "*"), { maxKeys: 2 }),
  },
  { requiredKeys: [] },
);
const anyRule: fc.Arbitrary<Rule> = fc.oneof(
  anySet,
  fc.array(anySet, { maxLength: 3 }).map((sets) => ({ sets })),
);
const anyScope: fc.Arbitrary<SuppressionScope> = fc.oneof(
  { weight: 3, arbitrary: anyRule.map((rule) => ({ rule })) },
  { weight: 1, arbitrary: anyFinding.map(({ fingerprint }) => ({ fingerprint })) },
);
function inForce(id: string, scope: SuppressionScope): Suppression {
  const [from, expiresAt] = [NOW, plus(NOW, 10 * HOUR)];
  return { id, scope, justification: "Reviewed by the team.", by: SYSTEM, from, expiresAt, approval: "not-needed", ended: null };
}
const others: fc.Arbitrary<readonly Suppression[]> = fc
  .array(fc.tuple(fc.nat(5), anyScope, fc.constantFrom({}, { approval: "waiting" }, { expiresAt: NOW }, { from: plus(NOW, HOUR) })), {
    maxLength: 4,
  })
  .map((list) => list.map(([id, scope, more]): Suppression => ({ ...inForce(`other-${id}`, scope), ...more })));

const statuses = (findings: readonly Finding[], view: View, now: Instant): Map<string, string> =>
  new Map(findings.map((finding) => [finding.fingerprint, statusOf(finding, view, now)]));
const names = (findings: readonly Finding[]): string[] => findings.map(({ fingerprint }) => fingerprint).toSorted();

describe("a preview of random suppressions, of random findings beside others", () => {
  test("is exactly what the suppression then hides, and what becomes open through it", () =>
    fc.assert(
      fc.asyncProperty(fc.array(anyFinding, { maxLength: 25 }), others, anyScope, async (findings, before, scope) => {
        const store = memoryStore();
        await store.transact({}, () => ({
          at: NOW,
          events: [],
          writes: [
            ...findings.map((value) => ({ kind: "finding", value }) as const),
            ...before.map((value) => ({ kind: "suppression", value }) as const),
          ],
          result: undefined,
        }));
        const preview = await store.read({ findings: mayHold([scope]) }, (view) => previewOf(scope, view.findings, view, NOW));
        const was = await store.read({ findings: "all" }, (view) => statuses(view.findings, view, NOW));
        const writes = [{ kind: "suppression", value: inForce("new", scope) } as const];
        await store.transact({}, () => ({ at: NOW, events: [], writes, result: undefined }));
        const is = await store.read({ findings: "all" }, (view) => statuses(view.findings, view, NOW));
        const became = (status: string): string[] =>
          [...is].filter(([it, now]) => now === status && was.get(it) !== status).map(([it]) => it);
        expect(names(preview.hidden)).toEqual(became("suppressed").toSorted());
        expect(names(preview.uncovered)).toEqual(became("open").toSorted());
        expect(became("covered")).toEqual([]);
        const all = await store.read({ findings: "all" }, (view) => view.findings);
        expect(names(preview.tagsUnread)).toEqual(names(all.filter((finding) => isLeftOut(scope, finding))));
        const counted = SEVERITIES.map((severity) => preview.hidden.filter((it) => it.severity === severity).length);
        expect(SEVERITIES.map((severity) => preview.bySeverity[severity])).toEqual(counted);
      }),
      { numRuns: 1500, seed: 3 },
    ));

  test("names what it leaves out for tags that nobody read: with some tags each would be held, and none is hidden without", () =>
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 15 }), anyRule, (findings, rule) => {
        const view: View = { suppressions: [], findingOf: () => undefined };
        const { hidden, tagsUnread } = previewOf({ rule }, findings, view, NOW);
        const all = { team: "blue", env: "dev" };
        for (const finding of tagsUnread) {
          expect(finding.tags).toBeUndefined();
          expect(hidden).not.toContain(finding);
        }
        const unread = findings.filter(({ tags, condition, watched }) => !tags && condition === "failing" && watched === "yes");
        const heldWith = unread.filter((finding) => {
          const [tagged] = previewOf({ rule }, [{ ...finding, tags: all }], view, NOW).hidden;
          return tagged !== undefined && !hidden.includes(finding);
        });
        for (const finding of heldWith) expect(tagsUnread).toContain(finding);
      }),
      { numRuns: 1500, seed: 4 },
    ));
});
