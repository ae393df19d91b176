import type { IamPatch } from "./patch-iam.ts";

/*
 * The people and the machines of the demo account. Most of them sign in with a device and have what they need; the others are what
 * happens: a founder who never became a user like others, a build server with the first key, a vendor who was let in in a hurry.
 */

const ACCOUNT = "111122223333";
const AWS = "arn:aws:iam::aws:policy";
const DAY = 86_400_000;

type User = NonNullable<IamPatch["users"]>[number];
type Role = NonNullable<IamPatch["roles"]>[number];

/** Keys and sign-ins are as old as the demo needs them to be on the day it runs. */
function ago(days: number, now: number): string {
  return new Date(now - days * DAY).toISOString();
}

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
function trusting(principal: unknown, more: object = {}, action = "sts:AssumeRole"): string {
  return policy({ Effect: "Allow", Principal: principal, Action: action, ...more });
}
const allow = (action: unknown, resource: unknown = "*"): string => policy({ Effect: "Allow", Action: action, Resource: resource });

/** The IAM of the demo's account: 12 users, 10 roles; 11 problems of these, one for each check. */
export function demoIam(now: number = Date.now()): IamPatch {
  return {
    root: {
      Password: true,
      PasswordLastUsed: ago(9, now),
      Mfa: "none",
      AccessKeys: [key("AKIADEMOROOT00000001", 1400, 200, now)],
      SigningCertificates: 0,
    },
    groups: [
      { GroupName: "administrators", AttachedManagedPolicies: [{ PolicyArn: `${AWS}/AdministratorAccess` }] },
      { GroupName: "developers", AttachedManagedPolicies: [{ PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/developer` }] },
      { GroupName: "support", AttachedManagedPolicies: [{ PolicyArn: `${AWS}/ReadOnlyAccess` }] },
    ],
    policies: [
      {
        Arn: `arn:aws:iam::${ACCOUNT}:policy/developer`,
        PolicyVersionList: [{ Document: allow(["s3:Get*", "s3:List*", "logs:*", "cloudwatch:Get*"]) }],
      },
      { Arn: `arn:aws:iam::${ACCOUNT}:policy/terraform`, PolicyVersionList: [{ Document: allow("*") }] },
    ],
    users: [...people(now), ...machines(now)],
    roles: roles(now),
  };
}

function person(UserName: string, group: string, now: number, more: object = {}): User {
  return {
    UserName,
    CreateDate: ago(700, now),
    LoginProfile: {},
    PasswordLastUsed: ago(2, now),
    MFADevices: [{ SerialNumber: `arn:aws:iam::${ACCOUNT}:mfa/${UserName}` }],
    GroupList: [group],
    Tags: [{ Key: "team", Value: group }],
    ...more,
  };
}

function people(now: number): User[] {
  return [
    person("ana", "developers", now),
    person("ben", "developers", now),
    person("chen", "developers", now),
    person("dara", "support", now),
    person("emre", "support", now),
    // Registered on the first day, and the phone never came along to the second.
    person("farid", "developers", now, { MFADevices: [] }),
    person("gita", "support", now),
    // The founder.
    person("hana", "administrators", now),
  ];
}

function machine(UserName: string, now: number, more: object): User {
  return { UserName, Path: "/machines/", CreateDate: ago(800, now), Tags: [{ Key: "team", Value: "platform" }], ...more };
}
function key(AccessKeyId: string, created: number, used: number | null, now: number): object {
  const use = used === null ? {} : { LastUsedDate: ago(used, now), ServiceName: "s3", Region: "us-east-1" };
  return { AccessKeyId, CreateDate: ago(created, now), ...use };
}

function machines(now: number): User[] {
  const uploads = [{ PolicyName: "uploads", PolicyDocument: allow(["s3:PutObject"], "arn:aws:s3:::example-partner-uploads/*") }];
  return [
    machine("backup", now, { AccessKeys: [key("AKIADEMOBACKUP000001", 40, 0.1, now)], UserPolicyList: uploads }),
    // The first key of the company, in a build server that still works.
    machine("build", now, { AccessKeys: [key("AKIADEMOBUILD0000001", 640, 0.2, now)], UserPolicyList: uploads }),
    // The partner's importer was switched off in the spring.
    machine("importer", now, { AccessKeys: [key("AKIADEMOIMPORTER0001", 80, 71, now)], UserPolicyList: uploads }),
    // "Only until it works."
    machine("migration", now, { UserPolicyList: [{ PolicyName: "temporary", PolicyDocument: allow("*") }] }),
  ];
}

function role(RoleName: string, trust: string, now: number, more: object = {}): Role {
  return {
    RoleName,
    CreateDate: ago(600, now),
    AssumeRolePolicyDocument: trust,
    RoleLastUsed: { LastUsedDate: ago(1, now), Region: "us-east-1" },
    ...more,
  };
}

function roles(now: number): Role[] {
  const reads = [{ PolicyName: "reads", PolicyDocument: allow(["s3:GetObject"], "arn:aws:s3:::example-app-config/*") }];
  const service = (name: string): string => trusting({ Service: `${name}.amazonaws.com` });
  const github = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
  const audience = { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" };
  return [
    role("web", service("ec2"), now, { RolePolicyList: reads }),
    role("worker", service("ecs-tasks"), now, { RolePolicyList: reads }),
    role("thumbnails", service("lambda"), now, { RolePolicyList: reads }),
    role("reports", service("lambda"), now, { RolePolicyList: reads }),
    role("AWSServiceRoleForSupport", service("support"), now, { Path: "/aws-service-role/support.amazonaws.com/" }),
    role(
      "deploy-site",
      trusting(
        { Federated: github },
        { Condition: { StringEquals: audience, StringLike: { "token.actions.githubusercontent.com:sub": "repo:example/site:*" } } },
        "sts:AssumeRoleWithWebIdentity",
      ),
      now,
      { RolePolicyList: reads },
    ),
    // Set up from a tutorial: any repository on GitHub can use it.
    role("deploy-docs", trusting({ Federated: github }, { Condition: { StringEquals: audience } }, "sts:AssumeRoleWithWebIdentity"), now, {
      RolePolicyList: reads,
    }),
    // What builds the account may do everything in it.
    role("terraform", trusting({ AWS: `arn:aws:iam::${ACCOUNT}:root` }), now, {
      AttachedManagedPolicies: [{ PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/terraform` }],
    }),
    role(
      "billing-vendor",
      trusting({ AWS: "arn:aws:iam::444455556666:root" }, { Condition: { StringEquals: { "sts:ExternalId": "example-5d1f" } } }),
      now,
      { RolePolicyList: reads },
    ),
    // The other vendor never asked for an external id.
    role("monitoring-vendor", trusting({ AWS: "arn:aws:iam::777788889999:role/collector" }), now, {
      AttachedManagedPolicies: [{ PolicyArn: `${AWS}/ReadOnlyAccess` }],
    }),
  ];
}
