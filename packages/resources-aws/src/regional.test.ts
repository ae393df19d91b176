import type { CloudEvent, Kind, ResourceRef, Selector } from "@posture/core";
import { describe, expect, it } from "vitest";
import { securityGroup, securityGroupRef, volume, volumeRef } from "./ec2/index.ts";
import { fileSystem, fileSystemRef } from "./efs/index.ts";
import { classicLoadBalancer, classicLoadBalancerRef, listener, listenerRef, loadBalancerArnOf } from "./elb/index.ts";
import { stream, streamRef } from "./kinesis/index.ts";
import { dbCluster, dbClusterRef, dbInstance, dbInstanceRef } from "./rds/index.ts";
import { secret, secretRef } from "./secretsmanager/index.ts";
import { topic, topicRef } from "./sns/index.ts";
import { queue, queueRef } from "./sqs/index.ts";

const AT = { partition: "aws", accountId: "111122223333", region: "eu-west-1" };
const arn = (service: string, resource: string, region = AT.region): string => `arn:aws:${service}:${region}:${AT.accountId}:${resource}`;
const SECRET = arn("secretsmanager", "secret:app/db-a1B2c3");
const LISTENER = arn("elasticloadbalancing", "listener/app/web/0a1/0b2");
const RULE = arn("elasticloadbalancing", "listener-rule/app/web/0a1/0b2/0c3");
const BALANCER = arn("elasticloadbalancing", "loadbalancer/app/web/0a1");
const V2 = { apiVersion: "2015-12-01" };
const CLASSIC = { apiVersion: "2012-06-01" };
const URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs";

function located(kind: Kind, source: string, name: string, detail: unknown): readonly (ResourceRef | Selector)[] {
  const event: CloudEvent = { source: `${source}.amazonaws.com`, name, detail, ...AT };
  return kind.locate(event);
}
const selected = (type: string, by: string, value: string, region = AT.region): Selector => ({
  type,
  by,
  value,
  accountId: AT.accountId,
  region,
});
const asked = (requestParameters: object, more: object = {}): object => ({ requestParameters, ...more });
const answered = (responseElements: object, more: object = {}): object => ({ responseElements, ...more });
const replica = (region: string): ResourceRef | null => secretRef(arn("secretsmanager", "secret:app/db-a1B2c3", region), AT.accountId);

