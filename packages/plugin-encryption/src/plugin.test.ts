import { testPlugin } from "@posture/testing";
import { describe, expect, it } from "vitest";
import plugin from "./index.ts";

/** Copied by hand from the tables that decide: id, severity, title. */
const FACTS = [
  ["encryption/ebs-volume-unencrypted", "high", "EBS volume is not encrypted"],
  ["encryption/rds-instance-unencrypted", "high", "RDS instance storage is not encrypted"],
  ["encryption/rds-cluster-unencrypted", "high", "Aurora or Multi-AZ DB cluster storage is not encrypted"],
  ["encryption/efs-file-system-unencrypted", "high", "EFS file system is not encrypted"],
  ["encryption/secret-default-kms-key", "medium", "Secret uses the AWS managed key instead of a customer managed KMS key"],
  ["encryption/kinesis-stream-unencrypted", "medium", "Kinesis data stream is not encrypted"],
  ["encryption/sns-topic-unencrypted", "low", "SNS topic has no KMS server-side encryption"],
  ["encryption/sqs-queue-unencrypted", "low", "SQS queue has no server-side encryption"],
  ["encryption/alb-http-listener-without-redirect", "high", "Load balancer listener serves HTTP without redirect to HTTPS"],
  ["encryption/clb-http-listener", "high", "Classic Load Balancer listener serves HTTP"],
  ["encryption/rds-ca-certificate-expired", "medium", "RDS instance uses an expired CA certificate"],
];

/** The FSBP and Security Hub controls, and the newest CIS one, copied by hand. */
const CONTROLS: Readonly<Record<string, readonly string[]>> = {
  "encryption/ebs-volume-unencrypted": ["EC2.3"],
  "encryption/rds-instance-unencrypted": ["3.2.1", "RDS.3"],
  "encryption/rds-cluster-unencrypted": ["3.2.1", "RDS.27"],
  "encryption/efs-file-system-unencrypted": ["3.3.1", "EFS.1"],
  "encryption/secret-default-kms-key": [],
  "encryption/kinesis-stream-unencrypted": ["Kinesis.1"],
  "encryption/sns-topic-unencrypted": ["SNS.1"],
  "encryption/sqs-queue-unencrypted": ["SQS.1"],
  "encryption/alb-http-listener-without-redirect": ["ELB.1"],
  "encryption/clb-http-listener": ["ELB.3"],
  "encryption/rds-ca-certificate-expired": [],
};
const NEWEST = ["cis-aws-foundations-7.0", "aws-fsbp", "aws-security-hub"];

describe("the encryption plugin", () => {
  it("has the checks, severities and titles of the product", () => {
    expect(plugin.checks.map(({ id, severity, title }) => [id, severity, title])).toEqual(FACTS);
    expect(plugin.checks.every(({ categories }) => categories.join() === "encryption")).toBe(true);
  });
  it.each(plugin.checks.map((check) => [check.id, check] as const))("%s carries its control ids", (id, { frameworks = {} }) =>
    expect(NEWEST.flatMap((name) => frameworks[name] ?? [])).toEqual(CONTROLS[id]),
  );
  it.each(plugin.checks.map(({ id, remediation }) => [id, remediation] as const))(
    "%s ends with a re-check, and with AWS's own page",
    (_, { steps, docs }) => {
      expect(steps.at(-1)).toBe("Re-check.");
      expect(new URL(docs).host).toBe("docs.aws.amazon.com");
    },
  );
});

/** It can read no secret, no message and no record. */
const permissions = [
  "ec2:DescribeVolumes",
  "elasticfilesystem:DescribeFileSystems",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeRules",
  "kinesis:DescribeStreamSummary",
  "kinesis:ListStreams",
  "kms:ListAliases",
  "rds:DescribeDBClusters",
  "rds:DescribeDBInstances",
  "secretsmanager:DescribeSecret",
  "secretsmanager:ListSecrets",
  "sns:GetTopicAttributes",
  "sns:ListTopics",
  "sqs:GetQueueAttributes",
  "sqs:GetQueueUrl",
  "sqs:ListQueues",
];
testPlugin(plugin, { permissions }, { describe, it });
