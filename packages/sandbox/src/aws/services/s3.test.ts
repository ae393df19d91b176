import * as s3 from "@aws-sdk/client-s3";
import { paginateListBuckets } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { OTHER, OWN, refusalOf, simulated, VPC } from "../small-world.test.fixture.ts";

const sandbox = simulated();
const Bucket = "example-plain";
const bare = { Bucket: "example-bare" };

describe("a listing of buckets", () => {
  it("has the account's own in the order of their names, with region and date", async () => {
    const { Buckets, ContinuationToken } = await sandbox.s3().send(new s3.ListBucketsCommand({}));
    expect(Buckets?.map((it) => [it.Name, it.BucketRegion])).toEqual([
      ["example-bare", "us-east-1"],
      ["example-europe", "eu-west-1"],
      ["example-plain", "us-east-1"],
    ]);
    expect(Buckets?.[0]?.CreationDate).toEqual(new Date("2024-01-01T00:00:00.000Z"));
    expect(ContinuationToken).toBeUndefined();
  });
  it("comes in pages of one", async () => {
    const pages: (string | undefined)[][] = [];
    for await (const { Buckets } of paginateListBuckets({ client: sandbox.s3(), pageSize: 1 }, {})) {
      pages.push(Buckets?.map(({ Name }) => Name) ?? ["malformed"]);
    }
    expect(pages).toEqual([["example-bare"], ["example-europe"], ["example-plain"]]);
  });
  it.each([
    ["a region", { BucketRegion: "eu-west-1" }, ["example-europe"]],
    ["a prefix", { Prefix: "example-p" }, ["example-plain"]],
    ["a prefix that none has", { Prefix: "other" }, []],
  ])("can be limited to %s", async (_, input, names) => {
    const { Buckets } = await sandbox.s3().send(new s3.ListBucketsCommand(input));
    expect(Buckets?.map(({ Name }) => Name) ?? []).toEqual(names);
  });
  it.each([
    ["a foreign token", { ContinuationToken: "bm9uc2Vuc2U" }],
    ["a page of nothing", { MaxBuckets: 0 }],
    ["a page that is too long", { MaxBuckets: 10_001 }],
  ])("is refused with %s", async (_, input) =>
    expect(await refusalOf(sandbox.s3().send(new s3.ListBucketsCommand(input)))).toBe("InvalidArgument 400"),
  );
});

describe("what a bucket was never given", () => {
  it.each([
    ["policy", (client: s3.S3Client) => client.send(new s3.GetBucketPolicyCommand({ Bucket })), "NoSuchBucketPolicy 404"],
    [
      "policy, so no status",
      (client: s3.S3Client) => client.send(new s3.GetBucketPolicyStatusCommand({ Bucket })),
      "NoSuchBucketPolicy 404",
    ],
    [
      "public access block",
      (client: s3.S3Client) => client.send(new s3.GetPublicAccessBlockCommand({ Bucket })),
      "NoSuchPublicAccessBlockConfiguration 404",
    ],
    ["website", (client: s3.S3Client) => client.send(new s3.GetBucketWebsiteCommand({ Bucket })), "NoSuchWebsiteConfiguration 404"],
    ["tags", (client: s3.S3Client) => client.send(new s3.GetBucketTaggingCommand({ Bucket })), "NoSuchTagSet 404"],
    [
      "encryption",
      (client: s3.S3Client) => client.send(new s3.GetBucketEncryptionCommand(bare)),
      "ServerSideEncryptionConfigurationNotFoundError 404",
    ],
    [
      "ownership controls",
      (client: s3.S3Client) => client.send(new s3.GetBucketOwnershipControlsCommand(bare)),
      "OwnershipControlsNotFoundError 404",
    ],
  ])("%s: S3's own refusal", async (_, asked, refusal) => expect(await refusalOf(asked(sandbox.s3()))).toBe(refusal));
  it("versioning: an answer without a status", async () => {
    const answer = await sandbox.s3().send(new s3.GetBucketVersioningCommand({ Bucket }));
    expect(answer.Status).toBeUndefined();
  });
  it("an ACL: that of the owner alone", async () => {
    const { Owner, Grants } = await sandbox.s3().send(new s3.GetBucketAclCommand({ Bucket }));
    expect(Grants).toEqual([{ Grantee: { Type: "CanonicalUser", ID: Owner?.ID }, Permission: "FULL_CONTROL" }]);
  });
  it("encryption, since 2023: S3's own keys", async () => {
    const { ServerSideEncryptionConfiguration: it } = await sandbox.s3().send(new s3.GetBucketEncryptionCommand({ Bucket }));
    expect(it?.Rules).toEqual([{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }]);
  });
  it("ownership controls: the owner enforced", async () => {
    const { OwnershipControls } = await sandbox.s3().send(new s3.GetBucketOwnershipControlsCommand({ Bucket }));
    expect(OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] });
  });
});

