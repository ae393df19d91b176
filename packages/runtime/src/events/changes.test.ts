import * as sdk from "@aws-sdk/client-sqs";
import { affectedBy, changeEventIn } from "@posture/core";
import { loadConfig } from "@posture/config";
import { type AccountPatch, demoWorld, type SimulatedAws, startAws } from "@posture/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstPartyPlugins } from "../plugins.ts";
import { heardBy, touchedBy, type Touched } from "./targets.ts";

/* What the simulated AWS tells of its changes leads to the resources that changed. */

const REGION = "us-east-1";
const QUEUE = "posture-events";
const [account] = demoWorld().accounts;
if (!account) throw new Error("there is no account");
const { id } = account;
const watching = { accounts: [{ accountId: id, regions: account.regions }] };
let aws: SimulatedAws;
let queue: sdk.SQSClient;

beforeAll(async () => {
  aws = await startAws();
  aws.tellChanges({ queue: QUEUE, region: REGION });
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  queue = new sdk.SQSClient({ endpoint: aws.url, region: REGION, credentials, useQueueUrlAsEndpoint: false });
});
afterAll(async () => {
  queue.destroy();
  await aws.close();
});

async function told(): Promise<readonly string[]> {
  const QueueUrl = `https://sqs.${REGION}.amazonaws.com/${id}/${QUEUE}`;
  const { Messages = [] } = await queue.send(new sdk.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of Messages) await queue.send(new sdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.flatMap(({ Body }) => Body ?? []);
}

/** What the events after a change touch: the ends of ARNs, and selectors. */
async function touchedAfter(change: Omit<AccountPatch, "id">): Promise<readonly string[]> {
  const { checks } = await loadConfig({ folder: import.meta.dirname, defaults: firstPartyPlugins });
  const all = new Map(checks.map((it): [string, typeof it] => [it.check.id, it]));
  aws.patchWorld({ accounts: [{ id, ...change }] });
  const touched = (await told()).flatMap((body): readonly Touched[] => {
    const event = changeEventIn(body, "aws");
    if ("problem" in event) throw new Error(event.problem);
    return touchedBy(event, affectedBy(event.event, heardBy(checks)), { checks: all, ...watching });
  });
  const names = touched.flatMap(({ refs, selectors }) => [
    ...refs.map(({ type, name, region }) => `${type} ${name} ${region}`),
    ...selectors.map(({ type, by, value }) => `${type} by ${by} ${value}`),
  ]);
  return [...new Set(names)].toSorted();
}

const [group] = account.securityGroups;
const [bucket] = account.buckets;
const user = account.iam?.users.find(({ AccessKeys }) => AccessKeys.length > 0);
const [role] = account.iam?.roles ?? [];
const [volume] = account.volumes ?? [];
const [topic] = account.topics ?? [];
const [other] = account.queues ?? [];
const [stream] = account.streams ?? [];
const [instance] = account.dbInstances ?? [];
const [cluster] = account.dbClusters ?? [];
const [system] = account.fileSystems ?? [];
const [secret] = account.secrets ?? [];
const [classic] = account.classicLoadBalancers ?? [];
const [balancer] = account.loadBalancers ?? [];
if (!cluster || !system || !secret || !classic || !balancer) throw new Error("the demo has less than it had");
if (!group || !bucket || !user || !role || !volume || !topic || !other || !stream || !instance)
  throw new Error("the demo has less than it had");
function nameIn(it: Readonly<Record<string, unknown>>, member: string): string {
  const name = it[member];
  if (typeof name !== "string") throw new Error(`it has no ${member}`);
  return name;
}
const LISTENER: unknown = expect.stringMatching(/^AWS::ElasticLoadBalancingV2::Listener shop\//);
const OPEN = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };

test.each<[string, Omit<AccountPatch, "id">, readonly unknown[]]>([
  [
    "a port that is opened",
    { securityGroups: [{ GroupId: group.GroupId, IpPermissions: [...group.IpPermissions, OPEN] }] },
    [`AWS::EC2::SecurityGroup ${group.GroupId} ${group.Region}`],
  ],
  ["a bucket's policy", { buckets: [{ Name: bucket.Name, Policy: "{}" }] }, [`AWS::S3::Bucket ${bucket.Name} ${bucket.BucketRegion}`]],
  ["the account's block of public access", { publicAccessBlock: ALL() }, [`AWS::S3::Bucket by account ${id}`]],
  [
    "a user's access key",
    { iam: { users: [{ UserName: user.UserName, AccessKeys: [] }] } },
    [`AWS::IAM::AccessKey by userName ${user.UserName}`],
  ],
  [
    "a role's trust",
    { iam: { roles: [{ RoleName: role.RoleName, AssumeRolePolicyDocument: "{}" }] } },
    [`AWS::IAM::Role by roleName ${role.RoleName}`],
  ],
  [
    "a volume that is removed",
    { remove: [nameIn(volume, "VolumeId")] },
    [`AWS::EC2::Volume ${nameIn(volume, "VolumeId")} ${volume.Region}`],
  ],
  [
    "a topic's key",
    { topics: [{ Region: topic.Region, TopicName: topic["TopicName"], Attributes: { KmsMasterKeyId: "alias/other" } }] },
    [`AWS::SNS::Topic ${nameIn(topic, "TopicName")} ${topic.Region}`],
  ],
  [
    "a queue's attributes",
    { queues: [{ Region: other.Region, QueueName: other["QueueName"], Attributes: { SqsManagedSseEnabled: "true" } }] },
    [`AWS::SQS::Queue ${nameIn(other, "QueueName")} ${other.Region}`],
  ],
  [
    "a stream's key",
    { streams: [{ Region: stream.Region, StreamName: stream["StreamName"], KeyId: "alias/other" }] },
    [`AWS::Kinesis::Stream ${nameIn(stream, "StreamName")} ${stream.Region}`],
  ],
  [
    "a database",
    {
      dbInstances: [
        { Region: instance.Region, DBInstanceIdentifier: instance["DBInstanceIdentifier"], StorageEncrypted: true, Engine: "mysql" },
      ],
    },
    [`AWS::RDS::DBInstance ${nameIn(instance, "DBInstanceIdentifier")} ${instance.Region}`],
  ],
  [
    "a cluster of databases that is removed",
    { remove: [nameIn(cluster, "DBClusterIdentifier")] },
    [`AWS::RDS::DBCluster ${nameIn(cluster, "DBClusterIdentifier")} ${cluster.Region}`],
  ],
  [
    "a file system that is removed",
    { remove: [nameIn(system, "FileSystemId")] },
    [`AWS::EFS::FileSystem ${nameIn(system, "FileSystemId")} ${system.Region}`],
  ],
  [
    "a secret's key",
    { secrets: [{ Region: secret.Region, Name: secret["Name"], KmsKeyId: "alias/other" }] },
    [`AWS::SecretsManager::Secret by secretId ${nameIn(secret, "Name")}`],
  ],
  [
    "a load balancer of the first generation",
    { classicLoadBalancers: [{ Region: classic.Region, LoadBalancerName: classic["LoadBalancerName"], ListenerDescriptions: [] }] },
    [`AWS::ElasticLoadBalancing::LoadBalancer ${nameIn(classic, "LoadBalancerName")} ${classic.Region}`],
  ],
  [
    "two listeners that are removed",
    { loadBalancers: [{ Region: balancer.Region, LoadBalancerName: balancer["LoadBalancerName"], Listeners: [] }] },
    [LISTENER, LISTENER],
  ],
  [
    "a user who is made",
    { iam: { users: [{ UserName: "new", UserPolicyList: [{ PolicyName: "all", PolicyDocument: "{}" }] }] } },
    ["AWS::IAM::User new global", "AWS::IAM::UserPolicy by userName new"],
  ],
])("%s: that is what the events lead to", async (_, change, expected) => {
  expect(await touchedAfter(change)).toEqual(expected);
});

function ALL() {
  return { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
}
