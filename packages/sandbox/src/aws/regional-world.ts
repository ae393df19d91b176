import type { Json } from "@posture/core";
import { z } from "zod";

/*
 * The part of a world that lies in regions and has the SDK's own shapes: each resource says where it is and what names it, and the rest
 * is answered as it stands.
 */

/** A resource in the SDK's shape, and its region. */
export interface Regional {
  readonly Region: string;
  readonly [member: string]: Json | undefined;
}

/** The lists of an account, and the member that names a resource in each. */
export const REGIONAL_LISTS = {
  buildProjects: "name",
  classicLoadBalancers: "LoadBalancerName",
  computeEnvironments: "computeEnvironmentName",
  dbClusters: "DBClusterIdentifier",
  dbInstances: "DBInstanceIdentifier",
  ecsClusters: "clusterName",
  eventRules: "Name",
  fileSystems: "FileSystemId",
  functions: "FunctionName",
  glueConnections: "Name",
  keyAliases: "AliasName",
  launchConfigurations: "LaunchConfigurationName",
  launchTemplateVersions: "LaunchTemplateId",
  loadBalancers: "LoadBalancerName",
  networkInterfaces: "NetworkInterfaceId",
  peerReferences: "GroupId",
  queues: "QueueName",
  schedules: "Name",
  secrets: "Name",
  sharedResources: "arn",
  streams: "StreamName",
  topics: "TopicName",
  volumes: "VolumeId",
} as const;
export type RegionalListName = keyof typeof REGIONAL_LISTS;
export type RegionalLists = { readonly [K in RegionalListName]?: readonly Regional[] | undefined };

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "this is not the name of a region");

function listOf(name: RegionalListName, description: string): z.ZodType<readonly Regional[] | undefined> {
  const identity = REGIONAL_LISTS[name];
  const resource = z
    .object({ Region: region })
    .catchall(z.json())
    .refine((it) => typeof it[identity] === "string", { path: [identity], message: "it has to be named" })
    .meta({ required: ["Region", identity] });
  return z.array(resource).optional().describe(description);
}

/** For the schema of an account. */
export const regionalLists: { readonly [K in RegionalListName]: z.ZodType<readonly Regional[] | undefined> } = {
  buildProjects: listOf("buildProjects", "As BatchGetProjects of CodeBuild answers them."),
  classicLoadBalancers: listOf("classicLoadBalancers", "As DescribeLoadBalancers of the first generation answers them."),
  computeEnvironments: listOf("computeEnvironments", "As DescribeComputeEnvironments of Batch answers them."),
  dbClusters: listOf("dbClusters", "As DescribeDBClusters answers them."),
  dbInstances: listOf("dbInstances", "As DescribeDBInstances answers them."),
  ecsClusters: listOf("ecsClusters", "A cluster, and as `Services` what DescribeServices answers of it."),
  eventRules: listOf("eventRules", "A rule of EventBridge, and as `Targets` what ListTargetsByRule answers of it."),
  fileSystems: listOf("fileSystems", "As DescribeFileSystems answers them."),
  functions: listOf("functions", "As ListFunctions answers them."),
  glueConnections: listOf("glueConnections", "As GetConnections of Glue answers them."),
  keyAliases: listOf("keyAliases", "As ListAliases of KMS answers them."),
  launchConfigurations: listOf("launchConfigurations", "As DescribeLaunchConfigurations answers them."),
  launchTemplateVersions: listOf("launchTemplateVersions", "As DescribeLaunchTemplateVersions answers them."),
  loadBalancers: listOf(
    "loadBalancers",
    "As DescribeLoadBalancers answers them. `Listeners` are its listeners, and `Rules` of a listener those besides its default.",
  ),
  networkInterfaces: listOf("networkInterfaces", "As DescribeNetworkInterfaces answers them."),
  peerReferences: listOf("peerReferences", "As DescribeSecurityGroupReferences answers them."),
  queues: listOf("queues", "A queue, and as `Attributes` what GetQueueAttributes answers."),
  schedules: listOf("schedules", "As GetSchedule answers them."),
  secrets: listOf("secrets", "As ListSecrets answers them."),
  sharedResources: listOf("sharedResources", "As ListResources of RAM answers them."),
  streams: listOf("streams", "As DescribeStreamSummary answers them."),
  topics: listOf("topics", "A topic, and as `Attributes` what GetTopicAttributes answers."),
  volumes: listOf("volumes", "As DescribeVolumes answers them."),
};

const changes: z.ZodType<readonly Readonly<Record<string, unknown>>[] | undefined> = z.array(z.record(z.string(), z.unknown())).optional();
/** For the schema of a change. */
export const regionalPatch: Readonly<Record<RegionalListName, typeof changes>> = {
  buildProjects: changes,
  classicLoadBalancers: changes,
  computeEnvironments: changes,
  dbClusters: changes,
  dbInstances: changes,
  ecsClusters: changes,
  eventRules: changes,
  fileSystems: changes,
  functions: changes,
  glueConnections: changes,
  keyAliases: changes,
  launchConfigurations: changes,
  launchTemplateVersions: changes,
  loadBalancers: changes,
  networkInterfaces: changes,
  peerReferences: changes,
  queues: changes,
  schedules: changes,
  secrets: changes,
  sharedResources: changes,
  streams: changes,
  topics: changes,
  volumes: changes,
};
