import type { Regional } from "../regional-world.ts";
import { type Shape, textIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { Context, Handler } from "./handler.ts";
import { nameIn, paged, regional, shapeOf } from "./regional.ts";

const PAGE = { size: "MaxRecords", token: "Marker", most: 100 };

export const rds: Readonly<Record<string, Handler>> = {
  DescribeDBInstances(input, context) {
    const found = namedOrAll(input, regional(context, "dbInstances"), "DBInstanceIdentifier", "DBInstanceNotFound");
    const { items, next } = paged(
      found.map((it) => instanceOf(it, context)),
      input,
      PAGE,
    );
    return { DBInstances: items, Marker: next };
  },
  DescribeDBClusters(input, context) {
    const found = namedOrAll(input, regional(context, "dbClusters"), "DBClusterIdentifier", "DBClusterNotFoundFault");
    const { items, next } = paged(
      found.map((it) => clusterOf(it, context)),
      input,
      PAGE,
    );
    return { DBClusters: items, Marker: next };
  },
};

function namedOrAll(input: Shape, all: readonly Regional[], member: string, code: string): readonly Regional[] {
  const name = textIn(input, member);
  if (name === undefined) return all;
  const found = all.filter((it) => it[member] === name);
  if (found.length === 0) throw new AwsError(404, code, `${name} not found.`);
  return found;
}

function instanceOf(it: Regional, { account, region }: Context): Shape {
  const DBInstanceArn = `arn:aws:rds:${region}:${account.id}:db:${nameIn(it, "DBInstanceIdentifier")}`;
  return { DBInstanceStatus: "available", VpcSecurityGroups: [], TagList: [], DBInstanceArn, ...shapeOf(it) };
}

/** The members of a cluster say that they are, and are not named by it a second time. */
function clusterOf(it: Regional, context: Context): Shape {
  const { account, region } = context;
  const name = nameIn(it, "DBClusterIdentifier");
  const members = regional(context, "dbInstances").filter((instance) => instance["DBClusterIdentifier"] === name);
  return {
    Status: "available",
    VpcSecurityGroups: [],
    TagList: [],
    DBClusterArn: `arn:aws:rds:${region}:${account.id}:cluster:${name}`,
    DBClusterMembers: members.map(({ DBInstanceIdentifier }, i) => ({ DBInstanceIdentifier, IsClusterWriter: i === 0 })),
    ...shapeOf(it),
  };
}
