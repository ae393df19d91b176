import { checkTester, unreadable } from "@posture/testing";
import { describe, it } from "vitest";
import { LOGS, policy } from "../given.fixture.ts";
import { bucketHttpsNotEnforced as check } from "./bucket-https-not-enforced.ts";

const BUCKET = "arn:aws:s3:::logs";
const OBJECTS = `${BUCKET}/*`;
const HTTP = { Bool: { "aws:SecureTransport": "false" } };
const DENY = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [BUCKET, OBJECTS], Condition: HTTP };
const TLS_12 = { NumericLessThan: { "s3:TlsVersion": "1.2" } };

const deny = (rest: object): { policy: string } => ({ policy: policy({ ...DENY, ...rest }) });
const NO_DENY = "The policy of bucket logs does not deny plain HTTP: no Deny statement has the condition aws:SecureTransport false.";
const but = (problem: string): string => `The policy of bucket logs does not deny plain HTTP: statement 1 ${problem}.`;
const partly = (missing: string): string => `The policy of bucket logs denies plain HTTP only in part: ${missing} is not covered.`;
const NO_POLICY = "Bucket logs has no policy, so nothing denies plain HTTP.";
const ADVISORY = ["A control policy of the organization that denies plain HTTP cannot be seen from the bucket."];

checkTester(
  check,
  {
    ref: LOGS,
    pass: {
      "TLS-01: plain HTTP is denied as AWS recommends": { given: deny({}) },
      "TLS-02: the Deny names every action of every service": { given: deny({ Action: "*" }) },
      'TLS-03: the principal is {"AWS": "*"}': { given: deny({ Principal: { AWS: "*" } }) },
      "TLS-04: the value is a truth value": { given: deny({ Condition: { Bool: { "aws:SecureTransport": false } } }) },
      "TLS-04: the value is a list, and the key has another case": {
        given: deny({ Condition: { Bool: { "aws:securetransport": ["false"] } } }),
      },
      "TLS-05: the operator is BoolIfExists": { given: deny({ Condition: { BoolIfExists: { "aws:SecureTransport": "false" } } }) },
      "TLS-06: two statements share bucket and objects": {
        given: { policy: policy({ ...DENY, Resource: BUCKET }, { ...DENY, Resource: OBJECTS }) },
      },
      "TLS-07: one pattern covers both": { given: deny({ Resource: `${BUCKET}*` }) },
      "TLS-07: the resource is a star": { given: deny({ Resource: "*" }) },
      "TLS-08: only the objects are covered, which is enough here": { given: deny({ Resource: OBJECTS }), params: { objectsOnly: true } },
      "TLS-14: calls of AWS services are spared": {
        given: deny({ Condition: { Bool: { "aws:SecureTransport": "false", "aws:PrincipalIsAWSService": "false" } } }),
      },
      "TLS-16: old versions of TLS are denied, which is enough here": {
        given: deny({ Condition: TLS_12 }),
        params: { acceptTlsVersion: true },
      },
      "TLS-17: old versions of TLS are denied even if the key is missing, which is enough here": {
        given: deny({ Condition: { NumericLessThanIfExists: { "s3:TlsVersion": 1.2 } } }),
        params: { acceptTlsVersion: true },
      },
      "TLS-22: a second Deny says something else": {
        given: {
          policy: policy(DENY, {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:PutObject",
            Resource: OBJECTS,
            Condition: { StringNotEquals: { "s3:x-amz-acl": "private" } },
          }),
        },
      },
    },
    fail: {
      "TLS-08: only the objects are covered": { given: deny({ Resource: OBJECTS }), says: partly(BUCKET) },
      "TLS-09: only the bucket is covered": { given: deny({ Resource: BUCKET }), says: partly(OBJECTS) },
      "TLS-10: only two actions are denied": {
        given: deny({ Action: ["s3:GetObject", "s3:PutObject"] }),
        says: but("does not name every S3 action"),
      },
      "TLS-11: only one account is denied": {
        given: deny({ Principal: { AWS: "arn:aws:iam::111122223333:root" } }),
        says: but("does not name every principal"),
      },
      "TLS-12: an administrator is excepted": {
        given: {
          policy: policy({
            Effect: "Deny",
            NotPrincipal: { AWS: "arn:aws:iam::111122223333:role/admin" },
            Action: "s3:*",
            Resource: [BUCKET, OBJECTS],
            Condition: HTTP,
          }),
        },
        says: but("does not name every principal"),
      },
      "TLS-13: only one network is denied": {
        given: deny({ Condition: { ...HTTP, IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }),
        says: but("denies it only under a further condition on aws:SourceIp"),
      },
      "TLS-15: every Allow asks for HTTPS and nothing is denied": {
        given: {
          policy: policy({
            Effect: "Allow",
            Principal: { AWS: "111122223333" },
            Action: "s3:*",
            Resource: OBJECTS,
            Condition: { Bool: { "aws:SecureTransport": "true" } },
          }),
        },
        says: NO_DENY,
      },
      "TLS-16: only old versions of TLS are denied": { given: deny({ Condition: TLS_12 }), says: NO_DENY },
      "TLS-17: only old versions of TLS are denied, even if the key is missing": {
        given: deny({ Condition: { NumericLessThanIfExists: { "s3:TlsVersion": "1.2" } } }),
        says: NO_DENY,
      },
      "TLS-18: HTTPS is what is denied": { given: deny({ Condition: { Bool: { "aws:SecureTransport": "true" } } }), says: NO_DENY },
      "TLS-19: HTTP is denied only below a version of TLS": {
        given: deny({ Condition: { ...HTTP, ...TLS_12 } }),
        says: but("denies it only under a further condition on s3:TlsVersion"),
      },
      "TLS-19: HTTP is denied only below a version of TLS, where either would do": {
        given: deny({ Condition: { ...HTTP, ...TLS_12 } }),
        params: { acceptTlsVersion: true },
        says: but("denies it only where two conditions hold"),
      },
      "TLS-20: old TLS is denied and HTTP allowed, as AWS documents for workloads that need it": {
        given: deny({ Condition: { Bool: { "aws:SecureTransport": "true" }, ...TLS_12 } }),
        says: NO_DENY,
      },
      "TLS-20: old TLS is denied and HTTP allowed, where a version of TLS would do": {
        given: deny({ Condition: { Bool: { "aws:SecureTransport": "true" }, ...TLS_12 } }),
        params: { acceptTlsVersion: true },
        says: but("denies it only under a further condition on aws:SecureTransport"),
      },
      "TLS-21: HTTP is what is allowed": { given: deny({ Effect: "Allow" }), says: NO_DENY },
      "TLS-23: a private bucket has no policy": { given: { policy: null }, says: NO_POLICY },
      "TLS-24: the organization may enforce it out of sight": { given: { policy: null }, says: NO_POLICY, notes: ADVISORY },
      "TLS-25: a website bucket cannot enforce it": {
        given: { policy: null, website: { indexDocument: "index.html", errorDocument: null, redirectsTo: null, routingRules: 0 } },
        says: NO_POLICY,
      },
      "every action but one is denied by NotAction": {
        given: {
          policy: policy({ Effect: "Deny", Principal: "*", NotAction: "s3:GetObject", Resource: [BUCKET, OBJECTS], Condition: HTTP }),
        },
        says: but("does not name every S3 action"),
      },
      "another bucket is covered": {
        given: deny({ Resource: ["arn:aws:s3:::other", "arn:aws:s3:::other/*"] }),
        says: partly(`${BUCKET} and ${OBJECTS}`),
      },
    },
    unknown: {
      "TLS-26: the policy is denied": { given: { policy: unreadable("denied") }, reason: "denied", missing: ["s3:GetBucketPolicy"] },
      "the policy is no JSON": { given: { policy: "<html>" }, reason: "malformed" },
      "the policy is nested too deep": { given: { policy: `{"Id":${"[".repeat(99)}${"]".repeat(99)}}` }, reason: "too-complex" },
    },
  },
  { describe, it },
);
