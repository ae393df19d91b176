import type { Json } from "@posture/core";
import { z } from "zod";

/* The bucket of a world, and what is in it; and the schemas that other resources of a world share. */

/** A shape of the AWS SDK, kept as it is. */
type Kept = Readonly<Record<string, Json>>;
export type Tag = { readonly Key: string; readonly Value: string };
export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}
interface Grant {
  readonly Grantee: {
    readonly Type: "CanonicalUser" | "AmazonCustomerByEmail" | "Group";
    readonly ID?: string | undefined;
    readonly URI?: string | undefined;
    readonly DisplayName?: string | undefined;
    readonly EmailAddress?: string | undefined;
  };
  readonly Permission: "FULL_CONTROL" | "WRITE" | "WRITE_ACP" | "READ" | "READ_ACP";
}

interface Acl {
  readonly Owner?: { readonly ID: string; readonly DisplayName?: string | undefined } | undefined;
  readonly Grants: readonly Grant[];
}
/** An object: its entry in ListObjectsV2, and its ACL. Only current versions. */
export interface StoredObject {
  readonly Key: string;
  readonly Acl?: Acl | undefined;
  readonly LastModified?: string | undefined;
  readonly ETag?: string | undefined;
  readonly Size?: number | undefined;
  readonly StorageClass?: string | undefined;
}

/** A bucket: its entry in ListBuckets, and what the calls about it answer. */
export interface Bucket {
  readonly Name: string;
  readonly BucketRegion: string;
  readonly CreationDate?: string | undefined;
  readonly BucketArn?: string | undefined;
  readonly Acl?: Acl | undefined;
  readonly Objects?: readonly StoredObject[] | undefined;
  readonly Policy?: string | Kept | undefined;
  readonly PolicyStatus?: { readonly IsPublic: boolean } | undefined;
  readonly PublicAccessBlockConfiguration?: { readonly [P in keyof PublicAccessBlock]?: boolean | undefined } | undefined;
  readonly OwnershipControls?:
    | { readonly Rules: readonly { readonly ObjectOwnership: "BucketOwnerPreferred" | "ObjectWriter" | "BucketOwnerEnforced" }[] }
    | null
    | undefined;
  readonly ServerSideEncryptionConfiguration?: Kept | null | undefined;
  readonly WebsiteConfiguration?: Kept | undefined;
  readonly VersioningConfiguration?:
    | { readonly Status?: "Enabled" | "Suspended" | undefined; readonly MFADelete?: "Enabled" | "Disabled" | undefined }
    | undefined;
  readonly TagSet?: readonly Tag[] | undefined;
}

export const text: z.ZodString = z.string().min(1);
export const region: z.ZodType<string> = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "this is not the name of a region");
/** A shape of the AWS SDK, kept as it is. */
const shape = z.record(z.string(), z.json());

/** AWS's command line prints it, and it follows from the rest. */
export const implied: z.ZodOptional<z.ZodString> = z.string().optional().describe("Not read: it follows from the rest.");

export const tag: z.ZodType<Tag> = z.strictObject({ Key: text, Value: z.string() });
export const publicAccessBlock: z.ZodObject<{ [K in keyof PublicAccessBlock]: z.ZodBoolean }> = z.strictObject({
  BlockPublicAcls: z.boolean(),
  IgnorePublicAcls: z.boolean(),
  BlockPublicPolicy: z.boolean(),
  RestrictPublicBuckets: z.boolean(),
});

const grant = z.strictObject({
  Grantee: z.strictObject({
    Type: z.enum(["CanonicalUser", "AmazonCustomerByEmail", "Group"]),
    ID: text.optional(),
    URI: text.optional(),
    DisplayName: z.string().optional(),
    EmailAddress: z.string().optional(),
  }),
  Permission: z.enum(["FULL_CONTROL", "WRITE", "WRITE_ACP", "READ", "READ_ACP"]),
});

const acl = z.object({
  Owner: z.strictObject({ ID: text, DisplayName: z.string().optional() }).optional(),
  Grants: z.array(grant),
});
const storedObject = z.strictObject({
  Key: z.string().min(1).max(1024),
  Acl: acl.optional().describe("As GetObjectAcl answers it. Left out: the owner alone."),
  LastModified: z.iso.datetime({ offset: true }).optional(),
  ETag: z.string().optional(),
  Size: z.int().min(0).optional(),
  StorageClass: z.string().optional(),
});

export const bucket: z.ZodType<Bucket> = z
  .strictObject({
    Name: z.string().min(3).max(63),
    BucketRegion: region,
    CreationDate: z.iso.datetime({ offset: true }).optional(),
    BucketArn: implied,
    Acl: acl.optional().describe("As GetBucketAcl answers it. Left out: the owner alone."),
    Objects: z.array(storedObject).optional().describe("Current versions. Left out: the bucket is empty."),
    Policy: z.union([z.string(), shape]).optional().describe("The policy document, as text or as JSON. Left out: there is none."),
    PolicyStatus: z
      .object({ IsPublic: z.boolean() })
      .optional()
      .describe("Left out: public if a statement allows everybody without a condition."),
    PublicAccessBlockConfiguration: publicAccessBlock.partial().optional().describe("Left out: there is none."),
    OwnershipControls: z
      .object({
        Rules: z.array(z.strictObject({ ObjectOwnership: z.enum(["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"]) })),
      })
      .nullable()
      .optional()
      .describe(
        "Left out: BucketOwnerEnforced, or ObjectWriter where there is an Acl, of the bucket or of an object. null: there are none.",
      ),
    ServerSideEncryptionConfiguration: shape
      .nullable()
      .optional()
      .describe("Left out: SSE-S3, as S3 sets it. null: the bucket has none, as before 2023."),
    WebsiteConfiguration: shape.optional(),
    VersioningConfiguration: z
      .object({ Status: z.enum(["Enabled", "Suspended"]).optional(), MFADelete: z.enum(["Enabled", "Disabled"]).optional() })
      .optional(),
    TagSet: z.array(tag).optional(),
  })
  .describe("A bucket: its entry in ListBuckets, and what the calls about it answer.");
