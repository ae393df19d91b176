import { checkTester, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { group, judged, LOGS, OFF } from "../given.fixture.ts";
import { bucketAclPublic as check } from "./bucket-acl-public.ts";

const OWNER = { grantee: "user", id: "a".repeat(64), permission: "FULL_CONTROL" };
const says = (permission: string, access: string): string =>
  `The ACL of bucket logs grants ${permission} to everyone on the internet (AllUsers): ${access} access is public.`;
const IGNORED = { ...OFF, ignorePublicAcls: true };
const neutral = (reason: string): string[] => [
  `ACLs have no effect: ${reason}. A public grant in the ACL would open the bucket again without it.`,
];
const BLIND = ["Mitigation not verifiable: a setting that could make ACLs ineffective could not be read."];
const READ = { acl: [OWNER, group("AllUsers", "READ")] };

checkTester(
  check,
  {
    ref: LOGS,
    pass: {
      "ACL-06: the log delivery group may write": {
        given: { acl: [OWNER, group("LogDelivery", "WRITE", "http://acs.amazonaws.com/groups/s3/")] },
      },
      "ACL-07: only the owner is granted anything": { given: { acl: [OWNER] } },
      "ACL-08: another account may read": { given: { acl: [OWNER, { grantee: "user", id: "b".repeat(64), permission: "READ" }] } },
      "ACL-09: the account ignores public ACLs": {
        given: { ...READ, accountBlock: IGNORED },
        notes: neutral("the account ignores public ACLs"),
      },
      "ACL-10: object ownership disables ACLs": {
        given: { ...READ, ownership: "BucketOwnerEnforced" },
        notes: neutral("object ownership disables ACLs"),
      },
      "ACL-14: the ACL is denied and the account ignores public ACLs": { given: { acl: unreadable("denied"), accountBlock: IGNORED } },
      "ACL-16: there is no grant at all": { given: { acl: [] } },
    },
    fail: {
      "ACL-01: everyone may read": { given: READ, says: says("READ", "read") },
      "ACL-02: anyone with an AWS account may read": {
        given: { acl: [OWNER, group("AuthenticatedUsers", "READ")] },
        says: "The ACL of bucket logs grants READ to anyone with an AWS account (AuthenticatedUsers): read access is public.",
      },
      "ACL-03: everyone may write": { given: { acl: [group("AllUsers", "WRITE")] }, says: says("WRITE", "write") },
      "ACL-04: everyone may read the ACL": { given: { acl: [group("AllUsers", "READ_ACP")] }, says: says("READ_ACP", "ACL") },
      "ACL-05: everyone has full control": {
        given: { acl: [group("AllUsers", "FULL_CONTROL")] },
        says: says("FULL_CONTROL", "read, write, ACL"),
      },
      "ACL-11: only new public ACLs are blocked": {
        given: { ...READ, accountBlock: { ...OFF, blockPublicAcls: true } },
        says: says("READ", "read"),
        notes: [],
      },
      "ACL-12: only public policies are restricted": {
        given: { ...READ, publicAccessBlock: { ...OFF, restrictPublicBuckets: true } },
        says: says("READ", "read"),
      },
      "ACL-15: the group is written with https and blanks": {
        given: { acl: [group("AllUsers  ", "READ", " https://acs.amazonaws.com/groups/global/")] },
        says: says("READ", "read"),
      },
      "ACL-17: a website bucket was opened through its ACL": {
        given: { ...READ, website: { indexDocument: "index.html", errorDocument: null, redirectsTo: null, routingRules: 0 } },
        says: says("READ", "read"),
      },
      "the block could not be read, and AWS shows the grant": {
        given: { ...READ, publicAccessBlock: unreadable("denied") },
        says: says("READ", "read"),
        notes: BLIND,
      },
      "a look-alike of S3 knows further permissions": { given: { acl: [group("AllUsers", "LIST")] }, says: says("LIST", "some") },
    },
    unknown: {
      "ACL-13: the ACL is denied and nothing neutralises it": {
        given: { acl: unreadable("denied") },
        reason: "denied",
        missing: ["s3:GetBucketAcl"],
      },
    },
  },
  { describe, it },
);

describe("the reads for a bucket ACL", () => {
  it("end with the account where it ignores public ACLs", () =>
    expect(judged(check, { accountBlock: IGNORED }).reads).toEqual(["accountBlock", "publicAccessBlock"]));
  it("end with ownership where that disables ACLs", () =>
    expect(judged(check, { ownership: "BucketOwnerEnforced" }).reads).toEqual(["accountBlock", "publicAccessBlock", "ownership"]));
  it("name both groups and every permission in the evidence", () => {
    const { outcome } = judged(check, { acl: [group("AllUsers", "READ"), group("AuthenticatedUsers", "WRITE")] });
    expect(outcome).toMatchObject({
      text: "The ACL of bucket logs grants READ to everyone on the internet (AllUsers) and WRITE to anyone with an AWS account (AuthenticatedUsers): read, write access is public.",
      evidence: { permissions: ["READ", "WRITE"], public: "anonymous" },
    });
  });
});
