import * as ec2 from "@aws-sdk/client-ec2";
import * as efs from "@aws-sdk/client-efs";
import * as elb from "@aws-sdk/client-elastic-load-balancing";
import * as elbv2 from "@aws-sdk/client-elastic-load-balancing-v2";
import * as kinesis from "@aws-sdk/client-kinesis";
import * as rds from "@aws-sdk/client-rds";
import * as secrets from "@aws-sdk/client-secrets-manager";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";

interface Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}
interface Clients {
  readonly ec2: ec2.EC2Client;
  readonly efs: efs.EFSClient;
  readonly elb: elb.ElasticLoadBalancingClient;
  readonly elbv2: elbv2.ElasticLoadBalancingV2Client;
  readonly kinesis: kinesis.KinesisClient;
  readonly rds: rds.RDSClient;
  readonly secrets: secrets.SecretsManagerClient;
  readonly sns: sns.SNSClient;
  readonly sqs: sqs.SQSClient;
}

export function regionalClients(settings: Settings): Clients {
  return {
    ec2: new ec2.EC2Client(settings),
    efs: new efs.EFSClient(settings),
    elb: new elb.ElasticLoadBalancingClient(settings),
    elbv2: new elbv2.ElasticLoadBalancingV2Client(settings),
    // By itself it speaks HTTP/2, which moto does not.
    kinesis: new kinesis.KinesisClient({ ...settings, requestHandler: new NodeHttpHandler() }),
    rds: new rds.RDSClient(settings),
    secrets: new secrets.SecretsManagerClient(settings),
    sns: new sns.SNSClient(settings),
    sqs: new sqs.SQSClient(settings),
  };
}

/** A resource as somebody set it up, and the checks that must fail on it; all others must pass. */
interface RegionalCase {
  readonly is: string;
  /** Says how the ARN of what was made ends. */
  readonly setUp: (clients: Clients, name: string) => Promise<string>;
  readonly fails: readonly string[];
}

const OWNER = "tagging/ebs-volume-owner-missing";
const id = (name: string): string => `encryption/${name}`;
const OWNED: ec2.TagSpecification[] = [{ ResourceType: "volume", Tags: [{ Key: "Owner", Value: "alice" }] }];
const AZ = "us-east-1a";

const volume =
  (more: Partial<ec2.CreateVolumeCommandInput>) =>
  async ({ ec2: client }: Clients): Promise<string> => {
    const { VolumeId = "" } = await client.send(new ec2.CreateVolumeCommand({ AvailabilityZone: AZ, Size: 1, ...more }));
    return `:volume/${VolumeId}`;
  };
const instance =
  (more: Partial<rds.CreateDBInstanceCommandInput>) =>
  async ({ rds: client }: Clients, name: string): Promise<string> => {
    const engine = { Engine: "postgres", DBInstanceClass: "db.t3.micro", AllocatedStorage: 20 };
    const login = { MasterUsername: "admin1", MasterUserPassword: "example-password" };
    await client.send(new rds.CreateDBInstanceCommand({ DBInstanceIdentifier: name, ...engine, ...login, ...more }));
    return `:db:${name}`;
  };
const cluster =
  (StorageEncrypted: boolean) =>
  async ({ rds: client }: Clients, name: string): Promise<string> => {
    const login = { MasterUsername: "admin1", MasterUserPassword: "example-password" };
    await client.send(
      new rds.CreateDBClusterCommand({ DBClusterIdentifier: name, Engine: "aurora-postgresql", StorageEncrypted, ...login }),
    );
    return `:cluster:${name}`;
  };
const secret =
  (KmsKeyId?: string) =>
  async ({ secrets: client }: Clients, Name: string): Promise<string> => {
    const { ARN = "" } = await client.send(new secrets.CreateSecretCommand({ Name, SecretString: "x", ...(KmsKeyId && { KmsKeyId }) }));
    return ARN;
  };
const topic =
  (KmsMasterKeyId?: string) =>
  async ({ sns: client }: Clients, Name: string): Promise<string> => {
    await client.send(new sns.CreateTopicCommand({ Name, ...(KmsMasterKeyId && { Attributes: { KmsMasterKeyId } }) }));
    return `:sns:us-east-1:123456789012:${Name}`;
  };
const queue =
  (Attributes: Record<string, string>) =>
  async ({ sqs: client }: Clients, QueueName: string): Promise<string> => {
    await client.send(new sqs.CreateQueueCommand({ QueueName, Attributes }));
    return `:sqs:us-east-1:123456789012:${QueueName}`;
  };
const files =
  (Encrypted: boolean) =>
  async ({ efs: client }: Clients, CreationToken: string): Promise<string> => {
    const { FileSystemId = "" } = await client.send(new efs.CreateFileSystemCommand({ CreationToken, Encrypted }));
    return `/${FileSystemId}`;
  };
const stream =
  (KeyId?: string) =>
  async ({ kinesis: client }: Clients, StreamName: string): Promise<string> => {
    await client.send(new kinesis.CreateStreamCommand({ StreamName, ShardCount: 1 }));
    if (KeyId) await client.send(new kinesis.StartStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId }));
    return `:stream/${StreamName}`;
  };
