import { type Check, eventsOf, isPlugin, permissionsOf } from "@posture/core";
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import plugin from "./index.ts";

/** Copied by hand from the tables that decide: id, severity, title, resource. */
const FACTS = [
  ["iam/root-access-key-active", "critical", "Root account has active access keys", "AWS::::Account"],
  ["iam/root-mfa-disabled", "critical", "Root account MFA not enabled", "AWS::::Account"],
  ["iam/root-recently-used", "high", "Root account used in the last 30 days", "AWS::::Account"],
  ["iam/user-console-no-mfa", "high", "Console user with no MFA", "AWS::IAM::User"],
  ["iam/access-key-too-old", "medium", "Access key older than 90 days", "AWS::IAM::AccessKey"],
  ["iam/access-key-unused", "medium", "Access key unused for 45+ days", "AWS::IAM::AccessKey"],
  ["iam/user-administrator-access", "high", "User with AdministratorAccess policy", "AWS::IAM::User"],
  ["iam/user-inline-wildcard", "critical", "User with inline policy containing *:*", "AWS::IAM::UserPolicy"],
  ["iam/role-wildcard-policy", "high", "Role with * in resource and action", "AWS::IAM::Role"],
  ["iam/role-trusts-anyone", "critical", "Role assumable by any principal (Principal: *)", "AWS::IAM::Role"],
  ["iam/role-cross-account-no-external-id", "medium", "Cross-account role without external ID", "AWS::IAM::Role"],
];

/** Controls by framework, copied by hand. */
const CONTROLS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "iam/root-access-key-active": cis(["1.4", "1.4", "1.4", "1.3", "2.3", "2.4"], { "aws-fsbp": ["IAM.4"] }),
  "iam/root-mfa-disabled": cis(["1.5", "1.5", "1.5", "1.4", "2.4", "2.5"], { "aws-fsbp": ["IAM.6"], "aws-security-hub": ["IAM.9"] }),
  "iam/root-recently-used": cis(["1.7", "1.7", "1.7", "1.6", "2.6", "2.7"]),
  "iam/user-console-no-mfa": cis(["1.10", "1.10", "1.10", "1.9", "2.9", "2.10"], { "aws-fsbp": ["IAM.5"], "aws-security-hub": ["IAM.19"] }),
  "iam/access-key-too-old": cis(["1.14", "1.14", "1.14", "1.13", "2.13", "2.12"], { "aws-fsbp": ["IAM.3"] }),
  "iam/access-key-unused": cis(["1.12", "1.12", "1.12", "1.11", "2.11", "2.11"], { "aws-fsbp": ["IAM.8"], "aws-security-hub": ["IAM.22"] }),
  "iam/user-administrator-access": cis(["1.16", "1.16", "1.16", "1.15", "2.15", "2.14"], { "aws-fsbp": ["IAM.1"] }),
  "iam/user-inline-wildcard": cis(["1.16", "1.16", "1.16"], { "aws-fsbp": ["IAM.1", "IAM.2"] }),
  "iam/role-wildcard-policy": cis(["1.16", "1.16", "1.16", "1.15", "2.15", "2.14"], { "aws-fsbp": ["IAM.1", "IAM.21"] }),
  "iam/role-trusts-anyone": { "cis-aws-foundations-7.0": ["2.21"] },
  "iam/role-cross-account-no-external-id": {},
};

function cis(ids: readonly string[], others: Readonly<Record<string, readonly string[]>> = {}): Record<string, readonly string[]> {
  const versions = ["1.4", "3.0", "4.0", "5.0", "6.0", "7.0"].slice(0, ids.length);
  return { ...Object.fromEntries(versions.map((version, i) => [`cis-aws-foundations-${version}`, [ids[i] ?? ""]])), ...others };
}

const checkOf = (id: string): Check => {
  const check = plugin.checks.find((it) => it.id === `iam/${id}`);
  if (!check) throw new Error(`there is no iam/${id}`);
  return check;
};

