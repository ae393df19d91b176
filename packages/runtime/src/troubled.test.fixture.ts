/* A region in which each check of encryption, owners and use of groups fails once, and what a re-check of each finding reads. */

export const Region = "us-east-1";
export const groupId = (i: number): string => `sg-${String(i).padStart(8, "0")}`;
export const clusterArn = (i: number): string => `arn:aws:ecs:us-east-1:111122223333:cluster/ecs-${i}`;
const REDIRECT: readonly object[] = [{ Type: "redirect", RedirectConfig: { Protocol: "HTTPS", StatusCode: "HTTP_301" } }];
const FORWARD = [{ Type: "forward", TargetGroupArn: "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/app/1" }];
export const listener = (Port: number, Protocol = "HTTP", DefaultActions: object = REDIRECT): object => ({
  Port,
  Protocol,
  DefaultActions,
});
export const GROUP: object = { Region, GroupId: groupId(0), GroupName: "default", Description: "default VPC security group" };

/** One finding of each check. */
export const TROUBLED: object = {
  securityGroups: [{ ...GROUP, GroupId: groupId(7), GroupName: "left-over" }],
  buildProjects: [{ Region, name: "tests" }],
  ecsClusters: [{ Region, clusterName: "ecs-1", Services: [{ serviceName: "web" }] }],
  eventRules: [{ Region, Name: "nightly", Targets: [{ Id: "1", Arn: clusterArn(1) }] }],
  schedules: [{ Region, Name: "weekly", Target: { Arn: clusterArn(1) } }],
  volumes: [{ Region, VolumeId: "vol-1", Encrypted: false }],
  dbInstances: [
    { Region, DBInstanceIdentifier: "alone", Engine: "mysql", StorageEncrypted: false, CACertificateIdentifier: "rds-ca-2019" },
  ],
  dbClusters: [{ Region, DBClusterIdentifier: "shop", Engine: "aurora-mysql", StorageEncrypted: false }],
  secrets: [{ Region, Name: "app/db", KmsKeyId: "arn:aws:kms:us-east-1:111122223333:key/1" }],
  keyAliases: [{ Region, AliasName: "alias/aws/secretsmanager", TargetKeyId: "1" }],
  topics: [{ Region, TopicName: "alerts" }],
  queues: [{ Region, QueueName: "jobs", Attributes: { SqsManagedSseEnabled: "false" } }],
  fileSystems: [{ Region, FileSystemId: "fs-1", Encrypted: false }],
  streams: [{ Region, StreamName: "clicks" }],
  loadBalancers: [{ Region, LoadBalancerName: "web", Listeners: [listener(80, "HTTP", FORWARD)] }],
  classicLoadBalancers: [
    { Region, LoadBalancerName: "old", ListenerDescriptions: [{ Listener: { Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 80 } }] },
  ],
};
const USAGE = {
  "autoscaling:DescribeLaunchConfigurations": 1,
  "batch:DescribeComputeEnvironments": 1,
  "codebuild:BatchGetProjects": 1,
  "codebuild:ListProjects": 1,
  "ec2:DescribeLaunchTemplateVersions": 1,
  "ec2:DescribeNetworkInterfaces": 1,
  "ec2:DescribeSecurityGroupReferences": 1,
  "ec2:DescribeSecurityGroups": 2,
  "ecs:DescribeServices": 1,
  "ecs:ListClusters": 1,
  "ecs:ListServices": 1,
  "eventbridge:ListEventBuses": 1,
  "eventbridge:ListRuleNamesByTarget": 1,
  "eventbridge:ListTargetsByRule": 1,
  "glue:GetConnections": 1,
  "lambda:ListFunctions": 1,
  "ram:ListResources": 1,
  "rds:DescribeDBClusters": 1,
  "rds:DescribeDBInstances": 1,
  "scheduler:GetSchedule": 1,
  "scheduler:ListSchedules": 1,
};
/** What a re-check of each finding reads, and the patch after which the resource is gone. */
export const RECHECKS: readonly (readonly [id: string, calls: Readonly<Record<string, number>>, name: string])[] = [
  ["encryption/ebs-volume-unencrypted", { "ec2:DescribeVolumes": 1 }, "vol-1"],
  ["tagging/ebs-volume-owner-missing", { "ec2:DescribeVolumes": 1 }, "vol-1"],
  ["encryption/rds-instance-unencrypted", { "rds:DescribeDBInstances": 1 }, "alone"],
  ["encryption/rds-ca-certificate-expired", { "rds:DescribeDBInstances": 1 }, "alone"],
  ["encryption/rds-cluster-unencrypted", { "rds:DescribeDBClusters": 1 }, "shop"],
  ["encryption/secret-default-kms-key", { "kms:ListAliases": 1, "secretsmanager:DescribeSecret": 1 }, "app/db"],
  ["encryption/sns-topic-unencrypted", { "sns:GetTopicAttributes": 1 }, "alerts"],
  ["encryption/sqs-queue-unencrypted", { "sqs:GetQueueAttributes": 1, "sqs:GetQueueUrl": 1 }, "jobs"],
  ["encryption/efs-file-system-unencrypted", { "efs:DescribeFileSystems": 1 }, "fs-1"],
  ["encryption/kinesis-stream-unencrypted", { "kinesis:DescribeStreamSummary": 1 }, "clicks"],
  [
    "encryption/alb-http-listener-without-redirect",
    {
      "elasticloadbalancingv2:DescribeListeners": 1,
      "elasticloadbalancingv2:DescribeLoadBalancers": 1,
      "elasticloadbalancingv2:DescribeRules": 1,
    },
    "web",
  ],
  ["encryption/clb-http-listener", { "elasticloadbalancing:DescribeLoadBalancers": 1 }, "old"],
  ["security-group/unused", USAGE, groupId(7)],
];
