import { resourceKey, type ResourceRef, type ScopeCoverage, type SweepRecord } from "@posture/core";
import type { Desk } from "../desk.ts";
import type { ResourceModel } from "../views/resource.ts";
import { totalOf } from "./known.ts";

const SHOWN = 10;

/** What the store knows of the resource with this ARN. */
export async function resourceModel({ posture, store, now }: Desk, arn: string): Promise<ResourceModel> {
  const findings = await posture.list({ arns: [arn] }, { limit: SHOWN });
  const total = totalOf(await store.counts({ arns: [arn] }, now()));
  const sweeps = await store.read({}, (view) => view.sweeps);
  const refs = findings.length > 0 ? findings.map(({ finding }) => finding.ref) : guessedRefs(arn, [...posture.checks.values()], sweeps);
  const byKey = new Map(refs.map((ref) => [resourceKey(ref), ref]));
  const seen = await store.read({ seen: [...byKey.keys()] }, (view) => new Map(view.seen));
  const known = [...byKey].flatMap(([key, ref]) => (findings.length > 0 || seen.has(key) ? [ref] : []));
  const [firstSeen = null] = [...seen.values()].map(({ first }) => first).toSorted();
  return {
    arn,
    findings,
    total,
    firstSeen,
    scopes: sweeps.flatMap(({ coverage }) => coverage).filter((scope) => known.some((ref) => mayShow(scope, ref, findings.length > 0))),
    undecided: sweeps.flatMap(({ undecided }) => undecided).filter(({ ref }) => ref.arn === arn),
    now: now(),
  };
}

/** An ARN does not say of which type a resource is: it may be any that the checks look at. Where it is, is not known either. */
function guessedRefs(arn: string, checks: readonly { readonly resourceType: string }[], sweeps: readonly SweepRecord[]): ResourceRef[] {
  const accounts = [...new Set(sweeps.flatMap((sweep) => sweep.accounts.map(({ accountId }) => accountId)))];
  const types = [...new Set(checks.map(({ resourceType }) => resourceType))];
  return accounts.flatMap((accountId) => types.map((type) => ({ type, arn, name: "", accountId, region: arn.split(":")[3] ?? "" })));
}

/** Some types are listed once for all regions. */
function mayShow(scope: ScopeCoverage, ref: ResourceRef, isPlaced: boolean): boolean {
  const isThere = scope.region === ref.region || scope.region === "global" || (!isPlaced && ref.region === "");
  return scope.accountId === ref.accountId && scope.type === ref.type && isThere;
}
