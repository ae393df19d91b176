import { ec2More, lambda, ram } from "./services/attachments.ts";
import { ec2 } from "./services/ec2.ts";
import { efs } from "./services/efs.ts";
import { classicElb, elbv2 } from "./services/elb.ts";
import type { Handler } from "./services/handler.ts";
import { iam } from "./services/iam.ts";
import { autoscaling, batch, codebuild, ecs, eventBridge, glue, scheduler } from "./services/idle.ts";
import { kinesis } from "./services/kinesis.ts";
import { organizations } from "./services/organizations.ts";
import { rds } from "./services/rds.ts";
import { s3Control } from "./services/s3-control.ts";
import { s3 } from "./services/s3.ts";
import { kms, secretsManager } from "./services/secrets-manager.ts";
import { sns } from "./services/sns.ts";
import { sqs } from "./services/sqs.ts";
import { sts } from "./services/sts.ts";
import { type Shape, textIn, textsIn } from "./shape.ts";
import type { ServiceName } from "./wire/operations.ts";

/** Who answers which operation. */
export const HANDLERS: Readonly<Record<ServiceName, Readonly<Record<string, Handler>>>> = {
  autoscaling,
  batch,
  codebuild,
  ec2: { ...ec2, ...ec2More },
  ecs,
  efs,
  elasticloadbalancing: classicElb,
  elasticloadbalancingv2: elbv2,
  eventbridge: eventBridge,
  glue,
  iam,
  kinesis,
  kms,
  lambda,
  organizations,
  ram,
  rds,
  s3,
  s3control: s3Control,
  scheduler,
  secretsmanager: secretsManager,
  sns,
  sqs,
  sts,
};

/** The members that say what a call is about. */
const NAMES = [
  "Bucket",
  "GroupId",
  "PrefixListId",
  "PolicyArn",
  "AccessKeyId",
  "UserName",
  "RoleName",
  "GroupName",
  "DBInstanceIdentifier",
  "DBClusterIdentifier",
  "SecretId",
  "TopicArn",
  "QueueUrl",
  "QueueName",
  "FileSystemId",
  "StreamARN",
  "LoadBalancerArn",
  "ListenerArn",
  "RoleArn",
  "Rule",
  "cluster",
];
const LISTS = ["GroupIds", "PrefixListIds", "VolumeIds", "GroupId", "ListenerArns", "LoadBalancerArns", "LoadBalancerNames", "names"];

/** The bucket, or the ids, that a call is about. */
export function resourceIn(input: Shape): string | undefined {
  const name = NAMES.map((member) => textIn(input, member)).find((it) => it !== undefined);
  return name ?? LISTS.map((member) => textsIn(input, member)?.join()).find((it) => it !== undefined);
}
