import type { S3Client } from "@aws-sdk/client-s3";
import * as s3 from "@aws-sdk/client-s3";

/** A bucket as somebody set it up, and the checks that must fail on it; all others must pass. */
export interface BucketCase {
  readonly is: string;
  readonly setUp?: (client: S3Client, Bucket: string) => Promise<unknown>;
  readonly fails: readonly string[];
}

const BLOCK = "s3/bucket-public-access-block-off";
const ACL = "s3/bucket-acl-public";
const OBJECT = "s3/object-acl-public";
const POLICY = "s3/bucket-policy-public";
const HTTPS = "s3/bucket-https-not-enforced";
const WEBSITE = "s3/bucket-website-enabled";
const ENCRYPTION = "s3/bucket-no-default-encryption";
/** A bucket of moto that nobody touched: no block, no policy, and (unlike AWS) no default encryption. */
const BARE = [BLOCK, HTTPS, ENCRYPTION];

const FLAGS = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const OFF = { BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false, RestrictPublicBuckets: false };
const blocked = (flags: Partial<typeof FLAGS>) => (client: S3Client, Bucket: string) =>
  client.send(new s3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { ...OFF, ...flags } }));
const acl = (ACL: s3.BucketCannedACL) => (client: S3Client, Bucket: string) => client.send(new s3.PutBucketAclCommand({ Bucket, ACL }));
const object = (Key: string, ACL: s3.ObjectCannedACL) => (client: S3Client, Bucket: string) =>
  client.send(new s3.PutObjectCommand({ Bucket, Key, Body: "content", ACL }));
const logged = (client: S3Client, Bucket: string) =>
  client.send(new s3.PutBucketAclCommand({ Bucket, GrantWrite: 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"' }));
const encrypted = (SSEAlgorithm: s3.ServerSideEncryption) => (client: S3Client, Bucket: string) =>
  client.send(
    new s3.PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }] },
    }),
  );
const owned = (client: S3Client, Bucket: string) =>
  client.send(
    new s3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } }),
  );
const site = (WebsiteConfiguration: s3.WebsiteConfiguration) => (client: S3Client, Bucket: string) =>
  client.send(new s3.PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
const policy =
  (...statements: readonly object[]) =>
  (client: S3Client, Bucket: string) => {
    const Statement = statements.map((statement) => ({
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
      ...statement,
    }));
    const text = JSON.stringify({ Version: "2012-10-17", Statement }).replaceAll("$bucket", Bucket);
    return client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy: text }));
  };
const all =
  (...steps: readonly NonNullable<BucketCase["setUp"]>[]) =>
  async (client: S3Client, Bucket: string) => {
    for (const step of steps) await step(client, Bucket);
  };

const filled = (count: number) => async (client: S3Client, Bucket: string) => {
  const keys = Array.from({ length: count }, (_, i) => `folder/${i}`);
  // moto answers one request after the other; ten at once keep it busy.
  while (keys.length > 0) await Promise.all(keys.splice(0, 10).map((key) => object(key, "private")(client, Bucket)));
};

const SECURE = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::$bucket", "arn:aws:s3:::$bucket/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const without = (...ids: readonly string[]) => BARE.filter((id) => !ids.includes(id));

