import type { FileSystemEncryption, FileSystemUse } from "@posture/resources-aws/efs";
import { checkTester, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { DENIED, FILES, KEY } from "../given.fixture.ts";
import { gone } from "../judging.fixture.ts";
import { efsFileSystemUnencrypted as check } from "./efs-file-system-unencrypted.ts";

const PLAIN: FileSystemEncryption = { encrypted: false, kmsKeyId: null };
const UNDER: FileSystemEncryption = { encrypted: true, kmsKeyId: KEY };
const use = (state: string, more: Partial<FileSystemUse> = {}): { use: FileSystemUse } => ({
  use: { state, ownerId: FILES.accountId, mountTargets: 2, ...more },
});
const SAYS = "EFS file system fs-0a1 is not encrypted (mount targets: 2).";

checkTester(
  check,
  {
    ref: FILES,
    base: { encryption: PLAIN, ...use("available") },
    pass: {
      "EFS-01: it is encrypted under the key that AWS manages": { given: { encryption: UNDER } },
      "EFS-08: it is the destination of a replication, and encrypted": { given: { encryption: UNDER } },
    },
    fail: {
      "EFS-02: it is plain": { says: SAYS },
      "EFS-03: nothing mounts it, and it is plain": {
        given: use("available", { mountTargets: 0 }),
        says: "EFS file system fs-0a1 is not encrypted (mount targets: 0).",
      },
      "EFS-04: it is just being made": { given: use("creating"), says: SAYS },
      "EFS-04: it is being changed": { given: use("updating"), says: SAYS },
      "EFS-05: it is in error": { given: use("error"), says: SAYS },
      "EFS-07: it lies in one zone": { says: SAYS },
    },
    notApplicable: {
      "EFS-06: it is being deleted": { given: use("deleting") },
      "EFS-06: it is deleted": { given: use("deleted") },
      "EFS-10: another account owns it": { given: use("available", { ownerId: "444455556666" }) },
    },
    unknown: {
      "EFS-09: AWS does not say whether it is encrypted": { given: { encryption: unreadable("malformed") }, reason: "malformed" },
      "file systems may not be described": {
        given: { use: DENIED },
        reason: "denied",
        missing: ["elasticfilesystem:DescribeFileSystems"],
      },
    },
  },
  { describe, it },
);

it("a file system that is gone is gone", () => expect(gone(check, FILES).status).toBe("gone"));
