import type { PublicLimits } from "./address.ts";
import type { ConditionEntry, ParsedPolicy, Statement } from "./document.ts";
import { matches } from "./glob.ts";
import { namesEveryone, principals } from "./principals.ts";
import { operatorOf, restricting } from "./restricting.ts";
import { isFixed } from "./text.ts";

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html */
const ASSUME = ["sts:assumerole", "sts:assumerolewithwebidentity", "sts:assumerolewithsaml"];

/** A statement of a trust policy that lets somebody in of whom we cannot say who it is. */
export interface OpenTrust {
  readonly statement: Statement;
  /** The principal, as written. */
  readonly principal: string;
  /** `any-tenant`: an identity provider that many share, without a claim that says whose identity it must be. */
  readonly why: "anyone" | "any-tenant";
  /** The provider, where it is one. */
  readonly issuer: string;
  /** A conditional Deny for everyone stands against it. */
  readonly deny: Statement | null;
}

/** Which of these actions (in lower case) does the statement speak of? By default, those that assume a role. */
export function assumptionsIn({ actions, notActions }: Statement, among: readonly string[] = ASSUME): readonly string[] {
  const named = (patterns: readonly string[], action: string): boolean =>
    patterns.some((pattern) => matches(pattern.toLowerCase(), action));
  return among.filter((action) => (actions ? named(actions, action) : !named(notActions ?? [], action)));
}

/**
 * The Allow statements of a trust policy by which anybody may assume the role; those that an unconditional Deny takes back are left out.
 * @param sharedIssuers hosts of OpenID Connect providers that have more tenants than one
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function openTrusts(policy: ParsedPolicy, limits: PublicLimits, sharedIssuers: readonly string[]): readonly OpenTrust[] {
  const denies = policy.statements.filter((statement) => statement.effect === "Deny" && namesEveryone(statement));
  return policy.statements.flatMap((statement) => {
    const found = openTrust(statement, limits, sharedIssuers);
    return found ? afterDenies(found, denies) : [];
  });
}

function openTrust(statement: Statement, limits: PublicLimits, sharedIssuers: readonly string[]): Omit<OpenTrust, "deny"> | null {
  if (statement.effect !== "Allow" || assumptionsIn(statement).length === 0) return null;
  if (isBounded(statement, limits)) return null;
  const named = principals(statement);
  const anyone = named.find(({ kind }) => kind === "anyone");
  if (anyone) return { statement, principal: anyone.value, why: "anyone", issuer: "" };
  for (const who of named) {
    if (who.kind === "oidc" && sharedIssuers.includes(who.issuer.toLowerCase()) && !fixesTenant(statement, who.issuer))
      return { statement, principal: who.value, why: "any-tenant", issuer: who.issuer };
  }
  return null;
}

/** Does a condition bound who may call? A pattern with a fixed account is bound enough. */
export function isBounded({ conditions }: Statement, limits: PublicLimits): boolean {
  return conditions.some((entry) => ["restricting", "confirm"].includes(restricting(entry, "trust", limits)));
}

function afterDenies(found: Omit<OpenTrust, "deny">, denies: readonly Statement[]): OpenTrust[] {
  const opened = assumptionsIn(found.statement);
  const firm = denies.filter(({ conditions }) => conditions.length === 0).flatMap((deny) => assumptionsIn(deny));
  if (opened.every((action) => firm.includes(action))) return [];
  const against = denies.find((deny) => deny.conditions.length > 0 && assumptionsIn(deny, opened).length > 0);
  return [{ ...found, deny: against ?? null }];
}

/**
 * Claims whose fixed value says whose identity it is, by issuer; for the others it is the subject.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
const TENANT_CLAIMS: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "token.actions.githubusercontent.com",
    ["repository", "repository_id", "repository_owner", "repository_owner_id", "enterprise", "enterprise_id"],
  ],
  ["gitlab.com", ["namespace_id", "namespace_path", "project_id", "project_path"]],
  ["app.terraform.io", ["terraform_organization_id", "terraform_workspace_id"]],
  ["agent.buildkite.com", ["organization_id", "organization_slug"]],
  ["oidc.vercel.com", ["aud", "owner_id"]],
  ["accounts.google.com", ["aud", "oaud"]],
  ["cognito-identity.amazonaws.com", ["aud"]],
  ["www.amazon.com", ["app_id", "user_id"]],
  ["graph.facebook.com", ["app_id", "id"]],
]);

function fixesTenant({ conditions }: Statement, issuer: string): boolean {
  return conditions.some((entry) => isTenantClaim(entry, issuer.toLowerCase()));
}

function isTenantClaim({ operator, key, values }: ConditionEntry, issuer: string): boolean {
  const { quantifier, base, ifExists } = operatorOf(operator);
  const isPositive = ["stringequals", "stringequalsignorecase", "stringlike"].includes(base) && quantifier !== "forallvalues" && !ifExists;
  if (!isPositive || values.length === 0 || !key.toLowerCase().startsWith(`${issuer}:`)) return false;
  const claim = key.toLowerCase().slice(issuer.length + 1);
  if (claim === "sub") return values.every(hasFixedTenant);
  return (TENANT_CLAIMS.get(issuer) ?? []).includes(claim) && values.every(isFixed);
}

/** `repo:acme/*` has, up to the slash; `repo:acme*` has not. A subject without parts has to be fixed as a whole. */
function hasFixedTenant(subject: string): boolean {
  return isFixed(subject) || /^[^:/*?$]+:[^:/*?$]+[:/]/.test(subject);
}
