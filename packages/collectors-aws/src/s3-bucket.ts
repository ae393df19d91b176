import type { Bucket as Description, ServerSideEncryptionRule } from "@aws-sdk/client-s3";
import { AwsFault, type AwsHost, callOf, defineCollector, malformed, present } from "@posture/aws-access";
import type { Call, CollectorDefinition, Instant, ResourceRef } from "@posture/core";
import { type Block, type Bucket, bucket, bucketArn, type EncryptionRule, Ownership } from "@posture/resources-aws/s3";
import { gathered, itemsOf } from "./pages.ts";
import { homeOf } from "./partitions.ts";
import { grantsOf } from "./s3-grants.ts";
import { objectAcls } from "./s3-object-acls.ts";

const LIST = callOf(bucket, "s3:ListBuckets");
const LOCATION = callOf(bucket, "s3:GetBucketLocation");
const ACCOUNT_BLOCK = callOf(bucket, "s3control:GetPublicAccessBlock");
const BLOCK = callOf(bucket, "s3:GetPublicAccessBlock");
const OWNERSHIP = callOf(bucket, "s3:GetBucketOwnershipControls");
const ACL = callOf(bucket, "s3:GetBucketAcl");
const POLICY = callOf(bucket, "s3:GetBucketPolicy");
const POLICY_STATUS = callOf(bucket, "s3:GetBucketPolicyStatus");
const WEBSITE = callOf(bucket, "s3:GetBucketWebsite");
const ENCRYPTION = callOf(bucket, "s3:GetBucketEncryption");
const VERSIONING = callOf(bucket, "s3:GetBucketVersioning");
const TAGGING = callOf(bucket, "s3:GetBucketTagging");
const PAGE = 1000;

