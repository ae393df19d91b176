import { type Call, callsOf, type Check } from "@posture/core";
import { expect } from "vitest";
import { fail, findingsOf, fresh, knownStore, resolvedIn } from "./faults.test.fixture.ts";
import { firstPartyPlugins } from "./plugins.ts";

export const checks: readonly Check[] = firstPartyPlugins.flatMap((plugin) => plugin.checks);
export const declared: readonly Call[] = callsOf(checks);
export const nameOf = ({ service, operation }: Pick<Call, "service" | "operation">): string => `${service}:${operation}`;

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

/** Where this operation is denied, exactly the checks that need it are unknown, and name the action. */
export async function expectExactlyThoseThatNeedIt(operation: string): Promise<void> {
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
}
