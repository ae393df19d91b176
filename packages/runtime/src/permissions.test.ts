import { type Call, callsOf, type Check } from "@posture/core";
import { describe, expect, test } from "vitest";
import { ALWAYS_NEEDED, readPolicyOf } from "./checks.ts";
import { aws, fail, findingsOf, fresh, knownStore, QUESTIONS, READS, resolvedIn, useFaults } from "./faults.test.fixture.ts";
import { firstPartyPlugins } from "./plugins.ts";

/* What is declared is what is used: the policy grants no action that nothing needs, and lacks none that something does. */

useFaults();

const checks: readonly Check[] = firstPartyPlugins.flatMap((plugin) => plugin.checks);
const nameOf = ({ service, operation }: Pick<Call, "service" | "operation">): string => `${service}:${operation}`;
const declared = callsOf(checks);
const by = { kind: "system" } as const;

/** Declared, and not asked for by the demo's account: what each is for. Other tests make them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "cloudtrail:LookupEvents": "who has used the root user, on a re-check",
  "iam:GetGroupPolicy": "a user's group with a policy of its own, on a re-check",
  "iam:GetRolePolicy": "a role with a policy of its own, on a re-check",
  "iam:ListVirtualMFADevices": "where hardware is required",
  "organizations:DescribeOrganization": "a trust that names an organization",
  "s3:GetBucketLocation": "look-alikes of S3, whose listing names no regions",
  "s3:GetBucketPolicyStatus": "policies whose conditions leave doubt",
};

test("every call of a sweep and its re-checks is declared, and every declared one is made", async () => {
  aws().clearCalls();
  const posture = await fresh({ store: await knownStore() });
  await posture.sweep();
  for (const { finding } of await posture.list()) await posture.recheck(finding.fingerprint, by);
  const used = new Set(aws().calls().map(nameOf));
  const names = new Set(declared.map(nameOf));
  expect([...used].filter((name) => !names.has(name) && !QUESTIONS.includes(name))).toEqual([]);
  expect([...names].filter((name) => !used.has(name)).toSorted()).toEqual(Object.keys(ELSEWHERE));
});

test("the policy grants the actions of the declared calls, those of every run, and no others", () => {
  const [{ Action }] = readPolicyOf(checks).Statement;
  expect(new Set(Action)).toEqual(new Set([...declared.map(({ action }) => action), ...ALWAYS_NEEDED]));
});

const PORTS: readonly string[] = checks.filter(({ resource }) => resource.type === "AWS::EC2::SecurityGroup").map(({ id }) => id);
const ports = (...but: readonly string[]): readonly string[] => PORTS.filter((id) => id !== "security-group/unused" && !but.includes(id));
const REPORT = ["iam/root-recently-used", "iam/user-console-no-mfa", "iam/access-key-too-old", "iam/access-key-unused"];
const ROOT = ["iam/root-access-key-active", "iam/root-mfa-disabled"];

/** Checks that can decide without a call that they declare, in the demo's account: what they do instead is in their specification. */
const SPARED: Readonly<Record<string, readonly string[]>> = {
  // The entries of a list can be read without its version; and only the port that a list opens depends on it.
  "ec2:DescribeManagedPrefixLists": ports(),
  "ec2:GetManagedPrefixListEntries": ports("security-group/ssh-open-to-internet"),
  // No instance of the account belongs to a cluster that could not be read.
  "rds:DescribeDBClusters": ["encryption/rds-instance-unencrypted"],
  // The last report is used, while it is fresh; and of the two sources about the root user one is enough.
  "iam:GenerateCredentialReport": [...ROOT, ...REPORT],
  "iam:GetAccountSummary": ROOT,
  "iam:GetCredentialReport": ROOT,
  // A trusted account that cannot be placed is taken for a foreign one.
  "organizations:ListAccounts": ["iam/role-cross-account-no-external-id"],
  // A public grant or statement that AWS shows is one; what might hold it back is said to be unverified.
  "s3:GetBucketOwnershipControls": ["s3/bucket-acl-public", "s3/object-acl-public"],
  "s3:GetPublicAccessBlock": ["s3/bucket-acl-public", "s3/bucket-policy-public", "s3/object-acl-public"],
  "s3control:GetPublicAccessBlock": ["s3/bucket-acl-public", "s3/bucket-policy-public", "s3/object-acl-public"],
};

describe.each(READS)("where %s is denied", (operation) => {
  test("exactly the checks that need it are unknown, and name the action", async () => {
    const posture = await fresh({ store: await knownStore() });
    fail({ operation, kind: "denied" });
    const { coverage, undecided, unread } = await posture.sweep();
    const unlisted = new Set(coverage.flatMap((scope) => (scope.state === "incomplete" ? [scope.type] : [])));
    const unknown = new Set(
      checks.filter(({ id, resource }) => unlisted.has(resource.type) || undecided.some(({ checkId }) => checkId === id)),
    );
    const needing = checks.filter((check) => callsOf([check]).some((call) => nameOf(call) === operation));
    expect(new Set([...unknown].map(({ id }) => id))).toEqual(
      new Set(needing.map(({ id }): string => id).filter((id) => !(SPARED[operation] ?? []).includes(id))),
    );
    expect(resolvedIn(await findingsOf(posture))).toEqual([]);
    const actions = declared.filter((call) => nameOf(call) === operation).map(({ action }) => action);
    const named = [
      ...coverage.flatMap((scope) => (scope.state === "incomplete" ? scope.gap.missing : [])),
      ...[...undecided, ...unread].flatMap(({ missing }) => missing),
    ];
    expect(new Set(named)).toEqual(new Set(actions));
  });
});
