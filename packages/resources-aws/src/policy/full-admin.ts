import type { Statement } from "./document.ts";
import { covers } from "./glob.ts";
import { isOnlyStarsAnd } from "./text.ts";

export interface FullAdmin {
  readonly full: boolean;
  /** A condition narrows it; not said where conditions are set aside. */
  readonly conditional: boolean;
  readonly advisory: string | null;
}
export interface FullAdminOptions {
  /** Default true: everything but a few actions is everything, unless `iam:*` as a whole is among the few. */
  readonly treatNotActionAsWildcard?: boolean;
  /** Default false: do not mark what has a condition. */
  readonly ignoreConditional?: boolean;
}

/**
 * Does the statement allow every action on every resource?
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html (AdministratorAccess is `*` on `*`)
 */
export function isFullAdmin(
  statement: Statement,
  { treatNotActionAsWildcard = true, ignoreConditional = false }: FullAdminOptions = {},
): FullAdmin {
  const sparesIam = statement.notActions?.some((action) => covers(action.toLowerCase(), "iam:*")) ?? false;
  const allActions =
    statement.actions?.some((action) => isOnlyStarsAnd(action, ":")) ??
    (treatNotActionAsWildcard && statement.notActions !== null && !sparesIam);
  const allResources = statement.notResources !== null || (statement.resources?.some(isEveryResource) ?? false);
  const allows = statement.effect === "Allow";
  const full = allows && allActions && allResources;
  return {
    full,
    conditional: full && !ignoreConditional && statement.conditions.length > 0,
    advisory: allows && allResources && sparesIam ? "it allows every action except IAM's and a few" : null,
  };
}

function isEveryResource(pattern: string): boolean {
  if (isOnlyStarsAnd(pattern, ":/")) return true;
  if (pattern === "arn:*") return true;
  const [prefix, partition, ...fields] = pattern.split(":");
  return (
    prefix === "arn" &&
    partition !== undefined &&
    partition !== "" &&
    fields.length > 0 &&
    fields.every((field) => isOnlyStarsAnd(field, "/"))
  );
}
