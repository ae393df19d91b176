import type { Regional, RegionalListName } from "../regional-world.ts";
import { listenersIn, loadBalancerArn } from "../services/elb.ts";
import { type Shape, textIn } from "../shape.ts";
import { iamSchema } from "../world-iam.ts";
import type { Account, Bucket, SecurityGroup, World } from "../world.ts";
import { iamChanges } from "./iam-changes.ts";
import { differences, differs, type Made } from "./made.ts";

type Call = Pick<Made, "name" | "request" | "response">;

/** IAM and sign-in tell of themselves there alone. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html */
const HOME = "us-east-1";

/**
 * The calls that would have made one world of another, as CloudTrail tells of them. Pure. Not told: what only tells who uses a security group,
 * and objects in buckets, whose calls are data events.
 */
export function changesBetween(before: World, after: World): Made[] {
  return after.accounts.flatMap((is) => {
    const was = before.accounts.find(({ id }) => id === is.id);
    return was ? accountChanges(was, is) : [];
  });
}

function accountChanges(was: Account, is: Account): Made[] {
  const accountId = is.id;
  const from = (source: string, region: string, calls: readonly Call[]): Made[] =>
    calls.map((call) => ({ source: `${source}.amazonaws.com`, region, accountId, ...call }));
  const groups = differences(was.securityGroups, is.securityGroups, ({ GroupId }) => GroupId);
  const buckets = differences(was.buckets, is.buckets, ({ Name }) => Name);
  const lists = differences(was.prefixLists, is.prefixLists, ({ PrefixListId }) => PrefixListId);
  const none = iamSchema.parse({});
  return [
    ...groups.added.flatMap((it) => from("ec2", it.Region, [madeGroup(it), ...groupChanges({ ...it, IpPermissions: [] }, it)])),
    ...groups.changed.flatMap((it) => from("ec2", it.is.Region, groupChanges(it.was, it.is))),
    ...groups.removed.flatMap((it) => from("ec2", it.Region, [{ name: "DeleteSecurityGroup", request: { groupId: it.GroupId } }])),
    ...lists.changed.flatMap(({ is: { Region, PrefixListId } }) =>
      from("ec2", Region, [{ name: "ModifyManagedPrefixList", request: { ModifyManagedPrefixListRequest: { PrefixListId } } }]),
    ),
    ...buckets.added.flatMap((it) => from("s3", it.BucketRegion, [bucketCall("CreateBucket", it)])),
    ...buckets.changed.flatMap((it) => from("s3", it.is.BucketRegion, bucketChanges(it.was, it.is))),
    ...buckets.removed.flatMap((it) => from("s3", it.BucketRegion, [bucketCall("DeleteBucket", it)])),
    ...(differs(was, is, "publicAccessBlock")
      ? from("s3", HOME, [
          { name: is.publicAccessBlock ? "PutAccountPublicAccessBlock" : "DeleteAccountPublicAccessBlock", request: { accountId } },
        ])
      : []),
    ...from("iam", HOME, iamChanges(was.iam ?? none, is.iam ?? none, accountId)),
    ...regionalChanges(was, is),
  ];
}

function madeGroup({ GroupId, GroupName, VpcId }: SecurityGroup): Call {
  return { name: "CreateSecurityGroup", request: { groupName: GroupName, vpcId: VpcId }, response: { groupId: GroupId } };
}

function groupChanges(was: SecurityGroup, is: SecurityGroup): Call[] {
  const rules = differences(was.IpPermissions, is.IpPermissions, (it) => JSON.stringify(it));
  const about = (name: string, count: number): Call[] =>
    count > 0 ? [{ name, request: { groupId: is.GroupId, ipPermissions: { items: [] } } }] : [];
  return [
    ...about("AuthorizeSecurityGroupIngress", rules.added.length),
    ...about("RevokeSecurityGroupIngress", rules.removed.length),
    ...(differs(was, is, "Tags") ? [tagged(is.GroupId)] : []),
  ];
}

function tagged(resourceId: string): Call {
  return { name: "CreateTags", request: { resourcesSet: { items: [{ resourceId }] } } };
}

function bucketCall(name: string, { Name }: Bucket): Call {
  return { name, request: { bucketName: Name } };
}

/** By member of a bucket: what puts it there, and what takes it away. */
const BUCKET_CALLS = [
  ["Acl", "PutBucketAcl", "PutBucketAcl"],
  ["Policy", "PutBucketPolicy", "DeleteBucketPolicy"],
  ["PublicAccessBlockConfiguration", "PutBucketPublicAccessBlock", "DeleteBucketPublicAccessBlock"],
  ["OwnershipControls", "PutBucketOwnershipControls", "DeleteBucketOwnershipControls"],
  ["ServerSideEncryptionConfiguration", "PutBucketEncryption", "DeleteBucketEncryption"],
  ["WebsiteConfiguration", "PutBucketWebsite", "DeleteBucketWebsite"],
  ["VersioningConfiguration", "PutBucketVersioning", "PutBucketVersioning"],
  ["TagSet", "PutBucketTagging", "DeleteBucketTagging"],
] as const satisfies readonly (readonly [keyof Bucket, string, string])[];

function bucketChanges(was: Bucket, is: Bucket): Call[] {
  return BUCKET_CALLS.flatMap(([member, put, taken]) => (differs(was, is, member) ? [bucketCall(is[member] ? put : taken, is)] : []));
}

/** How changes of one list of a world are told. */
interface Telling {
  readonly source: string;
  readonly name: string;
  readonly apiVersion?: string;
  readonly created: string;
  readonly removed: string;
  readonly changed: (was: Regional, is: Regional, accountId: string) => readonly Call[];
  readonly naming: (it: Regional, accountId: string) => object;
  /** Whether a creation names it in its answer. */
  readonly answers?: true;
}