describe("the IAM plugin", () => {
  it("is a plugin of the namespace iam", () =>
    expect([isPlugin(plugin), plugin.name, plugin.namespace]).toEqual([true, "@posture/plugin-iam", "iam"]));
  it("has the checks, severities and titles of the product", () =>
    expect(plugin.checks.map(({ id, severity, title, resource }) => [id, severity, title, resource.type])).toEqual(FACTS));
  it("is about IAM, and nothing else", () => expect(plugin.checks.every(({ categories }) => categories.join() === "iam")).toBe(true));
  it.each(plugin.checks.map((check) => [check.id, check] as const))("%s carries its control ids", (id, { frameworks = {} }) =>
    expect(frameworks).toEqual(CONTROLS[id]),
  );
  it.each(plugin.checks.map((check) => [check.id, check] as const))(
    "%s can be run with its defaults and says what to do",
    (_, { params, remediation }) => {
      expect(params?.safeParse({}).success).toBe(true);
      expect(remediation.steps.length).toBeGreaterThan(2);
      expect(remediation.steps.at(-1)).toMatch(/Re-check\b/);
      expect(new URL(remediation.docs)).toMatchObject({ protocol: "https:", host: "docs.aws.amazon.com" });
    },
  );
  it("asks AWS to read only", () =>
    expect(permissionsOf(plugin.checks).filter((action) => !/:(Get|List|Describe|Lookup)|:GenerateCredentialReport$/.test(action))).toEqual(
      [],
    ));
  it.each<[string, readonly string[]]>([
    ["root-access-key-active", ["iam:GetAccountSummary", "iam:GenerateCredentialReport", "iam:GetCredentialReport"]],
    [
      "root-mfa-disabled",
      ["iam:GetAccountSummary", "iam:GenerateCredentialReport", "iam:GetCredentialReport", "iam:ListVirtualMFADevices"],
    ],
    ["root-recently-used", ["iam:GenerateCredentialReport", "iam:GetCredentialReport", "cloudtrail:LookupEvents"]],
    ["access-key-too-old", ["iam:GenerateCredentialReport", "iam:GetCredentialReport", "iam:ListAccessKeys"]],
    ["access-key-unused", ["iam:GenerateCredentialReport", "iam:GetCredentialReport", "iam:ListAccessKeys", "iam:GetAccessKeyLastUsed"]],
    ["user-inline-wildcard", ["iam:GetAccountAuthorizationDetails", "iam:GetUserPolicy"]],
    ["role-trusts-anyone", ["iam:GetAccountAuthorizationDetails", "iam:GetRole"]],
    [
      "role-cross-account-no-external-id",
      ["iam:GetAccountAuthorizationDetails", "iam:GetRole", "organizations:DescribeOrganization", "organizations:ListAccounts"],
    ],
  ])("%s needs these permissions and no others", (id, actions) => {
    const needed = permissionsOf([checkOf(id)]).filter((action) => action !== "sts:GetCallerIdentity");
    expect(needed).toEqual([...actions].toSorted());
  });
  it.each<[string, readonly string[]]>([
    ["root-access-key-active", ["CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "AssumeRoot"]],
    ["root-mfa-disabled", ["EnableMFADevice", "DeactivateMFADevice", "CreateVirtualMFADevice", "DeleteVirtualMFADevice", "AssumeRoot"]],
    ["root-recently-used", ["ConsoleLogin", "AssumeRoot", "*"]],
    [
      "user-console-no-mfa",
      [
        "CreateLoginProfile",
        "UpdateLoginProfile",
        "DeleteLoginProfile",
        "EnableMFADevice",
        "DeactivateMFADevice",
        "DeleteVirtualMFADevice",
        "DeleteUser",
      ],
    ],
    ["access-key-too-old", ["CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "DeleteUser"]],
    ["access-key-unused", ["CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "DeleteUser"]],
    [
      "user-administrator-access",
      [
        "AttachUserPolicy",
        "DetachUserPolicy",
        "AddUserToGroup",
        "RemoveUserFromGroup",
        "AttachGroupPolicy",
        "DetachGroupPolicy",
        "PutGroupPolicy",
        "DeleteGroupPolicy",
        "CreatePolicyVersion",
        "SetDefaultPolicyVersion",
        "DeletePolicyVersion",
        "DeleteUser",
      ],
    ],
    ["user-inline-wildcard", ["PutUserPolicy", "DeleteUserPolicy", "DeleteUser"]],
    [
      "role-wildcard-policy",
      [
        "CreateRole",
        "PutRolePolicy",
        "DeleteRolePolicy",
        "AttachRolePolicy",
        "DetachRolePolicy",
        "CreatePolicyVersion",
        "SetDefaultPolicyVersion",
        "DeletePolicyVersion",
        "DeleteRole",
      ],
    ],
    ["role-trusts-anyone", ["CreateRole", "UpdateAssumeRolePolicy", "DeleteRole"]],
    [
      "role-cross-account-no-external-id",
      [
        "CreateRole",
        "UpdateAssumeRolePolicy",
        "DeleteRole",
        "AcceptHandshake",
        "RemoveAccountFromOrganization",
        "LeaveOrganization",
        "CreateAccountResult",
      ],
    ],
  ])("looks at %s again after its events", (id, names) => {
    const heard = eventsOf(checkOf(id).resource, [checkOf(id)]).map(({ name }) => name);
    expect(names.filter((name) => !heard.includes(name))).toEqual([]);
  });
});

/** How many vectors the specification has for each check; those that are not about a verdict are held elsewhere, by their ids too. */
const VECTORS = { RAK: 12, RMF: 12, RUS: 14, UMF: 13, KAG: 12, KUN: 13, UAD: 15, UIW: 19, RWP: 15, RTA: 25, RXA: 22 };
/** Root's row, the user's end, and what IAM does not list: the collectors' tests name these. */
const OF_COLLECTORS = ["RAK-12", "UMF-05", "UMF-11", "UMF-12", "UMF-13", "KAG-07", "KAG-10", "KAG-12", "KUN-10"];

it("names every vector in a test", () => {
  const folder = new URL("./checks/", import.meta.url);
  const tests = readdirSync(folder).filter((file) => file.endsWith(".test.ts"));
  const text = tests.map((file) => readFileSync(new URL(file, folder), "utf8")).join("\n");
  const all = Object.entries(VECTORS).flatMap(([name, count]) =>
    Array.from({ length: count }, (_, i) => `${name}-${String(i + 1).padStart(2, "0")}`),
  );
  expect(all.filter((id) => !new RegExp(String.raw`\b${id}\b`).test(text))).toEqual(OF_COLLECTORS);
});