export const bucketCases: readonly BucketCase[] = [
  { is: "as it was made", fails: BARE },
  { is: "with all four blocks", setUp: blocked(FLAGS), fails: without(BLOCK) },
  { is: "with three of four blocks", setUp: blocked({ ...FLAGS, RestrictPublicBuckets: false }), fails: BARE },
  { is: "with two blocks", setUp: blocked({ IgnorePublicAcls: true, RestrictPublicBuckets: true }), fails: BARE },
  { is: "encrypted with S3's own keys", setUp: encrypted("AES256"), fails: without(ENCRYPTION) },
  { is: "encrypted with KMS", setUp: encrypted("aws:kms"), fails: without(ENCRYPTION) },
  { is: "readable by everyone", setUp: acl("public-read"), fails: [...BARE, ACL] },
  { is: "writable by everyone", setUp: acl("public-read-write"), fails: [...BARE, ACL] },
  { is: "readable by every AWS account", setUp: acl("authenticated-read"), fails: [...BARE, ACL] },
  { is: "written by the log delivery group", setUp: logged, fails: BARE },
  { is: "private by its ACL", setUp: acl("private"), fails: BARE },
  {
    is: "readable by everyone, but public ACLs are ignored",
    setUp: all(acl("public-read"), blocked({ IgnorePublicAcls: true })),
    fails: BARE,
  },
  {
    is: "readable by everyone, while only new public ACLs are blocked",
    setUp: all(acl("public-read"), blocked({ BlockPublicAcls: true })),
    fails: [...BARE, ACL],
  },
  { is: "readable by everyone, but ownership disables ACLs", setUp: all(acl("public-read"), owned), fails: BARE },
  { is: "with an object that everyone may read", setUp: object("a b+c/é.txt", "public-read"), fails: [...BARE, OBJECT] },
  { is: "with an object that every AWS account may read", setUp: object("a", "authenticated-read"), fails: [...BARE, OBJECT] },
  { is: "with private objects", setUp: all(object("a", "private"), object("b", "bucket-owner-full-control")), fails: BARE },
  {
    is: "with a public object among private ones",
    setUp: all(object("a", "private"), object("b", "public-read"), object("c", "private")),
    fails: [...BARE, OBJECT],
  },
  {
    is: "with a public object, but public ACLs are ignored",
    setUp: all(object("a", "public-read"), blocked({ IgnorePublicAcls: true })),
    fails: BARE,
  },
  {
    is: "with a public object, while only new public ACLs are blocked",
    setUp: all(object("a", "public-read"), blocked({ BlockPublicAcls: true })),
    fails: [...BARE, OBJECT],
  },
  { is: "with a public object, but ownership disables ACLs", setUp: all(object("a", "public-read"), owned), fails: BARE },
  { is: "with more than a page of private objects", setUp: filled(1030), fails: BARE },
  { is: "public by its policy", setUp: policy({ Principal: "*" }), fails: [...BARE, POLICY] },
  { is: "public by the map form of the principal", setUp: policy({ Principal: { AWS: ["*"] } }), fails: [...BARE, POLICY] },
  {
    is: "open to everyone but one",
    setUp: policy({ NotPrincipal: { AWS: "arn:aws:iam::123456789012:user/bob" } }),
    fails: [...BARE, POLICY],
  },
  {
    is: "open to an office range",
    setUp: policy({ Principal: "*", Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } } }),
    fails: BARE,
  },
  {
    is: "open to the whole address space by condition",
    setUp: policy({ Principal: "*", Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } }),
    fails: [...BARE, POLICY],
  },
  {
    is: "open to one organization",
    setUp: policy({ Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abc" } } }),
    fails: BARE,
  },
  {
    is: "open to whoever sends a header",
    setUp: policy({ Principal: "*", Condition: { StringLike: { "aws:Referer": "https://example.com/*" } } }),
    fails: [...BARE, POLICY],
  },
  {
    is: "open to one VPC endpoint",
    setUp: policy({ Principal: "*", Condition: { StringEquals: { "aws:SourceVpce": "vpce-0abc" } } }),
    fails: BARE,
  },
  { is: "open to one account", setUp: policy({ Principal: { AWS: "arn:aws:iam::444455556666:root" } }), fails: BARE },
  { is: "open to a service", setUp: policy({ Principal: { Service: "cloudfront.amazonaws.com" } }), fails: BARE },
  {
    is: "public by its policy, but public policies are restricted",
    setUp: all(policy({ Principal: "*" }), blocked({ RestrictPublicBuckets: true })),
    fails: BARE,
  },
  {
    is: "public by its policy, while only new public policies are blocked",
    setUp: all(policy({ Principal: "*" }), blocked({ BlockPublicPolicy: true })),
    fails: [...BARE, POLICY],
  },
  { is: "closed to plain HTTP", setUp: policy(SECURE), fails: without(HTTPS) },
  { is: "closed to plain HTTP for every action there is", setUp: policy({ ...SECURE, Action: "*" }), fails: without(HTTPS) },
  { is: "closed to plain HTTP for its objects only", setUp: policy({ ...SECURE, Resource: "arn:aws:s3:::$bucket/*" }), fails: BARE },
  { is: "closed to HTTPS by mistake", setUp: policy({ ...SECURE, Condition: { Bool: { "aws:SecureTransport": "true" } } }), fails: BARE },
  { is: "a website", setUp: site({ IndexDocument: { Suffix: "index.html" } }), fails: [...BARE, WEBSITE] },
  { is: "a redirect", setUp: site({ RedirectAllRequestsTo: { HostName: "example.com" } }), fails: [...BARE, WEBSITE] },
];
