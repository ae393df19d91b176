import type { Iam, IamGroup, IamRole, IamRoot, IamUser } from "../world-iam.ts";
import { differences, differs, type Made } from "./made.ts";

type Call = Pick<Made, "name" | "request" | "response" | "byRoot">;

/** The calls of IAM after which what was so is as it is. */
export function iamChanges(was: Iam, is: Iam, accountId: string): Call[] {
  const [users, roles] = [
    differences(was.users, is.users, ({ UserName }) => UserName),
    differences(was.roles, is.roles, ({ RoleName }) => RoleName),
  ];
  const groups = differences(was.groups, is.groups, ({ GroupName }) => GroupName);
  const policies = differences(was.policies, is.policies, ({ Arn }) => Arn);
  const arnOf = (kind: string, Path: string, name: string): string => `arn:aws:iam::${accountId}:${kind}${Path}${name}`;
  return [
    ...rootChanges(was.root, is.root),
    ...users.added.map(({ UserName, Path }) =>
      madeOf("CreateUser", { userName: UserName }, { user: { arn: arnOf("user", Path, UserName), userName: UserName } }),
    ),
    ...[...users.added.map((user) => ({ was: bare(user), is: user })), ...users.changed].flatMap((it) => userChanges(it.was, it.is)),
    ...users.removed.map(({ UserName }) => madeOf("DeleteUser", { userName: UserName })),
    ...roles.added.map(({ RoleName, Path }) =>
      madeOf("CreateRole", { roleName: RoleName }, { role: { arn: arnOf("role", Path, RoleName), roleName: RoleName } }),
    ),
    ...roles.changed.flatMap((it) => roleChanges(it.was, it.is)),
    ...roles.removed.map(({ RoleName }) => madeOf("DeleteRole", { roleName: RoleName })),
    ...groups.changed.flatMap((it) => groupChanges(it.was, it.is)),
    ...policies.changed.map((it) => madeOf("CreatePolicyVersion", { policyArn: it.is.Arn })),
  ];
}

function madeOf(name: string, request: object, response?: object): Call {
  return { name, request, ...(response && { response }) };
}

/** A user who was made just now, before anything was given to them. */
function bare(user: IamUser): IamUser {
  const { UserName, Path, CreateDate } = user;
  return {
    UserName,
    Path,
    CreateDate,
    MFADevices: [],
    AccessKeys: [],
    GroupList: [],
    UserPolicyList: [],
    AttachedManagedPolicies: [],
    Tags: user.Tags,
  };
}

function userChanges(was: IamUser, is: IamUser): Call[] {
  const userName = is.UserName;
  const call = (name: string, more: object = {}, response?: object): Call => madeOf(name, { userName, ...more }, response);
  const keys = differences(was.AccessKeys, is.AccessKeys, ({ AccessKeyId }) => AccessKeyId);
  const devices = differences(was.MFADevices, is.MFADevices, ({ SerialNumber }) => SerialNumber);
  const policies = differences(was.UserPolicyList, is.UserPolicyList, ({ PolicyName }) => PolicyName);
  const attached = differences(was.AttachedManagedPolicies, is.AttachedManagedPolicies, ({ PolicyArn }) => PolicyArn);
  const groups = differences(was.GroupList, is.GroupList, (it) => it);
  return [
    ...(differs(was, is, "LoginProfile")
      ? [call(is.LoginProfile ? (was.LoginProfile ? "UpdateLoginProfile" : "CreateLoginProfile") : "DeleteLoginProfile")]
      : []),
    ...devices.added.map(({ SerialNumber }) => call("EnableMFADevice", { serialNumber: SerialNumber })),
    ...devices.removed.map(({ SerialNumber }) => call("DeactivateMFADevice", { serialNumber: SerialNumber })),
    ...keys.added.map(({ AccessKeyId }) =>
      call("CreateAccessKey", {}, { accessKey: { userName, accessKeyId: AccessKeyId, status: "Active" } }),
    ),
    ...keys.changed.map((it) => call("UpdateAccessKey", { accessKeyId: it.is.AccessKeyId, status: it.is.Status })),
    ...keys.removed.map(({ AccessKeyId }) => call("DeleteAccessKey", { accessKeyId: AccessKeyId })),
    ...[...policies.added, ...policies.changed.map((it) => it.is)].map(({ PolicyName }) =>
      call("PutUserPolicy", { policyName: PolicyName }),
    ),
    ...policies.removed.map(({ PolicyName }) => call("DeleteUserPolicy", { policyName: PolicyName })),
    ...attached.added.map(({ PolicyArn }) => call("AttachUserPolicy", { policyArn: PolicyArn })),
    ...attached.removed.map(({ PolicyArn }) => call("DetachUserPolicy", { policyArn: PolicyArn })),
    ...groups.added.map((groupName) => call("AddUserToGroup", { groupName })),
    ...groups.removed.map((groupName) => call("RemoveUserFromGroup", { groupName })),
    ...(differs(was, is, "PermissionsBoundary")
      ? [call(is.PermissionsBoundary ? "PutUserPermissionsBoundary" : "DeleteUserPermissionsBoundary")]
      : []),
    ...(differs(was, is, "Tags") ? [call("TagUser")] : []),
  ];
}

