import type { DBCluster, DBInstance } from "@aws-sdk/client-rds";
import { type AwsHost, present } from "@posture/aws-access";
import type { Call, Instant } from "@posture/core";
import { itemsOf } from "./pages.ts";

const PAGE = 100;

interface Found<T> {
  readonly it: T;
  readonly asOf: Instant;
}
/** `renew` is for the listing of the kind itself; others share what it brought. */
interface Ask {
  readonly region: string;
  readonly call: Call;
  readonly shared: true | "renew";
}

/** Every instance of a region. */
export function everyInstance(aws: AwsHost, { region, call, shared }: Ask): AsyncGenerator<Found<DBInstance>> {
  return itemsOf(call, async (Marker) => {
    const { RDSClient, DescribeDBInstancesCommand } = await import("./sdk/rds.ts");
    const command = new DescribeDBInstancesCommand({ MaxRecords: PAGE, ...(Marker && { Marker }) });
    const { output, asOf } = await aws.send(RDSClient, command, { region, call, shared });
    return { items: present(output.DBInstances, "DBInstances", call).map((it) => ({ it, asOf })), next: output.Marker };
  });
}

/** Every cluster of a region that is the account's own. */
export function everyCluster(aws: AwsHost, { region, call, shared }: Ask): AsyncGenerator<Found<DBCluster>> {
  return itemsOf(call, async (Marker) => {
    const { RDSClient, DescribeDBClustersCommand } = await import("./sdk/rds.ts");
    const command = new DescribeDBClustersCommand({ MaxRecords: PAGE, IncludeShared: false, ...(Marker && { Marker }) });
    const { output, asOf } = await aws.send(RDSClient, command, { region, call, shared });
    return { items: present(output.DBClusters, "DBClusters", call).map((it) => ({ it, asOf })), next: output.Marker };
  });
}
