import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "@posture/core";
import { parseWorld, type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type AccountSize, minimumCalls } from "@posture/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPosture } from "./create.ts";

/* What an account of 50 users, 200 roles and 100 buckets costs: no call more than there must be. */

const ACCOUNT = "111122223333";
const REGION = "us-east-1";
const ALL = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const SIZE: AccountSize = {
  users: 50,
  roles: 200,
  groups: 10,
  policies: 40,
  keyUsers: 20,
  buckets: 100,
  isBlocked: true,
  heedingAcls: 0,
  withAcls: 0,
  sampledObjects: 0,
  inDoubt: 0,
};
const each = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const trust = JSON.stringify({ Statement: { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" } });
const narrow = JSON.stringify({ Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" } });
const now = new Date().toISOString();

const iam = {
  users: each(SIZE.users, (i) => ({
    UserName: `user-${i}`,
    CreateDate: now,
    ...(i < SIZE.keyUsers && { AccessKeys: [{ AccessKeyId: `AKIA${String(i).padStart(12, "0")}`, Status: "Active", CreateDate: now }] }),
  })),
  roles: each(SIZE.roles, (i) => ({ RoleName: `role-${i}`, AssumeRolePolicyDocument: trust })),
  groups: each(SIZE.groups, (i) => ({ GroupName: `group-${i}` })),
  policies: each(SIZE.policies, (i) => ({ Arn: `arn:aws:iam::${ACCOUNT}:policy/policy-${i}`, PolicyVersionList: [{ Document: narrow }] })),
};
const bucket = (i: number): object => ({ Name: `bucket-${i}`, BucketRegion: REGION });
const WITH_ACL = { Acl: { Grants: [] }, OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] } };

let aws: SimulatedAws;
let folder: string;
const before = { ...process.env };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "posture-calls-"));
  aws = await startAws({});
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "x",
  });
});
afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
  process.env = before;
});

/** Services that are asked region by region have a formula and a test of their own. */
const REGIONAL = /^(ec2:(?!DescribeRegions)|efs|elasticloadbalancing|kinesis|kms|lambda|ram|rds|secretsmanager|sns|sqs)/;

async function callsOf(account: object): Promise<Record<string, number>> {
  aws.setWorld(parseWorld({ accounts: [{ id: ACCOUNT, accessKeyIds: ["AKIDEXAMPLE"], regions: [REGION], iam, ...account }] }));
  aws.clearCalls();
  const posture = await createPosture({ store: memoryStore(), folder, aws: { endpoint: aws.url, region: REGION } });
  await posture.sweep();
  await posture.close();
  const names = aws.calls().map(({ service, operation }) => `${service}:${operation}`);
  return Object.fromEntries(
    [
      ...Map.groupBy(
        names.filter((name) => !REGIONAL.test(name)),
        (name) => name,
      ),
    ].map(([name, all]) => [name, all.length]),
  );
}
const total = (calls: Readonly<Record<string, number>>): number => Object.values(calls).reduce((sum, count) => sum + count, 0);

test.each<[string, object, AccountSize, number]>([
  ["whose block is complete", { publicAccessBlock: ALL, buckets: each(SIZE.buckets, bucket) }, SIZE, 327],
  [
    "whose buckets have blocks of their own",
    { buckets: each(SIZE.buckets, (i) => ({ ...bucket(i), PublicAccessBlockConfiguration: ALL })) },
    { ...SIZE, isBlocked: false },
    427,
  ],
  [
    "without blocks, all ACLs in effect",
    { buckets: each(SIZE.buckets, (i) => ({ ...bucket(i), ...WITH_ACL })) },
    { ...SIZE, isBlocked: false, heedingAcls: 100, withAcls: 100 },
    // 627, and for each bucket the question whether it has objects.
    727,
  ],
  [
    "without blocks, all ACLs in effect, three objects in each bucket, and of one a sample",
    {
      buckets: each(SIZE.buckets, (i) => ({ ...bucket(i), ...WITH_ACL, Objects: each(i === 0 ? 60 : 3, (n) => ({ Key: `${n}` })) })),
    },
    { ...SIZE, isBlocked: false, heedingAcls: 100, withAcls: 100, sampledObjects: 50 + 99 * 3 },
    727 + 347,
  ],
])("an account %s costs its minimum", async (_, account, size, calls) => {
  const used = await callsOf(account);
  expect(used).toEqual(minimumCalls(size));
  // One more than the formula of the checks: the regions are every run's question.
  expect(total(used)).toBe(calls + 1);
});
