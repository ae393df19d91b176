import { type Parts, parts, type UnreadPart, unreadPart } from "@posture/core";
import { z } from "zod";

/**
 * The four settings of Block Public Access, on an account or on a bucket. A flag that AWS leaves out is off.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export interface Block {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}
export const Block: z.ZodType<Block> = z.strictObject({
  blockPublicAcls: z.boolean(),
  ignorePublicAcls: z.boolean(),
  blockPublicPolicy: z.boolean(),
  restrictPublicBuckets: z.boolean(),
});

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export type Ownership = "BucketOwnerEnforced" | "BucketOwnerPreferred" | "ObjectWriter";
export const Ownership: z.ZodType<Ownership> = z.enum(["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]);

/**
 * One line of an ACL. `id` is the URI of a group, the canonical id of a user, or an e-mail address, as AWS writes it.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 */
export interface Grant {
  readonly grantee: "user" | "group" | "email";
  readonly id: string;
  /** READ, WRITE, READ_ACP, WRITE_ACP, FULL_CONTROL. */
  readonly permission: string;
}
export const Grant: z.ZodType<Grant> = z.strictObject({
  grantee: z.enum(["user", "group", "email"]),
  id: z.string().min(1),
  permission: z.string().min(1),
});

/**
 * The ACLs of objects, of their current versions: of all of them, or of some.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 */
export interface ObjectAcls {
  /** By ARN. */
  readonly objects: Parts<readonly Grant[]>;
  /** How many keys were listed; there are at least as many objects. */
  readonly listed: number;
  /** Why others were not looked at; `null`: there are no others. */
  readonly rest: UnreadPart | null;
}
export const ObjectAcls: z.ZodType<ObjectAcls> = z.strictObject({
  objects: parts(z.array(Grant)),
  listed: z.int().min(0),
  rest: unreadPart.nullable(),
});

/** How far the ACLs of objects are looked at. */
export interface ObjectAclsOptions {
  /** Objects of one bucket. Up to 1,000 are taken from all over the bucket; more are taken in the order of their keys. */
  readonly sample: number;
  /** Calls for the ACLs of objects, over all buckets of one sweep. */
  readonly calls: number;
}

/** What S3 itself says of the policy. It knows nothing of Block Public Access. */
export interface PolicyStatus {
  readonly isPublic: boolean;
}
export const PolicyStatus: z.ZodType<PolicyStatus> = z.strictObject({ isPublic: z.boolean() });

/**
 * The website configuration; `null` is a member that is not set. All four unset is a configuration with nothing in it.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/EnableWebsiteHosting.html
 */
export interface Website {
  /** The suffix, `index.html`. */
  readonly indexDocument: string | null;
  /** The key, `error.html`. */
  readonly errorDocument: string | null;
  /** The host of RedirectAllRequestsTo. */
  readonly redirectsTo: string | null;
  /** How many there are. */
  readonly routingRules: number;
}
export const Website: z.ZodType<Website> = z.strictObject({
  indexDocument: z.string().nullable(),
  errorDocument: z.string().nullable(),
  redirectsTo: z.string().nullable(),
  routingRules: z.int().min(0),
});

/**
 * One rule of the default encryption.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html
 */
export interface EncryptionRule {
  /** `null`: the rule sets no default (it has no ApplyServerSideEncryptionByDefault). */
  readonly algorithm: string | null;
  /** Key id, key ARN or alias; `null`: AWS's own key. */
  readonly kmsKeyId: string | null;
  readonly bucketKey: boolean;
  /** BlockedEncryptionTypes, `["SSE-C"]`; empty where AWS names none. */
  readonly blockedTypes: readonly string[];
}
export const EncryptionRule: z.ZodType<EncryptionRule> = z.strictObject({
  algorithm: z.string().min(1).nullable(),
  kmsKeyId: z.string().min(1).nullable(),
  bucketKey: z.boolean(),
  blockedTypes: z.array(z.string()),
});

/** Versioning of a bucket that once had it; a bucket that never had it has none. */
export interface Versioning {
  readonly status: "Enabled" | "Suspended";
  readonly mfaDelete: boolean;
}
export const Versioning: z.ZodType<Versioning> = z.strictObject({ status: z.enum(["Enabled", "Suspended"]), mfaDelete: z.boolean() });
