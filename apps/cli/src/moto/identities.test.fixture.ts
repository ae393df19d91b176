import type { IAMClient } from "@aws-sdk/client-iam";
import * as iam from "@aws-sdk/client-iam";

/** Something of IAM as somebody set it up, and the checks that must fail on it; all others of its kind must pass. */
export interface IdentityCase {
  readonly is: string;
  readonly setUp: (client: IAMClient, name: string) => Promise<unknown>;
  readonly fails: readonly string[];
}

const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const MFA = "iam/user-console-no-mfa";
const USER_ADMIN = "iam/user-administrator-access";
const INLINE = "iam/user-inline-wildcard";
const WILDCARD = "iam/role-wildcard-policy";
const ANYONE = "iam/role-trusts-anyone";
const EXTERNAL = "iam/role-cross-account-no-external-id";

const text = (...statements: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const ALL = text({ Effect: "Allow", Action: "*", Resource: "*" });
const S3 = text({ Effect: "Allow", Action: "s3:*", Resource: "*" });
const all =
  (...steps: readonly IdentityCase["setUp"][]): IdentityCase["setUp"] =>
  async (client, name) => {
    for (const step of steps) await step(client, name);
  };

/* ---------- users ---------- */

const user: IdentityCase["setUp"] = (client, UserName) => client.send(new iam.CreateUserCommand({ UserName, Path: "/cases/" }));
const password: IdentityCase["setUp"] = (client, UserName) =>
  client.send(new iam.CreateLoginProfileCommand({ UserName, Password: "Not-A-Secret-1" }));
const device: IdentityCase["setUp"] = async (client, UserName) => {
  const { VirtualMFADevice } = await client.send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }));
  const codes = { AuthenticationCode1: "123456", AuthenticationCode2: "654321" };
  await client.send(new iam.EnableMFADeviceCommand({ UserName, SerialNumber: VirtualMFADevice?.SerialNumber, ...codes }));
};
const attach =
  (PolicyArn: string): IdentityCase["setUp"] =>
  (client, UserName) =>
    client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }));
const own =
  (PolicyDocument: string): IdentityCase["setUp"] =>
  (client, UserName) =>
    client.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: "own", PolicyDocument }));
/** A policy of the customer's; `versions` in their order, the last being in force. */
async function managed(client: IAMClient, PolicyName: string, ...versions: readonly string[]): Promise<string> {
  const [first = ALL, ...more] = versions;
  const { Policy } = await client.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument: first }));
  const PolicyArn = Policy?.Arn ?? "";
  for (const PolicyDocument of more)
    await client.send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
  return PolicyArn;
}
const customer =
  (...versions: readonly string[]): IdentityCase["setUp"] =>
  async (client, UserName) =>
    attach(await managed(client, `policy-of-${UserName}`, ...versions))(client, UserName);
const grouped =
  (give: (client: IAMClient, GroupName: string) => Promise<unknown>): IdentityCase["setUp"] =>
  async (client, UserName) => {
    const GroupName = `group-of-${UserName}`;
    await client.send(new iam.CreateGroupCommand({ GroupName }));
    await give(client, GroupName);
    await client.send(new iam.AddUserToGroupCommand({ GroupName, UserName }));
  };
const key: IdentityCase["setUp"] = (client, UserName) => client.send(new iam.CreateAccessKeyCommand({ UserName }));

export const userCases: readonly IdentityCase[] = [
  { is: "as it was made", setUp: user, fails: [] },
  { is: "with a password", setUp: all(user, password), fails: [MFA] },
  { is: "with a password and a device", setUp: all(user, password, device), fails: [] },
  { is: "with a new key", setUp: all(user, key), fails: [] },
  { is: "with AdministratorAccess", setUp: all(user, attach(ADMIN)), fails: [USER_ADMIN] },
  { is: "with ReadOnlyAccess", setUp: all(user, attach("arn:aws:iam::aws:policy/ReadOnlyAccess")), fails: [] },
  { is: "with a policy of the customer's that allows everything", setUp: all(user, customer(ALL)), fails: [USER_ADMIN] },
  { is: "with a policy that was narrowed", setUp: all(user, customer(ALL, S3)), fails: [] },
  { is: "with a policy that was widened", setUp: all(user, customer(S3, ALL)), fails: [USER_ADMIN] },
  {
    is: "in a group of administrators",
    setUp: all(
      user,
      grouped((client, GroupName) => client.send(new iam.AttachGroupPolicyCommand({ GroupName, PolicyArn: ADMIN }))),
    ),
    fails: [USER_ADMIN],
  },
  {
    is: "in a group whose inline policy allows everything",
    setUp: all(
      user,
      grouped((client, GroupName) => client.send(new iam.PutGroupPolicyCommand({ GroupName, PolicyName: "all", PolicyDocument: ALL }))),
    ),
    fails: [USER_ADMIN],
  },
  { is: "with an inline policy that allows everything", setUp: all(user, own(ALL)), fails: [INLINE] },
  { is: "with an inline policy for one service", setUp: all(user, own(S3)), fails: [] },
];

