import type { ResourceRef } from "@posture/core";
import { outsideTrusts, parsePolicy } from "../policy/index.ts";

/** Does the trust policy let another account in with no external id, and does such a statement speak of the organization's id? */
export function unguardedTrust(
  { accountId }: ResourceRef,
  trust: string,
  trusted: readonly string[],
): { readonly any: boolean; readonly restsOnOrganization: boolean } {
  const policy = parsePolicy(trust);
  if (policy.state !== "parsed") return { any: false, restsOnOrganization: false };
  const unguarded = outsideTrusts(policy, [accountId, ...trusted]).filter(({ guard }) => guard === null);
  return { any: unguarded.length > 0, restsOnOrganization: unguarded.some(({ organizationIds }) => organizationIds.length > 0) };
}
