import type {
  CloudEvent,
  Call,
  Conditional,
  EventName,
  Instant,
  KnownOf,
  ResourceKind,
  ResourceRef,
  Selector,
  ValueOf,
} from "@posture/core";
import { defineResource, parseArn } from "@posture/core";
import { z } from "zod";
import { policyDoubt } from "./policy-doubt.ts";
import {
  Block,
  EncryptionRule,
  Grant,
  ObjectAcls,
  type ObjectAclsOptions,
  Ownership,
  PolicyStatus,
  Versioning,
  Website,
} from "./values.ts";

/** What can be asked about a bucket, and what comes back. `null`: AWS says that there is none. */
export interface Bucket {
  /** The account's own block. None: all four off. */
  accountBlock: Block | null;
  /** The bucket's block. None: all four off. Not read where the account's block is complete, unless a check asks `always`. */
  publicAccessBlock: Conditional<Block | null, { readonly always: boolean }>;
  /** None: ObjectWriter. Not read where public ACLs are ignored. */
  ownership: Conditional<Ownership | null>;
  /** Not read where ACLs have no effect. */
  acl: Conditional<readonly Grant[]>;
  /** Not read where ACLs have no effect. */
  objectAcls: Conditional<ObjectAcls, ObjectAclsOptions>;
  /** The JSON text as AWS gives it. */
  policy: string | null;
  /** Read where the policy leaves doubt and public policies are not restricted; `ask: false` never reads it. */
  policyStatus: Conditional<PolicyStatus | null, { readonly ask: boolean }>;
  website: Website | null;
  /** The rules of the default encryption. */
  encryption: readonly EncryptionRule[] | null;
  versioning: Versioning | null;
  /** When it was made, or, for buckets of some regions, when its policy was last edited. */
  created: Instant;
  tags: Readonly<Record<string, string>>;
}

const TYPE = "AWS::S3::Bucket";
/** Events of objects that come into being, with an ACL of their own or without. */
const WRITES = ["PutObject", "CopyObject", "CreateMultipartUpload"];

const LISTS = [s3("ListBuckets", "s3:ListAllMyBuckets"), s3("GetBucketLocation", "s3:GetBucketLocation")] as const;

/** A general purpose bucket. Directory buckets, access points and Outposts are other things. */
export const bucket: ResourceKind<Bucket> = defineResource({
  type: TYPE,
  // The second only where a listing does not name the regions.
  lists: LISTS,
  finds: { account: { calls: LISTS } },
  lifecycle: events("CreateBucket", "DeleteBucket"),
  facets: {
    accountBlock: {
      schema: Block.nullable(),
      read: [{ service: "s3control", operation: "GetPublicAccessBlock", action: "s3:GetAccountPublicAccessBlock" }],
      changedBy: events("PutAccountPublicAccessBlock", "DeleteAccountPublicAccessBlock"),
    },
    publicAccessBlock: {
      schema: Block.nullable(),
      read: [s3("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock")],
      // CloudTrail has been seen to write both names.
      changedBy: events("PutBucketPublicAccessBlock", "DeleteBucketPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock"),
      after: ["accountBlock"],
      moot: (_, { accountBlock }, { always }) => (!always && isComplete(accountBlock) ? "the account blocks all public access" : null),
      options: { default: { always: false }, union: (a, b) => ({ always: a.always || b.always }) },
    },
    ownership: {
      schema: Ownership.nullable(),
      read: [s3("GetBucketOwnershipControls", "s3:GetBucketOwnershipControls")],
      changedBy: events("PutBucketOwnershipControls", "DeleteBucketOwnershipControls"),
      after: ["accountBlock", "publicAccessBlock"],
      moot: (_, known) => whoIgnoresPublicAcls(known),
    },
    acl: {
      schema: z.array(Grant),
      read: [s3("GetBucketAcl", "s3:GetBucketAcl")],
      changedBy: events("PutBucketAcl"),
      after: ["accountBlock", "publicAccessBlock", "ownership"],
      moot: (_, known) => whyNoAcls(known),
    },
    objectAcls: {
      schema: ObjectAcls,
      read: [s3("ListObjectsV2", "s3:ListBucket"), s3("GetObjectAcl", "s3:GetObjectAcl")],
      // Data events, which a trail has only where it was told to.
      changedBy: events("PutObjectAcl", ...WRITES),
      after: ["accountBlock", "publicAccessBlock", "ownership"],
      moot: (_, known) => whyNoAcls(known),
      options: {
        default: { sample: 50, calls: 5000 },
        union: (a, b) => ({ sample: Math.max(a.sample, b.sample), calls: Math.max(a.calls, b.calls) }),
      },
    },
    policy: {
      schema: z.string().nullable(),
      read: [s3("GetBucketPolicy", "s3:GetBucketPolicy")],
      changedBy: events("PutBucketPolicy", "DeleteBucketPolicy"),
    },
    policyStatus: {
      schema: PolicyStatus.nullable(),
      read: [s3("GetBucketPolicyStatus", "s3:GetBucketPolicyStatus")],
      changedBy: events("PutBucketPolicy", "DeleteBucketPolicy"),
      after: ["policy", "accountBlock", "publicAccessBlock"],
      moot: (_, known, { ask }) => (ask ? whyNoStatus(known) : "the configuration does not ask AWS for the policy status"),
      options: { default: { ask: true }, union: (a, b) => ({ ask: a.ask || b.ask }) },
    },
    website: {
      schema: Website.nullable(),
      read: [s3("GetBucketWebsite", "s3:GetBucketWebsite")],
      changedBy: events("PutBucketWebsite", "DeleteBucketWebsite"),
    },
    encryption: {
      schema: z.array(EncryptionRule).nullable(),
      read: [s3("GetBucketEncryption", "s3:GetEncryptionConfiguration")],
      changedBy: events("PutBucketEncryption", "DeleteBucketEncryption"),
    },
    versioning: {
      schema: Versioning.nullable(),
      read: [s3("GetBucketVersioning", "s3:GetBucketVersioning")],
      changedBy: events("PutBucketVersioning"),
    },
    created: {
      schema: z.iso.datetime(),
      prime: [s3("ListBuckets", "s3:ListAllMyBuckets")],
      read: [s3("ListBuckets", "s3:ListAllMyBuckets")],
      changedBy: [],
    },
    tags: {
      schema: z.record(z.string(), z.string()),
      read: [s3("GetBucketTagging", "s3:GetBucketTagging")],
      changedBy: events("PutBucketTagging", "DeleteBucketTagging"),
    },
  },
  locate,
  console: ({ name, region }) => `s3/buckets/${name}?region=${region}&tab=permissions`,
});

