import type { InstanceUse, Storage } from "@posture/resources-aws/rds";
import { checkTester } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { CLUSTER, DENIED, INSTANCE, KEY } from "../given.fixture.ts";
import { gone, outcome, reading } from "../judging.fixture.ts";
import { rdsInstanceUnencrypted as check } from "./rds-instance-unencrypted.ts";

const storage = (encrypted: boolean | null, type: string | null = null, kmsKeyId: string | null = null): { storage: Storage } => ({
  storage: { encrypted, type, kmsKeyId },
});
const use = (engine: string, more: Partial<InstanceUse> = {}): { use: InstanceUse } => ({
  use: { engine, status: "available", cluster: null, ...more },
});
const MEMBER = use("aurora-mysql", { cluster: "shop" });
const STRICT = { requireKmsKey: true };
const says = (engine: string, service = "RDS"): string => `${service} instance orders (${engine}) stores its data unencrypted.`;

checkTester(
  check,
  {
    ref: INSTANCE,
    base: { ...use("postgres"), ...storage(false), cluster: null },
    pass: {
      "RDI-01: it is encrypted, by an endpoint that knows no types": { given: storage(true) },
      "RDI-05: it is encrypted under a key that AWS owns": { given: storage(false, "sse-rds") },
      "RDI-06: it is encrypted under the key that AWS manages": { given: storage(true, "sse-kms", KEY), params: STRICT },
      "RDI-15: it is a custom engine, and encrypted": { given: { ...use("custom-oracle-ee"), ...storage(true) } },
    },
    fail: {
      "RDI-02: it is plain, by an endpoint that knows no types": { says: says("postgres") },
      "RDI-03: it is plain": { given: { ...use("mysql"), ...storage(false, "none") }, says: says("mysql") },
      "RDI-05: it is encrypted under a key that AWS owns, and a KMS key is required": {
        given: storage(false, "sse-rds"),
        params: STRICT,
        says: "RDS instance orders (postgres) is encrypted under a key that AWS owns; a KMS key is required.",
      },
      "RDI-08: its cluster may not be read, and it is plain itself": {
        given: { ...use("aurora-mysql", { cluster: "shop" }), ...storage(false, "none"), cluster: DENIED },
        says: says("aurora-mysql"),
        notes: ["The cluster shop could not be read, so the instance itself was judged."],
      },
      "RDI-09: its tables are encrypted by Oracle, which is not its storage": { given: use("oracle-ee"), says: says("oracle-ee") },
      "RDI-10: it is just being made, and plain": { given: use("postgres", { status: "creating" }), says: says("postgres") },
      "RDI-12: it is stopped and plain": { given: use("postgres", { status: "stopped" }), says: says("postgres") },
      "RDI-13: it is a read replica, and plain": { given: use("mysql"), says: says("mysql") },
      "RDI-14: it is of DocumentDB": { given: use("docdb"), says: says("docdb", "DocumentDB") },
      "RDI-14: it is of Neptune": { given: use("neptune"), says: says("neptune", "Neptune") },
    },
    notApplicable: {
      "RDI-04: it is a member of a cluster that was read": {
        given: { ...MEMBER, ...storage(false, "sse-rds"), cluster: CLUSTER.arn },
      },
      "RDI-11: it is being deleted": { given: use("postgres", { status: "deleting" }) },
      "RDI-14: it is of DocumentDB, which is excluded": { given: use("docdb"), params: { excludeEngines: ["docdb", "neptune"] } },
    },
    unknown: {
      "RDI-07: it says that it is encrypted, and of which type: none": { given: storage(true, "none"), reason: "contradictory" },
      "it does not say": { given: storage(null), reason: "malformed" },
      "it is of a type that nobody knows": { given: storage(true, "sse-quantum"), reason: "malformed" },
      "instances may not be described": {
        given: { use: DENIED, storage: DENIED },
        reason: "denied",
        missing: ["rds:DescribeDBInstances"],
      },
    },
  },
  { describe, it },
);

describe("an instance", () => {
  it("RDI-04: that is a member is judged at its cluster, which is named", () =>
    expect(outcome(check, INSTANCE, { ...MEMBER, ...storage(false, "none"), cluster: CLUSTER.arn })).toMatchObject({
      status: "not-applicable",
      reason: expect.stringContaining(CLUSTER.arn),
    }));
  it("that stands alone asks nothing about clusters", () =>
    expect(reading(check, INSTANCE, { ...use("mysql"), ...storage(true) }).reads).toEqual(["storage", "use"]));
  it("that is gone is gone", () => expect(gone(check, INSTANCE).status).toBe("gone"));
});
