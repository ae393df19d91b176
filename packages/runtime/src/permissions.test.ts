import { findCallsOf } from "@posture/core";
import { expect, test } from "vitest";
import { ALWAYS_NEEDED, readPolicyOf } from "./checks.ts";
import { checks, declared, expectExactlyThoseThatNeedIt, nameOf } from "./denied.test.fixture.ts";
import { trialOf } from "./permissions.ts";
import { aws, fresh, knownStore, QUESTIONS, useFaults } from "./faults.test.fixture.ts";

/* What is declared is what is used: the policy grants no action that nothing needs, and lacks none that something does. */

useFaults();

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

test("a call that only a change in AWS asks for is said to be untried for that", () => {
  const { untried } = trialOf(
    checks,
    { answers: new Map(), kinds: new Map([["AWS::IAM::User", { resources: 1, listed: true }]]) },
    findCallsOf(checks),
  );
  const whyOf = (name: string): string | undefined => untried.find(({ call }) => call === name)?.why;
  for (const name of ["iam:GetGroup", "iam:ListEntitiesForPolicy", "iam:ListUserPolicies"])
    expect(whyOf(name)).toBe("it is asked only after a change in AWS that does not name what it touches");
  expect(whyOf("iam:GetUser")).toBe("no AWS::IAM::User that was looked at needed it");
});

/** One of each sort; the longer suite denies every one. */
const SOME = ["ec2:DescribeManagedPrefixLists", "iam:GetCredentialReport", "s3:GetBucketAcl", "s3:ListBuckets", "sqs:ListQueues"];
test.each(SOME)("where %s is denied, exactly the checks that need it are unknown, and name the action", (operation) =>
  expectExactlyThoseThatNeedIt(operation),
);
