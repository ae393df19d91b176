import { z } from "zod";

type Members = Readonly<Record<string, unknown>>;

/** A change of an account's IAM: identities by name, policies by ARN. What one does not mention stays; `null` takes a member away. */
export interface IamPatch {
  readonly root?: Members;
  readonly users?: readonly ({ readonly UserName: string } & Members)[];
  readonly groups?: readonly ({ readonly GroupName: string } & Members)[];
  readonly policies?: readonly ({ readonly Arn: string } & Members)[];
  readonly roles?: readonly ({ readonly RoleName: string } & Members)[];
  readonly credentialReport?: Members;
  /** Names of users, groups and roles, ARNs of policies. */
  readonly remove?: readonly string[];
}

const members = z.record(z.string(), z.unknown());
const list = z.array(members).default([]);
export const iamPatchSchema: z.ZodType = z.strictObject({
  root: members.optional(),
  users: list,
  groups: list,
  policies: list,
  roles: list,
  credentialReport: members.optional(),
  remove: z.array(z.string()).optional(),
});

const IDENTITY = { users: "UserName", groups: "GroupName", policies: "Arn", roles: "RoleName" } as const;

/**
 * An account's IAM after a change.
 * @param merged how a list is changed, by what names its members
 * @param refused what to throw for a name that is not there
 */
export function patchedIam(
  present: unknown,
  change: unknown,
  merged: (present: readonly Members[], changes: readonly Members[], identity: string) => Members[],
  refused: (problem: string) => Error,
): Members {
  const [before, asked] = [members.catch({}).parse(present), members.catch({}).parse(change)];
  const lists = Object.entries(IDENTITY).map(
    ([name, identity]) =>
      [name, merged(z.array(members).catch([]).parse(before[name]), list.catch([]).parse(asked[name]), identity), identity] as const,
  );
  const remove = z.array(z.string()).catch([]).parse(asked["remove"]);
  const named = new Set(lists.flatMap(([, all, identity]) => all.map((it) => String(it[identity]))));
  const stranger = remove.find((name) => !named.has(name));
  if (stranger !== undefined) throw refused(`there is no ${stranger} to remove from IAM`);
  const objects = (["root", "credentialReport"] as const).flatMap((name): [string, unknown][] => {
    const next = { ...members.catch({}).parse(before[name]), ...members.catch({}).parse(asked[name]) };
    return [[name, Object.fromEntries(Object.entries(next).filter(([, value]) => (value ?? null) !== null))]];
  });
  return Object.fromEntries([
    ...lists.map(([name, all, identity]) => [name, all.filter((it) => !remove.includes(String(it[identity])))] as const),
    ...objects.map(([name, value]) => [name, Object.keys(members.parse(value)).length > 0 ? value : undefined] as const),
  ]);
}
