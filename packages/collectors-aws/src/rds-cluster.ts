import type { DBCluster as Description } from "@aws-sdk/client-rds";
import { type AwsHost, callOf, defineCollector, malformed, present } from "@posture/aws-access";
import type { CollectorDefinition, ResourceRef } from "@posture/core";
import { type ClusterUse, type DBCluster, dbCluster, dbClusterRef, type Storage } from "@posture/resources-aws/rds";
import { everyCluster } from "./rds-listings.ts";
import { tagsIn } from "./tags.ts";

const DESCRIBE = callOf(dbCluster, "rds:DescribeDBClusters");

/** Aurora and Multi-AZ clusters, by region. */
export const dbClusters: CollectorDefinition<AwsHost> = defineCollector<DBCluster>({
  kind: dbCluster,
  reach: "regional",
  gone: ["DBClusterNotFoundFault", "DBClusterNotFound"],
  async *list({ aws, target, prime }) {
    for await (const { it, asOf } of everyCluster(aws, { region: target.region, call: DESCRIBE, shared: "renew" })) {
      const ref = dbClusterRef(present(it.DBClusterIdentifier, "DBClusterIdentifier", DESCRIBE), target);
      yield {
        // A cluster that another account shares keeps its owner's ARN.
        ref: { ...ref, arn: present(it.DBClusterArn, "DBClusterArn", DESCRIBE) },
        facets: {
          ...prime("storage", () => storageOf(it), asOf),
          ...prime("use", () => useOf(it), asOf),
          ...prime("tags", () => tagsIn(it.TagList, DESCRIBE), asOf),
        },
      };
    }
  },
  facets: {
    storage: { read: async ({ aws, ref }) => storageOf(await describe(aws, ref)) },
    use: { read: async ({ aws, ref }) => useOf(await describe(aws, ref)) },
    tags: { read: async ({ aws, ref }) => tagsIn((await describe(aws, ref)).TagList, DESCRIBE) },
  },
});

async function describe(aws: AwsHost, { name, region }: ResourceRef): Promise<Description> {
  const { RDSClient, DescribeDBClustersCommand } = await import("./sdk/rds.ts");
  const command = new DescribeDBClustersCommand({ DBClusterIdentifier: name });
  const { output } = await aws.send(RDSClient, command, { region, call: DESCRIBE, shared: true });
  const [found, ...others] = present(output.DBClusters, "DBClusters", DESCRIBE);
  if (found?.DBClusterIdentifier?.toLowerCase() !== name || others.length > 0) throw malformed(DESCRIBE, `the answer is not about ${name}`);
  return found;
}

function storageOf({ StorageEncrypted, StorageEncryptionType, KmsKeyId }: Description): Storage {
  return { encrypted: StorageEncrypted ?? null, type: StorageEncryptionType || null, kmsKeyId: KmsKeyId || null };
}

function useOf({ Engine, EngineMode, Status }: Description): ClusterUse {
  return { engine: present(Engine, "Engine", DESCRIBE), engineMode: EngineMode || null, status: present(Status, "Status", DESCRIBE) };
}
