import type { VolumeEncryption, VolumeUse } from "@posture/resources-aws/ec2";
import { checkTester, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { DENIED, KEY, VOLUME } from "../given.fixture.ts";
import { gone, outcome } from "../judging.fixture.ts";
import { ebsVolumeUnencrypted as check } from "./ebs-volume-unencrypted.ts";

const PLAIN: VolumeEncryption = { encrypted: false, kmsKeyId: null };
const UNDER: VolumeEncryption = { encrypted: true, kmsKeyId: KEY };
const ATTACHED: VolumeUse = { state: "in-use", attachedTo: ["i-0a1"], managedBy: null };
const being = (state: string, more: Partial<VolumeUse> = {}): { use: VolumeUse } => ({
  use: { ...ATTACHED, attachedTo: [], state, ...more },
});
const MANAGED = { ...ATTACHED, managedBy: "workspaces.amazonaws.com" };

checkTester(
  check,
  {
    ref: VOLUME,
    base: { encryption: PLAIN, use: ATTACHED },
    pass: {
      "EBS-06: it is encrypted under the key that AWS manages": { given: { encryption: UNDER } },
      "EBS-07: its key is disabled or about to be deleted, which is another concern": { given: { encryption: UNDER } },
      "EBS-08: it is encrypted, and no key is named": { given: { encryption: { encrypted: true, kmsKeyId: null } } },
    },
    fail: {
      "EBS-01: it is in use and plain": { says: "EBS volume vol-0a1 (attached to i-0a1) is not encrypted." },
      "EBS-02: it is attached to nothing and plain": {
        given: being("available"),
        says: "EBS volume vol-0a1 (available) is not encrypted.",
      },
      "EBS-03: it is just being made, and plain": { given: being("creating"), says: "EBS volume vol-0a1 (creating) is not encrypted." },
      "EBS-05: it is in error and plain": { given: being("error"), says: "EBS volume vol-0a1 (error) is not encrypted." },
      "EBS-10: it is from before encryption by default was turned on": { says: "EBS volume vol-0a1 (attached to i-0a1) is not encrypted." },
      "EBS-11: a service manages it, and it is plain": {
        given: { use: MANAGED },
        says: "EBS volume vol-0a1 (attached to i-0a1), which workspaces.amazonaws.com manages, is not encrypted.",
      },
    },
    notApplicable: {
      "EBS-04: it is being deleted": { given: being("deleting") },
      "EBS-04: it is deleted": { given: being("deleted") },
      "EBS-02: it is attached to nothing, and such are left out": { given: being("available"), params: { includeUnattached: false } },
      "EBS-11: a service manages it, and such are left out": { given: { use: MANAGED }, params: { ignoreManaged: true } },
    },
    unknown: {
      "EBS-09: AWS does not say whether it is encrypted": { given: { encryption: unreadable("malformed") }, reason: "malformed" },
      "volumes may not be described": { given: { encryption: DENIED, use: DENIED }, reason: "denied", missing: ["ec2:DescribeVolumes"] },
    },
  },
  { describe, it },
);

describe("an unencrypted volume", () => {
  it("EBS-11: names the service that manages it in its evidence", () =>
    expect(outcome(check, VOLUME, { encryption: PLAIN, use: MANAGED })).toMatchObject({
      evidence: { managedBy: "workspaces.amazonaws.com" },
    }));
  it("that is gone is gone", () => expect(gone(check, VOLUME).status).toBe("gone"));
});
