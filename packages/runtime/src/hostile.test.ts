import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finding, memoryStore, type SweepRecord } from "@posture/core";
import { parseWorld, type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPosture } from "./create.ts";
import { allow, DOCUMENTS } from "./hostile.test.fixture.ts";

/* An account whose names and policies were made to hurt, swept by every check. */

const ACCOUNT = "111122223333";
const REGION = "us-east-1";
const NAMES = [
  "n".repeat(2000),
  "__proto__",
  "constructor",
  "\u202Eevil\u0000name",
  "🏳️‍🌈ünïcødé名前",
  "<!channel> *x* `y`",
  "${aws:username}",
  "'; rm -rf ~; '",
  "=1+1",
];
const UNREADABLE = Object.keys(DOCUMENTS).slice(0, 4);
const now = new Date().toISOString();
const SERVICE = JSON.stringify({ Statement: { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" } });

const iam = {
  users: NAMES.map((UserName) => ({
    UserName,
    CreateDate: now,
    LoginProfile: {},
    UserPolicyList: [{ PolicyName: UserName, PolicyDocument: allow({}) }],
  })),
  roles: [
    ...Object.entries(DOCUMENTS).map(([RoleName, PolicyDocument]) => ({
      RoleName,
      AssumeRolePolicyDocument: SERVICE,
      RolePolicyList: [{ PolicyName: "p", PolicyDocument }],
    })),
    ...Object.entries(DOCUMENTS).map(([name, AssumeRolePolicyDocument]) => ({ RoleName: `trust-${name}`, AssumeRolePolicyDocument })),
  ],
};
const buckets = Object.entries(DOCUMENTS).map(([name, Policy]) => ({ Name: `b-${name.toLowerCase()}`, BucketRegion: REGION, Policy }));
const securityGroups = NAMES.map((GroupName, i) => ({
  Region: REGION,
  GroupId: `sg-${String(i).padStart(8, "0")}`,
  GroupName,
  Description: GroupName,
  Tags: [{ Key: "__proto__", Value: GroupName }],
  IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
}));

let aws: SimulatedAws;
let folder: string;
let sweep: SweepRecord;
let findings: readonly Finding[];
const before = { ...process.env };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-hostile-"));
  aws = await startAws({
    world: parseWorld({ accounts: [{ id: ACCOUNT, accessKeyIds: ["AKIDEXAMPLE"], regions: [REGION], iam, buckets, securityGroups }] }),
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
  });
  const posture = await createPosture({ store: memoryStore(), folder, aws: { endpoint: aws.url, region: REGION } });
  sweep = await posture.sweep();
  findings = (await posture.list()).map(({ finding }) => finding);
  await posture.close();
}, 60_000);
afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
  process.env = before;
});

const failing = (checkId: string, name: string): boolean => findings.some((it) => it.checkId === checkId && it.ref.name === name);
const unknown = (checkId: string, name: string): string | undefined =>
  sweep.undecided.find((it) => it.checkId === checkId && it.ref.name === name)?.reason;

test("no check breaks, and every listing is complete", () => {
  expect(sweep.undecided.filter(({ reason }) => reason === "plugin-error")).toEqual([]);
  expect(sweep.coverage.filter(({ state }) => state === "incomplete")).toEqual([]);
});
test("names of every kind are found, as they are", () => {
  const users = findings.filter(({ checkId }) => checkId === "iam/user-console-no-mfa").map(({ ref }) => ref.name);
  expect(users.toSorted()).toEqual(NAMES.toSorted());
  expect(findings.filter(({ checkId }) => checkId === "iam/user-inline-wildcard")).toHaveLength(NAMES.length);
  expect(findings.filter(({ checkId }) => checkId === "security-group/ssh-open-to-internet")).toHaveLength(NAMES.length);
  expect(JSON.parse(JSON.stringify(findings))).toEqual(findings);
});
describe("a document that cannot be read is unknown for whoever needs it, never passed:", () => {
  test.each(UNREADABLE)("%s", (name) => {
    expect(["malformed", "too-complex"]).toContain(unknown("iam/role-wildcard-policy", name));
    expect(["malformed", "too-complex"]).toContain(unknown("iam/role-trusts-anyone", `trust-${name}`));
    expect(["malformed", "too-complex"]).toContain(unknown("s3/bucket-policy-public", `b-${name.toLowerCase()}`));
  });
});
test("one that can be is judged", () => {
  expect(failing("iam/role-wildcard-policy", "as-an-object")).toBe(true);
  expect(failing("iam/role-wildcard-policy", "500-wildcards")).toBe(false);
  expect(unknown("iam/role-wildcard-policy", "500-wildcards")).toBeUndefined();
});