type Line = readonly [name: string, kind: Kind, source: string, detail: unknown, found: readonly (ResourceRef | Selector | null)[]];
const LINES: readonly Line[] = [
  ["CreateVolume", volume, "ec2", answered({ volumeId: "vol-1" }), [volumeRef("vol-1", AT)]],
  ["DeleteVolume", volume, "ec2", asked({ volumeId: "vol-1" }), [volumeRef("vol-1", AT)]],
  [
    "CreateTags",
    volume,
    "ec2",
    asked({ resourcesSet: { items: [{ resourceId: "vol-1" }, { resourceId: "sg-1" }] } }),
    [volumeRef("vol-1", AT)],
  ],
  [
    "RunInstances",
    volume,
    "ec2",
    answered({ instancesSet: { items: [{ instanceId: "i-1" }, { instanceId: "i-2" }] } }),
    [selected(volume.type, "instanceId", "i-1"), selected(volume.type, "instanceId", "i-2")],
  ],
  [
    "CreateReplaceRootVolumeTask",
    volume,
    "ec2",
    asked({ CreateReplaceRootVolumeTaskRequest: { InstanceId: "i-1" } }),
    [selected(volume.type, "instanceId", "i-1")],
  ],
  [
    "CopyVolumes",
    volume,
    "ec2",
    {
      ...asked({ CopyVolumesRequest: { SourceVolumeId: "vol-1" } }),
      ...answered({ CopyVolumesResponse: { volumeSet: { item: { volumeId: "vol-2" } } } }),
    },
    [volumeRef("vol-1", AT), volumeRef("vol-2", AT)],
  ],
  ["ImportVolume", volume, "ec2", answered({ conversionTask: { importVolume: { volume: { id: "vol-3" } } } }), [volumeRef("vol-3", AT)]],
  ["AttachVolume", volume, "ec2", asked({ volumeId: "vol-1", instanceId: "i-1" }), [volumeRef("vol-1", AT)]],
  ["ModifyDBInstance", dbInstance, "rds", asked({ dBInstanceIdentifier: "Orders" }), [dbInstanceRef("orders", AT)]],
  [
    "ModifyDBInstance",
    dbInstance,
    "rds",
    asked({ dBInstanceIdentifier: "orders", newDBInstanceIdentifier: "orders2" }),
    [dbInstanceRef("orders", AT), dbInstanceRef("orders2", AT)],
  ],
  ["RestoreDBInstanceToPointInTime", dbInstance, "rds", asked({ targetDBInstanceIdentifier: "copy" }), [dbInstanceRef("copy", AT)]],
  [
    "ApplyPendingMaintenanceAction",
    dbInstance,
    "rds",
    asked({ resourceIdentifier: arn("rds", "db:orders") }),
    [dbInstanceRef("orders", AT)],
  ],
  ["DeleteDBCluster", dbCluster, "rds", asked({ dBClusterIdentifier: "shop" }), [dbClusterRef("shop", AT)]],
  ["UpdateSecret", secret, "secretsmanager", asked({ secretId: SECRET }), [secretRef(SECRET, AT.accountId)]],
  ["UpdateSecret", secret, "secretsmanager", asked({ secretId: "app/db" }), [selected(secret.type, "secretId", "app/db")]],
  [
    "CreateSecret",
    secret,
    "secretsmanager",
    { ...asked({ name: "app/db" }), ...answered({ arn: SECRET }) },
    [secretRef(SECRET, AT.accountId)],
  ],
  [
    "ReplicateSecretToRegions",
    secret,
    "secretsmanager",
    asked({ secretId: SECRET, addReplicaRegions: [{ region: "us-east-1" }] }),
    [secretRef(SECRET, AT.accountId), replica("us-east-1")],
  ],
  [
    "RemoveRegionsFromReplication",
    secret,
    "secretsmanager",
    asked({ secretId: "app/db", removeReplicaRegions: ["us-east-1"] }),
    [selected(secret.type, "secretId", "app/db"), selected(secret.type, "secretId", "app/db", "us-east-1")],
  ],
  ["CreateTopic", topic, "sns", answered({ topicArn: arn("sns", "alerts") }), [topicRef(arn("sns", "alerts"), AT.accountId)]],
  ["SetTopicAttributes", topic, "sns", asked({ topicArn: arn("sns", "alerts") }), [topicRef(arn("sns", "alerts"), AT.accountId)]],
  ["CreateQueue", queue, "sqs", answered({ queueUrl: URL }), [queueRef(URL, AT)]],
  ["SetQueueAttributes", queue, "sqs", asked({ queueUrl: "https://eu-west-1.queue.amazonaws.com/111122223333/jobs" }), [queueRef(URL, AT)]],
  ["CreateFileSystem", fileSystem, "elasticfilesystem", answered({ fileSystemId: "fs-0a1" }), [fileSystemRef("fs-0a1", AT)]],
  [
    "CreateReplicationConfiguration",
    fileSystem,
    "elasticfilesystem",
    { ...asked({ sourceFileSystemId: "fs-0a1" }), ...answered({ destinations: [{ fileSystemId: "fs-0b2", region: "us-east-1" }] }) },
    [fileSystemRef("fs-0a1", AT), fileSystemRef("fs-0b2", { ...AT, region: "us-east-1" })],
  ],
  ["StartStreamEncryption", stream, "kinesis", asked({ streamName: "clicks" }), [streamRef("clicks", AT)]],
  ["DeleteStream", stream, "kinesis", asked({ streamARN: arn("kinesis", "stream/clicks") }), [streamRef("clicks", AT)]],
  ["ModifyListener", listener, "elasticloadbalancing", asked({ listenerArn: LISTENER }, V2), [listenerRef(LISTENER, AT.accountId)]],
  [
    "CreateListener",
    listener,
    "elasticloadbalancing",
    { ...asked({ loadBalancerArn: BALANCER }, V2), ...answered({ listeners: [{ listenerArn: LISTENER }] }) },
    [listenerRef(LISTENER, AT.accountId)],
  ],
  ["DeleteRule", listener, "elasticloadbalancing", asked({ ruleArn: RULE }, V2), [listenerRef(LISTENER, AT.accountId)]],
  [
    "SetRulePriorities",
    listener,
    "elasticloadbalancing",
    asked({ rulePriorities: [{ ruleArn: RULE }, { ruleArn: RULE }] }, V2),
    [listenerRef(LISTENER, AT.accountId)],
  ],
  [
    "DeleteLoadBalancer",
    listener,
    "elasticloadbalancing",
    asked({ loadBalancerArn: BALANCER }, V2),
    [selected(listener.type, "loadBalancerArn", BALANCER)],
  ],
  ["CreateLoadBalancer", listener, "elasticloadbalancing", asked({ loadBalancerName: "old" }, CLASSIC), []],
  [
    "CreateLoadBalancerListeners",
    classicLoadBalancer,
    "elasticloadbalancing",
    asked({ loadBalancerName: "old" }, CLASSIC),
    [classicLoadBalancerRef("old", AT)],
  ],
  ["CreateLoadBalancer", classicLoadBalancer, "elasticloadbalancing", asked({ name: "web" }, V2), []],
  [
    "AuthorizeSecurityGroupIngress",
    securityGroup,
    "ec2",
    asked({ groupId: "sg-1", ipPermissions: { items: [{ groups: { items: [{ groupId: "sg-2" }] } }] } }),
    [securityGroupRef("sg-1", AT), securityGroupRef("sg-2", AT)],
  ],
  ["CreateNetworkInterface", securityGroup, "ec2", asked({ groupSet: { items: [{ groupId: "sg-1" }] } }), [securityGroupRef("sg-1", AT)]],
  [
    "RunInstances",
    securityGroup,
    "ec2",
    {
      ...asked({ networkInterfaceSet: { items: [{ deviceIndex: 0, groupSet: { items: [{ groupId: "sg-1" }] } }] } }),
      ...answered({ instancesSet: { items: [{ instanceId: "i-1", groupSet: { items: [{ groupId: "sg-1" }, { groupId: "sg-2" }] } }] } }),
    },
    [securityGroupRef("sg-1", AT), securityGroupRef("sg-2", AT)],
  ],
  [
    "AssociateSecurityGroupVpc",
    securityGroup,
    "ec2",
    asked({ AssociateSecurityGroupVpcRequest: { GroupId: "sg-1", VpcId: "vpc-1" } }),
    [securityGroupRef("sg-1", AT)],
  ],
  [
    "RestoreDBInstanceFromDBSnapshot",
    securityGroup,
    "rds",
    answered({ vpcSecurityGroups: [{ vpcSecurityGroupId: "sg-1", status: "active" }] }),
    [securityGroupRef("sg-1", AT)],
  ],
  ["CreateLoadBalancer", securityGroup, "elasticloadbalancing", asked({ securityGroups: ["sg-1"] }, V2), [securityGroupRef("sg-1", AT)]],
  [
    "UpdateFunctionConfiguration20150331v2",
    securityGroup,
    "lambda",
    asked({ vpcConfig: { securityGroupIds: ["sg-1"] } }),
    [securityGroupRef("sg-1", AT)],
  ],
  [
    "RevokeSecurityGroupIngress",
    securityGroup,
    "ec2",
    asked({ groupName: "web", ipPermissions: { items: [{ groups: { items: [{ groupId: "sg-2" }] } }] } }),
    [securityGroupRef("sg-2", AT), selected(securityGroup.type, "groupName", "web")],
  ],
  ["CreateSchedule", securityGroup, "scheduler", asked({ groupName: "default" }), [selected(securityGroup.type, "use", "none")]],
  [
    "SetSubnets",
    listener,
    "elasticloadbalancing",
    asked({ loadBalancerArn: BALANCER }, V2),
    [selected(listener.type, "loadBalancerArn", BALANCER)],
  ],
  ["TerminateInstances", securityGroup, "ec2", asked({}), [selected(securityGroup.type, "use", "none")]],
  ["UpdateProject", securityGroup, "codebuild", asked({ name: "tests" }), [selected(securityGroup.type, "use", "none")]],
  ["PutTargets", securityGroup, "events", asked({ rule: "nightly" }), [selected(securityGroup.type, "use", "none")]],
  ["DeleteFunction20150331", securityGroup, "lambda", asked({ functionName: "f" }), [selected(securityGroup.type, "use", "none")]],
];

