import type { UserDetail } from "@aws-sdk/client-iam";
import { AwsFault, type AwsHost, callOf, defineCollector, present, type Reply } from "@posture/aws-access";
import type { CollectorDefinition, ResourceRef } from "@posture/core";
import { identityNameOf, type User, user, userRef } from "@posture/resources-aws/iam";
import { entitiesWith, userNamed, usersNamed, usersOfGroup } from "./iam-finds.ts";
import { accountDetails, permissionsOfUser, tagsOf } from "./iam-details.ts";
import { iamItems, type ManagedCalls, type Named, NO_SUCH_ENTITY, orUnreadable, readInline, readManaged } from "./iam-permissions.ts";
import { type CredentialReport, credentialReport } from "./iam-report.ts";
import { homeOf } from "./partitions.ts";

const DETAILS = callOf(user, "iam:GetAccountAuthorizationDetails");
const LOGIN = callOf(user, "iam:GetLoginProfile");
const MFA = callOf(user, "iam:ListMFADevices");
const USER = callOf(user, "iam:GetUser");
const GROUP = callOf(user, "iam:GetGroup");
const ENTITIES = callOf(user, "iam:ListEntitiesForPolicy");
const ATTACHED = callOf(user, "iam:ListAttachedUserPolicies");
const GROUPS = callOf(user, "iam:ListGroupsForUser");
const GROUP_ATTACHED = callOf(user, "iam:ListAttachedGroupPolicies");
const GROUP_NAMES = callOf(user, "iam:ListGroupPolicies");
const GROUP_POLICY = callOf(user, "iam:GetGroupPolicy");
const MANAGED: ManagedCalls = { policy: callOf(user, "iam:GetPolicy"), version: callOf(user, "iam:GetPolicyVersion") };

/** Users, once per account. The credential report says how they sign in; who is not yet in it is asked about one by one. */
export const users: CollectorDefinition<AwsHost> = defineCollector<User>({
  kind: user,
  reach: "global",
  gone: NO_SUCH_ENTITY,
  async *list({ aws, target, wanted, prime }) {
    const [details, report] = await Promise.all([
      accountDetails(aws),
      wanted.has("console") || wanted.has("mfa") ? orFault(credentialReport(aws)) : null,
    ]);
    for (const detail of details.users) {
      const ref = userRef(present(detail.Arn, "Arn", DETAILS), target.accountId);
      const permissions = (): Named => permissionsOfUser(detail, details);
      yield {
        ref,
        facets: {
          ...(report && signIn(report, ref, prime)),
          ...prime("permissions", permissions, details.asOf),
          ...(wanted.has("mfaPolicies") && prime("mfaPolicies", permissions, details.asOf)),
          ...prime("boundary", () => boundaryOf(detail), details.asOf),
          ...prime("tags", () => tagsOf(detail.Tags), details.asOf),
        },
      };
    }
    if (details.fault === null) return;
    // Whom only the report shows is judged by it all the same.
    yield* onlyReported(report, details.users, details.fault, target.accountId, prime);
    throw details.fault;
  },
  finds: {
    userName: async ({ aws, sought: { value, accountId } }) => (await userNamed(aws, value, USER)).map((arn) => userRef(arn, accountId)),
    groupName: async ({ aws, sought: { value, accountId } }) =>
      (await usersOfGroup(aws, value, GROUP)).map((arn) => userRef(arn, accountId)),
    async policyArn({ aws, sought: { value, accountId } }) {
      const { users: names, groups } = await entitiesWith(aws, value, ENTITIES);
      const arns = await Promise.all([usersNamed(aws, names, USER), ...groups.map((name) => usersOfGroup(aws, name, GROUP))]);
      return [...new Set(arns.flat())].map((arn) => userRef(arn, accountId));
    },
  },
  facets: {
    console: {
      async read({ aws, ref }) {
        const { IAMClient, GetLoginProfileCommand } = await import("./sdk/iam.ts");
        const command = new GetLoginProfileCommand({ UserName: identityNameOf(ref) });
        try {
          const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: LOGIN });
          present(output.LoginProfile, "LoginProfile", LOGIN);
          return true;
        } catch (error) {
          // AWS says the same of a user who is gone; the question about devices, which is asked beside it, tells the two apart.
          if (error instanceof AwsFault && NO_SUCH_ENTITY.includes(error.code)) return false;
          throw error;
        }
      },
    },
    mfa: {
      async read({ aws, ref }) {
        const { IAMClient, ListMFADevicesCommand } = await import("./sdk/iam.ts");
        const command = new ListMFADevicesCommand({ UserName: identityNameOf(ref) });
        const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: MFA });
        return present(output.MFADevices, "MFADevices", MFA).length > 0;
      },
    },
    permissions: { read: ({ aws, ref }) => readPermissions(aws, identityNameOf(ref)) },
    mfaPolicies: { read: ({ aws, ref }) => readPermissions(aws, identityNameOf(ref)) },
    boundary: { read: async ({ aws, ref }) => boundaryOf(await getUser(aws, ref)) },
    tags: { read: async ({ aws, ref }) => tagsOf((await getUser(aws, ref)).Tags) },
  },
});

type Prime = Parameters<Parameters<typeof defineCollector<User>>[0]["list"]>[0]["prime"];

async function orFault(reply: Promise<Reply<CredentialReport>>): Promise<Reply<CredentialReport> | AwsFault> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof AwsFault) return error;
    throw error;
  }
}

