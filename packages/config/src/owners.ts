import type { Routable } from "./conditions.ts";
import type { ResolvedRoute } from "./routes.ts";
import type { ResolvedSlack } from "./slack.ts";

export interface OwnerAnswer {
  /** The id of a Slack user or user group; `null`: nobody is mentioned. */
  readonly id: string | null;
  /** Who says so, or why nobody is. */
  readonly why: string;
}

/**
 * Whom to mention: whom the route names, else whom the tag names, else whom the account has. A tag with a value that nobody is entered for names
 * somebody whom we do not know, and whoever owns the account is not meant then. Pure. `route`: `null` where none matched.
 */
export function ownerOf(
  route: Pick<ResolvedRoute, "name" | "owner"> | null,
  { tags, ref }: Pick<Routable, "tags" | "ref">,
  { owners, accounts }: Pick<ResolvedSlack, "owners" | "accounts">,
): OwnerAnswer {
  if (route && route.owner !== null) return { id: route.owner, why: `the route ${route.name} names it` };
  const value = owners && tags && Object.hasOwn(tags, owners.tag) ? tags[owners.tag] : undefined;
  if (owners && value !== undefined) {
    const id = Object.hasOwn(owners.people, value) ? owners.people[value] : undefined;
    return id === undefined
      ? { id: null, why: `tag ${owners.tag} is ${value}, whom slack.owners.people does not have` }
      : { id, why: `tag ${owners.tag} is ${value}` };
  }
  const id = accounts.get(ref.accountId)?.owner ?? null;
  const before = owners
    ? `${tags ? `it has no tag ${owners.tag}` : `nobody has read its tags, so tag ${owners.tag} is not known`}, and `
    : "";
  return id === null
    ? { id, why: `${before}account ${ref.accountId} has no owner in slack.accounts` }
    : { id, why: `${before}account ${ref.accountId} has this owner` };
}
