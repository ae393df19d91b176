import type { DBInstance as Description } from "@aws-sdk/client-rds";
import { type AwsHost, callOf, defineCollector, malformed, present } from "@posture/aws-access";
import type { CollectorDefinition, ResourceRef } from "@posture/core";
import {
  type DBInstance,
  dbInstance,
  dbInstanceRef,
  type InstanceUse,
  type ServerCertificate,
  type Storage,
} from "@posture/resources-aws/rds";
import { everyCluster, everyInstance } from "./rds-listings.ts";
import { tagsIn } from "./tags.ts";

const DESCRIBE = callOf(dbInstance, "rds:DescribeDBInstances");
const DESCRIBE_CLUSTERS = callOf(dbInstance, "rds:DescribeDBClusters");

/** Database instances, by region. */
export const dbInstances: CollectorDefinition<AwsHost> = defineCollector<DBInstance>({
  kind: dbInstance,
  reach: "regional",
  gone: ["DBInstanceNotFound", "DBInstanceNotFoundFault"],
  async *list({ aws, target, prime }) {
    for await (const { it, asOf } of everyInstance(aws, { region: target.region, call: DESCRIBE, shared: "renew" }))
      yield {
        ref: dbInstanceRef(present(it.DBInstanceIdentifier, "DBInstanceIdentifier", DESCRIBE), target),
        facets: {
          ...prime("storage", () => storageOf(it), asOf),
          ...prime("use", () => useOf(it), asOf),
          ...prime("certificate", () => certificateOf(it), asOf),
          ...prime("tags", () => tagsIn(it.TagList, DESCRIBE), asOf),
        },
      };
  },
  facets: {
    storage: { read: async ({ aws, ref }) => storageOf(await describe(aws, ref)) },
    use: { read: async ({ aws, ref }) => useOf(await describe(aws, ref)) },
    certificate: { read: async ({ aws, ref }) => certificateOf(await describe(aws, ref)) },
    tags: { read: async ({ aws, ref }) => tagsIn((await describe(aws, ref)).TagList, DESCRIBE) },
    cluster: {
      async read({ aws, ref }) {
        for await (const { it } of everyCluster(aws, { region: ref.region, call: DESCRIBE_CLUSTERS, shared: true })) {
          const members = present(it.DBClusterMembers, "DBClusterMembers", DESCRIBE_CLUSTERS);
          if (members.some(({ DBInstanceIdentifier }) => DBInstanceIdentifier?.toLowerCase() === ref.name))
            return present(it.DBClusterArn, "DBClusterArn", DESCRIBE_CLUSTERS);
        }
        return null;
      },
    },
  },
});

async function describe(aws: AwsHost, { name, region }: ResourceRef): Promise<Description> {
  const { RDSClient, DescribeDBInstancesCommand } = await import("./sdk/rds.ts");
  const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: name });
  const { output } = await aws.send(RDSClient, command, { region, call: DESCRIBE, shared: true });
  const [found, ...others] = present(output.DBInstances, "DBInstances", DESCRIBE);
  if (found?.DBInstanceIdentifier?.toLowerCase() !== name || others.length > 0)
    throw malformed(DESCRIBE, `the answer is not about ${name}`);
  return found;
}

function storageOf({ StorageEncrypted, StorageEncryptionType, KmsKeyId }: Description): Storage {
  return { encrypted: StorageEncrypted ?? null, type: StorageEncryptionType || null, kmsKeyId: KmsKeyId || null };
}

function useOf({ Engine, DBInstanceStatus, DBClusterIdentifier }: Description): InstanceUse {
  return {
    engine: present(Engine, "Engine", DESCRIBE),
    status: present(DBInstanceStatus, "DBInstanceStatus", DESCRIBE),
    cluster: DBClusterIdentifier || null,
  };
}

function certificateOf({ CACertificateIdentifier, CertificateDetails, PendingModifiedValues }: Description): ServerCertificate {
  return {
    servedBy: CertificateDetails?.CAIdentifier || null,
    chosen: CACertificateIdentifier || null,
    validUntil: CertificateDetails?.ValidTill?.toISOString() ?? null,
    pending: PendingModifiedValues?.CACertificateIdentifier || null,
  };
}
