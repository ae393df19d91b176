import { type Finding, SYSTEM } from "@posture/core";
import { parseWorld, type World } from "@posture/sandbox/aws";
import { describe, expect, test } from "vitest";
import { Counted } from "./calls.test.fixture.ts";
import type { Posture } from "./posture.ts";
import { clusterArn, GROUP, groupId, listener, RECHECKS, Region, TROUBLED } from "./troubled.test.fixture.ts";

/*
 * What a region costs: one call for each page of each listing, one for each topic, queue and stream, one for each load balancer that speaks
 * HTTP and for each of its HTTP listeners; and what a re-check reads of one resource.
 */

const ACCOUNT = "111122223333";
const SERVICES =
  "autoscaling batch codebuild ec2 ecs efs elasticloadbalancing elasticloadbalancingv2 eventbridge glue kinesis kms lambda ram rds scheduler secretsmanager sns sqs".split(
    " ",
  );

const asked = Counted.forFile(() => worldOf({}), Region);

function worldOf(lists: object): World {
  return parseWorld({ accounts: [{ id: ACCOUNT, accessKeyIds: ["AKIDEXAMPLE"], regions: [Region], ...lists }] });
}
function many<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
const queueArn = "arn:aws:sqs:us-east-1:111122223333:q-1";

async function swept(lists: object): Promise<{ readonly posture: Posture; readonly findings: readonly Finding[] }> {
  const posture = await asked.swept(worldOf(lists));
  return { posture, findings: (await posture.list()).map(({ finding }) => finding) };
}
/** How often each operation was called, the two first questions left out. */
function counted(): Readonly<Record<string, number>> {
  const names = asked.aws.calls().flatMap(({ service, operation }) => (SERVICES.includes(service) ? [`${service}:${operation}`] : []));
  const counts = new Map<string, number>();
  for (const name of names.toSorted()) if (name !== "ec2:DescribeRegions") counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
const total = (): number => Object.values(counted()).reduce((sum, count) => sum + count, 0);

describe("a sweep of a region", () => {
  test("in which there is nothing takes eleven calls", async () => {
    await swept({ securityGroups: [GROUP] });
    expect(counted()).toEqual({
      "ec2:DescribeSecurityGroups": 1,
      "ec2:DescribeVolumes": 1,
      "efs:DescribeFileSystems": 1,
      "elasticloadbalancing:DescribeLoadBalancers": 1,
      "elasticloadbalancingv2:DescribeLoadBalancers": 1,
      "kinesis:ListStreams": 1,
      "rds:DescribeDBClusters": 1,
      "rds:DescribeDBInstances": 1,
      "secretsmanager:ListSecrets": 1,
      "sns:ListTopics": 1,
      "sqs:ListQueues": 1,
    });
  });
  test("that is large takes as few as its pages and its parts allow", async () => {
    const groups = many(399, (i) => ({ ...GROUP, GroupId: groupId(i + 1), GroupName: `group-${i}` }));
    // All groups but the last are attached, the first one to one interface more than its page holds.
    const interfaces = many(2500, (i) => ({ Region, NetworkInterfaceId: `eni-${i}`, Groups: [{ GroupId: groupId((i % 398) + 1) }] }));
    const rules = ["pl-00000001", "pl-00000002"].map((PrefixListId) => ({
      IpProtocol: "tcp",
      FromPort: 22,
      ToPort: 22,
      PrefixListIds: [{ PrefixListId }],
    }));
    await swept({
      securityGroups: [{ ...GROUP, IpPermissions: rules }, ...groups],
      prefixLists: ["pl-00000001", "pl-00000002"].map((PrefixListId) => ({ Region, PrefixListId, PrefixListName: "offices", Entries: [] })),
      networkInterfaces: interfaces,
      volumes: many(1200, (i) => ({ Region, VolumeId: `vol-${i}`, Encrypted: true })),
      dbInstances: many(60, (i) => ({ Region, DBInstanceIdentifier: `db-${i}`, Engine: "mysql", StorageEncrypted: true })),
      dbClusters: many(12, (i) => ({ Region, DBClusterIdentifier: `c-${i}`, Engine: "aurora-mysql", StorageEncrypted: true })),
      queues: many(300, (i) => ({ Region, QueueName: `q-${i}` })),
      topics: many(150, (i) => ({ Region, TopicName: `t-${i}`, Attributes: { KmsMasterKeyId: "alias/k" } })),
      streams: many(20, (i) => ({ Region, StreamName: `s-${i}`, EncryptionType: "KMS" })),
      secrets: many(350, (i) => ({ Region, Name: `secret-${i}`, KmsKeyId: "alias/k" })),
      fileSystems: many(10, (i) => ({ Region, FileSystemId: `fs-${i}`, Encrypted: true })),
      loadBalancers: [
        // 45 HTTP listeners in all.
        ...many(40, (i) => ({ Region, LoadBalancerName: `alb-${i}`, Listeners: [listener(80), ...(i < 5 ? [listener(8080)] : [])] })),
        ...many(10, (i) => ({ Region, LoadBalancerName: `nlb-${i}`, Type: "network" })),
      ],
      classicLoadBalancers: many(5, (i) => ({ Region, LoadBalancerName: `clb-${i}`, ListenerDescriptions: [] })),
      functions: many(200, (i) => ({ Region, FunctionName: `f-${i}` })),
      launchConfigurations: many(150, (i) => ({ Region, LaunchConfigurationName: `lc-${i}` })),
      computeEnvironments: many(50, (i) => ({ Region, computeEnvironmentName: `batch-${i}` })),
      buildProjects: many(230, (name) => ({ Region, name: `build-${name}` })),
      glueConnections: many(40, (i) => ({ Region, Name: `glue-${i}` })),
      // One rule in ten starts a task.
      ecsClusters: many(3, (i) => ({ Region, clusterName: `ecs-${i}`, Services: many(i * 12, (j) => ({ serviceName: `s-${j}` })) })),
      eventRules: many(100, (i) => ({ Region, Name: `rule-${i}`, Targets: [{ Id: "1", Arn: i % 10 === 0 ? clusterArn(1) : queueArn }] })),
      schedules: many(300, (i) => ({ Region, Name: `at-${i}`, Target: { Arn: i % 50 === 0 ? clusterArn(2) : queueArn } })),
      launchTemplateVersions: many(100, (i) => ({ Region, LaunchTemplateId: `lt-${i}`, DefaultVersion: true, LaunchTemplateData: {} })),
    });
    expect(counted()).toEqual({
      "autoscaling:DescribeLaunchConfigurations": 2,
      "batch:DescribeComputeEnvironments": 1,
      "codebuild:BatchGetProjects": 3,
      "codebuild:ListProjects": 3,
      "ec2:DescribeLaunchTemplateVersions": 1,
      "ec2:DescribeManagedPrefixLists": 1,
      "ec2:DescribeNetworkInterfaces": 3,
      "ec2:DescribeSecurityGroupReferences": 1,
      "ec2:DescribeSecurityGroups": 1,
      "ec2:DescribeVolumes": 3,
      "ec2:GetManagedPrefixListEntries": 2,
      "ecs:DescribeServices": 5,
      "ecs:ListClusters": 1,
      "ecs:ListServices": 3,
      "efs:DescribeFileSystems": 1,
      "elasticloadbalancing:DescribeLoadBalancers": 1,
      "elasticloadbalancingv2:DescribeListeners": 40,
      "elasticloadbalancingv2:DescribeLoadBalancers": 1,
      "elasticloadbalancingv2:DescribeRules": 45,
      "eventbridge:ListEventBuses": 1,
      "eventbridge:ListRuleNamesByTarget": 3,
      "eventbridge:ListTargetsByRule": 10,
      "glue:GetConnections": 1,
      "kinesis:DescribeStreamSummary": 20,
      "kinesis:ListStreams": 1,
      "lambda:ListFunctions": 4,
      "ram:ListResources": 1,
      "rds:DescribeDBClusters": 1,
      "rds:DescribeDBInstances": 1,
      "scheduler:GetSchedule": 6,
      "scheduler:ListSchedules": 3,
      "secretsmanager:ListSecrets": 4,
      "sns:GetTopicAttributes": 150,
      "sns:ListTopics": 2,
      "sqs:GetQueueAttributes": 300,
      "sqs:ListQueues": 1,
    });
    expect(total()).toBe(627);
  });
  test("with 1,500 queues lists them in two pages, and reads each (SQS-11)", async () => {
    const { findings } = await swept({
      queues: many(1500, (i) => ({ Region, QueueName: `q-${i}`, Attributes: { SqsManagedSseEnabled: i === 1499 ? "false" : "true" } })),
    });
    expect(counted()).toMatchObject({ "sqs:ListQueues": 2, "sqs:GetQueueAttributes": 1500 });
    expect(findings.map(({ ref }) => ref.name)).toEqual(["q-1499"]);
  });
  test("asks for aliases only where a key is named by its id", async () => {
    const key = "arn:aws:kms:us-east-1:111122223333:key/1";
    await swept({
      secrets: [
        { Region, Name: "a", KmsKeyId: "alias/k" },
        { Region, Name: "b" },
      ],
    });
    expect(counted()).not.toHaveProperty("kms:ListAliases");
    await swept({ secrets: many(3, (i) => ({ Region, Name: `s-${i}`, KmsKeyId: key })) });
    expect(counted()).toMatchObject({ "kms:ListAliases": 1 });
  });
  test("lists neither snapshots nor streams of other kinds, nor listeners that speak no HTTP (EBS-12, KIN-12, ALB-17, ALB-19)", async () => {
    await swept({
      loadBalancers: [
        { Region, LoadBalancerName: "empty" },
        { Region, LoadBalancerName: "net", Type: "network" },
      ],
    });
    expect(counted()).toMatchObject({ "elasticloadbalancingv2:DescribeListeners": 1 });
    expect(Object.keys(counted()).filter((name) => /Snapshot|Firehose|Video|Rules/.test(name))).toEqual([]);
  });
});

describe("a re-check of", () => {
  const fingerprintOf = (findings: readonly Finding[], id: string): string =>
    findings.find(({ checkId }) => checkId === id)?.fingerprint ?? `no finding of ${id}`;

  test.each(RECHECKS)("%s reads live, and only what it needs", async (id, calls) => {
    const { posture, findings } = await swept(TROUBLED);
    asked.aws.clearCalls();
    const { answer } = await posture.recheck(fingerprintOf(findings, id), SYSTEM);
    expect(answer.kind).toBe("unchanged");
    expect(counted()).toEqual(calls);
  });
  test.each(RECHECKS)("%s of what is gone takes one call, and resolves it", async (id, _, name) => {
    const { posture, findings } = await swept(TROUBLED);
    asked.aws.patchWorld({ accounts: [{ id: ACCOUNT, remove: [name] }] });
    asked.aws.clearCalls();
    const { answer } = await posture.recheck(fingerprintOf(findings, id), SYSTEM);
    expect(answer).toMatchObject({ kind: "resolved", why: "gone" });
    expect(total()).toBe(1);
  });

  // Whether a listener's load balancer is internal, and answers by IPv6, cannot clear one that forwards.
  const helpful = "elasticloadbalancingv2:DescribeLoadBalancers";
  const refused = RECHECKS.flatMap(([id, calls]) => Object.keys(calls).flatMap((name) => (name === helpful ? [] : [[id, name] as const])));
  const spoilt = [
    ["denied", "denied"],
    ["throttled", "throttled"],
    ["empty", "malformed"],
    ["html", "malformed"],
    ["error500", "network"],
  ] as const;
  test.each(refused)("%s whose %s fails is unknown, for the reason that it has, and nothing is resolved", async (id, operation) => {
    const { posture, findings } = await swept(TROUBLED);
    for (const [kind, reason] of spoilt) {
      asked.aws.clearFaults();
      asked.aws.addFault({ operation, kind });
      const { answer } = await posture.recheck(fingerprintOf(findings, id), SYSTEM);
      expect(answer, kind).toMatchObject({ kind: "unreadable", undecided: { reason }, finding: { condition: "failing" } });
      if (kind === "denied" && answer.kind === "unreadable")
        expect(answer.undecided.missing).toContain(
          operation.replace(/^efs/, "elasticfilesystem").replace("loadbalancingv2", "loadbalancing").replace("eventbridge", "events"),
        );
    }
  });
});
