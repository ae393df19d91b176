import * as s3 from "@aws-sdk/client-s3";
import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it } from "vitest";
import { OWN, refusalOf, simulated } from "../small-world.test.fixture.ts";

const sandbox = simulated();
const Bucket = "example-plain";
const KEYS = ["a b+c", "b/1", "b/2", "é", "\uFFFD", "\u{10000}"];
const URI = "http://acs.amazonaws.com/groups/global/AllUsers";
const PUBLIC = { Grants: [{ Grantee: { Type: "Group", URI }, Permission: "READ" }] };

beforeEach(() => {
  const Objects = KEYS.toReversed().map((Key) => (Key === "b/2" ? { Key, Acl: PUBLIC } : { Key }));
  sandbox.aws().patchWorld({ accounts: [{ id: OWN, buckets: [{ Name: Bucket, Objects }] }] });
});
const list = (input: Partial<s3.ListObjectsV2CommandInput> = {}): Promise<s3.ListObjectsV2CommandOutput> =>
  sandbox.s3().send(new s3.ListObjectsV2Command({ Bucket, ...input }));
const keysOf = ({ Contents }: s3.ListObjectsV2CommandOutput): unknown => Contents?.map(({ Key }) => Key);
const grantsOf = async (Key: string): Promise<unknown> =>
  (await sandbox.s3().send(new s3.GetObjectAclCommand({ Bucket, Key }))).Grants?.map(({ Grantee, Permission }) => [
    Grantee?.Type,
    Permission,
  ]);

describe("a listing of objects", () => {
  it("has the keys in the order of their bytes", async () => {
    const listed = await list();
    expect(keysOf(listed)).toEqual(KEYS);
    expect(listed).toMatchObject({ KeyCount: 6, IsTruncated: false, MaxKeys: 1000, Name: Bucket });
  });
  it("of an empty bucket has a count and no list", async () => {
    const listed = await list({ Bucket: "example-bare" });
    expect(listed).toMatchObject({ KeyCount: 0, IsTruncated: false });
    expect(listed.Contents).toBeUndefined();
  });
  it("comes in pages", async () => {
    const pages: unknown[] = [];
    for await (const page of paginateListObjectsV2({ client: sandbox.s3(), pageSize: 4 }, { Bucket })) pages.push(keysOf(page));
    expect(pages).toEqual([KEYS.slice(0, 4), KEYS.slice(4)]);
  });
  it("begins behind a key, be it there or not, and has a prefix", async () => {
    expect(keysOf(await list({ StartAfter: "b/1", MaxKeys: 1 }))).toEqual(["b/2"]);
    expect(keysOf(await list({ StartAfter: "b" }))).toEqual(KEYS.slice(1));
    expect(keysOf(await list({ Prefix: "b/" }))).toEqual(["b/1", "b/2"]);
  });
  it("is encoded for URLs where that is asked for", async () => {
    const listed = await list({ EncodingType: "url", MaxKeys: 4 });
    expect(listed.EncodingType).toBe("url");
    expect(keysOf(listed)).toEqual(["a+b%2Bc", "b/1", "b/2", "%C3%A9"]);
  });
  it.each([
    ["a bucket that is not there", { Bucket: "example-none" }, "NoSuchBucket 404"],
    ["a bucket of another account", { Bucket: "example-of-another" }, "AccessDenied 403"],
    ["a foreign token", { ContinuationToken: "bm9uc2Vuc2U" }, "InvalidArgument 400"],
    ["a delimiter", { Delimiter: "/" }, "NotImplemented 501"],
  ])("is refused for %s", async (_, input, refusal) => expect(await refusalOf(list(input))).toBe(refusal));
});

describe("the objects of a world", () => {
  const change = (Objects: readonly object[]): void =>
    sandbox.aws().patchWorld({ accounts: [{ id: OWN, buckets: [{ Name: Bucket, Objects }] }] });
  it("are those of the last change", async () => {
    change([{ Key: "new" }]);
    expect(keysOf(await list())).toEqual(["new"]);
  });
  it("have each key once", () => {
    expect(() => change([{ Key: "a" }, { Key: "a" }])).toThrow("the object of example-plain a is there twice");
  });
});

describe("the ACL of an object", () => {
  it("is the owner's alone, or what the world says", async () => {
    expect(await grantsOf("b/1")).toEqual([["CanonicalUser", "FULL_CONTROL"]]);
    expect(await grantsOf("b/2")).toEqual([["Group", "READ"]]);
  });
  it("makes that the bucket has ACLs", async () => {
    const { OwnershipControls } = await sandbox.s3().send(new s3.GetBucketOwnershipControlsCommand({ Bucket }));
    expect(OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: "ObjectWriter" }] });
  });
  it("can be put, and that of the others stays", async () => {
    await sandbox.s3().send(new s3.PutObjectAclCommand({ Bucket, Key: "a b+c", ACL: "public-read" }));
    expect(await grantsOf("a b+c")).toEqual([
      ["CanonicalUser", "FULL_CONTROL"],
      ["Group", "READ"],
    ]);
    await sandbox.s3().send(new s3.PutObjectAclCommand({ Bucket, Key: "b/2", ACL: "private" }));
    expect(await grantsOf("b/2")).toEqual([["CanonicalUser", "FULL_CONTROL"]]);
    expect(await grantsOf("b/1")).toEqual([["CanonicalUser", "FULL_CONTROL"]]);
  });
  it("is not found for a key that is not there", async () =>
    expect(await refusalOf(sandbox.s3().send(new s3.GetObjectAclCommand({ Bucket, Key: "none" })))).toBe("NoSuchKey 404"));
});