const classic =
  (Protocol: string, LoadBalancerPort: number) =>
  async ({ elb: client }: Clients, LoadBalancerName: string): Promise<string> => {
    const Listeners = [{ Protocol, LoadBalancerPort, InstancePort: 8080 }];
    await client.send(new elb.CreateLoadBalancerCommand({ LoadBalancerName, Listeners, AvailabilityZones: [AZ] }));
    return `:loadbalancer/${LoadBalancerName}`;
  };

const TO_HTTPS: elbv2.Action = { Type: "redirect", RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" } };
const NOT_FOUND: elbv2.Action = { Type: "fixed-response", FixedResponseConfig: { StatusCode: "404", ContentType: "text/plain" } };
const OK: elbv2.Action = { Type: "fixed-response", FixedResponseConfig: { StatusCode: "200", ContentType: "text/plain" } };
const listener =
  (byDefault: elbv2.Action, rule?: { readonly path: string; readonly action: elbv2.Action }) =>
  async (clients: Clients, Name: string): Promise<string> => {
    const { Subnets = [] } = await clients.ec2.send(new ec2.DescribeSubnetsCommand({}));
    const ids = Subnets.slice(0, 2).flatMap(({ SubnetId }) => SubnetId ?? "");
    const { LoadBalancers: [balancer] = [] } = await clients.elbv2.send(new elbv2.CreateLoadBalancerCommand({ Name, Subnets: ids }));
    const made = await clients.elbv2.send(
      new elbv2.CreateListenerCommand({
        LoadBalancerArn: balancer?.LoadBalancerArn,
        Protocol: "HTTP",
        Port: 80,
        DefaultActions: [byDefault],
      }),
    );
    const ListenerArn = made.Listeners?.[0]?.ListenerArn ?? "";
    const Conditions = [{ Field: "path-pattern", PathPatternConfig: { Values: [rule?.path ?? ""] } }];
    if (rule) await clients.elbv2.send(new elbv2.CreateRuleCommand({ ListenerArn, Priority: 1, Conditions, Actions: [rule.action] }));
    return ListenerArn;
  };

export const regionalCases: readonly RegionalCase[] = [
  { is: "a volume that is encrypted and owned", setUp: volume({ Encrypted: true, TagSpecifications: OWNED }), fails: [] },
  { is: "a volume that is plain and owned", setUp: volume({ TagSpecifications: OWNED }), fails: [id("ebs-volume-unencrypted")] },
  { is: "a volume that is plain and nobody's", setUp: volume({}), fails: [id("ebs-volume-unencrypted"), OWNER] },
  { is: "an instance that is encrypted", setUp: instance({ StorageEncrypted: true }), fails: [] },
  { is: "an instance that is plain", setUp: instance({}), fails: [id("rds-instance-unencrypted")] },
  { is: "a cluster that is encrypted", setUp: cluster(true), fails: [] },
  { is: "a cluster that is plain", setUp: cluster(false), fails: [id("rds-cluster-unencrypted")] },
  { is: "a secret without a key", setUp: secret(), fails: [id("secret-default-kms-key")] },
  { is: "a secret under an alias", setUp: secret("alias/app"), fails: [] },
  { is: "a secret under AWS's alias", setUp: secret("alias/aws/secretsmanager"), fails: [id("secret-default-kms-key")] },
  { is: "a topic without a key", setUp: topic(), fails: [id("sns-topic-unencrypted")] },
  { is: "a topic with a key", setUp: topic("alias/aws/sns"), fails: [] },
  { is: "a queue that says nothing", setUp: queue({ SqsManagedSseEnabled: "false" }), fails: [id("sqs-queue-unencrypted")] },
  { is: "a queue with SQS's keys", setUp: queue({ SqsManagedSseEnabled: "true" }), fails: [] },
  { is: "a queue with a KMS key", setUp: queue({ KmsMasterKeyId: "alias/aws/sqs" }), fails: [] },
  { is: "a file system that is encrypted", setUp: files(true), fails: [] },
  { is: "a file system that is plain", setUp: files(false), fails: [id("efs-file-system-unencrypted")] },
  { is: "a stream that is plain", setUp: stream(), fails: [id("kinesis-stream-unencrypted")] },
  { is: "a stream under a key", setUp: stream("alias/aws/kinesis"), fails: [] },
  { is: "a classic load balancer with HTTP", setUp: classic("HTTP", 80), fails: [id("clb-http-listener")] },
  { is: "a classic load balancer with TCP", setUp: classic("TCP", 443), fails: [] },
  { is: "a listener that redirects", setUp: listener(TO_HTTPS), fails: [] },
  { is: "a listener that only says no", setUp: listener(NOT_FOUND), fails: [] },
  { is: "a listener that answers in clear", setUp: listener(OK), fails: [id("alb-http-listener-without-redirect")] },
  {
    is: "a listener that redirects every path before it answers",
    setUp: listener(OK, { path: "/*", action: TO_HTTPS }),
    fails: [],
  },
  {
    is: "a listener that answers one path in clear",
    setUp: listener(TO_HTTPS, { path: "/health", action: OK }),
    fails: [id("alb-http-listener-without-redirect")],
  },
];