describe("what is put into a bucket is what is read back", () => {
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` }],
  });
  it("a policy, and whether it is public, until it is deleted", async () => {
    const client = sandbox.s3();
    await client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy: policy }));
    expect((await client.send(new s3.GetBucketPolicyCommand({ Bucket }))).Policy).toBe(policy);
    expect((await client.send(new s3.GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus).toEqual({ IsPublic: true });
    await client.send(new s3.DeleteBucketPolicyCommand({ Bucket }));
    expect(await refusalOf(client.send(new s3.GetBucketPolicyCommand({ Bucket })))).toBe("NoSuchBucketPolicy 404");
  });
  it("a policy with a condition is not public, nor is one that is not everybody's", async () => {
    const client = sandbox.s3();
    const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" };
    const others = [
      { ...statement, Condition: { StringEquals: { "aws:SourceVpc": VPC } } },
      { ...statement, Principal: { AWS: `arn:aws:iam::${OTHER}:root` } },
      { ...statement, Effect: "Deny" },
    ];
    await client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement: others }) }));
    expect((await client.send(new s3.GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus).toEqual({ IsPublic: false });
  });
  it("a policy has to be JSON", async () =>
    expect(await refusalOf(sandbox.s3().send(new s3.PutBucketPolicyCommand({ Bucket, Policy: "{" })))).toBe("MalformedPolicy 400"));
  it("a public access block", async () => {
    const client = sandbox.s3();
    const block = { BlockPublicAcls: true, IgnorePublicAcls: false, BlockPublicPolicy: true, RestrictPublicBuckets: false };
    await client.send(new s3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: block }));
    expect((await client.send(new s3.GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual(block);
    await client.send(new s3.DeletePublicAccessBlockCommand({ Bucket }));
    expect(await refusalOf(client.send(new s3.GetPublicAccessBlockCommand({ Bucket })))).toBe("NoSuchPublicAccessBlockConfiguration 404");
  });
  it("an encryption; deleted, it is S3's own again", async () => {
    const client = sandbox.s3();
    const key = "arn:aws:kms:us-east-1:111122223333:key/1234";
    const rules = [
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: key }, BucketKeyEnabled: true },
    ];
    await client.send(new s3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: rules } }));
    const read = async (): Promise<unknown> =>
      (await client.send(new s3.GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules;
    expect(await read()).toEqual(rules);
    await client.send(new s3.DeleteBucketEncryptionCommand({ Bucket }));
    expect(await read()).toMatchObject([{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }]);
  });
  it("a website, a versioning and tags", async () => {
    const client = sandbox.s3();
    const website = { IndexDocument: { Suffix: "index.html" }, ErrorDocument: { Key: "404.html" } };
    const tags = [{ Key: "team", Value: "a & b" }];
    await client.send(new s3.PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: website }));
    await client.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }));
    await client.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tags } }));
    expect(await client.send(new s3.GetBucketWebsiteCommand({ Bucket }))).toMatchObject(website);
    expect((await client.send(new s3.GetBucketVersioningCommand({ Bucket }))).Status).toBe("Suspended");
    expect((await client.send(new s3.GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(tags);
    await client.send(new s3.DeleteBucketWebsiteCommand({ Bucket }));
    await client.send(new s3.DeleteBucketTaggingCommand({ Bucket }));
    expect(await refusalOf(client.send(new s3.GetBucketWebsiteCommand({ Bucket })))).toBe("NoSuchWebsiteConfiguration 404");
    expect(await refusalOf(client.send(new s3.GetBucketTaggingCommand({ Bucket })))).toBe("NoSuchTagSet 404");
  });
  it("an ACL, canned or as a policy, once ACLs are allowed", async () => {
    const client = sandbox.s3();
    const put = async (ObjectOwnership: s3.ObjectOwnership): Promise<unknown> =>
      client.send(new s3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership }] } }));
    const grants = async (): Promise<unknown> =>
      (await client.send(new s3.GetBucketAclCommand({ Bucket }))).Grants?.map(({ Grantee, Permission }) => [Grantee?.URI, Permission]);
    const publicRead = new s3.PutBucketAclCommand({ Bucket, ACL: "public-read" });
    expect(await refusalOf(client.send(publicRead))).toBe("AccessControlListNotSupported 400");
    await put("ObjectWriter");
    await client.send(publicRead);
    expect(await grants()).toEqual([
      [undefined, "FULL_CONTROL"],
      ["http://acs.amazonaws.com/groups/global/AllUsers", "READ"],
    ]);
    const { Owner, Grants } = await client.send(new s3.GetBucketAclCommand({ Bucket }));
    await client.send(new s3.PutBucketAclCommand({ Bucket, AccessControlPolicy: { Owner, Grants: Grants?.slice(1) } }));
    expect(await grants()).toEqual([["http://acs.amazonaws.com/groups/global/AllUsers", "READ"]]);
    await client.send(new s3.DeleteBucketOwnershipControlsCommand({ Bucket }));
    expect(await refusalOf(client.send(new s3.GetBucketOwnershipControlsCommand({ Bucket })))).toBe("OwnershipControlsNotFoundError 404");
  });
  it("grants in headers are refused, not left out", async () => {
    const client = sandbox.s3();
    const grant = new s3.PutBucketAclCommand({ ...bare, GrantRead: 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' });
    expect(await refusalOf(client.send(grant))).toBe("NotImplemented 501");
  });
});

describe("a bucket that is made", () => {
  const made = "example-new";
  it("is in the region it was made in, blocked, until it is deleted", async () => {
    const client = sandbox.s3({ region: "eu-west-1" });
    await client.send(new s3.CreateBucketCommand({ Bucket: made }));
    expect((await client.send(new s3.HeadBucketCommand({ Bucket: made }))).BucketRegion).toBe("eu-west-1");
    const { PublicAccessBlockConfiguration: block } = await client.send(new s3.GetPublicAccessBlockCommand({ Bucket: made }));
    expect(Object.values(block ?? {})).toEqual([true, true, true, true]);
    await client.send(new s3.DeleteBucketCommand({ Bucket: made }));
    expect(await refusalOf(client.send(new s3.HeadBucketCommand({ Bucket: made })))).toBe("NotFound 404");
  });
  it("may be in another region only where us-east-1 is asked", async () => {
    const elsewhere = { Bucket: made, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" as const } };
    await sandbox.s3().send(new s3.CreateBucketCommand(elsewhere));
    expect(
      sandbox
        .aws()
        .world()
        .accounts[0]?.buckets.find(({ Name }) => Name === made)?.BucketRegion,
    ).toBe("eu-west-1");
    const home = { Bucket: "example-newer", CreateBucketConfiguration: { LocationConstraint: "eu-north-1" as const } };
    const asked = sandbox.s3({ region: "eu-west-1" }).send(new s3.CreateBucketCommand(home));
    expect(await refusalOf(asked)).toBe("IllegalLocationConstraintException 400");
  });
  it.each([
    ["of one's own", Bucket, "BucketAlreadyOwnedByYou 409"],
    ["of another account", "example-of-another", "BucketAlreadyExists 409"],
    ["that no bucket can have", "ab", "InvalidParameterValue 400"],
  ])("cannot have a name %s", async (_, name, refusal) =>
    expect(await refusalOf(sandbox.s3().send(new s3.CreateBucketCommand({ Bucket: name })))).toBe(refusal),
  );
});

describe("a bucket", () => {
  const { get, location } = {
    get: (name: string) => new s3.GetBucketAclCommand({ Bucket: name }),
    location: (name: string) => new s3.GetBucketLocationCommand({ Bucket: name }),
  };
  it("in another region is somewhere else, and the answer says where", async () => {
    const asked = sandbox.s3().send(get("example-europe"));
    expect(await refusalOf(asked)).toBe("PermanentRedirect 301");
    await expect(asked).rejects.toMatchObject({ $response: { headers: { "x-amz-bucket-region": "eu-west-1" } } });
  });
  it("says from everywhere where it is", async () => {
    expect((await sandbox.s3().send(location("example-europe"))).LocationConstraint).toBe("eu-west-1");
    expect((await sandbox.s3({ region: "eu-west-1" }).send(location(Bucket))).LocationConstraint).toBeFalsy();
  });
  it("that is not there is not found", async () => {
    expect(await refusalOf(sandbox.s3().send(get("example-none")))).toBe("NoSuchBucket 404");
    expect(await refusalOf(sandbox.s3().send(location("example-none")))).toBe("NoSuchBucket 404");
  });
  it("of another account is denied, not hidden", async () =>
    expect(await refusalOf(sandbox.s3().send(get("example-of-another")))).toBe("AccessDenied 403"));
  it("answers only who expects its true owner", async () => {
    const asked = (ExpectedBucketOwner: string): Promise<unknown> =>
      sandbox.s3().send(new s3.GetBucketAclCommand({ Bucket, ExpectedBucketOwner }));
    expect([await refusalOf(asked(OWN)), await refusalOf(asked(OTHER))]).toEqual(["answered", "AccessDenied 403"]);
  });
  it("is not asked for the versions of its objects here", async () =>
    expect(await refusalOf(sandbox.s3().send(new s3.ListObjectVersionsCommand({ Bucket })))).toBe("NotImplemented 501"));
});
