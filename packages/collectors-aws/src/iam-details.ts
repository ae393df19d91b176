import type { GroupDetail, ManagedPolicyDetail, RoleDetail, UserDetail } from "@aws-sdk/client-iam";
import { AwsFault, type AwsHost, callOf, malformed, present } from "@posture/aws-access";
import { type Instant, oldest, type Part, type Parts } from "@posture/core";
import { isAwsManaged, type PolicySource, sourceName, user } from "@posture/resources-aws/iam";
import { itemsOf } from "./pages.ts";
import { homeOf } from "./partitions.ts";

const DETAILS = callOf(user, "iam:GetAccountAuthorizationDetails");
const PAGE = 1000;

/** What GetAccountAuthorizationDetails says of an account. */
export interface Details {
  readonly users: readonly UserDetail[];
  readonly roles: readonly RoleDetail[];
  readonly groups: ReadonlyMap<string, GroupDetail>;
  /** Customer-managed policies, by ARN. */
  readonly policies: ReadonlyMap<string, ManagedPolicyDetail>;
  readonly asOf: Instant;
  /** Why there may be more; what is here stays true. */
  readonly fault: AwsFault | null;
}

/**
 * Users, roles, groups and the customer's policies, once per run for all kinds. A page that fails leaves the pages before it. AWS's own
 * policies are not asked for: the one that allows everything is known by its ARN, and they would multiply the pages.
 * Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
export async function accountDetails(aws: AwsHost): Promise<Details> {
  const { IAMClient, GetAccountAuthorizationDetailsCommand } = await import("./sdk/iam.ts");
  const [users, roles]: [UserDetail[], RoleDetail[]] = [[], []];
  const groups = new Map<string, GroupDetail>();
  const policies = new Map<string, ManagedPolicyDetail>();
  const dates: Instant[] = [];
  const pages = itemsOf(DETAILS, async (Marker) => {
    const command = new GetAccountAuthorizationDetailsCommand({
      Filter: ["User", "Role", "Group", "LocalManagedPolicy"],
      MaxItems: PAGE,
      ...(Marker && { Marker }),
    });
    const { output, asOf } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: DETAILS, shared: true });
    return { items: [{ output, asOf }], next: nextOf(output) };
  });
  let fault: AwsFault | null = null;
  try {
    for await (const { output, asOf } of pages) {
      dates.push(asOf);
      users.push(...present(output.UserDetailList, "UserDetailList", DETAILS));
      roles.push(...present(output.RoleDetailList, "RoleDetailList", DETAILS));
      for (const group of present(output.GroupDetailList, "GroupDetailList", DETAILS))
        groups.set(present(group.GroupName, "GroupName", DETAILS), group);
      for (const policy of present(output.Policies, "Policies", DETAILS)) policies.set(present(policy.Arn, "Arn", DETAILS), policy);
    }
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    fault = error;
  }
  return { users, roles, groups, policies, asOf: oldest(dates[0] ?? new Date().toISOString(), ...dates.slice(1)), fault };
}

/** A page that says that it is not the last has to say where the next one begins. */
function nextOf({
  IsTruncated,
  Marker,
}: {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}): string | undefined {
  return IsTruncated ? present(Marker || undefined, "Marker", DETAILS) : undefined;
}

/* ---------- what identities are allowed ---------- */

type Named = Parts<PolicySource>;

/** What is attached to a user and to the user's groups, with the groups' inline policies. */
export function permissionsOfUser(detail: UserDetail, details: Details): Named {
  const groups = listed(detail.GroupList).map((name) => permissionsOfGroup(name, details));
  return Object.assign({}, attachedOf(detail.AttachedManagedPolicies, null, details), ...groups);
}

export function permissionsOfRole(detail: RoleDetail, details: Details): Named {
  return { ...inlineOf(detail.RolePolicyList, null), ...attachedOf(detail.AttachedManagedPolicies, null, details) };
}

function permissionsOfGroup(name: string, details: Details): Named {
  const group = details.groups.get(name);
  if (!group) return { [`group ${name}`]: missing(`group ${name}`, details) };
  return { ...attachedOf(group.AttachedManagedPolicies, name, details), ...inlineOf(group.GroupPolicyList, name) };
}

function attachedOf(attached: UserDetail["AttachedManagedPolicies"], group: string | null, details: Details): Named {
  return Object.fromEntries(
    listed(attached).map(({ PolicyArn }) => {
      const policy = present(PolicyArn, "PolicyArn", DETAILS);
      const document = isAwsManaged(policy) ? null : defaultVersionOf(details.policies.get(policy));
      const source = { kind: "managed", policy, group } as const;
      const part: Part<PolicySource> =
        document === undefined ? missing(policy, details) : { state: "known", value: { ...source, document } };
      return [sourceName(source), part];
    }),
  );
}

function inlineOf(policies: UserDetail["UserPolicyList"], group: string | null): Named {
  return Object.fromEntries(
    listed(policies).map(({ PolicyName, PolicyDocument }) => {
      const source = { kind: "inline", policy: present(PolicyName, "PolicyName", DETAILS), group } as const;
      const document = present(PolicyDocument, "PolicyDocument", DETAILS);
      return [sourceName(source), { state: "known", value: { ...source, document } }];
    }),
  );
}

/** Only the default version has effect. */
function defaultVersionOf(policy: ManagedPolicyDetail | undefined): string | undefined {
  if (!policy) return undefined;
  return listed(policy.PolicyVersionList).find(({ IsDefaultVersion }) => IsDefaultVersion)?.Document;
}

/** A page that failed may have held it; otherwise AWS contradicts itself. */
function missing(what: string, { fault }: Details): Part<PolicySource> {
  const { reason, call, detail } = fault ?? malformed(DETAILS, `the answer refers to ${what} and does not hold it`);
  return { state: "unreadable", reason, call, detail };
}

/** Inside the detail of one identity AWS leaves out a list that is empty. */
export function listed<T>(list: readonly T[] | undefined): readonly T[] {
  return list === undefined ? [] : list;
}

/** Tags of a user or a role; AWS leaves them out where there are none. */
export function tagsOf(tags: UserDetail["Tags"]): Record<string, string> {
  return Object.fromEntries(listed(tags).map(({ Key, Value }) => [present(Key, "Tags.Key", DETAILS), Value ?? ""]));
}
