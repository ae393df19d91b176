import { z } from "zod";
import { postureError } from "@posture/core";
import { type IamPatch, iamPatchSchema, patchedIam } from "./patch-iam.ts";
import { REGIONAL_LISTS, type RegionalListName, regionalPatch } from "./regional-world.ts";
import { parseWorld, sentenceOf, type World } from "./world.ts";

/** A change of a world: accounts by id, resources by name or id. What a resource does not mention stays; `null` takes a member away; `remove` takes resources away. */
export interface WorldPatch {
  readonly accounts?: readonly AccountPatch[];
}
export interface AccountPatch extends Partial<Readonly<Record<RegionalListName, readonly Members[]>>> {
  readonly id: string;
  readonly buckets?: readonly ({ readonly Name: string } & Members)[];
  readonly securityGroups?: readonly ({ readonly GroupId: string } & Members)[];
  readonly prefixLists?: readonly ({ readonly PrefixListId: string } & Members)[];
  /** What names the resources: ids, or names where they have none. */
  readonly remove?: readonly string[];
  readonly iam?: IamPatch;
  readonly publicAccessBlock?: Members | null;
  readonly regions?: readonly string[];
  readonly accessKeyIds?: readonly string[];
  readonly alias?: string;
}
type Members = Readonly<Record<string, unknown>>;

const members = z.record(z.string(), z.unknown());
const patchSchema = z.strictObject({
  accounts: z
    .array(
      z.strictObject({
        id: z.string(),
        buckets: z.array(members).optional(),
        securityGroups: z.array(members).optional(),
        prefixLists: z.array(members).optional(),
        ...regionalPatch,
        remove: z.array(z.string()).optional(),
        iam: iamPatchSchema.optional(),
        publicAccessBlock: members.nullable().optional(),
        regions: z.array(z.string()).optional(),
        accessKeyIds: z.array(z.string()).optional(),
        alias: z.string().optional(),
      }),
    )
    .default([]),
});

/** What names a resource of each list. */
const IDENTITY = { buckets: "Name", securityGroups: "GroupId", prefixLists: "PrefixListId", ...REGIONAL_LISTS } as const;

/**
 * The world after a change. Pure.
 * @throws {PostureError} POSTURE_WORLD_INVALID where the change, or the world after it, makes no sense; the world is then as before
 */
export function patched(world: World, change: unknown): World {
  const parsed = patchSchema.safeParse(change);
  if (!parsed.success) throw refused(sentenceOf(parsed.error));
  const unknown = parsed.data.accounts.find(({ id }) => !world.accounts.some((account) => account.id === id));
  if (unknown) throw refused(`there is no account ${unknown.id}`);
  const accounts = world.accounts.map((account) =>
    parsed.data.accounts.filter(({ id }) => id === account.id).reduce<Members>(patchedAccount, { ...account }),
  );
  return parseWorld({ ...world, accounts }, "after this change");
}

function patchedAccount(
  account: Members,
  { remove = [], publicAccessBlock, iam, ...change }: z.infer<typeof patchSchema>["accounts"][number],
): Members {
  const lists = Object.entries(IDENTITY).map(([list, identity]) => ({
    list,
    identity,
    resources: merged(listIn(account, list), listIn(change, list), identity),
  }));
  const named = new Set(lists.flatMap(({ identity, resources }) => resources.map((it) => String(it[identity]))));
  const stranger = remove.find((name) => !named.has(name));
  if (stranger !== undefined) throw refused(`there is no ${stranger} to remove in ${String(account["id"])}`);
  const kept = lists
    .map(({ list, identity, resources }) => [list, resources.filter((it) => !remove.includes(String(it[identity])))] as const)
    .filter(([list, resources]) => list in account || resources.length > 0);
  const own = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const { publicAccessBlock: block, ...others } = account;
  const next = publicAccessBlock === undefined ? block : publicAccessBlock;
  const identities = iam === undefined ? {} : { iam: patchedIam(account["iam"], iam, merged, refused) };
  return {
    ...others,
    ...own,
    ...identities,
    ...Object.fromEntries(kept),
    ...(next === null || next === undefined ? {} : { publicAccessBlock: next }),
  };
}

function listIn(account: Members, list: string): readonly Members[] {
  const value = account[list];
  return z.array(members).catch([]).parse(value);
}

function merged(present: readonly Members[], changes: readonly Members[], identity: string): Members[] {
  // Resources of two regions may have one name; a change that does not say where means the one that there is.
  const keyOf = (it: Members): string => JSON.stringify([it["Region"] ?? null, it[identity]]);
  const after = new Map(present.map((it) => [keyOf(it), it]));
  for (const change of changes) {
    const named = "Region" in change ? undefined : [...after].find(([, it]) => String(it[identity]) === String(change[identity]));
    const key = named?.[0] ?? keyOf(change);
    const next = { ...after.get(key), ...change };
    after.set(
      key,
      Object.fromEntries(
        Object.entries(next).filter(([name, value]) => (value ?? null) !== null || (value === null && MAY_BE_NULL.has(name))),
      ),
    );
  }
  return [...after.values()];
}

/** Where `null` is a value of its own. */
const MAY_BE_NULL: ReadonlySet<string> = new Set(["ServerSideEncryptionConfiguration", "OwnershipControls"]);

function refused(problems: string): Error {
  return postureError("POSTURE_WORLD_INVALID", { file: "change", problems });
}
