import { type Check, type Finding, hasTags, matchesPattern } from "@posture/core";
import type { Frameworks } from "./frameworks.ts";
import type { ResolvedCondition } from "./routes.ts";
import type { ResolvedSlack } from "./slack.ts";

/** What routes and owners look at in a finding. `condition`: left out of one that is described, and fails. */
export interface Routable extends Pick<Finding, "severity" | "checkId" | "tags" | "changed">, Partial<Pick<Finding, "condition">> {
  readonly ref: Pick<Finding["ref"], "accountId" | "region">;
}

/** What routes look at in its check. */
export interface CheckTraits {
  /** Service categories. */
  readonly categories: readonly string[];
  readonly frameworks: Frameworks;
}

/** One thing that a route asks for. */
export interface Condition {
  readonly holds: boolean;
  /** What the finding has instead, or has indeed. */
  says(this: void): string;
}

/** Everything that a route asks of this finding. `traits`: `null` where the check is not loaded any more. Pure. */
export function* conditionsOn(
  when: ResolvedCondition,
  { severity, checkId, ref, tags }: Routable,
  traits: CheckTraits | null,
  accounts: ResolvedSlack["accounts"],
): Generator<Condition> {
  const { severities, accounts: ids, organizationalUnits, regions, checks, services, frameworks, tags: wanted } = when;
  if (severities) yield among("severity", severity, severities);
  if (ids) yield among("account", ref.accountId, ids);
  if (organizationalUnits) yield unit(ref.accountId, accounts.get(ref.accountId)?.organizationalUnit, organizationalUnits);
  if (regions) yield among("region", ref.region, regions);
  if (checks) yield matching("check", checkId, checks);
  if (services) yield shared("service", traits?.categories, services);
  if (frameworks) yield shared("framework", traits && Object.keys(traits.frameworks), frameworks);
  for (const [key, values] of Object.entries(wanted ?? {})) yield tagged(tags, key, values);
}

function among(what: string, has: string, wanted: readonly string[]): Condition {
  const holds = wanted.includes(has);
  return { holds, says: () => is(what, [has], holds ? null : wanted) };
}

function unit(accountId: string, has: string | undefined, wanted: readonly string[]): Condition {
  if (has === undefined)
    return { holds: false, says: () => `the organisational unit of account ${accountId} is not known: slack.accounts does not give it` };
  return matching("organisational unit", has, wanted);
}

function matching(what: string, has: string, wanted: readonly string[]): Condition {
  const holds = wanted.some((it) => matchesPattern(it, has));
  return { holds, says: () => is(what, [has], holds ? null : wanted) };
}

function shared(what: string, has: readonly string[] | null | undefined, wanted: readonly string[]): Condition {
  if (!has) return { holds: false, says: () => `its check is not loaded, so its ${what} is not known` };
  const both = wanted.filter((it) => has.includes(it));
  return { holds: both.length > 0, says: () => (both.length > 0 ? is(what, both, null) : is(what, has, wanted)) };
}

function tagged(tags: Routable["tags"], key: string, values: readonly string[]): Condition {
  if (tags === undefined)
    return { holds: false, says: () => `nobody has read its tags, so tag ${key} is not known; the next sweep reads them if it may` };
  const has = Object.hasOwn(tags, key) ? tags[key] : undefined;
  if (has === undefined) return { holds: false, says: () => `it has no tag ${key}` };
  const holds = hasTags(tags, { [key]: values });
  return { holds, says: () => is(`tag ${key}`, [has], holds ? null : values) };
}

/** `severity is low, not critical or high`. */
function is(what: string, has: readonly string[], wanted: readonly string[] | null): string {
  const says = `${what} is ${has.length > 0 ? has.join(" and ") : "none"}`;
  return wanted ? `${says}, not ${wanted.join(" or ")}` : says;
}

/** Whether findings of this check may be taken. */
export function takesCheck({ checks, services, frameworks }: ResolvedCondition, check: Check): boolean {
  return (
    (checks?.some((it) => matchesPattern(it, check.id)) ?? true) &&
    (services?.some((it) => check.categories.includes(it)) ?? true) &&
    (frameworks?.some((it) => it in (check.frameworks ?? {})) ?? true)
  );
}
