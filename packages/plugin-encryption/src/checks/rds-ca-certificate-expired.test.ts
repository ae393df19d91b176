import type { InstanceUse, ServerCertificate } from "@posture/resources-aws/rds";
import { checkTester } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { DENIED, INSTANCE } from "../given.fixture.ts";
import { outcome } from "../judging.fixture.ts";
import { rdsCaCertificateExpired as check } from "./rds-ca-certificate-expired.ts";

const now = "2026-06-01T00:00:00.000Z";
const OLD = "rds-ca-2019";
const G1 = "rds-ca-rsa2048-g1";
const LATER = "2027-05-01T00:00:00.000Z";
const use = (engine: string, status = "available"): { use: InstanceUse } => ({ use: { engine, status, cluster: null } });
const served = (servedBy: string | null, more: Partial<ServerCertificate> = {}): { certificate: ServerCertificate } => ({
  certificate: { servedBy, chosen: servedBy, validUntil: servedBy === null ? null : LATER, pending: null, ...more },
});
const EXPIRED_CA = "RDS instance orders uses a certificate of rds-ca-2019, which has expired.";
const EXPIRED_SERVER = "The server certificate of RDS instance orders (rds-ca-rsa2048-g1) expired on 2026-05-31.";
const YESTERDAY = { validUntil: "2026-05-31T00:00:00.000Z" };

checkTester(
  check,
  {
    ref: INSTANCE,
    base: { ...use("postgres"), ...served(G1) },
    pass: {
      "RCA-04: the CA is valid, and so is the certificate": { now },
      "RCA-05: the CA is one of the others": { given: served("rds-ca-rsa4096-g1"), now },
      "RCA-05: the CA is one with elliptic curves": { given: served("rds-ca-ecc384-g1"), now },
      "RCA-07: the CA is valid, and there are no details": {
        given: { certificate: { servedBy: null, chosen: G1, validUntil: null, pending: null } },
        now,
      },
      "RCA-13: what is served is valid, whatever was chosen": { given: served(G1, { chosen: OLD }), now },
      "RCA-14: the CA is newer than this check": { given: served("rds-ca-rsa2048-g2"), now },
      "RCA-06: the certificate has expired, and nobody asks": {
        given: served(G1, YESTERDAY),
        params: { failOnExpiredServerCertificate: false },
        now,
      },
    },
    fail: {
      "RCA-01: the CA expired in 2024": { given: served(OLD), now, says: EXPIRED_CA },
      "RCA-02: the CA expired, and a change is pending": {
        given: served(OLD, { pending: G1 }),
        now,
        says: EXPIRED_CA,
        notes: ["A change to rds-ca-rsa2048-g1 is under way."],
      },
      "RCA-03: the CA expired in 2020": {
        given: served("rds-ca-2015"),
        now,
        says: "RDS instance orders uses a certificate of rds-ca-2015, which has expired.",
      },
      "RCA-06: the certificate was not rotated": { given: served(G1, YESTERDAY), now, says: EXPIRED_SERVER },
      "RCA-08: the certificate expires within the warning": {
        given: served(G1, { validUntil: "2026-06-21T00:00:00.000Z" }),
        params: { warnDays: 30 },
        now,
        says: "The server certificate of RDS instance orders (rds-ca-rsa2048-g1) expires on 2026-06-21.",
      },
      "RCA-12: it is of DocumentDB": { given: { ...use("docdb"), ...served(OLD) }, now, says: EXPIRED_CA },
      "RCA-15: it is stopped": { given: { ...use("postgres", "stopped"), ...served(OLD) }, now, says: EXPIRED_CA },
    },
    notApplicable: {
      "RCA-10: it is of RDS Custom": { given: { ...use("custom-sqlserver-ee"), ...served(OLD) }, now },
      "RCA-11: it is of Neptune": { given: { ...use("neptune"), ...served(OLD) }, now },
      "it is being deleted": { given: { ...use("postgres", "deleting"), ...served(OLD) }, now },
    },
    unknown: {
      "RCA-09: no CA is named": { given: served(null), now, reason: "malformed" },
      "instances may not be described": {
        given: { certificate: DENIED },
        now,
        reason: "denied",
        missing: ["rds:DescribeDBInstances"],
      },
    },
  },
  { describe, it },
);

describe("a certificate", () => {
  it("RCA-02: whose change is pending says so in the evidence", () =>
    expect(outcome(check, INSTANCE, { ...use("postgres"), ...served(OLD, { pending: G1 }) }, { now })).toMatchObject({
      evidence: { pendingChange: true },
    }));
  it("that is valid is so until it expires, or until the warning", () => {
    const until = (params: unknown): unknown => outcome(check, INSTANCE, { ...use("mysql"), ...served(G1) }, { now, params });
    expect(until({})).toMatchObject({ status: "pass", holdsUntil: LATER });
    expect(until({ warnDays: 30 })).toMatchObject({ status: "pass", holdsUntil: "2027-04-01T00:00:00.000Z" });
    expect(until({ failOnExpiredServerCertificate: false })).not.toHaveProperty("holdsUntil");
  });
  it("has no pattern that is no regular expression", () =>
    expect(check.params?.safeParse({ deprecatedCaPattern: "(" }).success).toBe(false));
});
