import { type Check, defineCheck, parseArn, type Reading } from "@posture/core";
import { isAlias, type Secret, secret } from "@posture/resources-aws/secretsmanager";
import { z } from "zod";
import { isAwsManaged } from "../keys.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html */
export const secretDefaultKmsKey: Check = defineCheck({
  id: "encryption/secret-default-kms-key",
  title: "Secret uses the AWS managed key instead of a customer managed KMS key",
  risk: "Nobody here can restrict, audit or revoke the key that the secret is encrypted under.",
  severity: "medium",
  categories: ["encryption"],
  resource: secret,
  needs: ["use", "key"],
  mayNeed: ["defaultKey"],
  params: z.object({
    includeServiceManaged: z.boolean().default(true).describe("Also judge secrets that an AWS service made and rotates."),
  }),
  messages: {
    default: "Secret {name} is encrypted under the AWS managed key ({key}).",
    service: "Secret {name}, which {owningService} manages, is encrypted under the AWS managed key ({key}).",
  },
  remediation: {
    steps: [
      "Create or choose a symmetric customer managed key in {region}.",
      "Let the readers of the secret use kms:Decrypt on it, by way of Secrets Manager.",
      {
        text: "Set the key with UpdateSecret; of a secret that a service manages, change it in that service.",
        command: "aws secretsmanager update-secret --region {region} --secret-id {arn} --kms-key-id KEY",
      },
      "Confirm that the current version was encrypted again (the caller needs kms:GenerateDataKey and kms:Decrypt).",
      "Do the same in each region that the secret is replicated to.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
  },
  evaluate({ use, key, defaultKey }, { params, pass, fail, notApplicable, unknown }) {
    if (use.isDeleted) return notApplicable("The secret is scheduled for deletion.");
    if (!params.includeServiceManaged && use.owningService !== null) return notApplicable(`The secret is managed by ${use.owningService}.`);

    const evidence = { key: key ?? "aws/secretsmanager", primaryRegion: use.primaryRegion };
    switch (ownerOf(key, defaultKey)) {
      case "customer":
        return pass({ evidence });
      case "unread":
        return unknown(defaultKey.state === "unreadable" ? defaultKey.reason : "not-ready", "defaultKey");
      case "aws":
        return use.owningService === null
          ? fail("default", { evidence })
          : fail("service", { evidence: { ...evidence, owningService: use.owningService } });
    }
  },
});

/** Whose key it is. A key that is named by its id is AWS's if the alias of AWS's key stands for it. */
function ownerOf(key: string | null, defaultKey: Reading<Secret["defaultKey"]>): "aws" | "customer" | "unread" {
  if (key === null) return "aws";
  if (isAlias(key)) return isAwsManaged(key) ? "aws" : "customer";
  // Moot: a key of another account, which AWS's own can never be.
  if (defaultKey.state === "moot" || defaultKey.state === "absent") return "customer";
  if (defaultKey.state === "unreadable") return "unread";
  return idOf(key) === defaultKey.value ? "aws" : "customer";
}

function idOf(key: string): string {
  return parseArn(key)?.resource.replace(/^key\//, "") ?? key;
}
