import { type Check, defineCheck } from "@posture/core";
import { stream } from "@posture/resources-aws/kinesis";
import { z } from "zod";
import { isAwsManaged } from "../keys.ts";

const CHANGING: readonly string[] = ["CREATING", "UPDATING"];

/** Source: https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html */
export const kinesisStreamUnencrypted: Check = defineCheck({
  id: "encryption/kinesis-stream-unencrypted",
  title: "Kinesis data stream is not encrypted",
  risk: "Records lie unencrypted in the stream for as long as they are kept.",
  severity: "medium",
  categories: ["encryption"],
  frameworks: { "aws-security-hub": ["Kinesis.1"] },
  resource: stream,
  needs: ["summary"],
  params: z.object({
    requireCustomerManagedKey: z.boolean().default(false).describe("Fail the key that AWS manages (`alias/aws/kinesis`)."),
  }),
  messages: {
    none: "Kinesis stream {name} is not encrypted.",
    managed: "Kinesis stream {name} is encrypted under {key}; a customer managed key is required.",
  },
  remediation: {
    steps: [
      "Choose a key: alias/aws/kinesis, or a customer managed one, which consumers in other accounts need.",
      "Grant producers kms:GenerateDataKey, and consumers kms:Decrypt.",
      {
        text: "Start the encryption of stream {name} with StartStreamEncryption of the type KMS.",
        command:
          "aws kinesis start-stream-encryption --region {region} --stream-name {name} --encryption-type KMS --key-id alias/aws/kinesis",
      },
      "Wait until the stream is ACTIVE, and watch the errors of its producers.",
      "Records that were written before stay unencrypted until they expire.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/streams/latest/dev/getting-started-with-sse.html",
  },
  evaluate({ summary: { status, encryptionType, keyId } }, { params, pass, fail, notApplicable, unknown }) {
    if (status === "DELETING") return notApplicable("The stream is being deleted.");
    const pendingChange = CHANGING.includes(status);
    const evidence = { status, pendingChange, key: keyId ?? "no named key" };
    const notes = pendingChange ? [`The stream is ${status}: a change is under way.`] : [];
    switch (encryptionType) {
      case null:
      case "NONE":
        return fail("none", { evidence, notes });
      case "KMS":
        return params.requireCustomerManagedKey && (keyId === null || isAwsManaged(keyId))
          ? fail("managed", { evidence, notes })
          : pass({ evidence, notes });
      default:
        return unknown("malformed", "summary");
    }
  },
});
