import type { Check, Severity } from "./check.ts";

/** How a check is set. */
export interface Setting {
  readonly enabled: boolean;
  readonly severity: Severity;
  /** As the check's own schema parsed them. */
  readonly params: unknown;
}

/** Which resources a rule of the configuration is about: all that it names must be true, and of a list one is enough. */
export interface Condition {
  readonly accounts?: readonly string[];
  /** `global` is the region of what has none. */
  readonly regions?: readonly string[];
  /** By key, the accepted values; `*` is any. Case counts, as it does in AWS. */
  readonly tags?: Readonly<Record<string, readonly string[]>>;
}

/** A rule that sets a check otherwise for some resources. */
export interface Variant {
  /** Where it stands in the configuration, for people: `overrides[2]`. */
  readonly place: string;
  readonly when: Condition;
  /** The rest stays as it is. Params are replaced as a whole. */
  readonly change: Partial<Setting>;
}

/** A check as the configuration leaves it: its setting, and the rules that change it, of which the later win. */
export interface ResolvedCheck extends Setting {
  readonly check: Check;
  readonly variants: readonly Variant[];
}

export function hasTagRules({ variants }: ResolvedCheck): boolean {
  return variants.some(({ when }) => when.tags !== undefined);
}

/** By this name a kind declares what people have tagged its resources with. */
export const TAGS = "tags";

/**
 * The check with all that is read for it: calls, permissions and events follow from this. A rule of the configuration on tags has them
 * read, though the check itself does not ask for them and is judged without.
 */
export function asRead(resolved: ResolvedCheck): Check {
  return hasTagRules(resolved) ? asReadByTag(resolved) : resolved.check;
}

/** The same where a suppression by rule names tags. */
export function asReadByTag({ check }: ResolvedCheck): Check {
  return check.resource.facets[TAGS] ? { ...check, mayNeed: [...check.mayNeed, TAGS] } : check;
}
