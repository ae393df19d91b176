import { numberIn, type Shape, textIn, textsIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { AttachedPolicy, IamGroup, IamPolicy, IamRole, IamUser, InlinePolicy } from "../world-iam.ts";
import { type Context, type Handler, pageOf } from "./handler.ts";
import { groupNamed, iamOf, managedNamed, noSuch, roleNamed, userNamed } from "./iam-named.ts";
import { reportHandlers } from "./iam-report.ts";
import { iamWrites } from "./iam-writes.ts";

const PAGE = 100;

const reads: Readonly<Record<string, Handler>> = {
  GetAccountSummary(_, context) {
    const { root, users, groups, roles, policies } = iamOf(context);
    return {
      SummaryMap: {
        Users: users.length,
        Groups: groups.length,
        Roles: roles.length,
        Policies: policies.length,
        AccountMFAEnabled: root.Mfa === "none" ? 0 : 1,
        AccountAccessKeysPresent: root.AccessKeys.length > 0 ? 1 : 0,
        AccountPasswordPresent: root.Password ? 1 : 0,
        AccountSigningCertificatesPresent: root.SigningCertificates > 0 ? 1 : 0,
      },
    };
  },

  GetAccountAuthorizationDetails(input, context) {
    const { users, groups, roles, policies } = iamOf(context);
    const filter = textsIn(input, "Filter");
    const wanted = (name: string): boolean => !filter || filter.includes(name);
    const all: readonly (readonly [string, Shape])[] = [
      ...(wanted("User") ? users.map((it) => ["UserDetailList", userDetail(it, context)] as const) : []),
      ...(wanted("Group") ? groups.map((it) => ["GroupDetailList", groupDetail(it, context)] as const) : []),
      ...(wanted("Role") ? roles.map((it) => ["RoleDetailList", roleShape(it, context, true)] as const) : []),
      ...(wanted("LocalManagedPolicy") ? policies.map((it) => ["Policies", policyDetail(it)] as const) : []),
    ];
    const { items, ...rest } = markedPage(all, input);
    const of = (list: string): Shape[] => items.flatMap(([name, it]) => (name === list ? [it] : []));
    return {
      UserDetailList: of("UserDetailList"),
      GroupDetailList: of("GroupDetailList"),
      RoleDetailList: of("RoleDetailList"),
      Policies: of("Policies"),
      ...rest,
    };
  },

  GetUser: (input, context) => {
    const { PermissionsBoundary, Tags, ...it } = userNamed(input, context);
    return { User: { ...identity(it, context), ...boundaryShape(PermissionsBoundary), Tags } };
  },
  GetLoginProfile(input, context) {
    const { UserName, LoginProfile, CreateDate } = userNamed(input, context);
    if (!LoginProfile) throw noSuch(`Login Profile for User ${UserName} cannot be found.`);
    return { LoginProfile: { UserName, CreateDate: new Date(LoginProfile.CreateDate ?? CreateDate), PasswordResetRequired: false } };
  },
  ListMFADevices(input, context) {
    const { UserName, MFADevices, CreateDate } = userNamed(input, context);
    const { items, ...rest } = markedPage(MFADevices, input);
    return { MFADevices: items.map(({ SerialNumber }) => ({ UserName, SerialNumber, EnableDate: new Date(CreateDate) })), ...rest };
  },
  ListVirtualMFADevices(input, context) {
    const { root, users } = iamOf(context);
    const ofRoot = {
      SerialNumber: `arn:aws:iam::${context.account.id}:mfa/root-account-mfa-device`,
      User: { Arn: `arn:aws:iam::${context.account.id}:root` },
    };
    const ofUsers = users.flatMap((it) => it.MFADevices.map(({ SerialNumber }) => ({ SerialNumber, User: identity(it, context) })));
    const { items, ...rest } = markedPage([...(root.Mfa === "virtual" ? [ofRoot] : []), ...ofUsers], input);
    return { VirtualMFADevices: items, ...rest };
  },
  ListAccessKeys(input, context) {
    const { UserName, AccessKeys } = userNamed(input, context);
    const { items, ...rest } = markedPage(AccessKeys, input);
    return {
      AccessKeyMetadata: items.map(({ AccessKeyId, Status, CreateDate }) => ({
        UserName,
        AccessKeyId,
        Status,
        CreateDate: new Date(CreateDate),
      })),
      ...rest,
    };
  },
  GetAccessKeyLastUsed(input, context) {
    const id = textIn(input, "AccessKeyId") ?? "";
    for (const { UserName, AccessKeys } of iamOf(context).users) {
      const key = AccessKeys.find(({ AccessKeyId }) => AccessKeyId === id);
      if (!key) continue;
      const date = key.LastUsedDate === undefined ? {} : { LastUsedDate: new Date(key.LastUsedDate) };
      return { UserName, AccessKeyLastUsed: { ...date, ServiceName: key.ServiceName ?? "N/A", Region: key.Region ?? "N/A" } };
    }
    throw noSuch(`The Access Key with id ${id} cannot be found.`);
  },
  ListUserPolicies: (input, context) => names(userNamed(input, context).UserPolicyList, input),
  GetUserPolicy: (input, context) => {
    const { UserName, UserPolicyList } = userNamed(input, context);
    return { UserName, ...policyNamed(UserPolicyList, input, `The user policy`) };
  },
  ListAttachedUserPolicies: (input, context) => attachedPage(userNamed(input, context).AttachedManagedPolicies, input),
  ListGroupsForUser(input, context) {
    const { GroupList } = userNamed(input, context);
    const { items, ...rest } = markedPage(GroupList, input);
    return { Groups: items.map((GroupName) => groupHead(GroupName, context)), ...rest };
  },
  GetGroup(input, context) {
    const { GroupName } = groupNamed(input, context);
    const members = iamOf(context).users.filter(({ GroupList }) => GroupList.includes(GroupName));
    const { items, ...rest } = markedPage(members, input);
    return { Group: groupHead(GroupName, context), Users: items.map((it) => identity(it, context)), ...rest };
  },
  ListEntitiesForPolicy(input, context) {
    const { users, groups, roles } = iamOf(context);
    const arn = textIn(input, "PolicyArn");
    const having = <T extends { readonly AttachedManagedPolicies: readonly AttachedPolicy[] }>(all: readonly T[]): T[] =>
      all.filter(({ AttachedManagedPolicies }) => AttachedManagedPolicies.some(({ PolicyArn }) => PolicyArn === arn));
    const entities = [
      ...having(users).map(({ UserName }) => ({ UserName, UserId: idOf("AIDA", UserName) })),
      ...having(groups).map(({ GroupName }) => ({ GroupName, GroupId: idOf("AGPA", GroupName) })),
      ...having(roles).map(({ RoleName }) => ({ RoleName, RoleId: idOf("AROA", RoleName) })),
    ];
    const { items, ...rest } = markedPage(entities, input);
    const of = (name: string): Shape[] => items.filter((it) => name in it);
    return { PolicyUsers: of("UserName"), PolicyGroups: of("GroupName"), PolicyRoles: of("RoleName"), ...rest };
  },
  ListGroupPolicies: (input, context) => names(groupNamed(input, context).GroupPolicyList, input),
  GetGroupPolicy: (input, context) => {
    const { GroupName, GroupPolicyList } = groupNamed(input, context);
    return { GroupName, ...policyNamed(GroupPolicyList, input, `The group policy`) };
  },
  ListAttachedGroupPolicies: (input, context) => attachedPage(groupNamed(input, context).AttachedManagedPolicies, input),

  GetRole: (input, context) => ({ Role: roleShape(roleNamed(input, context), context, false) }),
  ListRolePolicies: (input, context) => names(roleNamed(input, context).RolePolicyList, input),
  GetRolePolicy: (input, context) => {
    const { RoleName, RolePolicyList } = roleNamed(input, context);
    return { RoleName, ...policyNamed(RolePolicyList, input, `The role policy`) };
  },
  ListAttachedRolePolicies: (input, context) => attachedPage(roleNamed(input, context).AttachedManagedPolicies, input),

  GetPolicy: (input, context) => {
    const { Arn, DefaultVersionId } = managedNamed(input, context);
    return { Policy: { Arn, PolicyName: lastOf(Arn), DefaultVersionId } };
  },
  GetPolicyVersion(input, context) {
    const { Arn, DefaultVersionId, PolicyVersionList } = managedNamed(input, context);
    const version = PolicyVersionList.find(({ VersionId }) => VersionId === textIn(input, "VersionId"));
    if (!version) throw noSuch(`Policy ${Arn} version ${textIn(input, "VersionId") ?? ""} does not exist or is not attachable.`);
    const { VersionId, Document } = version;
    return { PolicyVersion: { VersionId, Document: encoded(Document), IsDefaultVersion: VersionId === DefaultVersionId } };
  },
};

export const iam: Readonly<Record<string, Handler>> = { ...reads, ...reportHandlers, ...iamWrites };

/* ---------- shapes ---------- */

/** IAM's ids begin with what they are the id of. */
function idOf(prefix: string, name: string): string {
  return `${prefix}${Buffer.from(name).toString("hex").toUpperCase().padEnd(17, "0").slice(0, 17)}`;
}

function identity(
  { UserName, Path, CreateDate, PasswordLastUsed }: Pick<IamUser, "UserName" | "Path" | "CreateDate" | "PasswordLastUsed">,
  { account }: Context,
): Shape {
  return {
    UserName,
    Path,
    UserId: idOf("AIDA", UserName),
    Arn: `arn:aws:iam::${account.id}:user${Path}${UserName}`,
    CreateDate: new Date(CreateDate),
    ...(PasswordLastUsed !== undefined && { PasswordLastUsed: new Date(PasswordLastUsed) }),
  };
}

/** Lists that are empty are left out of a user's detail, as AWS does with inline policies and tags. */
function userDetail(it: IamUser, context: Context): Shape {
  const { PasswordLastUsed: _, ...head } = identity(it, context);
  return {
    ...head,
    GroupList: it.GroupList,
    AttachedManagedPolicies: it.AttachedManagedPolicies.map(attachedShape),
    ...(it.UserPolicyList.length > 0 && { UserPolicyList: it.UserPolicyList.map(inlineShape) }),
    ...(it.Tags.length > 0 && { Tags: it.Tags }),
    ...boundaryShape(it.PermissionsBoundary),
  };
}
function groupHead(GroupName: string, context: Context): Shape {
  const Path = iamOf(context).groups.find((group) => group.GroupName === GroupName)?.Path ?? "/";
  return {
    GroupName,
    Path,
    GroupId: idOf("AGPA", GroupName),
    Arn: `arn:aws:iam::${context.account.id}:group${Path}${GroupName}`,
    CreateDate: new Date(0),
  };
}
function groupDetail(it: IamGroup, context: Context): Shape {
  return {
    ...groupHead(it.GroupName, context),
    GroupPolicyList: it.GroupPolicyList.map(inlineShape),
    AttachedManagedPolicies: it.AttachedManagedPolicies.map(attachedShape),
  };
}
function roleShape(it: IamRole, { account }: Context, isDetail: boolean): Shape {
  const { RoleLastUsed: used } = it;
  return {
    RoleName: it.RoleName,
    Path: it.Path,
    RoleId: idOf("AROA", it.RoleName),
    Arn: `arn:aws:iam::${account.id}:role${it.Path}${it.RoleName}`,
    CreateDate: new Date(it.CreateDate),
    AssumeRolePolicyDocument: encoded(it.AssumeRolePolicyDocument),
    ...(used && { RoleLastUsed: { ...used, ...(used.LastUsedDate !== undefined && { LastUsedDate: new Date(used.LastUsedDate) }) } }),
    ...boundaryShape(it.PermissionsBoundary),
    Tags: it.Tags,
    ...(isDetail && {
      RolePolicyList: it.RolePolicyList.map(inlineShape),
      AttachedManagedPolicies: it.AttachedManagedPolicies.map(attachedShape),
      InstanceProfileList: [],
    }),
  };
}
function policyDetail({ Arn, DefaultVersionId, PolicyVersionList }: IamPolicy): Shape {
  const versions = PolicyVersionList.map(({ VersionId, Document }) => ({
    VersionId,
    Document: encoded(Document),
    IsDefaultVersion: VersionId === DefaultVersionId,
  }));
  return { Arn, PolicyName: lastOf(Arn), DefaultVersionId, PolicyVersionList: versions };
}

function boundaryShape(boundary: IamUser["PermissionsBoundary"]): Shape {
  return boundary ? { PermissionsBoundary: { PermissionsBoundaryType: "Policy", ...boundary } } : {};
}
function inlineShape({ PolicyName, PolicyDocument }: InlinePolicy): Shape {
  return { PolicyName, PolicyDocument: encoded(PolicyDocument) };
}
function attachedShape({ PolicyArn, PolicyName }: AttachedPolicy): Shape {
  return { PolicyArn, PolicyName: PolicyName ?? lastOf(PolicyArn) };
}
function lastOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** RFC 3986, as IAM answers every document: also of what JavaScript leaves as it is. */
function encoded(document: InlinePolicy["PolicyDocument"]): string {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`);
}

/* ---------- pages ---------- */

interface Marked<T> {
  readonly items: readonly T[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

function markedPage<T>(all: readonly T[], input: Shape): Marked<T> {
  const invalid = (): AwsError => new AwsError(400, "ValidationError", "Invalid Marker.");
  const { items, next } = pageOf(all, numberIn(input, "MaxItems") ?? PAGE, textIn(input, "Marker"), invalid);
  return { items, IsTruncated: next !== undefined, ...(next !== undefined && { Marker: next }) };
}

function names(policies: readonly InlinePolicy[], input: Shape): Shape {
  const { items, ...rest } = markedPage(policies, input);
  return { PolicyNames: items.map(({ PolicyName }) => PolicyName), ...rest };
}
function attachedPage(policies: readonly AttachedPolicy[], input: Shape): Shape {
  const { items, ...rest } = markedPage(policies, input);
  return { AttachedPolicies: items.map(attachedShape), ...rest };
}
function policyNamed(policies: readonly InlinePolicy[], input: Shape, what: string): Shape {
  const name = textIn(input, "PolicyName") ?? "";
  const found = policies.find(({ PolicyName }) => PolicyName === name);
  if (!found) throw noSuch(`${what} with name ${name} cannot be found.`);
  return inlineShape(found);
}
