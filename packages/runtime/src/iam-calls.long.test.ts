import { type Finding, SYSTEM } from "@posture/core";
import { parseWorld, type World } from "@posture/sandbox/aws";
import { describe, expect, test } from "vitest";
import { Counted } from "./calls.test.fixture.ts";
import type { Posture } from "./posture.ts";

/*
 * What IAM costs: the number of calls of a sweep is 1 for the summary, 2 for the credential report, one for each 1,000 users, roles,
 * groups and policies, and one for each user with an active key; a re-check reads what its check needs and nothing else.
 */

const DAY = 86_400_000;
const ACCOUNT = "111122223333";
const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString();
const key = (id: string, created: number, used: number | null, Status = "Active"): object => ({
  AccessKeyId: id,
  Status,
  CreateDate: ago(created),
  ...(used !== null && { LastUsedDate: ago(used) }),
});
const all = JSON.stringify({ Statement: { Effect: "Allow", Action: "*", Resource: "*" } });
const trusting = (principal: unknown, more: object = {}): string =>
  JSON.stringify({ Statement: { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...more } });
const OPS = `arn:aws:iam::${ACCOUNT}:policy/ops`;

function worldOf(iam: object, more: object = {}): World {
  return parseWorld({ accounts: [{ id: ACCOUNT, accessKeyIds: ["AKIDEXAMPLE"], regions: ["us-east-1"], iam, ...more }] });
}

/** One finding of each check. */
const TROUBLED = {
  root: { Mfa: "none", PasswordLastUsed: ago(3), AccessKeys: [key("AKIAROOT", 900, 1)] },
  groups: [
    { GroupName: "ops", AttachedManagedPolicies: [{ PolicyArn: OPS }], GroupPolicyList: [{ PolicyName: "all", PolicyDocument: all }] },
  ],
  policies: [{ Arn: OPS, PolicyVersionList: [{ Document: all }] }],
  users: [
    { UserName: "alice", CreateDate: ago(900), LoginProfile: {}, GroupList: ["ops"], AttachedManagedPolicies: [{ PolicyArn: OPS }] },
    {
      UserName: "build",
      Path: "/machines/",
      CreateDate: ago(900),
      AccessKeys: [key("AKIABUILD", 400, 100), key("AKIAOTHER", 10, 1)],
      UserPolicyList: [{ PolicyName: "all", PolicyDocument: all }],
    },
    { UserName: "idle", CreateDate: ago(900), AccessKeys: [key("AKIAIDLE", 400, 100, "Inactive")] },
  ],
  roles: [
    { RoleName: "open", Path: "/apps/", AssumeRolePolicyDocument: trusting("*") },
    { RoleName: "vendor", AssumeRolePolicyDocument: trusting({ AWS: "444455556666" }) },
    {
      RoleName: "deploy",
      AssumeRolePolicyDocument: trusting({ Service: "ec2.amazonaws.com" }),
      RolePolicyList: [{ PolicyName: "all", PolicyDocument: all }],
      AttachedManagedPolicies: [{ PolicyArn: OPS }],
    },
  ],
};

const asked = Counted.forFile(() => worldOf({}));

/** How often each operation of IAM and of the organization was called. */
function counted(): Readonly<Record<string, number>> {
  const names = asked.aws.calls().flatMap(({ service, operation }) => (["iam", "organizations"].includes(service) ? [operation] : []));
  return Object.fromEntries([...new Set(names)].toSorted().map((name) => [name, names.filter((it) => it === name).length]));
}
async function swept(world: World): Promise<{ posture: Posture; findings: Finding[] }> {
  const posture = await asked.swept(world);
  return { posture, findings: (await posture.list()).map(({ finding }) => finding).filter(({ checkId }) => checkId.startsWith("iam/")) };
}

describe("a sweep of IAM", () => {
  test("of an account with nobody in it takes four calls", async () => {
    const { findings } = await swept(worldOf({}));
    expect(findings).toEqual([]);
    expect(counted()).toEqual({
      GenerateCredentialReport: 1,
      GetAccountAuthorizationDetails: 1,
      GetAccountSummary: 1,
      GetCredentialReport: 1,
    });
  });
  test("takes one call more for each 1,000 identities and policies, and for each user with an active key", async () => {
    const users = Array.from({ length: 1100 }, (_, i) => ({
      UserName: `user-${i}`,
      ...(i < 7 && { AccessKeys: [key(`AKIA${i}`, 10, 1)] }),
      ...(i === 8 && { AccessKeys: [key("AKIAOFF", 10, 1, "Inactive")] }),
    }));
    const roles = Array.from({ length: 900 }, (_, i) => ({
      RoleName: `role-${i}`,
      AssumeRolePolicyDocument: trusting({ Service: "ec2.amazonaws.com" }),
    }));
    await swept(worldOf({ users, roles, groups: [{ GroupName: "one" }] }));
    expect(counted()).toEqual({
      GenerateCredentialReport: 1,
      GetAccountAuthorizationDetails: 3,
      GetAccountSummary: 1,
      GetCredentialReport: 1,
      ListAccessKeys: 7,
    });
  });
  test("finds one of each, and asks the organization because one role trusts another account", async () => {
    const { findings } = await swept(worldOf(TROUBLED));
    expect(findings.map(({ checkId, ref }) => `${checkId.slice(4)} ${ref.name}`).toSorted()).toEqual([
      "access-key-too-old AKIABUILD",
      "access-key-unused AKIABUILD",
      "role-cross-account-no-external-id vendor",
      "role-trusts-anyone open",
      "role-wildcard-policy deploy",
      `root-access-key-active ${ACCOUNT}`,
      `root-mfa-disabled ${ACCOUNT}`,
      `root-recently-used ${ACCOUNT}`,
      "user-administrator-access alice",
      "user-console-no-mfa alice",
      "user-inline-wildcard all",
    ]);
    expect(counted()).toEqual({
      GenerateCredentialReport: 1,
      GetAccountAuthorizationDetails: 1,
      GetAccountSummary: 1,
      GetCredentialReport: 1,
      ListAccessKeys: 1,
      ListAccounts: 1,
    });
  });
  test("waits for a report that is not there", async () => {
    const { findings } = await swept(worldOf({ ...TROUBLED, credentialReport: { InProgress: 2 } }));
    expect(findings).toHaveLength(11);
    expect(counted()).toMatchObject({ GenerateCredentialReport: 3, GetCredentialReport: 1 });
  });
  test("reads live what the report does not have yet", async () => {
    const later = { UserName: "new", CreateDate: ago(0), LoginProfile: {} };
    const { findings } = await swept(worldOf({ users: [later], credentialReport: { GeneratedTime: ago(0.1) } }));
    expect(findings.map(({ checkId, ref }) => `${checkId} ${ref.name}`)).toEqual(["iam/user-console-no-mfa new"]);
    expect(counted()).toMatchObject({ GetLoginProfile: 1, ListMFADevices: 1 });
  });
});

