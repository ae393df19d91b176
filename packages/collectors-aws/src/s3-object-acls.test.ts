import { type AwsAccess, type AwsRun, openAws } from "@posture/aws-access";
import type { Answer, ResourceRef } from "@posture/core";
import { bucket, bucketArn, ObjectAcls } from "@posture/resources-aws/s3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Answered, type AnswerServer, type Asked, s3Error, startAnswers, xml } from "./answers.test.server.ts";
import { buckets } from "./s3-bucket.ts";

const ACCOUNT = "111122223333";
const LOGS: ResourceRef = { type: bucket.type, arn: bucketArn("aws", "logs"), name: "logs", accountId: ACCOUNT, region: "eu-west-1" };
const USER = '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>me</ID></Grantee>';
const ACL = xml(
  `<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList><Grant>${USER}<Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`,
);
const CALLS = 5000;

let server: AnswerServer;
let aws: AwsAccess;
const before = { ...process.env };

/** A bucket with these keys, in their order; `acl` may answer for one of them in another way. */
async function given(keys: readonly string[], acl: (key: string) => Answered = () => ACL): Promise<AwsRun> {
  return answering(({ what, query, key }) => (what === "logs?acl" ? acl(key) : pageOf(keys, query)));
}
async function answering(answer: (asked: Asked & { readonly key: string }) => Answered): Promise<AwsRun> {
  server = await startAnswers((asked) => answer({ ...asked, key: decodeURIComponent(asked.path.replace("/logs/", "")) }));
  process.env = { ...before, AWS_ENDPOINT_URL: server.endpoint, AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" };
  aws = openAws({ random: () => 0 });
  const allowed = [...bucket.lists, ...Object.values(bucket.facets).flatMap(({ read }) => read)];
  return aws.run({ allowed, deadline: new Date(Date.now() + 60_000).toISOString(), accountId: ACCOUNT, partition: "aws" });
}
function pageOf(keys: readonly string[], query: URLSearchParams): Answered {
  const after = query.get("start-after") ?? "";
  const ahead = keys.filter((key) => key > after);
  const page = ahead.slice(0, Number(query.get("max-keys")));
  return listed(page.map(encodeURIComponent), page.length < ahead.length);
}
function listed(keys: readonly string[], isCut: boolean): Answered {
  const contents = keys.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");
  return xml(
    `<ListBucketResult><IsTruncated>${isCut}</IsTruncated><KeyCount>${keys.length}</KeyCount><EncodingType>url</EncodingType>${contents}</ListBucketResult>`,
  );
}
async function read(
  host: AwsRun,
  sample: number,
  { hints = [], calls = CALLS }: { hints?: string[]; calls?: number } = {},
): Promise<Answer> {
  return buckets.bind(host).read(LOGS, "objectAcls", { sample, calls }, hints);
}
async function readValue(...args: Parameters<typeof read>): Promise<ObjectAcls> {
  const answer = await read(...args);
  return ObjectAcls.parse(answer.state === "known" ? answer.value : answer);
}
const keysOf = ({ objects }: ObjectAcls): string[] => Object.keys(objects).map((arn) => arn.replace(`${LOGS.arn}/`, ""));
const calls = (): { lists: number; acls: number } => ({
  lists: server.asked.filter(({ what }) => what !== "logs?acl").length,
  acls: server.asked.filter(({ what }) => what === "logs?acl").length,
});
const numbered = (count: number, prefix = ""): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(6, "0")}`);

beforeEach(() => {
  process.env = { ...before };
});
afterEach(async () => {
  process.env = { ...before };
  aws.close();
  await server.close();
});

describe("the objects of a bucket", () => {
  test("OBJ-16: that has none are all known, with one call", async () => {
    expect(await readValue(await given([]), 50)).toEqual({ objects: {}, listed: 0, rest: null });
    expect(calls()).toEqual({ lists: 1, acls: 0 });
  });
  test("that are few are all asked, each once, as the owner whom we expect", async () => {
    const value = await readValue(await given(["a", "b/c d", "e+f"]), 50);
    expect(keysOf(value)).toEqual(["a", "b/c d", "e+f"]);
    expect(value).toMatchObject({ listed: 3, rest: null });
    expect(value.objects[`${LOGS.arn}/a`]).toEqual({ state: "known", value: [{ grantee: "user", id: "me", permission: "FULL_CONTROL" }] });
    expect(calls()).toEqual({ lists: 1, acls: 3 });
    expect(new Set(server.asked.map(({ owner }) => owner))).toEqual(new Set([ACCOUNT]));
  });
  test("that are more than the sample are asked evenly, the same ones each time", async () => {
    const host = await given(numbered(100));
    const value = await readValue(host, 4);
    expect(keysOf(value)).toEqual(["000000", "000025", "000050", "000075"]);
    expect(value).toMatchObject({ listed: 100, rest: { reason: "not-ready", detail: "4 of 100 objects were asked for their ACL" } });
    expect(await readValue(host, 4)).toEqual(value);
  });
  test("OBJ-08: that are more than a page are looked at in five places, with no more calls than that", async () => {
    const keys = [...numbered(1200, "a/"), ...numbered(300, "m/"), ...numbered(300, "x/")].toSorted();
    const value = await readValue(await given(keys), 50);
    expect(calls()).toEqual({ lists: 5, acls: 50 });
    expect(new Set(keysOf(value).map((key) => key.slice(0, 2)))).toEqual(new Set(["a/", "m/", "x/"]));
    expect(value.rest?.detail).toMatch(/^50 of more than \d+ objects were asked for their ACL$/);
  });
  test("that are to be asked all are listed page by page, up to the limit", async () => {
    const value = await readValue(await given(numbered(2100)), 2050, { calls: 30 });
    expect(calls()).toEqual({ lists: 3, acls: 30 });
    expect(value).toMatchObject({
      listed: 2100,
      rest: { detail: "30 of 2100 objects were asked for their ACL: a sweep makes no more than 30 such calls" },
    });
  });
  test("of all buckets together are asked no more often than is allowed", async () => {
    const collector = buckets.bind(await given(numbered(20)));
    const options = { sample: 15, calls: 20 };
    await Promise.all([1, 2, 3].map(() => collector.read(LOGS, "objectAcls", options)));
    expect(calls()).toEqual({ lists: 3, acls: 20 });
  });
  test("OBJ-09: that are named are asked before the sample", async () => {
    const named = `${LOGS.arn}/000007`;
    const value = await readValue(await given(numbered(100)), 4, { hints: [named, "arn:aws:s3:::other/000009"] });
    expect(keysOf(value)).toEqual(["000007", "000000", "000025", "000050"]);
  });
  test("OBJ-13: that are named are all asked, though the sample is smaller", async () => {
    const hints = ["a", "b", "c"].map((key) => `${LOGS.arn}/${key}`);
    const denied = await given(numbered(9), (key) => (key === "b" ? s3Error(403, "AccessDenied") : ACL));
    const value = await readValue(denied, 1, { hints });
    expect(keysOf(value)).toEqual(["a", "b", "c"]);
    expect(value.objects[`${LOGS.arn}/b`]).toMatchObject({ state: "unreadable", reason: "denied", call: { action: "s3:GetObjectAcl" } });
    expect(value.objects[`${LOGS.arn}/c`]).toMatchObject({ state: "known" });
  });
  test("OBJ-14: that went since they were listed are made up for by the next", async () => {
    const host = await given(numbered(5), (key) => (key === "000000" ? s3Error(404, "NoSuchKey") : ACL));
    const value = await readValue(host, 2);
    expect(keysOf(value)).toHaveLength(2);
    expect(keysOf(value)).not.toContain("000000");
    expect(calls()).toEqual({ lists: 1, acls: 3 });
    expect(host.unread).toEqual([]);
  });
  test.each(["__proto__", "constructor", "\u0001", "ключ/🔑", "50%", "a//b", "..", "?acl"])(
    "that are named %j are not lost",
    async (key) => {
      expect(keysOf(await readValue(await given([key]), 50))).toEqual([key]);
    },
  );
});

describe("what is no answer about objects", () => {
  test.each([
    ["a page that announces more and goes no further", listed(["a"], true)],
    ["a page that announces more and is empty", listed([], true)],
    ["a key that is not encoded", listed(["%E0%A4%A"], false)],
    ["a count without a list", xml("<ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>2</KeyCount></ListBucketResult>")],
    ["a list without a count", xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")],
    ["an answer that does not say whether there is more", xml("<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>")],
  ])("%s is malformed", async (_, body) => {
    const host = await answering(({ what }) => (what === "logs?acl" ? ACL : body));
    expect(await read(host, 1500)).toMatchObject({ state: "unreadable", reason: "malformed", call: { operation: "ListObjectsV2" } });
  });
  test("an ACL without grants, or of nobody, spoils that object alone", async () => {
    const bare = xml("<AccessControlPolicy><Owner><ID>me</ID></Owner></AccessControlPolicy>");
    const value = await readValue(await given(["a", "b"], (key) => (key === "a" ? bare : ACL)), 50);
    expect(value.objects).toMatchObject({
      [`${LOGS.arn}/a`]: { state: "unreadable", reason: "malformed" },
      [`${LOGS.arn}/b`]: { state: "known" },
    });
  });
  test("a bucket that went while its objects were asked is gone", async () => {
    expect(await read(await given(["a"], () => s3Error(404, "NoSuchBucket")), 50)).toMatchObject({ state: "gone" });
  });
});
