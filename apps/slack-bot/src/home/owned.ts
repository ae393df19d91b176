import type { ResolvedSlack } from "@posture/config";
import type { Listed } from "@posture/runtime";
import type { Desk } from "../desk.ts";
import type { Some } from "./model.ts";

/** How many of somebody's findings are shown. */
const SHOWN = 5;

/** Open findings of the same owners: Slack users and user groups. */
interface Share {
  readonly owners: ReadonlySet<string>;
  total: number;
  /** With their places in the whole list. */
  readonly first: { readonly place: number; readonly listed: Listed }[];
}
export type Owned = readonly Readonly<Share>[];

/** `null`: the configuration names nobody, so nothing has to be looked at. Pure. */
export function ownersIn({ routes, accounts, owners }: Pick<ResolvedSlack, "routes" | "accounts" | "owners">): ReadonlySet<string> | null {
  const named = [
    ...routes.flatMap(({ owner }) => owner ?? []),
    ...[...accounts.values()].flatMap(({ owner }) => owner ?? []),
    ...Object.values(owners?.people ?? {}),
  ];
  return named.length === 0 ? null : new Set(named);
}

/** Goes once through what is open, the gravest first. */
export async function ownedIn({ posture, route, now }: Pick<Desk, "posture" | "route" | "now">): Promise<Owned> {
  const at = now();
  const shares = new Map<string, Share>();
  let place = 0;
  for await (const listed of posture.stream({ statuses: ["open"] })) {
    place += 1;
    const owners = new Set(route(listed.finding, at).flatMap(({ owner }) => owner ?? []));
    if (owners.size === 0) continue;
    const key = [...owners].toSorted().join();
    const share = shares.get(key) ?? { owners, total: 0, first: [] };
    share.total += 1;
    if (share.first.length < SHOWN) share.first.push({ place, listed });
    shares.set(key, share);
  }
  return [...shares.values()];
}

/** What of it is somebody's who is these owners: each finding once, whoever else owns it. Pure. */
export function ownedBy(owned: Owned, owners: readonly string[]): Some<Listed> {
  const theirs = owned.filter((share) => owners.some((owner) => share.owners.has(owner)));
  const first = theirs.flatMap((share) => share.first).toSorted((a, b) => a.place - b.place);
  return { total: theirs.reduce((sum, { total }) => sum + total, 0), first: first.slice(0, SHOWN).map(({ listed }) => listed) };
}
