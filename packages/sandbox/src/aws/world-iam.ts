import { z } from "zod";

/*
 * IAM, as far as it is simulated: the root user, users, groups, roles, customer-managed policies, and the credential report that
 * follows from them.
 */

type Tag = { readonly Key: string; readonly Value: string };
type Document = string | Readonly<Record<string, z.core.util.JSONType>>;

export interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: Document;
}
export interface AttachedPolicy {
  readonly PolicyArn: string;
  readonly PolicyName?: string | undefined;
}
export interface AccessKey {
  readonly AccessKeyId: string;
  readonly Status: "Active" | "Inactive";
  readonly CreateDate: string;
  readonly LastRotated?: string | undefined;
  readonly LastUsedDate?: string | undefined;
  readonly ServiceName?: string | undefined;
  readonly Region?: string | undefined;
}
export interface Boundary {
  readonly PermissionsBoundaryArn: string;
  readonly PermissionsBoundaryType?: string | undefined;
}

export interface IamUser {
  readonly UserName: string;
  readonly Path: string;
  readonly CreateDate: string;
  readonly LoginProfile?: { readonly CreateDate?: string | undefined } | undefined;
  readonly PasswordLastUsed?: string | undefined;
  readonly MFADevices: readonly { readonly SerialNumber: string }[];
  readonly AccessKeys: readonly AccessKey[];
  readonly GroupList: readonly string[];
  readonly UserPolicyList: readonly InlinePolicy[];
  readonly AttachedManagedPolicies: readonly AttachedPolicy[];
  readonly PermissionsBoundary?: Boundary | undefined;
  readonly Tags: readonly Tag[];
}
export interface IamGroup {
  readonly GroupName: string;
  readonly Path: string;
  readonly GroupPolicyList: readonly InlinePolicy[];
  readonly AttachedManagedPolicies: readonly AttachedPolicy[];
}
export interface IamPolicy {
  readonly Arn: string;
  readonly DefaultVersionId: string;
  readonly PolicyVersionList: readonly { readonly VersionId: string; readonly Document: Document }[];
}
export interface IamRole {
  readonly RoleName: string;
  readonly Path: string;
  readonly CreateDate: string;
  readonly AssumeRolePolicyDocument: Document;
  readonly RolePolicyList: readonly InlinePolicy[];
  readonly AttachedManagedPolicies: readonly AttachedPolicy[];
  readonly PermissionsBoundary?: Boundary | undefined;
  readonly RoleLastUsed?: { readonly LastUsedDate?: string | undefined; readonly Region?: string | undefined } | undefined;
  readonly Tags: readonly Tag[];
}
export interface IamRoot {
  readonly Password: boolean;
  readonly PasswordLastUsed?: string | undefined;
  readonly Mfa: "none" | "virtual" | "hardware";
  readonly AccessKeys: readonly AccessKey[];
  readonly SigningCertificates: number;
}
export interface ReportState {
  readonly GeneratedTime?: string | undefined;
  readonly InProgress: number;
  readonly Content?: string | undefined;
}
export interface Iam {
  readonly root: IamRoot;
  readonly users: readonly IamUser[];
  readonly groups: readonly IamGroup[];
  readonly policies: readonly IamPolicy[];
  readonly roles: readonly IamRole[];
  readonly credentialReport: ReportState;
}

export interface Organization {
  readonly Id: string;
  readonly Accounts: readonly string[];
}

const text = z.string().min(1);
const when = z.iso.datetime();
const arn = z.string().regex(/^arn:/, "this is no ARN");
const path = z
  .string()
  .regex(/^\/(.+\/)?$/, "a path begins and ends with a slash")
  .default("/");
const tags = z.array(z.strictObject({ Key: text, Value: z.string() })).default([]);
const document = z.union([z.string(), z.record(z.string(), z.json())]).describe("As text or as JSON; answers have it percent-encoded.");
const inline = z.array(z.strictObject({ PolicyName: text, PolicyDocument: document })).default([]);
const attached = z.array(z.strictObject({ PolicyArn: arn, PolicyName: text.optional() })).default([]);
const boundary = z.strictObject({ PermissionsBoundaryArn: arn, PermissionsBoundaryType: text.optional() });
const CREATED = "2023-01-09T08:00:00.000Z";