/** Buckets, once per account. Every other call goes to the bucket's own region and names the owner we expect. */
export const buckets: CollectorDefinition<AwsHost> = defineCollector<Bucket, number>({
  kind: bucket,
  reach: "global",
  gone: ["NoSuchBucket"],
  async *list({ aws, target, prime }) {
    const found = locatedBuckets(aws);
    let unlocated: AwsFault | undefined;
    for await (const it of found) {
      if (it instanceof AwsFault) unlocated ??= it;
      else
        yield {
          ref: { type: bucket.type, arn: bucketArn(target.partition, it.place.name), accountId: target.accountId, ...it.place },
          facets: prime("created", () => createdOf(it.description), it.asOf),
        };
    }
    // The others are listed all the same; a bucket without a region only spoils the claim that these are all.
    if (unlocated) throw unlocated;
  },
  finds: {
    // What holds for the account holds for each of its buckets.
    async account({ aws, sought: { accountId, partition } }) {
      const all = await gathered(locatedBuckets(aws));
      const fault = all.find((it) => it instanceof AwsFault);
      if (fault) throw fault;
      return all.flatMap((it) =>
        it instanceof AwsFault ? [] : [{ type: bucket.type, arn: bucketArn(partition, it.place.name), accountId, ...it.place }],
      );
    },
  },
  facets: {
    created: {
      async read({ aws, ref }) {
        const { S3, ListBucketsCommand } = await import("./sdk/s3.ts");
        // No other call tells when a bucket was made.
        const found = itemsOf(LIST, async (ContinuationToken) => {
          const command = new ListBucketsCommand({ MaxBuckets: PAGE, Prefix: ref.name, ...(ContinuationToken && { ContinuationToken }) });
          const { output } = await aws.send(S3, command, { region: homeOf(aws.partition), call: LIST });
          return { items: present(output.Buckets, "Buckets", LIST), next: output.ContinuationToken };
        });
        for await (const description of found) if (description.Name === ref.name) return createdOf(description);
        throw malformed(LIST, `the answer is not about ${ref.name}`);
      },
    },
    accountBlock: {
      absent: ["NoSuchPublicAccessBlockConfiguration"],
      async read({ aws, ref }) {
        const { S3Control, GetPublicAccessBlockCommand } = await import("./sdk/s3-control.ts");
        const command = new GetPublicAccessBlockCommand({ AccountId: ref.accountId });
        const { output } = await aws.send(S3Control, command, { region: homeOf(aws.partition), call: ACCOUNT_BLOCK, shared: true });
        return blockOf(output.PublicAccessBlockConfiguration, ACCOUNT_BLOCK);
      },
    },
    publicAccessBlock: {
      absent: ["NoSuchPublicAccessBlockConfiguration"],
      async read({ aws, ref }) {
        const { S3, GetPublicAccessBlockCommand } = await import("./sdk/s3.ts");
        const { output } = await aws.send(S3, new GetPublicAccessBlockCommand(about(ref)), { region: ref.region, call: BLOCK });
        return blockOf(output.PublicAccessBlockConfiguration, BLOCK);
      },
    },
    ownership: {
      absent: ["OwnershipControlsNotFoundError"],
      async read({ aws, ref }) {
        const { S3, GetBucketOwnershipControlsCommand } = await import("./sdk/s3.ts");
        const { output } = await aws.send(S3, new GetBucketOwnershipControlsCommand(about(ref)), { region: ref.region, call: OWNERSHIP });
        const [rule] = present(output.OwnershipControls?.Rules, "OwnershipControls.Rules", OWNERSHIP);
        return parsed(Ownership.safeParse(rule?.ObjectOwnership).data, "ObjectOwnership", OWNERSHIP);
      },
    },
    acl: {
      async read({ aws, ref }) {
        const { S3, GetBucketAclCommand } = await import("./sdk/s3.ts");
        const { output } = await aws.send(S3, new GetBucketAclCommand(about(ref)), { region: ref.region, call: ACL });
        return grantsOf(output.Grants, ACL);
      },
    },
    objectAcls,
    policy: {
      absent: ["NoSuchBucketPolicy"],
      async read({ aws, ref }) {
        const { S3, GetBucketPolicyCommand } = await import("./sdk/s3.ts");
        const { output } = await aws.send(S3, new GetBucketPolicyCommand(about(ref)), { region: ref.region, call: POLICY });
        return present(output.Policy || undefined, "Policy", POLICY);
      },
    },
    policyStatus: {
      absent: ["NoSuchBucketPolicy"],
      async read({ aws, ref }) {
        const { S3, GetBucketPolicyStatusCommand } = await import("./sdk/s3.ts");
        const { output } = await aws.send(S3, new GetBucketPolicyStatusCommand(about(ref)), { region: ref.region, call: POLICY_STATUS });
        return { isPublic: present(output.PolicyStatus?.IsPublic, "PolicyStatus.IsPublic", POLICY_STATUS) };
      },
    },
    website: {
      absent: ["NoSuchWebsiteConfiguration"],
      async read({ aws, ref }) {
        const { S3, GetBucketWebsiteCommand } = await import("./sdk/s3.ts");
        const { output } = await aws.send(S3, new GetBucketWebsiteCommand(about(ref)), { region: ref.region, call: WEBSITE });
        return {
          indexDocument: output.IndexDocument?.Suffix ?? null,
          errorDocument: output.ErrorDocument?.Key ?? null,
          redirectsTo: output.RedirectAllRequestsTo?.HostName ?? null,
          // AWS leaves the rules out of a website that has none.
          routingRules: output.RoutingRules?.length ?? 0,
        };
      },
    },
    encryption: {
      absent: ["ServerSideEncryptionConfigurationNotFoundError"],
      async read({ aws, ref }) {
        const { S3, GetBucketEncryptionCommand } = await import("./sdk/s3.ts");
        const { output } = await aws.send(S3, new GetBucketEncryptionCommand(about(ref)), { region: ref.region, call: ENCRYPTION });
        return present(output.ServerSideEncryptionConfiguration?.Rules, "ServerSideEncryptionConfiguration.Rules", ENCRYPTION).map(
          encryptionRuleOf,
        );
      },
    },
    versioning: {
      async read({ aws, ref }) {
        const { S3, GetBucketVersioningCommand } = await import("./sdk/s3.ts");
        const { output } = await aws.send(S3, new GetBucketVersioningCommand(about(ref)), { region: ref.region, call: VERSIONING });
        // A bucket that never had versioning is answered with an empty element.
        return output.Status === undefined ? null : { status: output.Status, mfaDelete: output.MFADelete === "Enabled" };
      },
    },
    tags: { read: ({ aws, ref }) => tagsOf(aws, ref) },
  },
});

function about({ name, accountId }: ResourceRef): { Bucket: string; ExpectedBucketOwner: string } {
  return { Bucket: name, ExpectedBucketOwner: accountId };
}

function createdOf({ CreationDate }: Description): string {
  return present(CreationDate, "CreationDate", LIST).toISOString();
}

type Place = Pick<ResourceRef, "name" | "region">;

