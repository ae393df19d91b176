import { type CloudEvent, type Conditional, defineResource, type Instant, type ResourceKind, type ResourceRef } from "@posture/core";
import { z } from "zod";
import { callsTo, distinct, eventsFrom, Maybe, type Place, regionalArn, Tags, Text } from "../declaring.ts";
import { Storage } from "./storage.ts";

export interface InstanceUse {
  readonly engine: string;
  /** available, creating, deleting, stopped and many more. */
  readonly status: string;
  /** The identifier of the cluster that it is a member of; `null`: it stands alone. */
  readonly cluster: string | null;
}

/** The certificate that clients meet. */
export interface ServerCertificate {
  /** The CA that signed what is served; `null`: not said. */
  readonly servedBy: string | null;
  /** The CA that the instance is set to. */
  readonly chosen: string | null;
  readonly validUntil: Instant | null;
  /** The CA of a change that is under way. */
  readonly pending: string | null;
}

/** The facets of an instance. One answer of DescribeDBInstances holds all but `cluster`. */
export interface DBInstance {
  storage: Storage;
  use: InstanceUse;
  certificate: ServerCertificate;
  tags: Readonly<Record<string, string>>;
  /** The ARN of the cluster that it is a member of; none where the region's clusters do not include it. */
  cluster: Conditional<string | null>;
}

const TYPE = "AWS::RDS::DBInstance";
const events = eventsFrom("rds");
const rds = callsTo("rds");
const DESCRIBE = rds("DescribeDBInstances");

/**
 * A database instance; DocumentDB and Neptune answer the same calls.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
 */
export const dbInstance: ResourceKind<DBInstance> = defineResource({
  type: TYPE,
  lists: [DESCRIBE],
  lifecycle: events(
    "CreateDBInstance",
    "CreateDBInstanceReadReplica",
    "RestoreDBInstanceFromDBSnapshot",
    "RestoreDBInstanceFromS3",
    "RestoreDBInstanceToPointInTime",
    "DeleteDBInstance",
  ),
  console: ({ name, region }) => `rds/home?region=${region}#database:id=${name};is-cluster=false`,
  facets: {
    storage: { schema: Storage, prime: [DESCRIBE], read: [DESCRIBE], changedBy: [] },
    use: {
      schema: z.object({ engine: z.string().min(1), status: z.string().min(1), cluster: Maybe }),
      prime: [DESCRIBE],
      read: [DESCRIBE],
      changedBy: events("ModifyDBInstance"),
    },
    certificate: {
      schema: z.object({ servedBy: Maybe, chosen: Maybe, validUntil: z.iso.datetime().nullable(), pending: Maybe }),
      prime: [DESCRIBE],
      read: [DESCRIBE],
      changedBy: events("ModifyDBInstance", "RebootDBInstance", "ApplyPendingMaintenanceAction"),
    },
    tags: {
      schema: Tags,
      prime: [DESCRIBE],
      read: [DESCRIBE],
      changedBy: events("AddTagsToResource", "RemoveTagsFromResource"),
    },
    cluster: {
      schema: z.string().min(1).nullable(),
      read: [rds("DescribeDBClusters")],
      changedBy: events("CreateDBCluster", "DeleteDBCluster"),
      after: ["use"],
      moot: (_, { use }) => (use?.cluster === null ? "the instance stands alone" : null),
    },
  },
  locate,
});

/** RDS keeps identifiers in lower case, however they were given. */
export function dbInstanceRef(identifier: string, at: Place): ResourceRef {
  const { accountId, region } = at;
  const name = identifier.toLowerCase();
  return { type: TYPE, arn: regionalArn(at, "rds", `db:${name}`), name, accountId, region };
}

const Detail = z.object({
  requestParameters: z
    .object({
      dBInstanceIdentifier: Text,
      targetDBInstanceIdentifier: Text,
      newDBInstanceIdentifier: Text,
      resourceIdentifier: Text,
      resourceName: Text,
    })
    .nullish(),
  responseElements: z.object({ dBInstanceIdentifier: Text }).nullish(),
});

/** An instance that is renamed is two: the old name is gone, the new one is there. */
function locate(event: CloudEvent): readonly ResourceRef[] {
  const { requestParameters: asked, responseElements: answered } = Detail.safeParse(event.detail).data ?? {};
  const byArn = [asked?.resourceIdentifier, asked?.resourceName].map((arn) => arn?.split(":db:")[1]);
  const names = [
    ...byArn,
    asked?.dBInstanceIdentifier,
    asked?.targetDBInstanceIdentifier,
    asked?.newDBInstanceIdentifier,
    answered?.dBInstanceIdentifier,
  ];
  return distinct(names.flatMap((name) => (name ? [dbInstanceRef(name, event)] : [])));
}
