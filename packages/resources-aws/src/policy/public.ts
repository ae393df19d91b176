import { spend } from "@posture/core";
import type { PublicLimits } from "./address.ts";
import type { ParsedPolicy, PolicyContext, Statement } from "./document.ts";
import { covers } from "./glob.ts";
import { namesEveryone, principals } from "./principals.ts";
import { isOpenKey, restricting } from "./restricting.ts";

/**
 * How public a statement is. `unconditional`: no condition at all. `unrestrictive`: its conditions bound nobody that we know of.
 * `doubtful`: a conditional Deny for everyone stands against it. `confirm`: bounded, but by a pattern.
 */
export type PublicLevel = "unconditional" | "unrestrictive" | "doubtful" | "confirm";

export interface PublicStatement {
  readonly statement: Statement;
  /** The principal that makes it public, as written. */
  readonly principal: string;
  readonly level: PublicLevel;
  /** The Deny that casts the doubt. */
  readonly deny: Statement | null;
}

/**
 * The Allow statements that let outsiders in, in the order of the policy; those that an unconditional Deny for everyone takes back are left out.
 * @throws {TooComplex} where it takes more steps than the evaluation may
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export function publicStatements(policy: ParsedPolicy, context: PolicyContext, limits: PublicLimits): readonly PublicStatement[] {
  const open = policy.statements.flatMap((statement) => openStatement(statement, context, limits));
  const denies = policy.statements.filter((statement) => statement.effect === "Deny" && namesEveryone(statement) && bounds(statement));
  return open.flatMap((found) => afterDenies(found, denies, context));
}

/** Does the statement let somebody in of whom we cannot say who it is? */
export function allowsUnrecognised(statement: Statement): boolean {
  return statement.effect === "Allow" && principals(statement).some(({ kind }) => kind === "unrecognised");
}

function openStatement(statement: Statement, context: PolicyContext, limits: PublicLimits): PublicStatement[] {
  if (statement.effect !== "Allow") return [];
  const outsider = principals(statement).find((who) => who.kind === "anyone" || (context === "bucket" && who.kind === "oidc" && who.bare));
  if (outsider === undefined) return [];
  const level = levelOf(statement, context, limits);
  return level === null ? [] : [{ statement, principal: outsider.value, level, deny: null }];
}

function levelOf({ conditions }: Statement, context: PolicyContext, limits: PublicLimits): PublicLevel | null {
  if (conditions.length === 0) return "unconditional";
  const effects = conditions.map((entry) => restricting(entry, context, limits));
  if (effects.includes("restricting")) return null;
  return effects.includes("confirm") ? "confirm" : "unrestrictive";
}

/** An outsider evades a Deny by one condition that is in his hands: HTTPS evades a Deny of HTTP. */
function bounds({ conditions }: Statement): boolean {
  return conditions.every(({ key }) => !isOpenKey(key));
}

function afterDenies(found: PublicStatement, denies: readonly Statement[], context: PolicyContext): PublicStatement[] {
  const firm = denies.filter(({ conditions }) => conditions.length === 0);
  if (isTakenBack(found.statement, firm, context)) return [];
  if (found.level === "confirm" || !isTakenBack(found.statement, denies, context)) return [found];
  return [{ ...found, level: "doubtful", deny: denies.find(({ conditions }) => conditions.length > 0) ?? null }];
}

/** Is every action on every resource of the Allow also in one of the Denies? */
function isTakenBack(allow: Statement, denies: readonly Statement[], context: PolicyContext): boolean {
  const all = context === "bucket" ? "s3:*" : "sts:*";
  const actions = allow.actions?.map((action) => (action === "*" ? all : action.toLowerCase())) ?? [all];
  const resources = allow.resources ?? ["*"];
  return (
    denies.length > 0 && actions.every((action) => resources.every((resource) => denies.some((deny) => takesBack(deny, action, resource))))
  );
}

function takesBack({ actions, resources }: Statement, action: string, resource: string): boolean {
  // A Deny without actions is looked at, too.
  spend(1);
  return (
    (actions?.some((pattern) => covers(pattern.toLowerCase(), action)) ?? false) &&
    (resources?.some((pattern) => coversResource(pattern, resource)) ?? false)
  );
}

/** `${*}` is a literal star, and a variable is filled per request: such a pattern covers only itself. */
function coversResource(pattern: string, resource: string): boolean {
  if (!pattern.includes("${")) return covers(pattern, resource);
  spend(pattern.length);
  return pattern === resource;
}
