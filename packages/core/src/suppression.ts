import type { Actor, Finding } from "./finding.ts";
import { elapsed, HOUR, type Instant, isInstant } from "./instant.ts";

/** A rule names what it hides; each list that is given must match. A rule without lists matches nothing. */
export interface Rule {
  readonly checks?: readonly string[];
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
  /** Exact, or a prefix that ends in `*`. */
  readonly arns?: readonly string[];
}
export type SuppressionScope = { readonly fingerprint: string } | { readonly rule: Rule };

export type Approval = "not-needed" | "waiting" | { readonly by: Actor; readonly at: Instant };
export type Ended = { readonly at: Instant; readonly why: "lifted" | "expired" | "resolved"; readonly by: Actor };

/** A record of its own: it is never copied onto findings. */
export interface Suppression {
  readonly id: string;
  readonly scope: SuppressionScope;
  readonly justification: string;
  readonly by: Actor;
  readonly from: Instant;
  /** Required: there is no "for ever". */
  readonly expiresAt: Instant;
  readonly approval: Approval;
  readonly ended: Ended | null;
}

/** Does this record hide this finding at this instant? In doubt it hides nothing. */
export function hides(suppression: Suppression, finding: Finding, now: Instant): boolean {
  return isInForce(suppression, now) && covers(suppression.scope, finding) && !isOutlived(suppression, finding, now);
}

export function isInForce({ approval, ended, from, expiresAt }: Suppression, now: Instant): boolean {
  return isInstant(from) && isInstant(expiresAt) && approval !== "waiting" && ended === null && from <= now && now < expiresAt;
}

/** One finding's suppression ends when the finding has been resolved for an hour; a relapse before that is a flap. */
export function isOutlived({ scope }: Suppression, finding: Finding, now: Instant): boolean {
  return "fingerprint" in scope && finding.clearedAt !== null && !isFlap(finding, now);
}

export function isFlap({ clearedAt }: Finding, now: Instant): boolean {
  return clearedAt !== null && elapsed(clearedAt, now) < HOUR;
}

export function covers(scope: SuppressionScope, { checkId, ref, fingerprint, aliases }: Finding): boolean {
  if ("fingerprint" in scope) return scope.fingerprint === fingerprint || aliases.includes(scope.fingerprint);
  const { checks, accounts, regions, arns } = scope.rule;
  const tests = [
    checks && checks.includes(checkId),
    accounts && accounts.includes(ref.accountId),
    regions && regions.includes(ref.region),
    arns && arns.some((arn) => matches(arn, ref.arn)),
  ].filter((test) => test !== undefined);
  return tests.length > 0 && tests.every(Boolean);
}

function matches(pattern: string, arn: string): boolean {
  return pattern.endsWith("*") ? arn.startsWith(pattern.slice(0, -1)) : arn === pattern;
}
