import {
  allowsUnrecognised,
  AWS_PUBLIC_LIMITS,
  describeConditions,
  nameOf,
  type ParsedPolicy,
  type PublicLevel,
  type PublicLimits,
  type PublicStatement,
  publicStatements,
  restricting,
  type Statement,
} from "@posture/resources-aws/policy";

/** A public statement, and whether it is so only by limits stricter than AWS's: then AWS's word cannot clear it. */
export interface Opening extends PublicStatement {
  readonly isBeyondAws: boolean;
}

const WORST_FIRST: readonly PublicLevel[] = ["unconditional", "unrestrictive", "doubtful", "confirm"];

/** The public statements of a bucket policy, the worst first. `any`: one condition of whatever kind is enough to leave a statement out. */
export function openings(policy: ParsedPolicy, limits: PublicLimits, mode: "aws-public" | "any"): readonly Opening[] {
  const byAws = new Map(publicStatements(policy, "bucket", AWS_PUBLIC_LIMITS).map(({ statement, level }) => [statement.index, level]));
  return publicStatements(policy, "bucket", limits)
    .filter(({ statement }) => mode === "aws-public" || statement.conditions.length === 0)
    .map((found): Opening => ({ ...found, isBeyondAws: byAws.get(found.statement.index) !== found.level }))
    .toSorted((a, b) => rank(a) - rank(b));
}

function rank({ level, isBeyondAws }: Opening): number {
  return WORST_FIRST.indexOf(level) - (isBeyondAws ? WORST_FIRST.length : 0) - (level === "unconditional" ? 2 * WORST_FIRST.length : 0);
}

/** Does it let in somebody whom we cannot place, and bound by nothing? */
export function isUnclear(statement: Statement): boolean {
  return allowsUnrecognised(statement) && !statement.conditions.some((entry) => restricting(entry, "bucket") === "restricting");
}

export interface OpeningEvidence {
  readonly [key: string]: string | number;
  readonly statement: string;
  readonly principal: string;
  readonly actions: string;
  readonly conditions: string;
  readonly deny: string;
}

export function evidenceOf(policy: { readonly worst: Opening; readonly count: number }): OpeningEvidence {
  const { statement, principal, deny } = policy.worst;
  return {
    statement: nameOf(statement),
    principal: whoIs(principal),
    actions: actionsOf(statement),
    conditions: describeConditions(statement.conditions),
    deny: describeConditions(deny?.conditions ?? []),
    publicStatements: policy.count,
  };
}

function whoIs(principal: string): string {
  const isEveryone = principal.includes("*") || principal.includes("?") || principal.startsWith("NotPrincipal ");
  return isEveryone ? `everyone (${principal})` : `every user of ${principal}`;
}

const SHOWN = 5;

function actionsOf({ actions, notActions }: Statement): string {
  return actions === null ? `everything but ${shortList(notActions ?? [])}` : shortList(actions);
}

function shortList(texts: readonly string[]): string {
  const rest = texts.length - SHOWN;
  return rest > 0 ? `${texts.slice(0, SHOWN).join(", ")} and ${rest} more` : texts.join(", ");
}
