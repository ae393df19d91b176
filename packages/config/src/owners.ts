import { principalOf } from "@posture/core";
import type { Routable } from "./conditions.ts";
import type { ResolvedRoute } from "./routes.ts";
import type { OwnerSettings, ResolvedSlack } from "./slack.ts";

export interface OwnerAnswer {
  /** The id of a Slack user or user group; `null`: nobody is mentioned. */
  readonly id: string | null;
  /** Who says so, or why nobody is. */
  readonly why: string;
}

/**
 * Whom to mention: whom the route names, else whom the tag names, else who made the change after which it failed, else whom the account has. A tag with
 * a value that nobody is entered for names somebody whom we do not know, and neither of the last two is meant then. Pure. `route`: `null` where none matched.
 */
export function ownerOf(
  route: Pick<ResolvedRoute, "name" | "owner"> | null,
  finding: Pick<Routable, "tags" | "ref" | "changed" | "condition">,
  { owners, accounts }: Pick<ResolvedSlack, "owners" | "accounts">,
): OwnerAnswer {
  if (route && route.owner !== null) return { id: route.owner, why: `the route ${route.name} names it` };
  const tagged = byTag(finding, owners);
  if ("why" in tagged) return tagged;
  const made = byPrincipal(finding, owners);
  if ("why" in made) return { ...made, why: [...tagged, made.why].join(", and ") };
  return byAccount(finding, accounts, [...tagged, ...made]);
}

/** The owner, or why the tag names none. */
function byTag({ tags }: Pick<Routable, "tags">, owners: OwnerSettings | null): OwnerAnswer | readonly string[] {
  const tag = owners?.tag;
  if (owners === null || tag === undefined) return [];
  if (!tags) return [`nobody has read its tags, so tag ${tag} is not known`];
  const value = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
  if (value === undefined) return [`it has no tag ${tag}`];
  const id = Object.hasOwn(owners.people, value) ? owners.people[value] : undefined;
  return id === undefined
    ? { id: null, why: `tag ${tag} is ${value}, whom slack.owners.people does not have` }
    : { id, why: `tag ${tag} is ${value}` };
}

/** The owner, or why the change names none. */
function byPrincipal(
  { changed, condition = "failing" }: Pick<Routable, "changed" | "condition">,
  owners: OwnerSettings | null,
): OwnerAnswer | readonly string[] {
  if (owners?.principal !== true) return [];
  if (!changed || condition !== "failing") return ["no change event says who made it so"];
  const { name, by } = changed;
  if (by === null) return [`CloudTrail does not say who called ${name}`];
  const { name: who, mayBePerson } = principalOf(by);
  if (!mayBePerson) return [`${who} called ${name}, and is nobody's to own`];
  const id = personOf(by, owners);
  return id === null ? [`${who} called ${name}, whom slack.owners.people does not have`] : { id, why: `${who} called ${name}` };
}

function byAccount(
  { ref: { accountId } }: Pick<Routable, "ref">,
  accounts: ResolvedSlack["accounts"],
  before: readonly string[],
): OwnerAnswer {
  const id = accounts.get(accountId)?.owner ?? null;
  const why = id === null ? `account ${accountId} has no owner in slack.accounts` : `account ${accountId} has this owner`;
  return { id, why: [...before, why].join(", and ") };
}

/** Whom the configuration has for a principal of AWS: the id of a Slack user or user group. `by`: as `AwsChange.by`. Pure. */
export function personOf(by: string | null, owners: OwnerSettings | null): string | null {
  if (by === null || owners?.principal !== true) return null;
  const { name, mayBePerson } = principalOf(by);
  if (!mayBePerson) return null;
  const people = Object.entries(owners.people).map(([key, id]) => [key.toLowerCase(), id] as const);
  const called = (it: string): string | undefined => people.find(([key]) => key === it.toLowerCase())?.[1];
  return called(by) ?? called(name) ?? null;
}