describe("a re-check of", () => {
  test.each<[string, Readonly<Record<string, number>>]>([
    ["root-access-key-active", { GetAccountSummary: 1, GetCredentialReport: 1 }],
    ["root-mfa-disabled", { GetAccountSummary: 1 }],
    ["root-recently-used", { GenerateCredentialReport: 1, GetCredentialReport: 1 }],
    ["user-console-no-mfa", { GetLoginProfile: 1, ListMFADevices: 1 }],
    ["access-key-too-old", { ListAccessKeys: 1 }],
    ["access-key-unused", { GetAccessKeyLastUsed: 1, ListAccessKeys: 1 }],
    [
      "user-administrator-access",
      {
        GetGroupPolicy: 1,
        GetPolicy: 1,
        GetPolicyVersion: 1,
        GetUser: 1,
        ListAttachedGroupPolicies: 1,
        ListAttachedUserPolicies: 1,
        ListGroupPolicies: 1,
        ListGroupsForUser: 1,
      },
    ],
    ["user-inline-wildcard", { GetUserPolicy: 1 }],
    [
      "role-wildcard-policy",
      { GetPolicy: 1, GetPolicyVersion: 1, GetRole: 1, GetRolePolicy: 1, ListAttachedRolePolicies: 1, ListRolePolicies: 1 },
    ],
    ["role-trusts-anyone", { GetRole: 1 }],
    ["role-cross-account-no-external-id", { GetRole: 1, ListAccounts: 1 }],
  ])("%s reads live, and only what it needs", async (id, calls) => {
    const { posture, findings } = await swept(worldOf(TROUBLED));
    const finding = findings.find(({ checkId }) => checkId === `iam/${id}`);
    asked.aws.clearCalls();
    const { found } = await posture.recheck(finding?.fingerprint ?? "", SYSTEM).then((answer) => ({ found: answer }));
    expect(JSON.stringify(found)).not.toContain('"unknown"');
    expect(counted()).toEqual(calls);
  });
  test("a root user whose key is deleted takes one call", async () => {
    const { posture, findings } = await swept(worldOf(TROUBLED));
    asked.aws.patchWorld({ accounts: [{ id: ACCOUNT, iam: { root: { AccessKeys: [] } } }] });
    asked.aws.clearCalls();
    await posture.recheck(findings.find(({ checkId }) => checkId === "iam/root-access-key-active")?.fingerprint ?? "", SYSTEM);
    expect(counted()).toEqual({ GetAccountSummary: 1 });
  });
});

describe("what was fixed is resolved by a re-check, and the older report does not open it again", () => {
  test.each<[string, object]>([
    ["user-console-no-mfa", { users: [{ UserName: "alice", MFADevices: [{ SerialNumber: "arn:aws:iam::111122223333:mfa/alice" }] }] }],
    ["root-mfa-disabled", { root: { Mfa: "hardware" } }],
    ["access-key-unused", { users: [{ UserName: "build", AccessKeys: [key("AKIABUILD", 400, 0), key("AKIAOTHER", 10, 1)] }] }],
  ])("%s", async (id, change) => {
    const stale = { ...TROUBLED, credentialReport: { GeneratedTime: ago(0.1) } };
    const { posture, findings } = await swept(worldOf(stale));
    const report = await reportText();
    const { fingerprint } = findings.find(({ checkId }) => checkId === `iam/${id}`) ?? { fingerprint: "" };
    asked.aws.patchWorld({ accounts: [{ id: ACCOUNT, iam: { ...change, credentialReport: { Content: report } } }] });
    await posture.recheck(fingerprint, SYSTEM);
    const conditionNow = async (): Promise<string | undefined> =>
      (await posture.list()).find(({ finding }) => finding.fingerprint === fingerprint)?.finding.condition;
    expect(await conditionNow()).toBe("cleared");
    await posture.sweep();
    expect(await conditionNow()).toBe("cleared");
  });
});

/** The report as it was, so that it stays as it was. */
async function reportText(): Promise<string> {
  const body = "Action=GetCredentialReport&Version=2010-05-08";
  const authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/iam/aws4_request, Signature=any";
  const response = await fetch(asked.aws.url, { method: "POST", headers: { authorization }, body });
  const [, content = ""] = /<Content>([^<]*)<\/Content>/.exec(await response.text()) ?? [];
  return Buffer.from(content, "base64").toString();
}
