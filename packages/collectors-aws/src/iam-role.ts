import type { RoleDetail } from "@aws-sdk/client-iam";
import { type AwsHost, callOf, defineCollector, present } from "@posture/aws-access";
import type { CollectorDefinition, ResourceRef } from "@posture/core";
import { identityNameOf, type Role, role, type RoleProfile, roleRef } from "@posture/resources-aws/iam";
import { entitiesWith, roleNamed, rolesNamed } from "./iam-finds.ts";
import { accountDetails, permissionsOfRole, tagsOf } from "./iam-details.ts";
import { iamItems, type ManagedCalls, type Named, NO_SUCH_ENTITY, orUnreadable, readInline, readManaged } from "./iam-permissions.ts";
import { gathered, itemsOf } from "./pages.ts";
import { homeOf } from "./partitions.ts";

const DETAILS = callOf(role, "iam:GetAccountAuthorizationDetails");
const GET = callOf(role, "iam:GetRole");
const ENTITIES = callOf(role, "iam:ListEntitiesForPolicy");
const NAMES = callOf(role, "iam:ListRolePolicies");
const INLINE = callOf(role, "iam:GetRolePolicy");
const ATTACHED = callOf(role, "iam:ListAttachedRolePolicies");
const MANAGED: ManagedCalls = { policy: callOf(role, "iam:GetPolicy"), version: callOf(role, "iam:GetPolicyVersion") };
const ORGANIZATION = callOf(role, "organizations:DescribeOrganization");
const ACCOUNTS = callOf(role, "organizations:ListAccounts");
const NO_ORGANIZATION = ["AWSOrganizationsNotInUseException"];

/** Roles, once per account. */
export const roles: CollectorDefinition<AwsHost> = defineCollector<Role>({
  kind: role,
  reach: "global",
  gone: NO_SUCH_ENTITY,
  async *list({ aws, target, prime }) {
    const details = await accountDetails(aws);
    for (const detail of details.roles) {
      yield {
        ref: roleRef(present(detail.Arn, "Arn", DETAILS), target.accountId),
        facets: {
          ...prime("trust", () => present(detail.AssumeRolePolicyDocument, "AssumeRolePolicyDocument", DETAILS), details.asOf),
          ...prime("permissions", () => permissionsOfRole(detail, details), details.asOf),
          ...prime("profile", () => profileOf(detail), details.asOf),
          ...prime("tags", () => tagsOf(detail.Tags), details.asOf),
        },
      };
    }
    if (details.fault) throw details.fault;
  },
  finds: {
    roleName: async ({ aws, sought: { value, accountId } }) => (await roleNamed(aws, value, GET)).map((arn) => roleRef(arn, accountId)),
    async policyArn({ aws, sought: { value, accountId } }) {
      const { roles: names } = await entitiesWith(aws, value, ENTITIES);
      return (await rolesNamed(aws, names, GET)).map((arn) => roleRef(arn, accountId));
    },
  },
  facets: {
    trust: { read: async ({ aws, ref }) => present((await getRole(aws, ref)).AssumeRolePolicyDocument, "AssumeRolePolicyDocument", GET) },
    permissions: { read: ({ aws, ref }) => readPermissions(aws, identityNameOf(ref)) },
    profile: { read: async ({ aws, ref }) => profileOf(await getRole(aws, ref)) },
    tags: { read: async ({ aws, ref }) => tagsOf((await getRole(aws, ref)).Tags) },
    organizationAccounts: {
      absent: NO_ORGANIZATION,
      async read({ aws }) {
        const { OrganizationsClient, ListAccountsCommand } = await import("./sdk/organizations.ts");
        const accounts = itemsOf(ACCOUNTS, async (NextToken) => {
          const command = new ListAccountsCommand({ ...(NextToken && { NextToken }) });
          const { output } = await aws.send(OrganizationsClient, command, { region: homeOf(aws.partition), call: ACCOUNTS, shared: true });
          return { items: present(output.Accounts, "Accounts", ACCOUNTS), next: output.NextToken };
        });
        return (await gathered(accounts)).map(({ Id }) => present(Id, "Id", ACCOUNTS));
      },
    },
    organizationId: {
      absent: NO_ORGANIZATION,
      async read({ aws }) {
        const { OrganizationsClient, DescribeOrganizationCommand } = await import("./sdk/organizations.ts");
        const command = new DescribeOrganizationCommand({});
        const { output } = await aws.send(OrganizationsClient, command, {
          region: homeOf(aws.partition),
          call: ORGANIZATION,
          shared: true,
        });
        return present(output.Organization?.Id, "Organization.Id", ORGANIZATION);
      },
    },
  },
});

/** One answer decides trust, profile and tags, so it is shared by their readers. */
async function getRole(aws: AwsHost, ref: ResourceRef): Promise<RoleDetail> {
  const { IAMClient, GetRoleCommand } = await import("./sdk/iam.ts");
  const command = new GetRoleCommand({ RoleName: identityNameOf(ref) });
  const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: GET, shared: true });
  return present(output.Role, "Role", GET);
}

function profileOf({ PermissionsBoundary, RoleLastUsed }: RoleDetail): RoleProfile {
  return {
    boundary: PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    lastUsed: RoleLastUsed?.LastUsedDate?.toISOString() ?? null,
  };
}

async function readPermissions(aws: AwsHost, RoleName: string): Promise<Named> {
  const [inline, attached] = await Promise.all([
    orUnreadable("inline policies", () => readInlineOf(aws, RoleName), "is-gone"),
    orUnreadable("attached policies", () => readAttached(aws, RoleName), "is-gone"),
  ]);
  return { ...inline, ...attached };
}

async function readInlineOf(aws: AwsHost, RoleName: string): Promise<Named> {
  const { IAMClient, ListRolePoliciesCommand, GetRolePolicyCommand } = await import("./sdk/iam.ts");
  const region = homeOf(aws.partition);
  const names = await iamItems(NAMES, async (Marker) => {
    const command = new ListRolePoliciesCommand({ RoleName, ...(Marker && { Marker }) });
    const { output } = await aws.send(IAMClient, command, { region, call: NAMES });
    return { ...output, items: present(output.PolicyNames, "PolicyNames", NAMES) };
  });
  return readInline(names, null, async (PolicyName) => {
    const { output } = await aws.send(IAMClient, new GetRolePolicyCommand({ RoleName, PolicyName }), { region, call: INLINE });
    return present(output.PolicyDocument, "PolicyDocument", INLINE);
  });
}

async function readAttached(aws: AwsHost, RoleName: string): Promise<Named> {
  const { IAMClient, ListAttachedRolePoliciesCommand } = await import("./sdk/iam.ts");
  const policies = await iamItems(ATTACHED, async (Marker) => {
    const command = new ListAttachedRolePoliciesCommand({ RoleName, ...(Marker && { Marker }) });
    const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: ATTACHED });
    return { ...output, items: present(output.AttachedPolicies, "AttachedPolicies", ATTACHED) };
  });
  const arns = policies.map(({ PolicyArn }) => present(PolicyArn, "PolicyArn", ATTACHED));
  return readManaged(aws, arns, null, MANAGED);
}
