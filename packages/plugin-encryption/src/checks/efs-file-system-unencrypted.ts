import { type Check, defineCheck } from "@posture/core";
import { fileSystem } from "@posture/resources-aws/efs";

/** Source: https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html */
export const efsFileSystemUnencrypted: Check = defineCheck({
  id: "encryption/efs-file-system-unencrypted",
  title: "EFS file system is not encrypted",
  risk: "Whoever gets at the storage or a backup reads every file.",
  severity: "high",
  categories: ["encryption"],
  frameworks: {
    "cis-aws-foundations-1.5": ["2.4.1"],
    "cis-aws-foundations-2.0": ["2.4.1"],
    "cis-aws-foundations-3.0": ["2.4.1"],
    "cis-aws-foundations-4.0": ["2.3.1"],
    "cis-aws-foundations-5.0": ["2.3.1"],
    "cis-aws-foundations-6.0": ["3.3.1"],
    "cis-aws-foundations-7.0": ["3.3.1"],
    "aws-fsbp": ["EFS.1"],
  },
  resource: fileSystem,
  needs: ["encryption", "use"],
  messages: { plain: "EFS file system {name} is not encrypted (mount targets: {mountTargets})." },
  remediation: {
    steps: [
      "Create a new file system that is encrypted; encryption cannot be added to {name} later.",
      "Create its mount targets, access points and policy again.",
      "Copy the data, with DataSync or by replication to the new file system.",
      "Mount the new one on the clients.",
      "Delete the old one after a grace period.",
      "Deny unencrypted creation by an IAM or organization policy on elasticfilesystem:Encrypted.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html",
  },
  evaluate({ accountId, encryption, use }, { pass, fail, notApplicable }) {
    if (use.ownerId !== accountId) return notApplicable(`The file system belongs to account ${use.ownerId} and is judged there.`);
    if (use.state === "deleting" || use.state === "deleted") return notApplicable("The file system is being deleted.");
    if (encryption.encrypted) return pass({ evidence: { kmsKeyId: encryption.kmsKeyId } });
    return fail("plain", { evidence: { mountTargets: use.mountTargets, state: use.state } });
  },
});
