import { type CheckId, type Finding, fingerprintOf, type ResolvedCheck, setsOf, type StoreView } from "@posture/core";
import type { About } from "./facts.ts";

/** What is known before facts are told. */
export type Known = Pick<StoreView, "findings" | "suppressions">;
type Checks = ReadonlyMap<string, ResolvedCheck>;

/** From the former ids of these checks to those that they have now. An id that a check has is no former one. */
export function presentIds(checks: Checks): ReadonlyMap<CheckId, CheckId> {
  const renames = [...checks.values()].flatMap(({ check: { id, formerIds = [] } }) =>
    formerIds.map((former): [CheckId, CheckId] => [former, id]),
  );
  return new Map(renames.filter(([former]) => !checks.has(former)));
}

/** Findings under the names that their checks have now. */
export function underPresentNames(findings: readonly Finding[], checks: Checks): readonly Finding[] {
  const present = presentIds(checks);
  if (present.size === 0) return findings;
  return findings.map((finding) => {
    const checkId = present.get(finding.checkId);
    return checkId === undefined ? finding : { ...finding, checkId, fingerprint: fingerprintOf(checkId, finding.ref) };
  });
}

/** The renames that are not written down yet. They come before every other fact, which knows the new names only. */
export function renamesOf({ findings, suppressions }: Known, checks: Checks): About[] {
  return [...presentIds(checks)].flatMap(([from, to]): About[] => {
    const fact = { type: "renamed", from, to } as const;
    const own = findings.filter(({ checkId }) => checkId === from).map(({ fingerprint }): About => ({ fingerprint, fact }));
    const isNamed = suppressions.some(({ scope }) => "rule" in scope && setsOf(scope.rule).some(({ checks }) => checks?.includes(from)));
    // A rule may wait for its first finding; then no finding brings it along.
    return own.length === 0 && isNamed ? [{ fingerprint: "", fact }] : own;
  });
}
