import { type CloudEvent, type Facet, facetOf, type ResourceRef } from "@posture/core";
import { describe, expect, it } from "vitest";
import { bucket, bucketArn, exampleBucket } from "./bucket.ts";
import { policyDoubt } from "./policy-doubt.ts";

const REF: ResourceRef = {
  type: "AWS::S3::Bucket",
  arn: "arn:aws:s3:::logs",
  name: "logs",
  accountId: "111122223333",
  region: "eu-west-1",
};
const OFF = { blockPublicAcls: false, ignorePublicAcls: false, blockPublicPolicy: false, restrictPublicBuckets: false };
const ON = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true };
const EVERYONE = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/*" };

const facet = (name: string): Facet => facetOf(bucket.facets, name);
const moot = (name: string, known: Readonly<Record<string, unknown>>, options: unknown = facet(name).options?.default): string | null =>
  facet(name).moot(REF, known, options);
const policy = (...statements: readonly unknown[]): string => JSON.stringify({ Statement: statements });
function located(name: string, detail: unknown, partition = "aws"): ReturnType<typeof bucket.locate> {
  const event: CloudEvent = { source: "s3.amazonaws.com", name, partition, accountId: "111122223333", region: "eu-west-1", detail };
  return bucket.locate(event);
}

describe("the example of a bucket", () => {
  it.each(Object.entries(exampleBucket))("has a %s that the facet takes", (name, value) =>
    expect(facet(name).schema.safeParse(value).success).toBe(true),
  );
  it("has a value for every facet", () => expect(Object.keys(exampleBucket).toSorted()).toEqual(Object.keys(bucket.facets).toSorted()));
});

describe("a facet of a bucket", () => {
  it.each<[string, unknown]>([
    ["accountBlock", { ...OFF, blockPublicAcls: undefined }],
    ["accountBlock", { ...OFF, other: true }],
    ["publicAccessBlock", {}],
    ["ownership", "Nobody"],
    ["acl", null],
    ["acl", [{ grantee: "group", id: "", permission: "READ" }]],
    ["objectAcls", null],
    ["objectAcls", { objects: {}, listed: 0 }],
    ["objectAcls", { objects: { key: { state: "absent" } }, listed: 1, rest: null }],
    ["policy", { Statement: [] }],
    ["policyStatus", {}],
    ["website", {}],
    ["encryption", [{}]],
    ["versioning", { status: "On", mfaDelete: false }],
    ["tags", null],
    ["tags", { team: 7 }],
  ])("%s does not take %j", (name, value) => expect(facet(name).schema.safeParse(value).success).toBe(false));

  it("publicAccessBlock is not read where the account blocks all, unless a check asks for it always", () => {
    expect(moot("publicAccessBlock", { accountBlock: ON })).not.toBeNull();
    expect(moot("publicAccessBlock", { accountBlock: ON }, { always: true })).toBeNull();
    for (const flag of Object.keys(ON)) expect(moot("publicAccessBlock", { accountBlock: { ...ON, [flag]: false } })).toBeNull();
    expect(moot("publicAccessBlock", { accountBlock: null })).toBeNull();
    expect(moot("publicAccessBlock", {})).toBeNull();
  });
  it("publicAccessBlock is read always if one of two checks asks so", () => {
    expect(facet("publicAccessBlock").options?.union({ always: false }, { always: true })).toEqual({ always: true });
  });
  it.each(["ownership", "acl", "objectAcls"])("%s is not read where public ACLs are ignored", (name) => {
    expect(moot(name, { accountBlock: { ...OFF, ignorePublicAcls: true } })).toBe("the account ignores public ACLs");
    expect(moot(name, { publicAccessBlock: { ...OFF, ignorePublicAcls: true } })).toBe("the bucket ignores public ACLs");
    expect(moot(name, { accountBlock: { ...ON, ignorePublicAcls: false }, publicAccessBlock: null })).toBeNull();
  });
  it.each(["acl", "objectAcls"])("%s is not read where ownership disables ACLs", (name) => {
    expect(moot(name, { ownership: "BucketOwnerEnforced" })).toBe("object ownership disables ACLs");
    expect(moot(name, { ownership: "BucketOwnerPreferred" })).toBeNull();
    expect(moot(name, { ownership: null })).toBeNull();
  });
  it("objectAcls looks as far as the one that asks for more", () => {
    expect(facet("objectAcls").options?.union({ sample: 50, calls: 100 }, { sample: 20, calls: 5000 })).toEqual({
      sample: 50,
      calls: 5000,
    });
  });
  it("policyStatus is read only where conditions leave doubt", () => {
    const doubt = policy({ ...EVERYONE, Condition: { StringLike: { "aws:Referer": "x" } } });
    expect(moot("policyStatus", { policy: doubt })).toBeNull();
    expect(moot("policyStatus", { policy: doubt }, { ask: false })).not.toBeNull();
    expect(moot("policyStatus", { policy: doubt, accountBlock: { ...OFF, restrictPublicBuckets: true } })).toBe(
      "the account restricts public buckets",
    );
    expect(moot("policyStatus", { policy: doubt, publicAccessBlock: { ...OFF, restrictPublicBuckets: true } })).toBe(
      "the bucket restricts public access",
    );
    expect(moot("policyStatus", { policy: policy(EVERYONE) })).toBe("the policy itself decides");
    expect(moot("policyStatus", { policy: null })).toBe("there is no policy");
    expect(moot("policyStatus", {})).toBe("the policy could not be read");
  });
});

describe("a policy leaves doubt", () => {
  const within = { ...EVERYONE, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:*" } } };
  it("where a pattern bounds the callers", () => expect(policyDoubt(policy(within))).toBe(true));
  it("where a conditional Deny stands against it", () => {
    expect(
      policyDoubt(
        policy(EVERYONE, {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: "*",
          Condition: { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
        }),
      ),
    ).toBe(true);
  });
  it("but not where another statement settles it", () => expect(policyDoubt(policy(within, EVERYONE))).toBe(false));
  it("but not where it cannot be parsed", () => expect(policyDoubt("{")).toBe(false));
});

describe("an event", () => {
  it("names its bucket, in its own partition", () => {
    expect(located("PutBucketPolicy", { requestParameters: { bucketName: "logs" } }, "aws-cn")).toEqual([
      { ...REF, arn: "arn:aws-cn:s3:::logs" },
    ]);
    expect(bucketArn("aws-us-gov", "logs")).toBe("arn:aws-us-gov:s3:::logs");
  });
  it.each(["PutBucketTagging", "DeleteBucketTagging"])("%s concerns the tags of its bucket", (name) => {
    expect(facet("tags").changedBy).toContainEqual({ source: "s3.amazonaws.com", name });
    expect(located(name, { requestParameters: { bucketName: "logs" } })).toEqual([REF]);
  });
  it.each(["PutAccountPublicAccessBlock", "DeleteAccountPublicAccessBlock"])("%s asks for every bucket of the account", (name) => {
    expect(located(name, {})).toEqual([
      { type: "AWS::S3::Bucket", by: "account", value: "111122223333", accountId: "111122223333", region: null },
    ]);
  });
  it.each([
    null,
    {},
    "text",
    { requestParameters: null },
    { requestParameters: { bucketName: 7 } },
    { requestParameters: { bucketName: "" } },
  ])("names none in %j", (detail) => {
    expect(located("PutBucketAcl", detail)).toEqual([]);
  });
  it.each(["PutObject", "CopyObject", "CreateMultipartUpload"])("%s concerns its bucket only where it grants something", (name) => {
    const written = (more: object): ReturnType<typeof located> =>
      located(name, { requestParameters: { bucketName: "logs", key: "a", "x-amz-storage-class": "STANDARD", ...more } });
    expect(facet("objectAcls").changedBy).toContainEqual({ source: "s3.amazonaws.com", name });
    expect(written({})).toEqual([]);
    for (const grant of ["x-amz-acl", "x-amz-grant-read", "X-Amz-Grant-Full-Control", "accessControlList"])
      expect(written({ [grant]: "public-read" })).toEqual([REF]);
  });
  it("PutObjectAcl concerns its bucket always", () =>
    expect(located("PutObjectAcl", { requestParameters: { bucketName: "logs", key: "a" } })).toEqual([REF]));
  it("on a directory bucket concerns no bucket of ours", () =>
    expect(located("CreateBucket", { requestParameters: { bucketName: "logs--use1-az4--x-s3" } })).toEqual([]));

  const held = (...names: readonly (readonly [name: string, accountId?: string])[]): object[] => [
    { type: "AWS::S3::Object", ARN: "arn:aws:s3:::logs/a" },
    ...names.map(([name, accountId]) => ({ type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${name}`, ...(accountId && { accountId }) })),
  ];
  it("on another account's bucket is told to the caller's account too, and concerns no bucket of it", () => {
    const acl = (...resources: readonly (readonly [name: string, accountId?: string])[]): ReturnType<typeof located> =>
      located("PutBucketAcl", { requestParameters: { bucketName: "logs" }, resources: held(...resources) });
    expect(acl(["logs", "444455556666"])).toEqual([]);
    expect(acl(["logs", REF.accountId])).toEqual([REF]);
    expect(acl(["logs"], ["other", "444455556666"])).toEqual([REF]);
  });
  it.each(["ap-x1y2-s3alias", "arn:aws:s3:eu-west-1:111122223333:accesspoint/ap", "lambda--ol-s3"])(
    "that went by the access point %s concerns the bucket behind it",
    (bucketName) => {
      const grant = { requestParameters: { bucketName, key: "a" }, resources: held(["logs", REF.accountId], ["theirs", "444455556666"]) };
      expect(located("PutObjectAcl", grant)).toEqual([REF]);
      expect(located("PutObjectAcl", { requestParameters: grant.requestParameters })).toEqual([]);
    },
  );
});
