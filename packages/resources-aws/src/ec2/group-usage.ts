import type { Conditional, EventName, FacetSpec, KnownOf, ResourceRef } from "@posture/core";
import { z } from "zod";
import { callsTo, eventsFrom } from "../declaring.ts";
import type { SecurityGroup } from "./security-group.ts";

/** Another group whose rules, inbound or outbound, refer to this one. */
export interface GroupReference {
  readonly groupId: string;
  /** Does this group refer to that one as well? */
  readonly isMutual: boolean;
}
export interface GroupInterface {
  readonly id: string;
  /** in-use, available (detached), attaching, detaching, pending. */
  readonly status: string;
}

/** What counts as use; what does not is no reason to stop looking. */
export interface UsageOptions {
  readonly countDetachedInterfaces: boolean;
  readonly countMutualReferences: boolean;
}

/**
 * Where a security group may be in use, in the order in which it is looked for. What is found first makes the rest moot, so the later and
 * dearer sources are asked only while no use is known.
 */
export interface GroupUsage {
  references: Conditional<readonly GroupReference[]>;
  interfaces: Conditional<readonly GroupInterface[], UsageOptions>;
  /** ARNs of database instances and clusters, also of those that are stopped or paused. */
  databases: Conditional<readonly string[], UsageOptions>;
  /** Ids of launch templates that name it in their default or latest version. */
  launchTemplates: Conditional<readonly string[], UsageOptions>;
  /** ARNs of functions; an idle one has no interface. */
  functions: Conditional<readonly string[], UsageOptions>;
  /** ARNs of the shares by which other accounts use it. */
  shares: Conditional<readonly string[], UsageOptions>;
  /** VPCs on the other side of a peering or a transit gateway whose groups refer to it. */
  peers: Conditional<readonly string[], UsageOptions>;
}

type Usage = { readonly [K in keyof GroupUsage]: FacetSpec<SecurityGroup, K> };

const ec2 = callsTo("ec2");
const events = eventsFrom("ec2");
const Names = z.array(z.string().min(1));
export const counting: { readonly default: UsageOptions; readonly union: (a: UsageOptions, b: UsageOptions) => UsageOptions } = {
  default: { countDetachedInterfaces: true, countMutualReferences: true },
  union: (a, b) => ({
    countDetachedInterfaces: a.countDetachedInterfaces && b.countDetachedInterfaces,
    countMutualReferences: a.countMutualReferences && b.countMutualReferences,
  }),
};
const INTERFACES: readonly EventName[] = events(
  "CreateNetworkInterface",
  "DeleteNetworkInterface",
  "ModifyNetworkInterfaceAttribute",
  "RunInstances",
  "TerminateInstances",
  "ModifyInstanceAttribute",
  "AssociateSecurityGroupVpc",
  "DisassociateSecurityGroupVpc",
);