const key = z.strictObject({
  AccessKeyId: text,
  Status: z.enum(["Active", "Inactive"]).default("Active"),
  CreateDate: when,
  LastRotated: when.optional().describe("What the credential report says. Left out: CreateDate."),
  LastUsedDate: when.optional().describe("Left out: never used."),
  ServiceName: text.optional(),
  Region: text.optional(),
});

const user = z
  .strictObject({
    UserName: text,
    Path: path,
    CreateDate: when.default(CREATED),
    LoginProfile: z.strictObject({ CreateDate: when.optional() }).optional().describe("Left out: there is no console password."),
    PasswordLastUsed: when.optional(),
    MFADevices: z.array(z.strictObject({ SerialNumber: text })).default([]),
    AccessKeys: z.array(key).max(2).default([]),
    GroupList: z.array(text).default([]),
    UserPolicyList: inline,
    AttachedManagedPolicies: attached,
    PermissionsBoundary: boundary.optional(),
    Tags: tags,
  })
  .describe("A user, as GetAccountAuthorizationDetails answers it, with its password, its devices and its keys.");

const group = z.strictObject({ GroupName: text, Path: path, GroupPolicyList: inline, AttachedManagedPolicies: attached });

const policy = z
  .strictObject({
    Arn: z.string().regex(/^arn:[^:]+:iam::\d{12}:policy\//, "this is not the ARN of a customer-managed policy"),
    DefaultVersionId: text.default("v1"),
    PolicyVersionList: z.array(z.strictObject({ VersionId: text.default("v1"), Document: document })).min(1),
  })
  .describe("A customer-managed policy with its versions.");

const role = z
  .strictObject({
    RoleName: text,
    Path: path,
    CreateDate: when.default(CREATED),
    AssumeRolePolicyDocument: document,
    RolePolicyList: inline,
    AttachedManagedPolicies: attached,
    PermissionsBoundary: boundary.optional(),
    RoleLastUsed: z.strictObject({ LastUsedDate: when.optional(), Region: text.optional() }).optional(),
    Tags: tags,
  })
  .describe("A role, as GetAccountAuthorizationDetails answers it.");

const root = z.strictObject({
  Password: z.boolean().default(true),
  PasswordLastUsed: when.optional(),
  Mfa: z.enum(["none", "virtual", "hardware"]).default("hardware"),
  AccessKeys: z.array(key).max(2).default([]),
  SigningCertificates: z.int().min(0).default(0),
});

const report = z.strictObject({
  GeneratedTime: when.optional().describe("What came later is not in the report. Left out: just now."),
  InProgress: z.int().min(0).default(0).describe("So many requests for a report are answered before it is there."),
  Content: z.string().optional().describe("The text of the report. Left out: it follows from the rest."),
});

export const iamSchema: z.ZodType<Iam> = z.strictObject({
  root: root.default({ Password: true, Mfa: "hardware", AccessKeys: [], SigningCertificates: 0 }),
  users: z.array(user).default([]),
  groups: z.array(group).default([]),
  policies: z.array(policy).default([]),
  roles: z.array(role).default([]),
  credentialReport: report.default({ InProgress: 0 }),
});

export const organizationSchema: z.ZodType<Organization> = z
  .strictObject({
    Id: z.string().regex(/^o-[a-z0-9]{10,32}$/, 'an organization id is "o-" and 10 to 32 characters'),
    Accounts: z.array(z.string().regex(/^\d{12}$/)),
  })
  .describe("The organization that the account manages. Left out: it is in none.");

/** An account that nobody has told anything about IAM. */
export const NO_IAM: Iam = iamSchema.parse({});

/** Names that are there twice. */
export function doublesInIam({ users, groups, roles, policies }: Iam, accountId: string): string[] {
  const named: readonly (readonly [string, readonly string[]])[] = [
    ["the user", users.map(({ UserName }) => UserName)],
    ["the group", groups.map(({ GroupName }) => GroupName)],
    ["the role", roles.map(({ RoleName }) => RoleName)],
    ["the policy", policies.map(({ Arn }) => Arn)],
    ["the access key", users.flatMap(({ AccessKeys }) => AccessKeys.map(({ AccessKeyId }) => AccessKeyId))],
  ];
  return named.flatMap(([what, all]) => [
    ...new Set(all.filter((it, i) => all.indexOf(it) !== i).map((it) => `${what} ${it} of ${accountId} is there twice`)),
  ]);
}
