import type { Regional, RegionalLists } from "./regional-world.ts";

/*
 * What the company runs besides buckets and security groups. Most of it is in order; what is not is old, or was made in a hurry.
 */

const ACCOUNT = "111122223333";
const HOME = "us-east-1";
const EUROPE = "eu-west-1";

/** `groupIdOf` gives the id of one of the company's security groups. */
export function demoRegional(groupIdOf: (region: string, name: string) => string): RegionalLists {
  return {
    volumes: VOLUMES,
    ...databases(groupIdOf),
    secrets: SECRETS,
    keyAliases: [HOME, EUROPE].map((Region) => ({ Region, AliasName: "alias/aws/secretsmanager", TargetKeyId: AWS_KEY })),
    topics: TOPICS,
    queues: QUEUES,
    fileSystems: FILE_SYSTEMS,
    streams: STREAMS,
    loadBalancers: LOAD_BALANCERS,
    classicLoadBalancers: [
      {
        Region: HOME,
        LoadBalancerName: "example-partner-api",
        Scheme: "internet-facing",
        // From before there were redirects.
        ListenerDescriptions: [
          { Listener: { Protocol: "HTTP", LoadBalancerPort: 80, InstanceProtocol: "HTTP", InstancePort: 8080 } },
          { Listener: { Protocol: "HTTPS", LoadBalancerPort: 443, InstanceProtocol: "HTTP", InstancePort: 8080 } },
        ],
      },
    ],
    networkInterfaces: interfaces(groupIdOf),
    ...whatRunsAtTimes(groupIdOf),
    launchTemplateVersions: [
      {
        Region: EUROPE,
        LaunchTemplateId: "lt-0a1b2c3d4e5f60718",
        LaunchTemplateName: "deploy-agents",
        VersionNumber: 4,
        DefaultVersion: true,
        Latest: true,
        LaunchTemplateData: { SecurityGroupIds: [groupIdOf(EUROPE, "deploy-agents")] },
      },
    ],
    functions: [
      {
        Region: EUROPE,
        FunctionName: "import-orders",
        Runtime: "nodejs24.x",
        VpcConfig: { VpcId: "vpc-0f9e8d7c6b5a40312", SecurityGroupIds: [groupIdOf(EUROPE, "queue-workers")] },
      },
    ],
  };
}

