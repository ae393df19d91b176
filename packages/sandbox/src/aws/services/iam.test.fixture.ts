import { parseWorld, type World } from "../world.ts";
import { OWN } from "../small-world.test.fixture.ts";

export const ALL: object = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*", Sid: "it's (all)" } };
export const OPS: string = `arn:aws:iam::${OWN}:policy/ops`;
export const key = (AccessKeyId: string, more: object = {}): object => ({ AccessKeyId, CreateDate: "2025-06-01T10:00:00.000Z", ...more });
export const WORLD: World = parseWorld({
  accounts: [
    {
      id: OWN,
      accessKeyIds: ["AKIAOWN"],
      regions: ["us-east-1"],
      organization: { Id: "o-example1234", Accounts: Array.from({ length: 25 }, (_, i) => String(100_000_000_000 + i)) },
      iam: {
        root: {
          Mfa: "virtual",
          PasswordLastUsed: "2026-01-01T10:00:00.000Z",
          AccessKeys: [key("AKIAROOT", { LastUsedDate: "2025-12-01T00:00:00.000Z" })],
        },
        users: [
          {
            UserName: "ana",
            Path: "/people/",
            LoginProfile: {},
            MFADevices: [{ SerialNumber: "device" }],
            AccessKeys: [key("AKIAANA1"), key("AKIAANA2", { Status: "Inactive" })],
            GroupList: ["ops"],
            UserPolicyList: [{ PolicyName: "own", PolicyDocument: ALL }],
            AttachedManagedPolicies: [{ PolicyArn: OPS }],
            PermissionsBoundary: { PermissionsBoundaryArn: OPS },
            Tags: [{ Key: "team", Value: "ops" }],
          },
          { UserName: "ben", CreateDate: "2026-01-05T00:00:00.000Z" },
        ],
        groups: [{ GroupName: "ops", GroupPolicyList: [{ PolicyName: "all", PolicyDocument: ALL }] }],
        policies: [{ Arn: OPS, DefaultVersionId: "v2", PolicyVersionList: [{ Document: "{}" }, { VersionId: "v2", Document: ALL }] }],
        roles: [
          {
            RoleName: "deploy",
            AssumeRolePolicyDocument: ALL,
            RoleLastUsed: { LastUsedDate: "2026-01-02T00:00:00.000Z", Region: "eu-west-1" },
          },
        ],
        credentialReport: { GeneratedTime: "2026-01-04T00:00:00.000Z" },
      },
    },
  ],
});
