import { type Check, defineCheck } from "@posture/core";
import { volume } from "@posture/resources-aws/ec2";
import { z } from "zod";

/** Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html */
export const ebsVolumeUnencrypted: Check = defineCheck({
  id: "encryption/ebs-volume-unencrypted",
  title: "EBS volume is not encrypted",
  risk: "Whoever gets at the volume, or at a snapshot of it, reads all that is on it.",
  severity: "high",
  categories: ["encryption"],
  frameworks: { "aws-fsbp": ["EC2.3"] },
  resource: volume,
  needs: ["encryption", "use"],
  params: z.object({
    includeUnattached: z.boolean().default(true).describe("Also judge volumes that are attached to nothing."),
    ignoreManaged: z.boolean().default(false).describe("Leave out volumes that an AWS service manages."),
  }),
  messages: {
    plain: "EBS volume {name} ({use}) is not encrypted.",
    managed: "EBS volume {name} ({use}), which {managedBy} manages, is not encrypted.",
  },
  remediation: {
    steps: [
      "Where a service manages volume {name}, turn on encryption in that service; the other steps are for volumes of your own.",
      "Snapshot the volume, and copy the snapshot with encryption and the KMS key that you want.",
      "Create a volume of the same type and zone from the encrypted copy.",
      "Stop the instance (or quiesce it), detach the old volume, and attach the new one under the same device name.",
      "Verify, then delete the old volume and the plain snapshot.",
      {
        text: "Turn on encryption by default for {region}, so that it does not recur.",
        command: "aws ec2 enable-ebs-encryption-by-default --region {region}",
      },
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/EBSEncryption.html",
  },
  evaluate({ encryption, use }, { params, pass, fail, notApplicable }) {
    if (use.state === "deleting" || use.state === "deleted") return notApplicable("The volume is being deleted.");
    if (params.ignoreManaged && use.managedBy !== null) return notApplicable(`The volume is managed by ${use.managedBy}.`);
    if (!params.includeUnattached && use.attachedTo.length === 0) return notApplicable("The volume is attached to nothing.");
    if (encryption.encrypted) return pass({ evidence: { kmsKeyId: encryption.kmsKeyId } });

    const evidence = { use: use.attachedTo.length > 0 ? `attached to ${use.attachedTo.join(", ")}` : use.state, state: use.state };
    return use.managedBy === null ? fail("plain", { evidence }) : fail("managed", { evidence: { ...evidence, managedBy: use.managedBy } });
  },
});
