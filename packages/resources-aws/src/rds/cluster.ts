import { type CloudEvent, defineResource, type ResourceKind, type ResourceRef } from "@posture/core";
import { z } from "zod";
import { callsTo, distinct, eventsFrom, Maybe, type Place, regionalArn, Tags, Text } from "../declaring.ts";
import { Storage } from "./storage.ts";

export interface ClusterUse {
  /** aurora-mysql, aurora-postgresql, mysql, postgres, docdb, neptune. */
  readonly engine: string;
  /** provisioned, serverless; `null`: not said. */
  readonly engineMode: string | null;
  /** available, creating, deleting, stopped and many more. */
  readonly status: string;
}

/** The facets of a cluster. One answer of DescribeDBClusters holds them all. */
export interface DBCluster {
  storage: Storage;
  use: ClusterUse;
  tags: Readonly<Record<string, string>>;
}

const TYPE = "AWS::RDS::DBCluster";
const events = eventsFrom("rds");
const DESCRIBE = callsTo("rds")("DescribeDBClusters");

/**
 * An Aurora or Multi-AZ cluster; DocumentDB and Neptune answer the same calls.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html
 */
export const dbCluster: ResourceKind<DBCluster> = defineResource({
  type: TYPE,
  lists: [DESCRIBE],
  lifecycle: events(
    "CreateDBCluster",
    "RestoreDBClusterFromSnapshot",
    "RestoreDBClusterFromS3",
    "RestoreDBClusterToPointInTime",
    "DeleteDBCluster",
  ),
  console: ({ name, region }) => `rds/home?region=${region}#database:id=${name};is-cluster=true`,
  facets: {
    storage: { schema: Storage, prime: [DESCRIBE], read: [DESCRIBE], changedBy: [] },
    use: {
      schema: z.object({ engine: z.string().min(1), engineMode: Maybe, status: z.string().min(1) }),
      prime: [DESCRIBE],
      read: [DESCRIBE],
      changedBy: events("ModifyDBCluster"),
    },
    tags: {
      schema: Tags,
      prime: [DESCRIBE],
      read: [DESCRIBE],
      changedBy: events("AddTagsToResource", "RemoveTagsFromResource"),
    },
  },
  locate,
});

/** RDS keeps identifiers in lower case, however they were given. */
export function dbClusterRef(identifier: string, at: Place): ResourceRef {
  const { accountId, region } = at;
  const name = identifier.toLowerCase();
  return { type: TYPE, arn: regionalArn(at, "rds", `cluster:${name}`), name, accountId, region };
}

const Detail = z.object({
  requestParameters: z.object({ dBClusterIdentifier: Text, newDBClusterIdentifier: Text, resourceName: Text }).nullish(),
  responseElements: z.object({ dBClusterIdentifier: Text }).nullish(),
});

/** A cluster that is renamed is two: the old name is gone, the new one is there. */
function locate(event: CloudEvent): readonly ResourceRef[] {
  const { requestParameters: asked, responseElements: answered } = Detail.safeParse(event.detail).data ?? {};
  const tagged = asked?.resourceName?.split(":cluster:")[1];
  const names = [tagged, asked?.dBClusterIdentifier, asked?.newDBClusterIdentifier, answered?.dBClusterIdentifier];
  return distinct(names.flatMap((name) => (name ? [dbClusterRef(name, event)] : [])));
}