const KEY = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/3f1c9a52-7d0e-4b6a-9c58-2e4d6b8a0c13`;
const AWS_KEY = "8b7a6c5d-4e3f-4210-9a8b-7c6d5e4f3a2b";
const owned = (Owner: string, Name: string): readonly { readonly Key: string; readonly Value: string }[] => [
  { Key: "Name", Value: Name },
  { Key: "Owner", Value: Owner },
];

function volume(Region: string, VolumeId: string, more: Omit<Regional, "Region">): Regional {
  return { Region, VolumeId, Encrypted: true, KmsKeyId: KEY(Region), State: "in-use", Size: 100, ...more };
}
const on = (InstanceId: string): readonly { readonly InstanceId: string; readonly State: string }[] => [{ InstanceId, State: "attached" }];

const VOLUMES: readonly Regional[] = [
  volume(HOME, "vol-0a1b2c3d4e5f60711", { Attachments: on("i-0a1b2c3d4e5f60711"), Tags: owned("shop-team", "app-1") }),
  volume(HOME, "vol-0a1b2c3d4e5f60712", { Attachments: on("i-0a1b2c3d4e5f60712"), Tags: owned("shop-team", "app-2") }),
  volume(EUROPE, "vol-0a1b2c3d4e5f60713", { Attachments: on("i-0a1b2c3d4e5f60713"), Tags: owned("platform", "monitoring") }),
  // The old shop's disk: made in 2017, before encryption by default.
  volume(HOME, "vol-0a1b2c3d4e5f60714", {
    Encrypted: false,
    KmsKeyId: "",
    Attachments: on("i-0a1b2c3d4e5f60714"),
    Tags: owned("shop-team", "legacy-shop"),
  }),
  // Left over from a restore, and nobody knows whose it is.
  volume(EUROPE, "vol-0a1b2c3d4e5f60715", { State: "available", Tags: [{ Key: "Name", Value: "restore-test" }] }),
];

function databases(groupIdOf: (region: string, name: string) => string): Pick<RegionalLists, "dbInstances" | "dbClusters"> {
  const instance = (Region: string, DBInstanceIdentifier: string, group: string, more: Omit<Regional, "Region">): Regional => ({
    Region,
    DBInstanceIdentifier,
    Engine: "postgres",
    StorageEncrypted: true,
    StorageEncryptionType: "sse-kms",
    KmsKeyId: KEY(Region),
    CACertificateIdentifier: "rds-ca-rsa2048-g1",
    CertificateDetails: { CAIdentifier: "rds-ca-rsa2048-g1", ValidTill: "2061-05-25T23:34:57.000Z" },
    VpcSecurityGroups: [{ VpcSecurityGroupId: groupIdOf(Region, group), Status: "active" }],
    ...more,
  });
  const plain = { StorageEncrypted: false, StorageEncryptionType: "none", KmsKeyId: "" };
  const member = { Engine: "aurora-postgresql", StorageEncrypted: false, StorageEncryptionType: "sse-rds", KmsKeyId: "" };
  return {
    dbInstances: [
      instance(HOME, "orders", "orders-db", {}),
      instance(HOME, "users", "users-db", { Engine: "mysql" }),
      instance(EUROPE, "orders-eu", "orders-db", {}),
      instance(HOME, "analytics-1", "analytics-db", { ...member, DBClusterIdentifier: "analytics" }),
      instance(HOME, "analytics-2", "analytics-db", { ...member, DBClusterIdentifier: "analytics" }),
      // Nobody dares to touch it.
      instance(HOME, "legacy-shop", "legacy-shop-db", {
        Engine: "mysql",
        ...plain,
        CACertificateIdentifier: "rds-ca-2019",
        CertificateDetails: { CAIdentifier: "rds-ca-2019", ValidTill: "2024-08-22T17:08:50.000Z" },
      }),
    ],
    dbClusters: [
      { Region: HOME, DBClusterIdentifier: "analytics", ...member, EngineMode: "provisioned" },
      { Region: EUROPE, DBClusterIdentifier: "sessions", Engine: "docdb", ...plain },
    ],
  };
}

const SECRETS: readonly Regional[] = [
  { Region: HOME, Name: "orders/database", KmsKeyId: KEY(HOME) },
  { Region: HOME, Name: "users/database", KmsKeyId: "alias/example-secrets" },
  { Region: EUROPE, Name: "orders/database", KmsKeyId: KEY(EUROPE) },
  { Region: HOME, Name: "payments/api-key", Description: "until the key rotation is done" },
];

const TOPICS: readonly Regional[] = [
  { Region: HOME, TopicName: "alerts", Attributes: { KmsMasterKeyId: "alias/example-events" } },
  { Region: EUROPE, TopicName: "alerts", Attributes: { KmsMasterKeyId: "alias/example-events" } },
  { Region: HOME, TopicName: "order-events", Attributes: {} },
];

const QUEUES: readonly Regional[] = [
  { Region: HOME, QueueName: "orders.fifo" },
  { Region: HOME, QueueName: "emails", Attributes: { SqsManagedSseEnabled: "false", KmsMasterKeyId: "alias/example-events" } },
  { Region: EUROPE, QueueName: "invoices" },
  // From before queues were encrypted by default.
  { Region: HOME, QueueName: "legacy-imports", Attributes: { SqsManagedSseEnabled: "false" } },
];

const FILE_SYSTEMS: readonly Regional[] = [
  {
    Region: HOME,
    FileSystemId: "fs-0a1b2c3d4e5f60711",
    Name: "product-images",
    Encrypted: true,
    KmsKeyId: KEY(HOME),
    NumberOfMountTargets: 3,
  },
  { Region: EUROPE, FileSystemId: "fs-0a1b2c3d4e5f60712", Name: "ci-cache", Encrypted: false, NumberOfMountTargets: 1 },
];

const STREAMS: readonly Regional[] = [
  { Region: HOME, StreamName: "clicks", EncryptionType: "KMS", KeyId: "alias/example-events" },
  { Region: EUROPE, StreamName: "sensor-readings", EncryptionType: "NONE" },
];

const TO_HTTPS = [{ Type: "redirect", Order: 1, RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" } }];
const FORWARD = [
  { Type: "forward", Order: 1, TargetGroupArn: `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:targetgroup/app/0a1b2c3d4e5f6071` },
];
const HTTPS = { Protocol: "HTTPS", Port: 443, DefaultActions: FORWARD };

const LOAD_BALANCERS: readonly Regional[] = [
  {
    Region: HOME,
    LoadBalancerName: "shop",
    Listeners: [HTTPS, { Protocol: "HTTP", Port: 80, DefaultActions: TO_HTTPS }],
  },
  { Region: EUROPE, LoadBalancerName: "shop-eu", IpAddressType: "dualstack", Listeners: [HTTPS] },
  { Region: HOME, LoadBalancerName: "ingest", Type: "network", Listeners: [{ Protocol: "TCP", Port: 443, DefaultActions: FORWARD }] },
  // The redirect was taken out for a device that cannot follow it.
  { Region: EUROPE, LoadBalancerName: "devices", Listeners: [HTTPS, { Protocol: "HTTP", Port: 80, DefaultActions: FORWARD }] },
];

/** Builds, and a cluster whose service is scaled to zero by day and whose invoices are written by night. */
function whatRunsAtTimes(
  groupIdOf: (region: string, name: string) => string,
): Pick<RegionalLists, "buildProjects" | "ecsClusters" | "eventRules" | "schedules"> {
  const Region = EUROPE;
  const cluster = `arn:aws:ecs:${EUROPE}:${ACCOUNT}:cluster/reports`;
  const task = `arn:aws:ecs:${EUROPE}:${ACCOUNT}:task-definition/reports:7`;
  const subnets = ["subnet-0f9e8d7c6b5a40313"];
  const securityGroups = [groupIdOf(EUROPE, "app-servers")];
  const EcsParameters = {
    TaskDefinitionArn: task,
    LaunchType: "FARGATE",
    NetworkConfiguration: { awsvpcConfiguration: { Subnets: subnets, SecurityGroups: securityGroups } },
  };
  const target = { Arn: cluster, RoleArn: `arn:aws:iam::${ACCOUNT}:role/start-reports`, EcsParameters };
  return {
    buildProjects: [
      {
        Region,
        name: "shop-tests",
        vpcConfig: { vpcId: "vpc-0f9e8d7c6b5a40312", subnets, securityGroupIds: [groupIdOf(EUROPE, "ci-runners")] },
      },
    ],
    ecsClusters: [
      {
        Region,
        clusterName: "reports",
        Services: [
          {
            serviceName: "render",
            status: "ACTIVE",
            desiredCount: 0,
            taskDefinition: task,
            networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups } },
          },
        ],
      },
    ],
    eventRules: [{ Region, Name: "nightly-invoices", ScheduleExpression: "cron(0 2 * * ? *)", Targets: [{ Id: "reports", ...target }] }],
    schedules: [{ Region, Name: "weekly-report", ScheduleExpression: "rate(7 days)", Target: target }],
  };
}

/** By region. Neither `cache` of Europe, which moved, nor the load test of last spring is among them. */
const ATTACHED: Readonly<Record<string, string>> = {
  [HOME]:
    "app-servers orders-db users-db cache search queue-workers ci-runners monitoring vpn bastion finance-desktops analytics-db legacy-shop-db public-web",
  [EUROPE]: "app-servers orders-db users-db search ci-runners monitoring vpn bastion reporting-db sessions-db public-web",
};

function interfaces(groupIdOf: (region: string, name: string) => string): readonly Regional[] {
  return Object.entries(ATTACHED).flatMap(([Region, names]) =>
    names.split(" ").map((GroupName, i) => ({
      Region,
      NetworkInterfaceId: `eni-0a1b2c3d4e5f6${Region === HOME ? "1" : "2"}${String(i).padStart(3, "0")}`,
      Groups: [{ GroupId: groupIdOf(Region, GroupName), GroupName }],
    })),
  );
}
