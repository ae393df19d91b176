import { parseWorld, type World } from "@posture/sandbox/aws";
import type { AccountSize } from "@posture/testing";

/* An account of a size that is given, of which all is in order but what a case adds. */

const ACCOUNT = "111122223333";
export const REGION = "us-east-1";
export const ALL = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
/** An account whose own block is complete. */
export const SIZE: AccountSize = {
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
/** Services that are asked region by region have a formula and a test of their own. */
export const REGIONAL: RegExp =
  /^(ec2:(?!DescribeRegions)|autoscaling|batch|codebuild|ecs|efs|elasticloadbalancing|eventbridge|glue|kinesis|kms|lambda|ram|rds|scheduler|secretsmanager|sns|sqs)/;
export const WITH_ACL: object = { Acl: { Grants: [] }, OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] } };

export const each = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
export const bucket = (i: number): object => ({ Name: `bucket-${i}`, BucketRegion: REGION });

const trust = JSON.stringify({ Statement: { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" } });
const narrow = JSON.stringify({ Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" } });
const now = new Date().toISOString();

/** Users, roles, groups and policies as many as the size says; buckets and the account's block are the caller's. */
export function worldOf(size: AccountSize, account: object): World {
  const iam = {
    users: each(size.users, (i) => ({
      UserName: `user-${i}`,
      CreateDate: now,
      ...(i < size.keyUsers && { AccessKeys: [{ AccessKeyId: `AKIA${String(i).padStart(12, "0")}`, Status: "Active", CreateDate: now }] }),
    })),
    roles: each(size.roles, (i) => ({ RoleName: `role-${i}`, AssumeRolePolicyDocument: trust })),
    groups: each(size.groups, (i) => ({ GroupName: `group-${i}` })),
    policies: each(size.policies, (i) => ({
      Arn: `arn:aws:iam::${ACCOUNT}:policy/policy-${i}`,
      PolicyVersionList: [{ Document: narrow }],
    })),
  };
  return parseWorld({ accounts: [{ id: ACCOUNT, accessKeyIds: ["AKIDEXAMPLE"], regions: [REGION], iam, ...account }] });
}