function roleChanges(was: IamRole, is: IamRole): Call[] {
  const call = (name: string, more: object = {}): Call => madeOf(name, { roleName: is.RoleName, ...more });
  const policies = differences(was.RolePolicyList, is.RolePolicyList, ({ PolicyName }) => PolicyName);
  const attached = differences(was.AttachedManagedPolicies, is.AttachedManagedPolicies, ({ PolicyArn }) => PolicyArn);
  return [
    ...(differs(was, is, "AssumeRolePolicyDocument") ? [call("UpdateAssumeRolePolicy")] : []),
    ...[...policies.added, ...policies.changed.map((it) => it.is)].map(({ PolicyName }) =>
      call("PutRolePolicy", { policyName: PolicyName }),
    ),
    ...policies.removed.map(({ PolicyName }) => call("DeleteRolePolicy", { policyName: PolicyName })),
    ...attached.added.map(({ PolicyArn }) => call("AttachRolePolicy", { policyArn: PolicyArn })),
    ...attached.removed.map(({ PolicyArn }) => call("DetachRolePolicy", { policyArn: PolicyArn })),
    ...(differs(was, is, "PermissionsBoundary")
      ? [call(is.PermissionsBoundary ? "PutRolePermissionsBoundary" : "DeleteRolePermissionsBoundary")]
      : []),
    ...(differs(was, is, "Tags") ? [call("TagRole")] : []),
  ];
}

function groupChanges(was: IamGroup, is: IamGroup): Call[] {
  const groupName = is.GroupName;
  const attached = differences(was.AttachedManagedPolicies, is.AttachedManagedPolicies, ({ PolicyArn }) => PolicyArn);
  return [
    ...(differs(was, is, "GroupPolicyList") ? [madeOf("PutGroupPolicy", { groupName })] : []),
    ...attached.added.map(({ PolicyArn }) => madeOf("AttachGroupPolicy", { groupName, policyArn: PolicyArn })),
    ...attached.removed.map(({ PolicyArn }) => madeOf("DetachGroupPolicy", { groupName, policyArn: PolicyArn })),
  ];
}

/** Only the root user itself can do this to the root user. */
function rootChanges(was: IamRoot, is: IamRoot): Call[] {
  const keys = differences(was.AccessKeys, is.AccessKeys, ({ AccessKeyId }) => AccessKeyId);
  const calls = [
    ...keys.added.map(() => madeOf("CreateAccessKey", {})),
    ...keys.changed.map(() => madeOf("UpdateAccessKey", {})),
    ...keys.removed.map(() => madeOf("DeleteAccessKey", {})),
    ...(differs(was, is, "Mfa") ? [madeOf(is.Mfa === "none" ? "DeactivateMFADevice" : "EnableMFADevice", {})] : []),
  ];
  return calls.map((call): Call => ({ ...call, byRoot: true }));
}