/** Nothing of a user whom the report does not have yet. */
function signIn(report: Reply<CredentialReport> | AwsFault, ref: ResourceRef, prime: Prime): ReturnType<Prime> {
  if (report instanceof AwsFault) {
    const refuse = (): never => {
      throw report;
    };
    const asOf = new Date().toISOString();
    return { ...prime("console", refuse, asOf), ...prime("mfa", refuse, asOf) };
  }
  const row = report.output.users.get(identityNameOf(ref));
  // A user who was deleted and made again has another row than the report's only in the date, which the ARN does not tell.
  if (row?.arn !== ref.arn) return {};
  return { ...prime("console", () => row.password === "yes", report.asOf), ...prime("mfa", () => row.mfa, report.asOf) };
}

function* onlyReported(
  report: Reply<CredentialReport> | AwsFault | null,
  known: readonly UserDetail[],
  fault: AwsFault,
  accountId: string,
  prime: Prime,
): Generator<{ ref: ResourceRef; facets: ReturnType<Prime> }> {
  if (report === null || report instanceof AwsFault) return;
  const seen = new Set(known.map(({ Arn }) => Arn));
  const refuse = (): never => {
    throw fault;
  };
  const asOf = new Date().toISOString();
  for (const row of report.output.users.values()) {
    if (seen.has(row.arn)) continue;
    const ref = userRef(row.arn, accountId);
    const unread = { ...prime("permissions", refuse, asOf), ...prime("mfaPolicies", refuse, asOf), ...prime("boundary", refuse, asOf) };
    yield { ref, facets: { ...signIn(report, ref, prime), ...unread } };
  }
}

function boundaryOf({ PermissionsBoundary }: Pick<UserDetail, "PermissionsBoundary">): string | null {
  return PermissionsBoundary?.PermissionsBoundaryArn ?? null;
}

async function getUser(aws: AwsHost, ref: ResourceRef): Promise<UserDetail> {
  const { IAMClient, GetUserCommand } = await import("./sdk/iam.ts");
  const command = new GetUserCommand({ UserName: identityNameOf(ref) });
  const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: USER, shared: true });
  return present(output.User, "User", USER);
}

async function readPermissions(aws: AwsHost, UserName: string): Promise<Named> {
  const [attached, throughGroups] = await Promise.all([
    orUnreadable("attached policies", () => readAttached(aws, UserName), "is-gone"),
    orUnreadable("groups", () => readGroups(aws, UserName), "is-gone"),
  ]);
  return { ...attached, ...throughGroups };
}

async function readAttached(aws: AwsHost, UserName: string): Promise<Named> {
  const { IAMClient, ListAttachedUserPoliciesCommand } = await import("./sdk/iam.ts");
  const policies = await iamItems(ATTACHED, async (Marker) => {
    const command = new ListAttachedUserPoliciesCommand({ UserName, ...(Marker && { Marker }) });
    const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: ATTACHED, shared: true });
    return { ...output, items: present(output.AttachedPolicies, "AttachedPolicies", ATTACHED) };
  });
  const arns = policies.map(({ PolicyArn }) => present(PolicyArn, "PolicyArn", ATTACHED));
  return readManaged(aws, arns, null, MANAGED);
}

async function readGroups(aws: AwsHost, UserName: string): Promise<Named> {
  const { IAMClient, ListGroupsForUserCommand } = await import("./sdk/iam.ts");
  const groups = await iamItems(GROUPS, async (Marker) => {
    const command = new ListGroupsForUserCommand({ UserName, ...(Marker && { Marker }) });
    const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: GROUPS, shared: true });
    return { ...output, items: present(output.Groups, "Groups", GROUPS) };
  });
  const parts = groups.map(({ GroupName }) => readGroup(aws, present(GroupName, "GroupName", GROUPS)));
  return Object.assign({}, ...(await Promise.all(parts)));
}

async function readGroup(aws: AwsHost, GroupName: string): Promise<Named> {
  const [attached, inline] = await Promise.all([
    orUnreadable(`attached policies of group ${GroupName}`, () => readGroupAttached(aws, GroupName), "is-nothing"),
    orUnreadable(`inline policies of group ${GroupName}`, () => readGroupInline(aws, GroupName), "is-nothing"),
  ]);
  return { ...attached, ...inline };
}

async function readGroupAttached(aws: AwsHost, GroupName: string): Promise<Named> {
  const { IAMClient, ListAttachedGroupPoliciesCommand } = await import("./sdk/iam.ts");
  const policies = await iamItems(GROUP_ATTACHED, async (Marker) => {
    const command = new ListAttachedGroupPoliciesCommand({ GroupName, ...(Marker && { Marker }) });
    const { output } = await aws.send(IAMClient, command, { region: homeOf(aws.partition), call: GROUP_ATTACHED, shared: true });
    return { ...output, items: present(output.AttachedPolicies, "AttachedPolicies", GROUP_ATTACHED) };
  });
  const arns = policies.map(({ PolicyArn }) => present(PolicyArn, "PolicyArn", GROUP_ATTACHED));
  return readManaged(aws, arns, GroupName, MANAGED);
}

async function readGroupInline(aws: AwsHost, GroupName: string): Promise<Named> {
  const { IAMClient, ListGroupPoliciesCommand, GetGroupPolicyCommand } = await import("./sdk/iam.ts");
  const region = homeOf(aws.partition);
  const names = await iamItems(GROUP_NAMES, async (Marker) => {
    const command = new ListGroupPoliciesCommand({ GroupName, ...(Marker && { Marker }) });
    const { output } = await aws.send(IAMClient, command, { region, call: GROUP_NAMES, shared: true });
    return { ...output, items: present(output.PolicyNames, "PolicyNames", GROUP_NAMES) };
  });
  return readInline(names, GroupName, async (PolicyName) => {
    const command = new GetGroupPolicyCommand({ GroupName, PolicyName });
    const { output } = await aws.send(IAMClient, command, { region, call: GROUP_POLICY, shared: true });
    return present(output.PolicyDocument, "PolicyDocument", GROUP_POLICY);
  });
}
