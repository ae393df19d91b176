import { type Shape, textIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { IamUser } from "../world-iam.ts";
import type { Context, Handler } from "./handler.ts";
import { iamOf, noSuch, roleNamed, userNamed } from "./iam-named.ts";

/** What people do about a finding, and what makes one. */
export const iamWrites: Readonly<Record<string, Handler>> = {
  CreateUser(input, context) {
    const UserName = textIn(input, "UserName") ?? "";
    if (iamOf(context).users.some((user) => user.UserName === UserName))
      throw new AwsError(409, "EntityAlreadyExists", `User with name ${UserName} already exists.`);
    const Path = textIn(input, "Path") ?? "/";
    const CreateDate = context.now();
    change(context, { users: [{ UserName, Path, CreateDate: CreateDate.toISOString() }] });
    return {
      User: { UserName, Path, UserId: "AIDASIMULATED", Arn: `arn:aws:iam::${context.account.id}:user${Path}${UserName}`, CreateDate },
    };
  },
  DeleteUser(input, context) {
    change(context, { remove: [userNamed(input, context).UserName] });
    return {};
  },
  CreateLoginProfile(input, context) {
    const { UserName } = changeUser(input, context, () => ({ LoginProfile: { CreateDate: context.now().toISOString() } }));
    return { LoginProfile: { UserName, CreateDate: context.now() } };
  },
  DeleteLoginProfile(input, context) {
    const { UserName, LoginProfile } = userNamed(input, context);
    if (!LoginProfile) throw noSuch(`Login Profile for User ${UserName} cannot be found.`);
    changeUser(input, context, () => ({ LoginProfile: null }));
    return {};
  },
  EnableMFADevice(input, context) {
    const device = { SerialNumber: textIn(input, "SerialNumber") ?? "" };
    changeUser(input, context, ({ MFADevices }) => ({ MFADevices: [...MFADevices, device] }));
    return {};
  },
  DeactivateMFADevice(input, context) {
    const serial = textIn(input, "SerialNumber");
    changeUser(input, context, ({ MFADevices }) => ({ MFADevices: MFADevices.filter(({ SerialNumber }) => SerialNumber !== serial) }));
    return {};
  },
  UpdateAccessKey(input, context) {
    const id = keyNamed(input, context);
    const Status = textIn(input, "Status");
    const LastRotated = context.now().toISOString();
    changeUser(input, context, ({ AccessKeys }) => ({
      AccessKeys: AccessKeys.map((key) => (key.AccessKeyId === id ? { ...key, Status, LastRotated } : key)),
    }));
    return {};
  },
  DeleteAccessKey(input, context) {
    const id = keyNamed(input, context);
    changeUser(input, context, ({ AccessKeys }) => ({ AccessKeys: AccessKeys.filter(({ AccessKeyId }) => AccessKeyId !== id) }));
    return {};
  },
  PutUserPolicy(input, context) {
    const PolicyName = textIn(input, "PolicyName") ?? "";
    const policy = { PolicyName, PolicyDocument: textIn(input, "PolicyDocument") ?? "" };
    changeUser(input, context, ({ UserPolicyList }) => ({
      UserPolicyList: [...UserPolicyList.filter((it) => it.PolicyName !== PolicyName), policy],
    }));
    return {};
  },
  DeleteUserPolicy(input, context) {
    const name = textIn(input, "PolicyName") ?? "";
    if (!userNamed(input, context).UserPolicyList.some(({ PolicyName }) => PolicyName === name))
      throw noSuch(`The user policy with name ${name} cannot be found.`);
    changeUser(input, context, ({ UserPolicyList }) => ({
      UserPolicyList: UserPolicyList.filter(({ PolicyName }) => PolicyName !== name),
    }));
    return {};
  },
  AttachUserPolicy(input, context) {
    const PolicyArn = textIn(input, "PolicyArn") ?? "";
    changeUser(input, context, ({ AttachedManagedPolicies: all }) => ({
      AttachedManagedPolicies: [...all.filter((it) => it.PolicyArn !== PolicyArn), { PolicyArn }],
    }));
    return {};
  },
  DetachUserPolicy(input, context) {
    const arn = textIn(input, "PolicyArn") ?? "";
    if (!userNamed(input, context).AttachedManagedPolicies.some(({ PolicyArn }) => PolicyArn === arn))
      throw noSuch(`Policy ${arn} was not found.`);
    changeUser(input, context, ({ AttachedManagedPolicies: all }) => ({
      AttachedManagedPolicies: all.filter((it) => it.PolicyArn !== arn),
    }));
    return {};
  },
  UpdateAssumeRolePolicy(input, context) {
    const { RoleName } = roleNamed(input, context);
    change(context, { roles: [{ RoleName, AssumeRolePolicyDocument: textIn(input, "PolicyDocument") ?? "" }] });
    return {};
  },
  DetachRolePolicy(input, context) {
    const { RoleName, AttachedManagedPolicies } = roleNamed(input, context);
    const arn = textIn(input, "PolicyArn") ?? "";
    if (!AttachedManagedPolicies.some(({ PolicyArn }) => PolicyArn === arn)) throw noSuch(`Policy ${arn} was not found.`);
    change(context, { roles: [{ RoleName, AttachedManagedPolicies: AttachedManagedPolicies.filter((it) => it.PolicyArn !== arn) }] });
    return {};
  },
  DeleteRolePolicy(input, context) {
    const { RoleName, RolePolicyList } = roleNamed(input, context);
    const name = textIn(input, "PolicyName") ?? "";
    if (!RolePolicyList.some(({ PolicyName }) => PolicyName === name)) throw noSuch(`The role policy with name ${name} cannot be found.`);
    change(context, { roles: [{ RoleName, RolePolicyList: RolePolicyList.filter(({ PolicyName }) => PolicyName !== name) }] });
    return {};
  },
  DeleteRole(input, context) {
    change(context, { remove: [roleNamed(input, context).RoleName] });
    return {};
  },
};

function change({ state, account, caller }: Context, iam: Shape): void {
  state.patch({ accounts: [{ id: account.id, iam }] }, caller);
}

function changeUser(input: Shape, context: Context, next: (user: IamUser) => Shape): IamUser {
  const user = userNamed(input, context);
  change(context, { users: [{ UserName: user.UserName, ...next(user) }] });
  return user;
}

function keyNamed(input: Shape, context: Context): string {
  const id = textIn(input, "AccessKeyId") ?? "";
  if (!userNamed(input, context).AccessKeys.some(({ AccessKeyId }) => AccessKeyId === id))
    throw noSuch(`The Access Key with id ${id} cannot be found.`);
  return id;
}
