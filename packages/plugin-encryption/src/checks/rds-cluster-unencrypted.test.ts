import type { ClusterUse, Storage } from "@posture/resources-aws/rds";
import { checkTester } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { CLUSTER, DENIED, KEY } from "../given.fixture.ts";
import { gone, outcome } from "../judging.fixture.ts";
import { rdsClusterUnencrypted as check } from "./rds-cluster-unencrypted.ts";

const storage = (encrypted: boolean | null, type: string | null = null, kmsKeyId: string | null = null): { storage: Storage } => ({
  storage: { encrypted, type, kmsKeyId },
});
const use = (engine: string, more: Partial<ClusterUse> = {}): { use: ClusterUse } => ({
  use: { engine, engineMode: "provisioned", status: "available", ...more },
});
const says = (engine: string, service = "RDS"): string => `${service} cluster shop (${engine}) stores its data unencrypted.`;

checkTester(
  check,
  {
    ref: CLUSTER,
    base: { ...use("aurora-mysql"), ...storage(false, "none") },
    pass: {
      "RDC-01: it is encrypted under a key that AWS owns": { given: { ...use("aurora-postgresql"), ...storage(false, "sse-rds") } },
      "RDC-05: it is a Multi-AZ cluster, and encrypted": { given: { ...use("mysql"), ...storage(true, "sse-kms", KEY) } },
      "RDC-10: it is the secondary of a global database, and encrypted": { given: storage(true) },
    },
    fail: {
      "RDC-02: it is plain": { says: says("aurora-mysql") },
      "RDC-03: it is plain, by an endpoint that knows no types": { given: storage(false), says: says("aurora-mysql") },
      "RDC-04: it is serverless, has no instances, and is plain": {
        given: use("aurora-mysql", { engineMode: "serverless" }),
        says: says("aurora-mysql"),
      },
      "RDC-06: it has no members, and is plain": { says: says("aurora-mysql") },
      "RDC-07: it is of DocumentDB": { given: use("docdb"), says: says("docdb", "DocumentDB") },
      "it is encrypted under a key that AWS owns, and a KMS key is required": {
        given: storage(false, "sse-rds"),
        params: { requireKmsKey: true },
        says: "RDS cluster shop (aurora-mysql) is encrypted under a key that AWS owns; a KMS key is required.",
      },
    },
    notApplicable: {
      "RDC-08: it is being deleted": { given: use("aurora-mysql", { status: "deleting" }) },
      "its engine is excluded": { given: use("neptune"), params: { excludeEngines: ["neptune"] } },
    },
    unknown: {
      "it contradicts itself": { given: storage(true, "none"), reason: "contradictory" },
      "it does not say": { given: storage(null), reason: "malformed" },
      "clusters may not be described": { given: { storage: DENIED }, reason: "denied", missing: ["rds:DescribeDBClusters"] },
    },
  },
  { describe, it },
);

describe("a cluster", () => {
  it("RDC-09: that another account shares is judged there", () =>
    expect(
      outcome(
        check,
        { ...CLUSTER, arn: CLUSTER.arn.replace("111122223333", "444455556666") },
        { ...use("aurora-mysql"), ...storage(false) },
      ).status,
    ).toBe("not-applicable"));
  it("that is gone is gone", () => expect(gone(check, CLUSTER).status).toBe("gone"));
});
