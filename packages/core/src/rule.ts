import { z } from "zod";
import type { Finding } from "./finding.ts";
import { hasTags } from "./filter.ts";
import { matchesPattern } from "./pattern.ts";

/** Each list that is given must match, and of a list one entry is enough. A set without lists matches nothing. */
export interface RuleSet {
  /** Check ids. */
  readonly checks?: readonly string[];
  readonly accounts?: readonly string[];
  /** `global` is the region of what has none. */
  readonly regions?: readonly string[];
  /** ARNs, or patterns of `matchesPattern`. */
  readonly arns?: readonly string[];
  /** By key, the accepted values; `*` is any. All keys must match. */
  readonly tags?: Readonly<Record<string, readonly string[]>>;
}

/** One set, or several of which one is enough. As stores keep it: what it says is said by `setsOf`. */
export type Rule = RuleSet | { readonly sets: readonly RuleSet[] };

const texts = z.array(z.string());
const set: z.ZodType<RuleSet> = z.strictObject({
  checks: texts.exactOptional(),
  accounts: texts.exactOptional(),
  regions: texts.exactOptional(),
  arns: texts.exactOptional(),
  tags: z.record(z.string(), texts).exactOptional(),
});
export const ruleSchema: z.ZodType<Rule> = z.union([z.strictObject({ sets: z.array(set) }), set]);

const known = new WeakMap<Rule, readonly RuleSet[]>();

/** The sets of a rule. None where it makes no sense, or has a list that is not known here: what it would hide is then not known either. */
export function setsOf(rule: Rule): readonly RuleSet[] {
  const before = known.get(rule);
  if (before) return before;
  const parsed = ruleSchema.safeParse(rule);
  const sets = !parsed.success ? [] : "sets" in parsed.data ? parsed.data.sets : [parsed.data];
  known.set(rule, sets);
  return sets;
}

/** The rule with the new id beside the former one; `null`: it does not name the former one, or has both. */
export function renamedRule(rule: Rule, from: string, to: string): Rule | null {
  const sets = setsOf(rule);
  const isNamed = ({ checks = [] }: RuleSet): boolean => checks.includes(from) && !checks.includes(to);
  if (!sets.some(isNamed)) return null;
  const renamed = sets.map((it): RuleSet => (isNamed(it) ? { ...it, checks: [...(it.checks ?? []), to] } : it));
  const [only] = renamed;
  return "sets" in rule || !only ? { sets: renamed } : only;
}

/** `unread`: it would be for the tags to say, and nobody has read them. It does not hold then. */
export type Holding = "yes" | "no" | "unread";

export function ruleOn(rule: Rule, finding: Finding): Holding {
  const answers = setsOf(rule).map((it) => setOn(it, finding));
  return answers.includes("yes") ? "yes" : answers.includes("unread") ? "unread" : "no";
}

export function setOn(wanted: RuleSet, { checkId, ref, tags }: Pick<Finding, "checkId" | "ref" | "tags">): Holding {
  const { checks, accounts, regions, arns, tags: tagged } = wanted;
  const isTagged = tagged !== undefined && Object.keys(tagged).length > 0;
  if (!isTagged && !checks && !accounts && !regions && !arns) return "no";
  if (tagged && !isTagged) return "no";
  if (checks && !checks.includes(checkId)) return "no";
  if (accounts && !accounts.includes(ref.accountId)) return "no";
  if (regions && !regions.includes(ref.region)) return "no";
  if (arns && !arns.some((pattern) => matchesPattern(pattern, ref.arn))) return "no";
  if (!isTagged) return "yes";
  if (tags === undefined) return "unread";
  return hasTags(tags, tagged) ? "yes" : "no";
}
