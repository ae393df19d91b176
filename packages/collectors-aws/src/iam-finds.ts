import { AwsFault, type AwsHost, present } from "@posture/aws-access";
import type { Call } from "@posture/core";
import { accountDetails, type Details } from "./iam-details.ts";
import { iamItems, NO_SUCH_ENTITY } from "./iam-permissions.ts";
import { homeOf } from "./partitions.ts";

/* Who is meant by a name, a group or a policy; events of IAM say nothing else. Who is not there any more is nobody. */

/** The ARN of a user, who may have a path. */
export function userNamed(aws: AwsHost, UserName: string, call: Call): Promise<readonly string[]> {
  return unlessGone(async () => {
    const { IAMClient, GetUserCommand } = await import("./sdk/iam.ts");
    const { output } = await aws.send(IAMClient, new GetUserCommand({ UserName }), { region: homeOf(aws.partition), call, shared: true });
    return [present(present(output.User, "User", call).Arn, "Arn", call)];
  });
}

/** More than these are looked up in the listing of all, since IAM answers few questions a second. */
const FEW = 20;

export async function usersNamed(aws: AwsHost, names: readonly string[], call: Call): Promise<readonly string[]> {
  if (names.length > FEW)
    return arnsAmong(
      names,
      (await whole(aws)).users.map(({ UserName, Arn }) => [UserName, Arn]),
      call,
    );
  return (await Promise.all(names.map((name) => userNamed(aws, name, call)))).flat();
}

export async function rolesNamed(aws: AwsHost, names: readonly string[], call: Call): Promise<readonly string[]> {
  if (names.length > FEW)
    return arnsAmong(
      names,
      (await whole(aws)).roles.map(({ RoleName, Arn }) => [RoleName, Arn]),
      call,
    );
  return (await Promise.all(names.map((name) => roleNamed(aws, name, call)))).flat();
}

async function whole(aws: AwsHost): Promise<Details> {
  const details = await accountDetails(aws);
  if (details.fault) throw details.fault;
  return details;
}

function arnsAmong(names: readonly string[], all: readonly (readonly [string | undefined, string | undefined])[], call: Call): string[] {
  const wanted = new Set(names);
  return all.flatMap(([name, arn]) => (name !== undefined && wanted.has(name) ? present(arn, "Arn", call) : []));
}

export function roleNamed(aws: AwsHost, RoleName: string, call: Call): Promise<readonly string[]> {
  return unlessGone(async () => {
    const { IAMClient, GetRoleCommand } = await import("./sdk/iam.ts");
    const { output } = await aws.send(IAMClient, new GetRoleCommand({ RoleName }), { region: homeOf(aws.partition), call, shared: true });
    return [present(present(output.Role, "Role", call).Arn, "Arn", call)];
  });
}

/** ARNs. Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html */
export function usersOfGroup(aws: AwsHost, GroupName: string, call: Call): Promise<readonly string[]> {
  return unlessGone(async () => {
    const { IAMClient, GetGroupCommand } = await import("./sdk/iam.ts");
    const users = await iamItems(call, async (Marker) => {
      const command = new GetGroupCommand({ GroupName, ...(Marker && { Marker }) });
      const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call });
      return { ...output, items: present(output.Users, "Users", call) };
    });
    return users.map(({ Arn }) => present(Arn, "Arn", call));
  });
}

/** Names. Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html */
export interface Entities {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly roles: readonly string[];
}

/** Those to whom a managed policy is attached. */
export async function entitiesWith(aws: AwsHost, PolicyArn: string, call: Call): Promise<Entities> {
  const { IAMClient, ListEntitiesForPolicyCommand } = await import("./sdk/iam.ts");
  const pages = await unlessGone(() =>
    iamItems(call, async (Marker) => {
      const command = new ListEntitiesForPolicyCommand({ PolicyArn, ...(Marker && { Marker }) });
      const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call, shared: true });
      return { ...output, items: [output] };
    }),
  );
  return {
    users: pages.flatMap((it) => present(it.PolicyUsers, "PolicyUsers", call).map(({ UserName }) => present(UserName, "UserName", call))),
    groups: pages.flatMap((it) =>
      present(it.PolicyGroups, "PolicyGroups", call).map(({ GroupName }) => present(GroupName, "GroupName", call)),
    ),
    roles: pages.flatMap((it) => present(it.PolicyRoles, "PolicyRoles", call).map(({ RoleName }) => present(RoleName, "RoleName", call))),
  };
}

async function unlessGone<T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AwsFault && NO_SUCH_ENTITY.includes(error.code)) return [];
    throw error;
  }
}
