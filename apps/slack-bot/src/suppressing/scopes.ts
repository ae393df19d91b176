import { createHash } from "node:crypto";
import type { Finding, SuppressionScope } from "@posture/core";
import { cut, LIMIT, printable } from "../views/parts.ts";

/** What somebody may choose to suppress, beginning at one finding. */
export interface ScopeChoice {
  readonly value: string;
  readonly label: string;
  readonly scope: SuppressionScope;
}

/** A menu that is longer is not read. */
const MOST_TAGS = 20;

/** This finding first, then what is wider. Pure. */
export function scopeChoices(finding: Finding): readonly [ScopeChoice, ...ScopeChoice[]] {
  const { fingerprint, checkId, ref } = finding;
  const check = { checks: [checkId] };
  return [
    { value: "finding", label: "This finding only", scope: { fingerprint } },
    {
      value: "account",
      label: `This check in the whole account ${ref.accountId}`,
      scope: { rule: { ...check, accounts: [ref.accountId] } },
    },
    ...tagsOf(finding).map(([key, value]) => ({
      value: `tag:${hashOf(key, value)}`,
      label: cut(printable(`This check, tag ${key}=${value}`), LIMIT.option),
      scope: { rule: { ...check, tags: Object.fromEntries([[key, [value]]]) } },
    })),
    {
      value: "resource",
      label: "Every check on this resource",
      scope: { rule: { accounts: [ref.accountId], arns: [patternOf(ref.arn)] } },
    },
  ];
}

/** The choice with this value; `null`: it is none of this finding, or not any more, as when a tag was taken off the resource. Pure. */
export function scopeChosen(finding: Finding, value: string): ScopeChoice | null {
  return scopeChoices(finding).find((it) => it.value === value) ?? null;
}

/** People's own tags before AWS's. A value `*` would mean any, and zod drops the one key. */
function tagsOf({ tags = {} }: Finding): readonly (readonly [string, string])[] {
  const all = Object.entries(tags).filter(([key, value]) => value !== "*" && key !== "__proto__");
  const rank = ([key]: readonly [string, string]): string => `${key.startsWith("aws:") ? 1 : 0} ${key}`;
  return all.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, MOST_TAGS);
}

/** A value of Slack's is shorter than a tag may be, and a place in a list may be another's by the time it is sent. */
function hashOf(key: string, value: string): string {
  return createHash("sha256")
    .update(JSON.stringify([key, value]))
    .digest("hex")
    .slice(0, 24);
}

/** A pattern that matches this ARN alone. */
function patternOf(arn: string): string {
  return arn.replaceAll(/[\\*?]/g, String.raw`\$&`);
}
