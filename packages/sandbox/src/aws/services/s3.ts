import { isShape, numberIn, type Shape, shapesIn, textIn } from "../shape.ts";
import type { Bucket } from "../world.ts";
import { AwsError } from "../wire/answer.ts";
import { type Handler, pageOf } from "./handler.ts";
import { aclOf, answeredAcl, ownershipOf } from "./s3-acl.ts";
import { missing, named, OWNER, put } from "./s3-named.ts";
import { s3Objects } from "./s3-objects.ts";

const MOST_BUCKETS = 10_000;
const FIRST_DAY = "2024-01-01T00:00:00.000Z";

/** What a bucket has been given, or S3's refusal that says there is none. */
function given(member: keyof Bucket, code: string, message: string): Handler {
  return (input, context) => {
    const bucket = named(input, context);
    const value = bucket[member];
    if (value === undefined || value === null) throw missing(code, message);
    return { [member]: value };
  };
}

export const s3: Readonly<Record<string, Handler>> = {
  ListBuckets(input, { account }) {
    const prefix = textIn(input, "Prefix") ?? "";
    const wanted = textIn(input, "BucketRegion");
    const all = account.buckets
      .filter(({ Name, BucketRegion }) => Name.startsWith(prefix) && (wanted ?? BucketRegion) === BucketRegion)
      .toSorted((a, b) => (a.Name < b.Name ? -1 : 1));
    const size = numberIn(input, "MaxBuckets");
    if (size !== undefined && (size < 1 || size > MOST_BUCKETS))
      throw new AwsError(400, "InvalidArgument", `Argument maxBuckets must be an integer between 1 and ${MOST_BUCKETS}`);
    const { items, next } = pageOf(
      all,
      size,
      textIn(input, "ContinuationToken"),
      () => new AwsError(400, "InvalidArgument", "The continuation token provided is incorrect"),
    );
    const Buckets = items.map(({ Name, BucketRegion, CreationDate = FIRST_DAY }) => ({
      Name,
      BucketRegion,
      CreationDate: new Date(CreationDate),
      BucketArn: `arn:aws:s3:::${Name}`,
    }));
    return { Buckets, Owner: { ID: OWNER }, ContinuationToken: next };
  },

  HeadBucket: (input, context) => ({ BucketRegion: named(input, context).BucketRegion }),
  GetBucketLocation(input, context) {
    const { BucketRegion } = named(input, context, true);
    return { LocationConstraint: BucketRegion === "us-east-1" ? "" : BucketRegion };
  },
  GetBucketAcl(input, context) {
    return answeredAcl(named(input, context).Acl);
  },
  GetBucketPolicy(input, context) {
    const { Policy } = named(input, context);
    if (Policy === undefined) throw missing("NoSuchBucketPolicy", "The bucket policy does not exist");
    return { Policy: typeof Policy === "string" ? Policy : JSON.stringify(Policy) };
  },
  GetBucketPolicyStatus(input, context) {
    const { Policy, PolicyStatus } = named(input, context);
    if (Policy === undefined) throw missing("NoSuchBucketPolicy", "The bucket policy does not exist");
    return { PolicyStatus: PolicyStatus ?? { IsPublic: looksPublic(Policy) } };
  },
  GetBucketOwnershipControls(input, context) {
    const controls = ownershipOf(named(input, context));
    if (controls === null) throw missing("OwnershipControlsNotFoundError", "The bucket ownership controls were not found");
    return { OwnershipControls: controls };
  },
  GetBucketEncryption(input, context) {
    const { ServerSideEncryptionConfiguration: own } = named(input, context);
    if (own === null)
      throw missing("ServerSideEncryptionConfigurationNotFoundError", "The server side encryption configuration was not found");
    return {
      ServerSideEncryptionConfiguration: own ?? {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
      },
    };
  },
  GetBucketWebsite(input, context) {
    const { WebsiteConfiguration } = named(input, context);
    if (!WebsiteConfiguration) throw missing("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration");
    return WebsiteConfiguration;
  },
  GetBucketVersioning: (input, context) => named(input, context).VersioningConfiguration ?? {},
  GetPublicAccessBlock: given(
    "PublicAccessBlockConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "The public access block configuration was not found",
  ),
  GetBucketTagging(input, context) {
    const { TagSet } = named(input, context);
    if (!TagSet?.length) throw missing("NoSuchTagSet", "The TagSet does not exist");
    return { TagSet };
  },

  CreateBucket(input, { state, account, region, caller }) {
    const Name = textIn(input, "Bucket") ?? "";
    const owner = state.bucket(Name)?.account;
    if (owner)
      throw new AwsError(
        409,
        owner === account ? "BucketAlreadyOwnedByYou" : "BucketAlreadyExists",
        "The requested bucket name is not available",
      );
    const configured = isShape(input["CreateBucketConfiguration"])
      ? textIn(input["CreateBucketConfiguration"], "LocationConstraint")
      : undefined;
    const BucketRegion = configured ?? region;
    // Only the endpoint of us-east-1 makes buckets elsewhere.
    if (BucketRegion !== region && region !== "us-east-1")
      throw new AwsError(
        400,
        "IllegalLocationConstraintException",
        `The ${BucketRegion} location constraint is incompatible for the region specific endpoint this request was sent to.`,
      );
    const made = { Name, BucketRegion, PublicAccessBlockConfiguration: ALL_BLOCKED };
    state.patch({ accounts: [{ id: account.id, buckets: [made] }] }, caller);
    return { Location: `/${Name}` };
  },
  DeleteBucket(input, context) {
    const { Name } = named(input, context);
    context.state.patch({ accounts: [{ id: context.account.id, remove: [Name] }] }, context.caller);
    return {};
  },
  PutPublicAccessBlock: put("PublicAccessBlockConfiguration", (input) => input["PublicAccessBlockConfiguration"]),
  DeletePublicAccessBlock: put("PublicAccessBlockConfiguration", () => null),
  PutBucketPolicy: put("Policy", (input) => {
    const policy = textIn(input, "Policy") ?? "";
    if (!isShape(parsed(policy))) throw new AwsError(400, "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'");
    return policy;
  }),
  DeleteBucketPolicy: put("Policy", () => null),
  PutBucketAcl: put("Acl", (input, bucket) => aclOf(input, bucket, bucket.Acl)),
  PutBucketWebsite: put("WebsiteConfiguration", (input) => input["WebsiteConfiguration"]),
  DeleteBucketWebsite: put("WebsiteConfiguration", () => null),
  // Since 2023 S3 encrypts with its own keys where nothing else is configured.
  DeleteBucketEncryption: put("ServerSideEncryptionConfiguration", () => undefined),
  PutBucketEncryption: put("ServerSideEncryptionConfiguration", (input) => input["ServerSideEncryptionConfiguration"]),
  PutBucketVersioning: put("VersioningConfiguration", (input) => input["VersioningConfiguration"]),
  PutBucketOwnershipControls: put("OwnershipControls", (input) => input["OwnershipControls"]),
  DeleteBucketOwnershipControls: put("OwnershipControls", () => null),
  PutBucketTagging: put("TagSet", (input) => (isShape(input["Tagging"]) ? input["Tagging"]["TagSet"] : undefined)),
  DeleteBucketTagging: put("TagSet", () => null),
  ...s3Objects,
};

const ALL_BLOCKED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

/** A plain reading, for worlds that do not say: everybody is allowed something without a condition. */
function looksPublic(policy: string | Shape): boolean {
  const document: unknown = typeof policy === "string" ? parsed(policy) : policy;
  const statements = typeof document === "object" && document !== null ? shapesIn({ ...document }, "Statement") : undefined;
  return (statements ?? []).some(
    (statement) => statement["Effect"] === "Allow" && statement["Condition"] === undefined && isEverybody(statement["Principal"]),
  );
}
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
function isEverybody(principal: unknown): boolean {
  return principal === "*" || (typeof principal === "object" && principal !== null && "AWS" in principal && principal.AWS === "*");
}
