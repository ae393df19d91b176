import { type Check, defineCheck } from "@posture/core";
import { dbInstance } from "@posture/resources-aws/rds";
import { CIS_DATABASE, databaseParams, encryptionOf, serviceOf } from "../database.ts";

/**
 * The storage of a cluster's member is the cluster's, and judged there.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html
 */
export const rdsInstanceUnencrypted: Check = defineCheck({
  id: "encryption/rds-instance-unencrypted",
  title: "RDS instance storage is not encrypted",
  risk: "Whoever gets at the storage, a snapshot or a backup reads the whole database.",
  severity: "high",
  categories: ["encryption"],
  frameworks: { ...CIS_DATABASE, "aws-fsbp": ["RDS.3"] },
  resource: dbInstance,
  needs: ["use", "storage"],
  mayNeed: ["cluster"],
  params: databaseParams,
  messages: {
    plain: "{service} instance {name} ({engine}) stores its data unencrypted.",
    "aws-owned-key": "{service} instance {name} ({engine}) is encrypted under a key that AWS owns; a KMS key is required.",
  },
  remediation: {
    steps: [
      {
        text: "Snapshot the instance {name}.",
        command: "aws rds create-db-snapshot --region {region} --db-instance-identifier {name} --db-snapshot-identifier {name}-plain",
      },
      "Copy the snapshot with encryption enabled and a KMS key.",
      "Restore a new instance from the copy.",
      "Apply parameter, option and security groups again, then test.",
      "Switch the applications to the new endpoint, or rename the instances.",
      "Delete the old instance and its plain snapshots.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
  },
  evaluate({ use, storage, cluster }, { params, pass, fail, notApplicable, unknown }) {
    if (use.status === "deleting") return notApplicable("The instance is being deleted.");
    if (params.excludeEngines.includes(use.engine)) return notApplicable(`The engine ${use.engine} is excluded by configuration.`);
    if (cluster.state === "known") return notApplicable(`The storage is the cluster's, and judged there: ${cluster.value}.`);

    const encrypted = encryptionOf(storage);
    const evidence = { service: serviceOf(use.engine), engine: use.engine, status: use.status, cluster: use.cluster };
    const notes = use.cluster === null ? [] : [`The cluster ${use.cluster} could not be read, so the instance itself was judged.`];
    switch (encrypted) {
      case "contradictory":
        return unknown("contradictory", "storage");
      case "unclear":
        return unknown("malformed", "storage");
      case "no":
        return fail("plain", { evidence, notes });
      case "aws-owned-key":
        return params.requireKmsKey ? fail("aws-owned-key", { evidence, notes }) : pass({ evidence, notes });
      case "yes":
        return pass({ evidence: { ...evidence, kmsKeyId: storage.kmsKeyId }, notes });
    }
  },
});