/* ---------- roles ---------- */

const trusting =
  (Principal: unknown, more: object = {}): IdentityCase["setUp"] =>
  (client, RoleName) =>
    client.send(
      new iam.CreateRoleCommand({
        RoleName,
        Path: "/cases/",
        AssumeRolePolicyDocument: text({ Effect: "Allow", Principal, Action: "sts:AssumeRole", ...more }),
      }),
    );
const SERVICE = trusting({ Service: "ec2.amazonaws.com" });
const VENDOR = { AWS: "arn:aws:iam::444455556666:root" };
const when = (operator: string, name: string, value: string): object => ({ Condition: { [operator]: { [name]: value } } });
const github = (condition: object): IdentityCase["setUp"] =>
  trusting(
    { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
    { Action: "sts:AssumeRoleWithWebIdentity", ...condition },
  );
const roleInline =
  (PolicyDocument: string): IdentityCase["setUp"] =>
  (client, RoleName) =>
    client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
const roleManaged =
  (...versions: readonly string[]): IdentityCase["setUp"] =>
  async (client, RoleName) => {
    const PolicyArn = await managed(client, `policy-of-${RoleName}`, ...versions);
    await client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
  };

export const roleCases: readonly IdentityCase[] = [
  { is: "of a service", setUp: SERVICE, fails: [] },
  { is: "with an inline policy that allows everything", setUp: all(SERVICE, roleInline(ALL)), fails: [WILDCARD] },
  { is: "with an inline policy for one service", setUp: all(SERVICE, roleInline(S3)), fails: [] },
  { is: "with a policy of the customer's that allows everything", setUp: all(SERVICE, roleManaged(ALL)), fails: [WILDCARD] },
  { is: "with a policy that was narrowed", setUp: all(SERVICE, roleManaged(ALL, S3)), fails: [] },
  {
    is: "with AdministratorAccess",
    setUp: all(SERVICE, (client, RoleName) => client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: ADMIN }))),
    fails: [WILDCARD],
  },
  { is: "that everyone may assume", setUp: trusting("*"), fails: [ANYONE] },
  { is: "that everyone may assume, as a map", setUp: trusting({ AWS: "*" }), fails: [ANYONE] },
  { is: "that one organization may assume", setUp: trusting("*", when("StringEquals", "aws:PrincipalOrgID", "o-abc")), fails: [] },
  {
    is: "that everyone with an external id may assume",
    setUp: trusting("*", when("StringEquals", "sts:ExternalId", "x")),
    fails: [ANYONE],
  },
  {
    is: "that any repository on GitHub may assume",
    setUp: github(when("StringEquals", "token.actions.githubusercontent.com:aud", "sts.amazonaws.com")),
    fails: [ANYONE],
  },
  {
    is: "that one owner's repositories may assume",
    setUp: github(when("StringLike", "token.actions.githubusercontent.com:sub", "repo:example/*")),
    fails: [],
  },
  { is: "that a vendor may assume", setUp: trusting(VENDOR), fails: [EXTERNAL] },
  { is: "that a vendor with an external id may assume", setUp: trusting(VENDOR, when("StringEquals", "sts:ExternalId", "x")), fails: [] },
  {
    is: "that a vendor with any external id may assume",
    setUp: trusting(VENDOR, when("StringLike", "sts:ExternalId", "*")),
    fails: [EXTERNAL],
  },
  { is: "that the own account may assume", setUp: trusting({ AWS: "arn:aws:iam::123456789012:root" }), fails: [] },
];
