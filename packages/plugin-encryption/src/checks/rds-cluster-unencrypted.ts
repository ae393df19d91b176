import { type Check, defineCheck, parseArn } from "@posture/core";
import { dbCluster } from "@posture/resources-aws/rds";
import { CIS_DATABASE, databaseParams, encryptionOf, serviceOf } from "../database.ts";

/** Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.html */
export const rdsClusterUnencrypted: Check = defineCheck({
  id: "encryption/rds-cluster-unencrypted",
  title: "Aurora or Multi-AZ DB cluster storage is not encrypted",
  risk: "Whoever gets at the storage, a snapshot or a backup reads the whole database.",
  severity: "high",
  categories: ["encryption"],
  frameworks: { ...CIS_DATABASE, "aws-fsbp": ["RDS.27"] },
  resource: dbCluster,
  needs: ["use", "storage"],
  params: databaseParams,
  messages: {
    plain: "{service} cluster {name} ({engine}) stores its data unencrypted.",
    "aws-owned-key": "{service} cluster {name} ({engine}) is encrypted under a key that AWS owns; a KMS key is required.",
  },
  remediation: {
    steps: [
      {
        text: "Snapshot the cluster {name}.",
        command:
          "aws rds create-db-cluster-snapshot --region {region} --db-cluster-identifier {name} --db-cluster-snapshot-identifier {name}-plain",
      },
      "Restore an encrypted cluster from the snapshot, with a KMS key.",
      "Add instances to it, apply parameter and security groups again, then test.",
      "Cut the applications over to the new endpoints.",
      "Delete the old cluster and its plain snapshots.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.html",
  },
  evaluate({ arn, accountId, use, storage }, { params, pass, fail, notApplicable, unknown }) {
    const owner = parseArn(arn)?.accountId;
    if (owner !== accountId) return notApplicable(`The cluster is shared by account ${owner ?? "unknown"} and judged there.`);
    if (use.status === "deleting") return notApplicable("The cluster is being deleted.");
    if (params.excludeEngines.includes(use.engine)) return notApplicable(`The engine ${use.engine} is excluded by configuration.`);

    const encrypted = encryptionOf(storage);
    const evidence = { service: serviceOf(use.engine), engine: use.engine, engineMode: use.engineMode, status: use.status };
    switch (encrypted) {
      case "contradictory":
        return unknown("contradictory", "storage");
      case "unclear":
        return unknown("malformed", "storage");
      case "no":
        return fail("plain", { evidence });
      case "aws-owned-key":
        return params.requireKmsKey ? fail("aws-owned-key", { evidence }) : pass({ evidence });
      case "yes":
        return pass({ evidence: { ...evidence, kmsKeyId: storage.kmsKeyId } });
    }
  },
});
