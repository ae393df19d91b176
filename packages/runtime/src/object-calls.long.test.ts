import { type Finding, SYSTEM } from "@posture/core";
import { parseWorld, type World } from "@posture/sandbox/aws";
import { describe, expect, test } from "vitest";
import { Counted } from "./calls.test.fixture.ts";
import type { Posture } from "./posture.ts";

/*
 * What object ACLs cost: nothing where ACLs have no effect, else one list request and as many ACL reads as the sample has objects. And what
 * a finding about a few of many objects rests on: the objects that it names are looked at until none of them is public.
 */

const ACCOUNT = "111122223333";
const CHECK = "s3/object-acl-public";
const Acl = { Grants: [{ Grantee: { Type: "Group", URI: "http://acs.amazonaws.com/groups/global/AllUsers" }, Permission: "READ" }] };
const OPEN = { OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] } };
const ENFORCED = { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } };
const BLOCKED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: false, RestrictPublicBuckets: false };

const numbered = (count: number): { Key: string }[] => Array.from({ length: count }, (_, i) => ({ Key: String(i).padStart(6, "0") }));
const isOpen = (...keys: readonly string[]): ((object: { Key: string }) => object) => {
  return (object) => (keys.includes(object.Key) ? { ...object, Acl } : object);
};
const bucketOf = (Objects: readonly object[], more: object = {}): object => ({
  Name: "uploads",
  BucketRegion: "us-east-1",
  ...OPEN,
  Objects,
  ...more,
});
function worldOf(buckets: readonly object[], more: object = {}): World {
  return parseWorld({ accounts: [{ id: ACCOUNT, accessKeyIds: ["AKIDEXAMPLE"], regions: ["us-east-1"], buckets, ...more }] });
}

const asked = Counted.forFile(() => worldOf([]));

async function findingOf(posture: Posture): Promise<Finding | undefined> {
  return (await posture.list()).map(({ finding }) => finding).find(({ checkId }) => checkId === CHECK);
}
/** How often each operation of S3 was called that object ACLs rest on. */
function counted(): Readonly<Record<string, number>> {
  const names = asked.aws
    .calls()
    .filter(({ service }) => service.startsWith("s3"))
    .map(({ service, operation }) => `${service}:${operation}`);
  const of = (name: string): number => names.filter((it) => it === name).length;
  return { ListObjectsV2: of("s3:ListObjectsV2"), GetObjectAcl: of("s3:GetObjectAcl") };
}
const none = { ListObjectsV2: 0, GetObjectAcl: 0 };

describe("a sweep", () => {
  test.each<[string, World]>([
    ["OBJ-01: whose owner is enforced", worldOf([bucketOf(numbered(3).map(isOpen("000001")), ENFORCED)])],
    [
      "OBJ-02: that has public ACLs, in an account that ignores them",
      worldOf([bucketOf(numbered(3).map(isOpen("000001")))], { publicAccessBlock: BLOCKED }),
    ],
    [
      "that ignores public ACLs itself",
      worldOf([bucketOf(numbered(3).map(isOpen("000001")), { PublicAccessBlockConfiguration: BLOCKED })]),
    ],
  ])("asks nothing about the objects of a bucket %s", async (_, world) => {
    const posture = await asked.swept(world);
    expect(await findingOf(posture)).toBeUndefined();
    expect(counted()).toEqual(none);
  });
  test("asks an empty bucket once, and one with three objects four times", async () => {
    await asked.swept(worldOf([bucketOf([])]));
    expect(counted()).toEqual({ ListObjectsV2: 1, GetObjectAcl: 0 });
    await asked.swept(worldOf([bucketOf(numbered(3))]));
    expect(counted()).toEqual({ ListObjectsV2: 1, GetObjectAcl: 3 });
  });
  test("takes 50 objects of a bucket, with one list request up to 1,000 objects and five beyond", async () => {
    await asked.swept(worldOf([bucketOf(numbered(1000))]));
    expect(counted()).toEqual({ ListObjectsV2: 1, GetObjectAcl: 50 });
    await asked.swept(worldOf([bucketOf(numbered(1500))]));
    expect(counted()).toEqual({ ListObjectsV2: 5, GetObjectAcl: 50 });
  });
  test("OBJ-04: finds a public object in a bucket whose own ACL is private", async () => {
    const finding = await findingOf(await asked.swept(worldOf([bucketOf(numbered(3).map(isOpen("000001")))])));
    expect(finding?.message).toMatchObject({
      text: "Objects of bucket uploads are public by their own ACL: 000001 (READ to everyone on the internet (AllUsers)).",
      evidence: { objects: ["arn:aws:s3:::uploads/000001"], count: 1 },
    });
  });
});

