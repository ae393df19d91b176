import { callsOf, optionsOf, permissionsOf } from "@posture/core";
import { bucket, type Grant, type ObjectAcls } from "@posture/resources-aws/s3";
import { checkTester, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { group, judged, LOGS, OFF, policy } from "../given.fixture.ts";
import { objectAclPublic as check } from "./object-acl-public.ts";

const OWNER: Grant = { grantee: "user", id: "a".repeat(64), permission: "FULL_CONTROL" };
const PRIVATE = [OWNER];
const PUBLIC = [OWNER, group("AllUsers", "READ")];
const DENIED = {
  state: "unreadable",
  reason: "denied",
  call: { service: "s3", operation: "GetObjectAcl", action: "s3:GetObjectAcl" },
  detail: "s3:GetObjectAcl was denied: Access Denied",
} as const;
const rest = (detail: string): ObjectAcls["rest"] => ({ state: "unreadable", reason: "not-ready", detail });

type Acls = Readonly<Record<string, readonly Grant[] | typeof DENIED>>;
function objects(acls: Acls, more: Partial<ObjectAcls> = {}): { readonly objectAcls: ObjectAcls } {
  const parts = Object.entries(acls).map(([key, acl]): [string, ObjectAcls["objects"][string]] => [
    `${LOGS.arn}/${key}`,
    "state" in acl ? acl : { state: "known", value: acl },
  ]);
  return { objectAcls: { objects: Object.fromEntries(parts), listed: parts.length, rest: null, ...more } };
}
const many = (count: number, acl: readonly Grant[]): Acls => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key ${i}`, acl]));
const SAMPLE = objects(many(50, PRIVATE), { listed: 1200, rest: rest("50 of more than 1200 objects were asked for their ACL") });
const SAMPLED = "No public object was found in a sample of 50; there are more objects, which were not looked at.";
const says = (what: string): string => `Objects of bucket logs are public by their own ACL: ${what}.`;
const READ = "READ to everyone on the internet (AllUsers)";
const IGNORED = { ...OFF, ignorePublicAcls: true };
const SOME_UNREAD = "The ACLs of some objects could not be read: there may be more that are public.";
const BLIND = "Mitigation not verifiable: a setting that could make ACLs ineffective could not be read.";

checkTester(
  check,
  {
    ref: LOGS,
    base: objects({}),
    pass: {
      "OBJ-01: object ownership disables ACLs": {
        given: { ...objects({ a: PUBLIC }), ownership: "BucketOwnerEnforced" },
        notes: ["Object ACLs have no effect: object ownership disables ACLs."],
      },
      "OBJ-02: the account ignores public ACLs": {
        given: { ...objects({ a: PUBLIC }), accountBlock: IGNORED },
        notes: ["Object ACLs have no effect: the account ignores public ACLs."],
      },
      "OBJ-07: everyone may write an object, which means nothing": {
        given: objects({ a: [OWNER, group("AllUsers", "WRITE")] }),
        notes: ["An object's ACL grants the public WRITE, which means nothing on objects."],
      },
      "OBJ-08: a sample of many objects is clean": { given: SAMPLE, notes: [SAMPLED] },
      "OBJ-16: the bucket is empty": { given: objects({}), notes: [] },
      "OBJ-17: only the bucket's policy is public": {
        given: {
          ...objects({ a: PRIVATE }),
          policy: policy({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/*" }),
        },
      },
      "another account may read an object": { given: objects({ a: [OWNER, { ...OWNER, id: "b".repeat(64), permission: "READ" }] }) },
      "the log delivery group may read an object": {
        given: objects({ a: [group("LogDelivery", "READ", "http://acs.amazonaws.com/groups/s3/")] }),
      },
      "the objects are denied and the account ignores public ACLs": { given: { objectAcls: unreadable("denied"), accountBlock: IGNORED } },
      "a block could not be read, and all objects are private": {
        given: { ...objects({ a: PRIVATE }), publicAccessBlock: unreadable("denied") },
      },
    },
    fail: {
      "OBJ-03: only new public ACLs are blocked, and an old object is public": {
        given: { ...objects({ old: PUBLIC }), publicAccessBlock: { ...OFF, blockPublicAcls: true } },
        says: says(`old (${READ})`),
        notes: [],
      },
      "OBJ-04: an object is public in a bucket whose own ACL is private": {
        given: { ...objects({ a: PRIVATE, b: PUBLIC }), acl: PRIVATE },
        says: says(`b (${READ})`),
      },
      "OBJ-05: anyone with an AWS account may read an object": {
        given: objects({ a: [group("AuthenticatedUsers", "READ")] }),
        says: says("a (READ to anyone with an AWS account (AuthenticatedUsers))"),
      },
      "OBJ-06: everyone may write an object's ACL": {
        given: objects({ a: [group("AllUsers", "WRITE_ACP")] }),
        says: says("a (WRITE_ACP to everyone on the internet (AllUsers))"),
      },
      "OBJ-09: an object that was named beside the sample is public": {
        given: objects({ ...many(50, PRIVATE), k: PUBLIC }, { listed: 1200, rest: rest("51 of more than 1200 objects were asked") }),
        says: says(`k (${READ})`),
        notes: ["Only some of the objects were looked at: there may be more that are public."],
      },
      "OBJ-13: one object is public and others are denied": {
        given: objects({ a: DENIED, b: PUBLIC }),
        says: says(`b (${READ})`),
        notes: [SOME_UNREAD],
      },
      "several objects are public": {
        given: objects({ c: PUBLIC, a: PRIVATE, b: PUBLIC, d: PUBLIC }),
        says: says(`b (${READ}) and 2 more`),
      },
      "the group is written with https and blanks": {
        given: objects({ a: [group("AllUsers  ", "READ", " https://acs.amazonaws.com/groups/global/")] }),
        says: says(`a (${READ})`),
      },
      "a block could not be read, and AWS shows the grant": {
        given: { ...objects({ a: PUBLIC }), publicAccessBlock: unreadable("denied") },
        says: says(`a (${READ})`),
        notes: [BLIND],
      },
      "the key is longer than a sentence": { given: objects({ ["k".repeat(500)]: PUBLIC }), says: says(`${"k".repeat(119)}… (${READ})`) },
    },
    unknown: {
      "OBJ-12: the ACLs of all sampled objects are denied": {
        given: objects({ a: DENIED, b: DENIED }),
        reason: "denied",
        missing: ["s3:GetObjectAcl"],
      },
      "OBJ-13: some objects are denied, and no other is public": {
        given: objects({ a: PRIVATE, b: DENIED }),
        reason: "denied",
        missing: ["s3:GetObjectAcl"],
      },
      "the objects may not be listed": {
        given: { objectAcls: unreadable("denied") },
        reason: "denied",
        missing: ["s3:GetObjectAcl", "s3:ListBucket"],
      },
      "a sample is clean, and is not taken for all": {
        given: SAMPLE,
        params: { sampleVerdict: "unknown" },
        reason: "not-ready",
        missing: [],
      },
      "none of many objects was looked at": {
        given: objects(
          {},
          { listed: 70, rest: rest("0 of 70 objects were asked for their ACL: a sweep makes no more than 5000 such calls") },
        ),
        reason: "not-ready",
      },
    },
  },
  { describe, it },
);

describe("what a verdict on objects says of itself:", () => {
  const coverage = (given: Readonly<Record<string, unknown>>): unknown => {
    const { outcome } = judged(check, given);
    return "coverage" in outcome ? outcome.coverage : undefined;
  };
  it("OBJ-08: a clean sample says how much of what was seen of how many", () => {
    expect(coverage(SAMPLE)).toEqual({ seen: 50, total: 1200 });
  });
  it("OBJ-16: an empty bucket is covered as a whole", () => expect(coverage(objects({}))).toEqual({ seen: 0, total: 0 }));
  it("OBJ-13: what was denied was not seen", () => expect(coverage(objects({ a: DENIED, b: PUBLIC }))).toEqual({ seen: 1, total: 2 }));
  it("an undecided one names how far the look went", () => {
    expect(judged(check, SAMPLE, { sampleVerdict: "unknown" }).outcome).toMatchObject({
      status: "unknown",
      detail: "50 of more than 1200 objects were asked for their ACL",
    });
  });
  it("the evidence names objects by ARN, the first ones of many, and how many there are", () => {
    const { outcome } = judged(check, objects(many(30, PUBLIC)));
    expect(outcome).toMatchObject({ evidence: { count: 30, first: "key 0", public: "anonymous", permissions: ["READ"] } });
    const named = outcome.status === "fail" ? outcome.evidence?.["objects"] : [];
    expect(named).toHaveLength(20);
    expect(named).toContain("arn:aws:s3:::logs/key 0");
  });
  it.each([
    ["long", "k".repeat(1020)],
    ["made of what JSON has to escape", "\u0001".repeat(1020)],
    ["named like a part of JavaScript", "__proto__"],
  ])("keys that are %s are not lost from the evidence", (_, key) => {
    const { outcome } = judged(check, objects(Object.fromEntries(Array.from({ length: 20 }, (__, i) => [`${key}${i || ""}`, PUBLIC]))));
    const named = outcome.status === "fail" ? outcome.evidence?.["objects"] : [];
    expect(named).toContain(`arn:aws:s3:::logs/${key}`);
    expect(outcome).toMatchObject({ notes: [] });
  });
});

describe("the reads for object ACLs", () => {
  const asked = (params: object): unknown => optionsOf(bucket, [{ check, params: check.params?.parse(params) }])["objectAcls"];
  it("OBJ-01: end with ownership where that disables ACLs", () =>
    expect(judged(check, { ownership: "BucketOwnerEnforced" }).reads).toEqual(["accountBlock", "publicAccessBlock", "ownership"]));
  it("OBJ-02: end with the account where it ignores public ACLs", () =>
    expect(judged(check, { accountBlock: IGNORED }).reads).not.toContain("objectAcls"));
  it("OBJ-11: are a sample of 50, whatever inventory there is", () => expect(asked({})).toEqual({ sample: 50, calls: 5000 }));
  it("are as many as is asked for, or all", () => {
    expect(asked({ sampleSize: 7 })).toEqual({ sample: 7, calls: 5000 });
    expect(asked({ mode: "full", maxObjects: 20_000, maxAclCallsPerSweep: 9 })).toEqual({ sample: 20_000, calls: 9 });
  });
  it("OBJ-15: are of current versions only", () => {
    const operations = callsOf([check]).map(({ operation }) => operation);
    expect(operations).toContain("ListObjectsV2");
    expect(operations).not.toContain("ListObjectVersions");
    expect(permissionsOf([check]).filter((action) => action.includes("Version"))).toEqual([]);
  });
});
