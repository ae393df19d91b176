import { bucket, type Website } from "@posture/resources-aws/s3";
import { checkTester, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { gone, judged, LOGS, policy } from "../given.fixture.ts";
import { bucketWebsiteEnabled as check } from "./bucket-website-enabled.ts";

const NOTHING: Website = { indexDocument: null, errorDocument: null, redirectsTo: null, routingRules: 0 };
const SITE: Website = { ...NOTHING, indexDocument: "index.html" };
const REDIRECT: Website = { ...NOTHING, redirectsTo: "www.example.com" };
const INDEX = "Bucket logs is a static website (index document index.html).";

checkTester(
  check,
  {
    ref: LOGS,
    pass: {
      "WEB-01: there is no website configuration": { given: {} },
      "WEB-04: it only redirects, and such buckets are left alone": { given: { website: REDIRECT }, params: { ignoreRedirectOnly: true } },
      "WEB-06: the configuration has nothing in it": { given: { website: NOTHING } },
    },
    fail: {
      "WEB-02: a private bucket has an index document": { given: { website: SITE }, says: INDEX },
      "WEB-03: a bucket with a public policy has an index document": {
        given: {
          website: SITE,
          policy: policy({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/*" }),
        },
        says: INDEX,
      },
      "WEB-04: it only redirects": {
        given: { website: REDIRECT },
        says: "Bucket logs is a static website that redirects every request to www.example.com.",
      },
      "WEB-05: it has routing rules": {
        given: { website: { ...NOTHING, routingRules: 2 } },
        says: "Bucket logs is a static website (routing rules: 2).",
      },
      "WEB-08: CloudFront uses the website endpoint": {
        given: { website: { ...SITE, errorDocument: "error.html" } },
        says: "Bucket logs is a static website (index document index.html, error document error.html).",
      },
      "it serves content besides redirecting, and redirect buckets are left alone": {
        given: { website: { ...SITE, redirectsTo: "www.example.com" } },
        params: { ignoreRedirectOnly: true },
        says: INDEX,
      },
    },
    unknown: {
      "WEB-07: the configuration is denied": {
        given: { website: unreadable("denied") },
        reason: "denied",
        missing: ["s3:GetBucketWebsite"],
      },
    },
  },
  { describe, it },
);

describe("a website", () => {
  it("WEB-02, WEB-03: is judged by one read, whoever can reach it", () =>
    expect(judged(check, { website: SITE })).toMatchObject({ reads: ["website"], outcome: { evidence: { kind: "content" } } }));
  it("WEB-09: of a deleted bucket is gone with it", () => expect(gone(check).status).toBe("gone"));
  it("WEB-10: is never looked for on a directory bucket, since no event leads to one", () => {
    const event = {
      source: "s3.amazonaws.com",
      name: "PutBucketWebsite",
      partition: "aws",
      accountId: "111122223333",
      region: "us-east-1",
      detail: { requestParameters: { bucketName: "logs--use1-az4--x-s3" } },
    };
    expect(bucket.locate(event)).toEqual([]);
  });
});