export const usageFacets: Usage = {
  references: {
    schema: z.array(z.object({ groupId: z.string().min(1), isMutual: z.boolean() })),
    read: [ec2("DescribeSecurityGroups")],
    changedBy: events(
      "AuthorizeSecurityGroupIngress",
      "RevokeSecurityGroupIngress",
      "ModifySecurityGroupRules",
      "AuthorizeSecurityGroupEgress",
      "RevokeSecurityGroupEgress",
    ),
    after: ["group"],
    moot: (ref, known) => whyNotAsked(ref, known),
  },
  interfaces: {
    schema: z.array(z.object({ id: z.string().min(1), status: z.string().min(1) })),
    read: [ec2("DescribeNetworkInterfaces")],
    changedBy: [
      ...INTERFACES,
      ...eventsFrom("elasticloadbalancing")(
        "CreateLoadBalancer",
        "DeleteLoadBalancer",
        "SetSecurityGroups",
        "ApplySecurityGroupsToLoadBalancer",
      ),
    ],
    after: ["group", "references"],
    options: counting,
    moot: whyKnown,
  },
  databases: {
    schema: Names,
    read: [callsTo("rds")("DescribeDBInstances"), callsTo("rds")("DescribeDBClusters")],
    changedBy: eventsFrom("rds")(
      "CreateDBInstance",
      "CreateDBInstanceReadReplica",
      "RestoreDBInstanceFromDBSnapshot",
      "RestoreDBInstanceFromS3",
      "RestoreDBInstanceToPointInTime",
      "ModifyDBInstance",
      "DeleteDBInstance",
      "CreateDBCluster",
      "RestoreDBClusterFromSnapshot",
      "RestoreDBClusterFromS3",
      "RestoreDBClusterToPointInTime",
      "ModifyDBCluster",
      "DeleteDBCluster",
    ),
    after: ["group", "references", "interfaces"],
    options: counting,
    moot: whyKnown,
  },
  launchTemplates: {
    schema: Names,
    read: [ec2("DescribeLaunchTemplateVersions")],
    changedBy: events("CreateLaunchTemplate", "CreateLaunchTemplateVersion", "ModifyLaunchTemplate", "DeleteLaunchTemplate"),
    after: ["group", "references", "interfaces", "databases"],
    options: counting,
    moot: whyKnown,
  },
  functions: {
    schema: Names,
    read: [callsTo("lambda")("ListFunctions")],
    changedBy: eventsFrom("lambda")("CreateFunction20150331", "UpdateFunctionConfiguration20150331v2", "DeleteFunction20150331"),
    after: ["group", "references", "interfaces", "databases", "launchTemplates"],
    options: counting,
    moot: whyKnown,
  },
  shares: {
    schema: Names,
    read: [callsTo("ram")("ListResources")],
    changedBy: eventsFrom("ram")("AssociateResourceShare", "DisassociateResourceShare", "CreateResourceShare", "DeleteResourceShare"),
    after: ["group", "references", "interfaces", "databases", "launchTemplates", "functions"],
    options: counting,
    moot: whyKnown,
  },
  peers: {
    schema: Names,
    read: [ec2("DescribeSecurityGroupReferences")],
    changedBy: [],
    after: ["group", "references", "interfaces", "databases", "launchTemplates", "functions", "shares"],
    options: counting,
    moot: whyKnown,
  },
};

/** Why nobody asks whether this group is in use; `null`: one does. */
export function whyNotAsked({ accountId }: ResourceRef, { group }: KnownOf<SecurityGroup>): string | null {
  if (group && group.ownerId !== accountId) return "the group belongs to another account";
  return group?.groupName === "default" ? "the group of the name default cannot be deleted" : null;
}

/** Why nobody looks any further; `null`: one does. */
export function whyKnown(ref: ResourceRef, known: KnownOf<SecurityGroup>, options: UsageOptions): string | null {
  return whyNotAsked(ref, known) ?? (isInUse(known, options) ? "the group is known to be in use" : null);
}

function isInUse(known: KnownOf<SecurityGroup>, options: UsageOptions): boolean {
  return (
    countedReferences(known.references ?? null, options).length > 0 ||
    countedInterfaces(known.interfaces ?? null, options).length > 0 ||
    USERS.some((name) => known[name] !== undefined && known[name].length > 0)
  );
}
/** The facets whose every member is a use. */
const USERS = [
  "databases",
  "launchTemplates",
  "functions",
  "shares",
  "peers",
  "launchConfigurations",
  "computeEnvironments",
  "buildProjects",
  "glueConnections",
  "containerServices",
  "scheduledTasks",
  "schedules",
] as const satisfies readonly (keyof SecurityGroup)[];

export function countedReferences(
  found: readonly GroupReference[] | null,
  { countMutualReferences }: UsageOptions,
): readonly GroupReference[] {
  return found === null ? [] : found.filter(({ isMutual }) => countMutualReferences || !isMutual);
}
export function countedInterfaces(
  found: readonly GroupInterface[] | null,
  { countDetachedInterfaces }: UsageOptions,
): readonly GroupInterface[] {
  return found === null ? [] : found.filter(({ status }) => countDetachedInterfaces || status !== "available");
}
