export * from "./ec2/index.ts";
export * from "./efs/index.ts";
export * from "./elb/index.ts";
export * from "./exposure/index.ts";
export * from "./iam/index.ts";
export * from "./kinesis/index.ts";
export * from "./policy/index.ts";
export * from "./rds/index.ts";
export * from "./s3/index.ts";
export * from "./secretsmanager/index.ts";
export * from "./sns/index.ts";
export * from "./sqs/index.ts";
// Both parts use these names; the entries "./policy" and "./s3" export theirs under the plain ones.
export { type Block, covers, type Grant } from "./exposure/index.ts";
export { covers as coversPattern } from "./policy/index.ts";
export { Block as BucketBlock, Grant as AclGrant } from "./s3/index.ts";
