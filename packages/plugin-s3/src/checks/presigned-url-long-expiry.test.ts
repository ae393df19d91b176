import { checkTester, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { gone, judged, LOGS, policy } from "../given.fixture.ts";
import { presignedUrlLongExpiry as check } from "./presigned-url-long-expiry.ts";

const OLD = "2015-03-01T00:00:00.000Z";
const deny = (Condition: object, more: object = {}): { policy: string } => ({
  policy: policy({
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
    Condition,
    ...more,
  }),
});
const NO_SIGV2 = { StringEquals: { "s3:signatureversion": "AWS" } };
const NO_LINKS = { StringEquals: { "s3:authType": "REST-QUERY-STRING" } };
const AGE = (ms: number): object => ({ NumericGreaterThan: { "s3:signatureAge": String(ms) } });
const HOUR = { maxAgeSeconds: 3600 };
/** The bucket's region takes no SigV2. */
const HERE = { sigv2Regions: ["us-east-1"] };
const SIGV2 = "Bucket logs still accepts links signed with SigV2, whose lifetime has no bound (no such link was seen).";
const says = (problem: string): string => `Bucket logs accepts links that live longer than 3600 seconds: ${problem}.`;

checkTester(
  check,
  {
    ref: LOGS,
    base: { created: OLD },
    pass: {
      "PSU-01: its region never took SigV2": { params: HERE },
      "PSU-03: its policy denies SigV2": { given: deny(NO_SIGV2) },
      "PSU-03: its policy denies whatever is not SigV4": {
        given: deny({ StringNotEquals: { "s3:signatureversion": "AWS4-HMAC-SHA256" } }),
      },
      "PSU-04: its policy denies links": { given: deny(NO_LINKS) },
      "PSU-06: it was made when SigV2 had ended": {
        given: { created: "2023-01-01T00:00:00.000Z" },
        notes: ["The date of creation moves when a bucket is edited, so an old bucket can look new."],
      },
      "PSU-08: its policy bounds the age of links at an hour": { given: deny(AGE(3_600_000)), params: { ...HOUR, ...HERE } },
      "PSU-10: its policy bounds the age at what was meant in seconds": {
        given: deny(AGE(3600)),
        params: { ...HOUR, ...HERE },
        notes: ["s3:signatureAge is in milliseconds: 3600 of them is less than a minute."],
      },
      "PSU-14: a link was signed with a role's credentials, with which it ends": { params: HERE },
      "PSU-16: its policy is denied, and its region decides": { given: { policy: unreadable("denied") }, params: HERE },
    },
    fail: {
      "PSU-02: it is old, and has no policy": { says: SIGV2 },
      "PSU-05: its policy bounds an age that SigV2 does not have": { given: deny(AGE(600_000)), says: SIGV2 },
      "its policy denies SigV2 to some addresses only": {
        given: deny({ ...NO_SIGV2, IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }),
        says: SIGV2,
      },
      "its policy denies SigV2 for reading only": { given: deny(NO_SIGV2, { Action: "s3:GetObject" }), says: SIGV2 },
      "its policy denies SigV2 on some objects only": { given: deny(NO_SIGV2, { Resource: "arn:aws:s3:::logs/a/*" }), says: SIGV2 },
      "PSU-07: nothing bounds the age of links": { params: { ...HOUR, ...HERE }, says: says("no Deny bounds their age") },
      "PSU-09: only one account is bounded": {
        given: deny(AGE(3_600_000), { Principal: { AWS: "arn:aws:iam::444455556666:root" } }),
        params: { ...HOUR, ...HERE },
        says: says("no Deny bounds their age"),
      },
      "links may live a day, and SigV2 is accepted": {
        given: deny(AGE(86_400_000)),
        params: HOUR,
        says: says("their age is bounded at 86400000 ms; SigV2 is still accepted, and knows no age"),
      },
    },
    unknown: {
      "its policy is denied, and its region takes SigV2": {
        given: { policy: unreadable("denied") },
        reason: "denied",
        missing: ["s3:GetBucketPolicy"],
      },
      "its policy is no JSON": { given: { policy: "{" }, reason: "malformed" },
      "when it was made is not known": { given: { created: unreadable("network") }, reason: "network" },
    },
  },
  { describe, it },
);

describe("links to a bucket", () => {
  it("are judged by two reads", () => expect(judged(check, { created: OLD }).reads.toSorted()).toEqual(["created", "policy"]));
  it.each(["", "minio", "auto", "default"])(
    "PSU-15: of a store that only speaks S3's language, and calls its region %j, are unknown",
    (region) => {
      const { outcome } = judged(check, { created: "2023-01-01T00:00:00.000Z" }, {}, { ...LOGS, region });
      expect(outcome).toMatchObject({ status: "unknown", reason: "contradictory" });
    },
  );
  it("of which there is none any more are gone with it", () => expect(gone(check).status).toBe("gone"));
});