describe("a finding about one of many objects", () => {
  /** Public is one that the sample has: the first of each twenty. */
  const PUBLIC = "000020";
  const others = (count: number): readonly object[] => numbered(count).map(isOpen(PUBLIC));
  /** One more in front moves the whole sample. */
  const moved = [{ Key: "!" }, ...numbered(999)].map(isOpen(PUBLIC));

  async function found(): Promise<{ posture: Posture; fingerprint: string }> {
    const posture = await asked.swept(worldOf([bucketOf(others(1000))]));
    const finding = await findingOf(posture);
    if (!finding) throw new Error("there is no finding");
    return { posture, fingerprint: finding.fingerprint };
  }
  const change = (bucket: object): void => asked.aws.setWorld(worldOf([bucket]));

  test("is the same finding when the sample has moved, in a sweep and in a re-check", async () => {
    const { posture, fingerprint } = await found();
    change(bucketOf(moved));
    await posture.sweep();
    expect(await findingOf(posture)).toMatchObject({ fingerprint, condition: "failing" });
    expect((await posture.recheck(fingerprint, SYSTEM)).answer.kind).toBe("unchanged");
  });
  test("would not have been made there by the sample alone", async () => {
    expect(await findingOf(await asked.swept(worldOf([bucketOf(moved)])))).toBeUndefined();
  });
  test("is re-checked with the calls of the sweep, the object that it names first", async () => {
    const { posture, fingerprint } = await found();
    asked.aws.clearCalls();
    const { calls } = await posture.recheck(fingerprint, SYSTEM);
    expect(counted()).toEqual({ ListObjectsV2: 1, GetObjectAcl: 50 });
    // The two blocks and ownership come first.
    expect(calls).toBe(54);
  });
  test("is resolved by a re-check when that object is private, or gone", async () => {
    for (const objects of [numbered(1000), numbered(1000).filter(({ Key }) => Key !== PUBLIC)]) {
      const { posture, fingerprint } = await found();
      change(bucketOf(objects));
      expect((await posture.recheck(fingerprint, SYSTEM)).answer).toMatchObject({
        kind: "resolved",
        why: "pass",
        notes: [expect.stringContaining("No public object was found in a sample of 50")],
        coverage: { seen: 50, total: objects.length },
      });
    }
  });
  test("is resolved without a question about objects when the bucket ignores public ACLs", async () => {
    const { posture, fingerprint } = await found();
    change(bucketOf(others(1000), { PublicAccessBlockConfiguration: BLOCKED }));
    asked.aws.clearCalls();
    expect((await posture.recheck(fingerprint, SYSTEM)).answer.kind).toBe("resolved");
    expect(counted()).toEqual(none);
  });
  test.each(["s3:GetObjectAcl", "s3:ListObjectsV2"])("stays when %s is denied, and says so", async (operation) => {
    const { posture, fingerprint } = await found();
    asked.aws.addFault({ operation, kind: "denied" });
    const { answer } = await posture.recheck(fingerprint, SYSTEM);
    expect(answer).toMatchObject({ kind: "unreadable", undecided: { reason: "denied" } });
    await posture.sweep();
    expect(await findingOf(posture)).toMatchObject({ condition: "failing" });
  });
});
