import type { AwsHost } from "@posture/aws-access";
import type { CollectorDefinition } from "@posture/core";
import { securityGroups } from "./ec2-security-group.ts";
import { volumes } from "./ec2-volume.ts";
import { fileSystems } from "./efs-file-system.ts";
import { classicLoadBalancers } from "./elb-classic.ts";
import { listeners } from "./elbv2-listener.ts";
import { streams } from "./kinesis-stream.ts";
import { dbClusters } from "./rds-cluster.ts";
import { dbInstances } from "./rds-instance.ts";
import { accessKeys } from "./iam-access-key.ts";
import { accounts } from "./iam-account.ts";
import { roles } from "./iam-role.ts";
import { userPolicies } from "./iam-user-policy.ts";
import { users } from "./iam-user.ts";
import { buckets } from "./s3-bucket.ts";
import { secrets } from "./secretsmanager-secret.ts";
import { topics } from "./sns-topic.ts";
import { queues } from "./sqs-queue.ts";

/** Every kind that Posture reads by itself. */
export const collectors: readonly CollectorDefinition<AwsHost>[] = [
  accounts,
  users,
  accessKeys,
  userPolicies,
  roles,
  buckets,
  classicLoadBalancers,
  dbClusters,
  dbInstances,
  fileSystems,
  listeners,
  queues,
  secrets,
  securityGroups,
  streams,
  topics,
  volumes,
];