describe("a CloudTrail record", () => {
  it.each(LINES.map(([name, kind, source, detail, found], i) => [`${name} (${i})`, kind, source, detail, found] as const))(
    "%s leads to what it touched",
    (label, kind, source, detail, found) => {
      const name = label.split(" ")[0] ?? "";
      expect(located(kind, source, name, detail)).toEqual(found);
      const heard = [...kind.lifecycle, ...Object.values(kind.facets).flatMap(({ changedBy }) => changedBy)];
      if (found.length > 0) expect(heard).toContainEqual({ source: `${source}.amazonaws.com`, name });
    },
  );
  const kinds = [volume, dbInstance, dbCluster, secret, topic, queue, fileSystem, stream, listener, classicLoadBalancer];
  it.each(
    kinds.flatMap((kind) => [null, {}, "text", { requestParameters: 7 }, asked({})].map((detail) => [kind.type, detail, kind] as const)),
  )("of %s leads nowhere from %j", (_, detail, kind) => expect(located(kind, "any", "Any", detail)).toEqual([]));
});

const OTHER = "444455556666";
it.each<[string, Kind, string, object]>([
  ["SetTopicAttributes", topic, "sns", asked({ topicArn: `arn:aws:sns:eu-west-1:${OTHER}:alerts` })],
  ["SetQueueAttributes", queue, "sqs", asked({ queueUrl: `https://sqs.eu-west-1.amazonaws.com/${OTHER}/jobs` })],
  ["StopStreamEncryption", stream, "kinesis", asked({ streamARN: `arn:aws:kinesis:eu-west-1:${OTHER}:stream/clicks` })],
  ["UpdateSecret", secret, "secretsmanager", asked({ secretId: SECRET.replace(AT.accountId, OTHER) })],
])("%s on what is another account's touches nothing of the caller's", (name, kind, source, detail) =>
  expect(located(kind, source, name, detail)).toEqual([]),
);

describe("what is no name of a resource", () => {
  it("is no reference", () => {
    expect(secretRef(arn("secretsmanager", "secret:app"), AT.accountId)).toBeNull();
    expect(topicRef(arn("sqs", "alerts"), AT.accountId)).toBeNull();
    expect(queueRef("https://example.com/jobs", AT)).toBeNull();
    expect(listenerRef(BALANCER, AT.accountId)).toBeNull();
  });
  it("is not taken for the name of something else: a FIFO queue keeps its ending, and a rule is not its listener", () => {
    expect(queueRef(`${URL}.fifo`, AT)?.name).toBe("jobs.fifo");
    expect(loadBalancerArnOf(LISTENER)).toBe(BALANCER);
  });
});