/** `null`: the bucket went while we listed. A fault is for the end of the listing, so that the other buckets are not lost. */
/** Every bucket of the account, and where it is; a fault where nobody can say. */
async function* locatedBuckets(aws: AwsHost): AsyncGenerator<Located | AwsFault> {
  const { S3, ListBucketsCommand } = await import("./sdk/s3.ts");
  // Only the paged form of the call names the regions.
  const found = itemsOf(LIST, async (ContinuationToken) => {
    const command = new ListBucketsCommand({ MaxBuckets: PAGE, ...(ContinuationToken && { ContinuationToken }) });
    const { output, asOf } = await aws.send(S3, command, { region: homeOf(aws.partition), call: LIST });
    const located = present(output.Buckets, "Buckets", LIST).map(async (description) => {
      const place = await locate(aws, description);
      return place instanceof AwsFault || place === null ? place : { place, description, asOf };
    });
    return { items: await Promise.all(located), next: output.ContinuationToken };
  });
  for await (const it of found) if (it !== null) yield it;
}

interface Located {
  readonly place: Place;
  readonly description: Description;
  readonly asOf: Instant;
}

async function locate(aws: AwsHost, { Name, BucketRegion }: Description): Promise<Place | AwsFault | null> {
  const name = present(Name, "Name", LIST);
  if (BucketRegion) return { name, region: BucketRegion };
  try {
    return { name, region: await regionOf(aws, name) };
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    return error.code === "NoSuchBucket" ? null : error;
  }
}

/**
 * S3 look-alikes list without regions. Buckets in us-east-1 have no constraint, the oldest ones in Europe have `EU`.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
 */
async function regionOf(aws: AwsHost, name: string): Promise<string> {
  const { S3, GetBucketLocationCommand } = await import("./sdk/s3.ts");
  const command = new GetBucketLocationCommand({ Bucket: name, ExpectedBucketOwner: aws.accountId });
  const { output } = await aws.send(S3, command, { region: homeOf(aws.partition), call: LOCATION });
  if (!output.LocationConstraint) return "us-east-1";
  return output.LocationConstraint === "EU" ? "eu-west-1" : output.LocationConstraint;
}

/** S3 has a word of its own for a bucket without tags. */
async function tagsOf(aws: AwsHost, ref: ResourceRef): Promise<Record<string, string>> {
  const { S3, GetBucketTaggingCommand } = await import("./sdk/s3.ts");
  try {
    const { output } = await aws.send(S3, new GetBucketTaggingCommand(about(ref)), { region: ref.region, call: TAGGING });
    const tags = present(output.TagSet, "TagSet", TAGGING);
    return Object.fromEntries(tags.map(({ Key, Value }) => [present(Key, "Key", TAGGING), present(Value, "Value", TAGGING)]));
  } catch (error) {
    if (error instanceof AwsFault && error.code === "NoSuchTagSet") return {};
    throw error;
  }
}

type Flags = {
  readonly [K in "BlockPublicAcls" | "IgnorePublicAcls" | "BlockPublicPolicy" | "RestrictPublicBuckets"]?: boolean | undefined;
};

/** A flag that is left out is off; an answer without any flag is no answer. */
function blockOf(flags: Flags | undefined, call: Call): Block {
  const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } = present(
    flags,
    "PublicAccessBlockConfiguration",
    call,
  );
  const given = [BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets];
  if (given.every((flag) => flag === undefined)) throw malformed(call, "PublicAccessBlockConfiguration has none of its flags");
  return {
    blockPublicAcls: BlockPublicAcls ?? false,
    ignorePublicAcls: IgnorePublicAcls ?? false,
    blockPublicPolicy: BlockPublicPolicy ?? false,
    restrictPublicBuckets: RestrictPublicBuckets ?? false,
  };
}

function encryptionRuleOf({
  ApplyServerSideEncryptionByDefault: byDefault,
  BucketKeyEnabled,
  BlockedEncryptionTypes,
}: ServerSideEncryptionRule): EncryptionRule {
  return {
    algorithm: byDefault ? present(byDefault.SSEAlgorithm, "SSEAlgorithm", ENCRYPTION) : null,
    kmsKeyId: byDefault?.KMSMasterKeyID ?? null,
    bucketKey: BucketKeyEnabled ?? false,
    // A bucket that blocks none has no such element.
    blockedTypes: BlockedEncryptionTypes ? present(BlockedEncryptionTypes.EncryptionType, "BlockedEncryptionTypes", ENCRYPTION) : [],
  };
}

function parsed<T>(value: T | undefined, member: string, call: Call): T {
  if (value === undefined) throw malformed(call, `${member} has a value that nobody knows`);
  return value;
}