/** The values of a bucket's facets. */
export type BucketValues = { readonly [K in keyof Bucket]: ValueOf<Bucket[K]> };

const OPEN: Block = { blockPublicAcls: false, ignorePublicAcls: false, blockPublicPolicy: false, restrictPublicBuckets: false };

/** Every facet once, valid: a private bucket that nothing but its own ACL keeps private. For tests. */
export const exampleBucket: BucketValues = {
  accountBlock: null,
  publicAccessBlock: OPEN,
  ownership: "ObjectWriter",
  acl: [{ grantee: "user", id: "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be", permission: "FULL_CONTROL" }],
  objectAcls: { objects: {}, listed: 0, rest: null },
  policy: null,
  policyStatus: null,
  website: null,
  encryption: [{ algorithm: "AES256", kmsKeyId: null, bucketKey: false, blockedTypes: [] }],
  versioning: { status: "Enabled", mfaDelete: false },
  created: "2024-01-01T00:00:00.000Z",
  tags: { team: "platform" },
};

/**
 * `arn:aws-cn:s3:::logs` for the partition `aws-cn`.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
export function bucketArn(partition: string, name: string): string {
  return `arn:${partition}:s3:::${name}`;
}

const Held = z.object({ type: z.literal(TYPE), ARN: z.string(), accountId: z.string().optional() });
const Detail = z.object({
  requestParameters: z.looseObject({ bucketName: z.string().min(1) }),
  resources: z.array(z.unknown()).nullish().catch(undefined),
});

function locate(event: CloudEvent): readonly (ResourceRef | Selector)[] {
  const { name, partition, accountId, region } = event;
  if (name.endsWith("AccountPublicAccessBlock")) return [{ type: TYPE, by: "account", value: accountId, accountId, region: null }];
  const { requestParameters, resources } = Detail.safeParse(event.detail).data ?? {};
  if (!requestParameters) return [];
  const { bucketName, ...parameters } = requestParameters;
  // Objects are written all the time; without a grant nothing becomes public.
  if (WRITES.includes(name) && !Object.keys(parameters).some(isGrant)) return [];
  const held = resources?.flatMap((it) => Held.safeParse(it).data ?? []) ?? [];
  const arns = isBucketName(bucketName) ? [bucketArn(partition, bucketName)] : held.map(({ ARN }) => ARN);
  // What an account does to another's bucket is told to both.
  const others = new Set(held.flatMap((it) => (it.accountId === undefined || it.accountId === accountId ? [] : [it.ARN])));
  return arns.flatMap((arn) => {
    const bucketName = parseArn(arn)?.resource ?? "";
    return others.has(arn) || !isBucketName(bucketName) ? [] : [{ type: TYPE, arn, name: bucketName, accountId, region }];
  });
}

/**
 * Names of old buckets may have upper case and `_`. The endings are those of other things, by which objects are written as well.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
function isBucketName(name: string): boolean {
  return /^[\w.-]{3,255}$/.test(name) && !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);
}

/** `x-amz-acl`, `x-amz-grant-read`, `accessControlList`: the ways to say who may read. */
function isGrant(parameter: string): boolean {
  return /^(x-amz-acl|x-amz-grant-.*|accessControlList)$/i.test(parameter);
}

type Blocks = Pick<KnownOf<Bucket>, "accountBlock" | "publicAccessBlock">;

function isComplete(block: Block | null | undefined): boolean {
  return !!block && block.blockPublicAcls && block.ignorePublicAcls && block.blockPublicPolicy && block.restrictPublicBuckets;
}

function whoIgnoresPublicAcls({ accountBlock, publicAccessBlock }: Blocks): string | null {
  if (accountBlock?.ignorePublicAcls) return "the account ignores public ACLs";
  return publicAccessBlock?.ignorePublicAcls ? "the bucket ignores public ACLs" : null;
}

function whyNoAcls(known: Blocks & Pick<KnownOf<Bucket>, "ownership">): string | null {
  return whoIgnoresPublicAcls(known) ?? (known.ownership === "BucketOwnerEnforced" ? "object ownership disables ACLs" : null);
}

function whyNoStatus({ policy, accountBlock, publicAccessBlock }: KnownOf<Bucket>): string | null {
  if (policy === null) return "there is no policy";
  if (policy === undefined) return "the policy could not be read";
  if (accountBlock?.restrictPublicBuckets) return "the account restricts public buckets";
  if (publicAccessBlock?.restrictPublicBuckets) return "the bucket restricts public access";
  return policyDoubt(policy) ? null : "the policy itself decides";
}

function s3(operation: string, action: string): Call {
  return { service: "s3", operation, action };
}

function events(...names: readonly string[]): EventName[] {
  return names.map((name) => ({ source: "s3.amazonaws.com", name }));
}
