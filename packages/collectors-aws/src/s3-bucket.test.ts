import { type AwsAccess, type AwsRun, openAws } from "@posture/aws-access";
import { type Answer, type Listed, ListingFailure, type ResourceRef, type Target } from "@posture/core";
import { bucket, bucketArn } from "@posture/resources-aws/s3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Answered, type AnswerServer, type Asked, s3Error, startAnswers, xml } from "./answers.test.server.ts";
import { buckets } from "./s3-bucket.ts";

const ACCOUNT = "111122223333";
const TARGET: Target = { accountId: ACCOUNT, partition: "aws", region: "global" };
const LOGS: ResourceRef = { type: bucket.type, arn: bucketArn("aws", "logs"), name: "logs", accountId: ACCOUNT, region: "eu-west-1" };
const ALLOWED = [...bucket.lists, ...Object.values(bucket.facets).flatMap(({ read }) => read)];

let server: AnswerServer;
let aws: AwsAccess;
const before = { ...process.env };

async function given(answer: (asked: Asked) => Answered): Promise<AwsRun> {
  server = await startAnswers(answer);
  process.env = { ...before, AWS_ENDPOINT_URL: server.endpoint, AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" };
  aws = openAws({ random: () => 0 });
  return aws.run({ allowed: ALLOWED, deadline: new Date(Date.now() + 60_000).toISOString(), accountId: ACCOUNT, partition: "aws" });
}
async function list(host: AwsRun): Promise<{ found: Listed[]; failure: unknown }> {
  const found: Listed[] = [];
  try {
    for await (const listed of buckets.bind(host).list(TARGET, new Set())) found.push(listed);
    return { found, failure: null };
  } catch (failure) {
    return { found, failure };
  }
}
async function readFacet(facet: string, answer: Answered): Promise<Answer> {
  return buckets.bind(await given(() => answer)).read(LOGS, facet, bucket.facets[facet]?.options?.default);
}
function bucketsXml(items: readonly (readonly [name: string, region: string | null])[], token = ""): Answered {
  const listed = items.map(
    ([name, region]) => `<Bucket><Name>${name}</Name>${region === null ? "" : `<BucketRegion>${region}</BucketRegion>`}</Bucket>`,
  );
  return xml(
    `<ListAllMyBucketsResult><Buckets>${listed.join("")}</Buckets>${token && `<ContinuationToken>${token}</ContinuationToken>`}</ListAllMyBucketsResult>`,
  );
}

beforeEach(() => {
  process.env = { ...before };
});
afterEach(async () => {
  process.env = { ...before };
  aws.close();
  await server.close();
});

describe("listing buckets", () => {
  test("goes through every page and takes the region from it", async () => {
    const host = await given(({ query }) =>
      query.has("continuation-token") ? bucketsXml([["two", "af-south-1"]]) : bucketsXml([["one", "us-east-1"]], "next"),
    );
    const { found } = await list(host);
    expect(found.map(({ ref }) => [ref.name, ref.region, ref.arn])).toEqual([
      ["one", "us-east-1", "arn:aws:s3:::one"],
      ["two", "af-south-1", "arn:aws:s3:::two"],
    ]);
    expect(server.asked.map(({ query }) => query.get("max-buckets"))).toEqual(["1000", "1000"]);
  });
  test("an account without buckets is empty and complete", async () => {
    expect(await list(await given(() => bucketsXml([])))).toEqual({ found: [], failure: null });
  });
  test("an answer without its list is no empty account", async () => {
    const { failure } = await list(await given(() => xml("<ListAllMyBucketsResult><Owner/></ListAllMyBucketsResult>")));
    expect(failure).toBeInstanceOf(ListingFailure);
    expect(failure).toMatchObject({ gap: { reason: "malformed", missing: [] } });
  });
  test("pages that go in a circle are incomplete", async () => {
    const { found, failure } = await list(await given(() => bucketsXml([["one", "us-east-1"]], "again")));
    expect(found).toHaveLength(2);
    expect(failure).toMatchObject({ gap: { reason: "malformed" } });
  });
  test("a denial is the gap of the listing", async () => {
    const { failure } = await list(await given(() => s3Error(403, "AccessDenied")));
    expect(failure).toMatchObject({
      gap: { reason: "denied", missing: ["s3:ListAllMyBuckets"], detail: "s3:ListBuckets was denied: AccessDenied it is" },
    });
  });
  test("where no region is listed, each bucket is asked for it", async () => {
    const constraint: Readonly<Record<string, string>> = { "old?location": "EU", "here?location": "", "there?location": "ap-south-1" };
    const host = await given(({ what }) =>
      what === "/"
        ? bucketsXml([
            ["old", null],
            ["here", null],
            ["there", null],
          ])
        : xml(`<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${constraint[what]}</LocationConstraint>`),
    );
    const { found, failure } = await list(host);
    expect(found.map(({ ref }) => ref.region)).toEqual(["eu-west-1", "us-east-1", "ap-south-1"]);
    expect(failure).toBeNull();
  });
  test("a bucket whose region may not be read spoils completeness, and no other bucket", async () => {
    const host = await given(({ what }) => {
      if (what === "/")
        return bucketsXml([
          ["closed", null],
          ["open", null],
          ["gone", null],
        ]);
      if (what === "gone?location") return s3Error(404, "NoSuchBucket");
      return what === "open?location"
        ? xml('<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>')
        : s3Error(403, "AccessDenied");
    });
    const { found, failure } = await list(host);
    expect(found.map(({ ref }) => ref.name)).toEqual(["open"]);
    expect(failure).toMatchObject({ gap: { reason: "denied", missing: ["s3:GetBucketLocation"] } });
  });
});

describe("what AWS calls an error and is data", () => {
  test.each([
    ["accountBlock", "NoSuchPublicAccessBlockConfiguration"],
    ["publicAccessBlock", "NoSuchPublicAccessBlockConfiguration"],
    ["ownership", "OwnershipControlsNotFoundError"],
    ["policy", "NoSuchBucketPolicy"],
    ["policyStatus", "NoSuchBucketPolicy"],
    ["website", "NoSuchWebsiteConfiguration"],
    ["encryption", "ServerSideEncryptionConfigurationNotFoundError"],
  ])("%s is absent for %s", async (facet, code) => {
    expect(await readFacet(facet, s3Error(404, code))).toMatchObject({ state: "absent" });
  });
  test.each(["publicAccessBlock", "ownership", "acl", "policy", "policyStatus", "website", "encryption", "versioning"])(
    "%s of a bucket that does not exist says that it is gone",
    async (facet) => {
      expect(await readFacet(facet, s3Error(404, "NoSuchBucket"))).toMatchObject({ state: "gone" });
    },
  );
  test.each(Object.entries(bucket.facets))("%s that is denied names the action", async (facet, { read: calls }) => {
    const answer = await readFacet(facet, s3Error(403, "AccessDenied"));
    expect(answer).toMatchObject({ state: "unreadable", reason: "denied", call: { action: calls[0]?.action } });
  });
  test.each(Object.keys(bucket.facets).filter((facet) => facet !== "policy"))(
    "%s that is answered with a login page is malformed",
    async (facet) => {
      expect(await readFacet(facet, { body: "<!doctype html><html></html>", headers: { "content-type": "text/html" } })).toMatchObject({
        state: "unreadable",
        reason: "malformed",
      });
    },
  );
  test("a policy that is a login page is malformed too", async () => {
    expect(await readFacet("policy", { body: "<!DOCTYPE html><html></html>" })).toMatchObject({ state: "unreadable", reason: "malformed" });
  });
  test.each(Object.keys(bucket.facets))("%s that is answered with nothing is malformed", async (facet) => {
    expect(await readFacet(facet, { body: "" })).toMatchObject({ state: "unreadable", reason: "malformed" });
  });
});

describe("what is read", () => {
  const values: readonly [string, string, unknown][] = [
    [
      "publicAccessBlock",
      "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>false</BlockPublicPolicy></PublicAccessBlockConfiguration>",
      { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: false, restrictPublicBuckets: false },
    ],
    [
      "ownership",
      "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>",
      "BucketOwnerEnforced",
    ],
    [
      "acl",
      '<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>me</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>',
      [
        { grantee: "group", id: "http://acs.amazonaws.com/groups/global/AllUsers", permission: "READ" },
        { grantee: "user", id: "me", permission: "FULL_CONTROL" },
      ],
    ],
    ["acl", "<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList/></AccessControlPolicy>", []],
    ["policyStatus", "<PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>", { isPublic: true }],
    [
      "website",
      "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>",
      { indexDocument: "index.html", errorDocument: null, redirectsTo: null, routingRules: 0 },
    ],
    [
      "encryption",
      "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>alias/logs</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>",
      [{ algorithm: "aws:kms", kmsKeyId: "alias/logs", bucketKey: true, blockedTypes: [] }],
    ],
    ["versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>", { status: "Enabled", mfaDelete: false }],
    [
      "tags",
      "<Tagging><TagSet><Tag><Key>team</Key><Value>platform</Value></Tag><Tag><Key>note</Key><Value/></Tag></TagSet></Tagging>",
      { team: "platform", note: "" },
    ],
  ];
  test.each(values)("%s", async (facet, body, value) => {
    expect(await readFacet(facet, xml(body))).toMatchObject({ state: "known", value });
    expect(server.asked).toEqual([expect.objectContaining({ region: "eu-west-1", owner: ACCOUNT })]);
  });
  test("a policy is the text that AWS sends", async () => {
    expect(await readFacet("policy", { body: '{"Version":"2012-10-17","Statement":[]}' })).toMatchObject({
      state: "known",
      value: '{"Version":"2012-10-17","Statement":[]}',
    });
  });
  test("a bucket that never had versioning has none", async () => {
    expect(await readFacet("versioning", xml("<VersioningConfiguration/>"))).toMatchObject({ state: "absent" });
  });
  test("a bucket that S3 says has no tags has none", async () => {
    expect(await readFacet("tags", s3Error(404, "NoSuchTagSet"))).toMatchObject({ state: "known", value: {} });
  });
  test("tags that may not be read are unreadable, and the action is named", async () => {
    expect(await readFacet("tags", s3Error(403, "AccessDenied"))).toMatchObject({
      state: "unreadable",
      reason: "denied",
      call: { action: "s3:GetBucketTagging" },
    });
  });
  test.each([
    ["tags", "<Tagging/>"],
    ["tags", "<Tagging><TagSet><Tag><Value>platform</Value></Tag></TagSet></Tagging>"],
    ["publicAccessBlock", "<PublicAccessBlockConfiguration/>"],
    ["accountBlock", "<PublicAccessBlockConfiguration/>"],
    ["policyStatus", "<PolicyStatus/>"],
    ["policyStatus", "<ListBucketResult><Name>logs</Name></ListBucketResult>"],
    ["ownership", "<OwnershipControls><Rule><ObjectOwnership>Everybody</ObjectOwnership></Rule></OwnershipControls>"],
    ["ownership", "<OwnershipControls/>"],
    ["acl", "<AccessControlPolicy><Owner/></AccessControlPolicy>"],
    ["encryption", "<ServerSideEncryptionConfiguration/>"],
  ])("%s makes no sense as %s", async (facet, body) => {
    expect(await readFacet(facet, xml(body))).toMatchObject({ state: "unreadable", reason: "malformed" });
  });
  test("the account's block is asked once for all buckets, and the account is named", async () => {
    const flags = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
      .map((flag) => `<${flag}>true</${flag}>`)
      .join("");
    const collector = buckets.bind(await given(() => xml(`<PublicAccessBlockConfiguration>${flags}</PublicAccessBlockConfiguration>`)));
    const [one, two] = await Promise.all([
      collector.read(LOGS, "accountBlock", undefined),
      collector.read({ ...LOGS, name: "other", region: "us-east-2" }, "accountBlock", undefined),
    ]);
    expect(one).toEqual(two);
    expect(server.asked).toEqual([expect.objectContaining({ what: "account", region: "us-east-1", owner: ACCOUNT })]);
  });
  test("a bucket that is in another region than was thought is read there", async () => {
    const host = await given(({ region }) =>
      region === "eu-west-1"
        ? s3Error(301, "PermanentRedirect", { "x-amz-bucket-region": "eu-north-1" })
        : xml("<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"),
    );
    expect(await buckets.bind(host).read(LOGS, "versioning", undefined)).toMatchObject({ state: "known", value: { status: "Suspended" } });
    expect(server.asked.map(({ region }) => region)).toEqual(["eu-west-1", "eu-north-1"]);
    expect(host.calls).toBe(2);
  });
});

test("every call of the kind is a read", () => {
  expect(ALLOWED.every(({ operation }) => /^(Get|List)/.test(operation))).toBe(true);
});
