import type { ConditionEntry, ParsedPolicy, Statement } from "./document.ts";
import { namesEveryone, type PrincipalClass, principals } from "./principals.ts";
import { operatorOf, restricting } from "./restricting.ts";
import { assumptionsIn } from "./trust.ts";

export interface Outsider {
  readonly accountId: string;
  /** As written. */
  readonly value: string;
}

/** A statement of a trust policy that lets another account assume the role. */
export interface OutsideTrust {
  readonly statement: Statement;
  readonly outsiders: readonly Outsider[];
  /**
   * What makes the outsider name the party it acts for. `pattern`: any external id of a form. `deny`: another statement refuses who
   * sends none. `null`: nothing does.
   */
  readonly guard: "external-id" | "pattern" | "deny" | null;
  /** It asks for a session with MFA. */
  readonly mfa: boolean;
  /** Fixed values of a condition on the caller's organization; empty: there is none. */
  readonly organizationIds: readonly string[];
}

const ASSUME_ROLE = ["sts:assumerole"];

/**
 * The Allow statements by which accounts other than `insiders` may assume the role. Everyone, services and identity providers are not
 * outsiders in this sense, and neither is an identity that was deleted.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html
 */
export function outsideTrusts(policy: ParsedPolicy, insiders: readonly string[]): readonly OutsideTrust[] {
  const denies = policy.statements.filter(({ effect }) => effect === "Deny");
  return policy.statements.flatMap((statement) => {
    if (statement.effect !== "Allow" || assumptionsIn(statement, ASSUME_ROLE).length === 0) return [];
    const outsiders = principals(statement).flatMap((who) => outsiderOf(who, insiders));
    if (outsiders.length === 0) return [];
    const { conditions } = statement;
    return [
      {
        statement,
        outsiders,
        guard: ownGuard(conditions) ?? (outsiders.every((it) => isRefusedBlank(it, denies)) ? ("deny" as const) : null),
        mfa: conditions.some(asksForMfa),
        organizationIds: conditions.flatMap(organizationIdsIn),
      },
    ];
  });
}

function outsiderOf(who: PrincipalClass, insiders: readonly string[]): Outsider[] {
  const hasAccount = who.kind === "account" || who.kind === "identity";
  return hasAccount && !insiders.includes(who.accountId) ? [{ accountId: who.accountId, value: who.value }] : [];
}

function ownGuard(conditions: readonly ConditionEntry[]): "external-id" | "pattern" | null {
  const asked = conditions.filter((entry) => asksForExternalId(entry, ["stringequals", "stringequalsignorecase", "stringlike"]));
  if (asked.length === 0) return null;
  const isPattern = ({ operator, values }: ConditionEntry): boolean =>
    operatorOf(operator).base === "stringlike" && values.some((value) => /[*?]/.test(value));
  return asked.every(isPattern) ? "pattern" : "external-id";
}

/** The caller has to send an external id, and not just any: one that is skipped or true where there is none asks for nothing. */
function asksForExternalId({ operator, key, values }: ConditionEntry, operators: readonly string[]): boolean {
  const { quantifier, base, ifExists } = operatorOf(operator);
  return (
    key.toLowerCase() === "sts:externalid" &&
    operators.includes(base) &&
    quantifier !== "forallvalues" &&
    !ifExists &&
    values.length > 0 &&
    values.every((value) => value !== "" && !value.includes("${") && !(base.endsWith("like") && /^[*?]+$/.test(value)))
  );
}

/** Does some Deny refuse this outsider whatever it does, or unless it sends the external id? A further condition could only narrow it. */
function isRefusedBlank(outsider: Outsider, denies: readonly Statement[]): boolean {
  return denies.some(({ conditions: [entry, ...more], ...deny }) => {
    if (more.length > 0 || assumptionsIn({ ...deny, conditions: [] }, ASSUME_ROLE).length === 0) return false;
    const isMet = entry === undefined || isMissingRefused(entry);
    return isMet && meets({ ...deny, conditions: [] }, outsider);
  });
}

/** A negated operator is true where the key is missing. */
function isMissingRefused(entry: ConditionEntry): boolean {
  const plain = { ...entry, operator: entry.operator.replace(/IfExists$/i, "") };
  return (
    operatorOf(entry.operator).quantifier === null &&
    asksForExternalId(plain, ["stringnotequals", "stringnotequalsignorecase", "stringnotlike"])
  );
}

function meets(deny: Statement, { accountId, value }: Outsider): boolean {
  if (namesEveryone(deny)) return true;
  return principals(deny).some((who) => who.value === value || (who.kind === "account" && who.accountId === accountId));
}

function asksForMfa({ operator, key, values }: ConditionEntry): boolean {
  const { quantifier, base, ifExists } = operatorOf(operator);
  return (
    key.toLowerCase() === "aws:multifactorauthpresent" &&
    base === "bool" &&
    quantifier !== "forallvalues" &&
    !ifExists &&
    values.length > 0 &&
    values.every((value) => value.toLowerCase() === "true")
  );
}

function organizationIdsIn(entry: ConditionEntry): readonly string[] {
  return entry.key.toLowerCase() === "aws:principalorgid" && restricting(entry, "trust") === "restricting" ? entry.values : [];
}