function telling(
  source: string,
  name: string,
  [created, changed, removed]: readonly [string, string, string],
  naming: Telling["naming"],
  more: Partial<Telling> = {},
): Telling {
  return {
    source,
    name,
    created,
    removed,
    naming,
    changed: (_, is, accountId) => [{ name: changed, request: naming(is, accountId) }],
    ...more,
  };
}

const text =
  (member: string, as: string): Telling["naming"] =>
  (it) => ({ [as]: textIn(it, member) });

const TELLINGS: readonly (readonly [RegionalListName, Telling])[] = [
  [
    "volumes",
    telling("ec2", "VolumeId", ["CreateVolume", "AttachVolume", "DeleteVolume"], text("VolumeId", "volumeId"), {
      answers: true,
      changed: (was, is) =>
        differs(was, is, "Tags")
          ? [tagged(textIn(is, "VolumeId") ?? "")]
          : [{ name: "AttachVolume", request: { volumeId: textIn(is, "VolumeId") } }],
    }),
  ],
  [
    "dbInstances",
    telling(
      "rds",
      "DBInstanceIdentifier",
      ["CreateDBInstance", "ModifyDBInstance", "DeleteDBInstance"],
      text("DBInstanceIdentifier", "dBInstanceIdentifier"),
    ),
  ],
  [
    "dbClusters",
    telling(
      "rds",
      "DBClusterIdentifier",
      ["CreateDBCluster", "ModifyDBCluster", "DeleteDBCluster"],
      text("DBClusterIdentifier", "dBClusterIdentifier"),
    ),
  ],
  [
    "fileSystems",
    telling(
      "elasticfilesystem",
      "FileSystemId",
      ["CreateFileSystem", "TagResource", "DeleteFileSystem"],
      text("FileSystemId", "fileSystemId"),
      {
        answers: true,
        changed: (_, is) => [{ name: "TagResource", request: { resourceId: textIn(is, "FileSystemId") } }],
      },
    ),
  ],
  [
    "streams",
    telling("kinesis", "StreamName", ["CreateStream", "StartStreamEncryption", "DeleteStream"], text("StreamName", "streamName")),
  ],
  [
    "topics",
    telling(
      "sns",
      "TopicName",
      ["CreateTopic", "SetTopicAttributes", "DeleteTopic"],
      (it, account) => ({ topicArn: `arn:aws:sns:${it.Region}:${account}:${textIn(it, "TopicName")}` }),
      { answers: true },
    ),
  ],
  [
    "queues",
    telling(
      "sqs",
      "QueueName",
      ["CreateQueue", "SetQueueAttributes", "DeleteQueue"],
      (it, account) => ({ queueUrl: `https://sqs.${it.Region}.amazonaws.com/${account}/${textIn(it, "QueueName")}` }),
      { answers: true },
    ),
  ],
  [
    "secrets",
    telling("secretsmanager", "Name", ["CreateSecret", "UpdateSecret", "DeleteSecret"], (it) => ({
      secretId: textIn(it, "ARN") ?? textIn(it, "Name"),
    })),
  ],
  [
    "classicLoadBalancers",
    telling(
      "elasticloadbalancing",
      "LoadBalancerName",
      ["CreateLoadBalancer", "CreateLoadBalancerListeners", "DeleteLoadBalancer"],
      text("LoadBalancerName", "loadBalancerName"),
      { apiVersion: "2012-06-01" },
    ),
  ],
  [
    "loadBalancers",
    telling(
      "elasticloadbalancing",
      "LoadBalancerName",
      ["CreateLoadBalancer", "", "DeleteLoadBalancer"],
      (it, accountId) => ({ loadBalancerArn: loadBalancerArn(it, accountId) }),
      {
        apiVersion: "2015-12-01",
        changed: listenerChanges,
      },
    ),
  ],
];

function listenerChanges(was: Regional, is: Regional, accountId: string): Call[] {
  const [before, after] = [was, is].map((it) => listenersIn(it, accountId));
  const listeners = differences(before, after, (it) => textIn(it, "ListenerArn") ?? "");
  const naming = (it: Shape): object => ({ listenerArn: textIn(it, "ListenerArn") });
  return [
    ...listeners.added.map((it) => ({
      name: "CreateListener",
      request: { loadBalancerArn: loadBalancerArn(is, accountId) },
      response: { listeners: [naming(it)] },
    })),
    ...listeners.changed.map((it) => ({ name: "ModifyListener", request: naming(it.is) })),
    ...listeners.removed.map((it) => ({ name: "DeleteListener", request: naming(it) })),
  ];
}

function regionalChanges(was: Account, is: Account): Made[] {
  return TELLINGS.flatMap(([list, it]) => toldOf(it, was[list] ?? [], is[list] ?? [], is.id));
}

function toldOf(
  { source, name, apiVersion, created, removed, changed, naming, answers }: Telling,
  before: readonly Regional[],
  after: readonly Regional[],
  accountId: string,
): Made[] {
  const them = differences(before, after, (it) => `${it.Region} ${textIn(it, name)}`);
  const rest = { source: `${source}.amazonaws.com`, accountId, ...(apiVersion !== undefined && { apiVersion }) };
  return [
    ...them.added.map((it): Made => ({
      ...rest,
      region: it.Region,
      name: created,
      request: naming(it, accountId),
      ...(answers && { response: naming(it, accountId) }),
    })),
    ...them.changed.flatMap((it) => changed(it.was, it.is, accountId).map((call): Made => ({ ...rest, region: it.is.Region, ...call }))),
    ...them.removed.map((it): Made => ({ ...rest, region: it.Region, name: removed, request: naming(it, accountId) })),
  ];
}
