import type {
  DescribeLaunchTemplateVersionsCommandOutput,
  DescribeNetworkInterfacesCommandOutput,
  DescribeSecurityGroupsCommandOutput,
  LaunchTemplateVersion,
  SecurityGroup as Description,
} from "@aws-sdk/client-ec2";
import type { ListFunctionsCommandOutput } from "@aws-sdk/client-lambda";
import { AwsFault, type AwsHost, callOf, type FacetReader, present } from "@posture/aws-access";
import type { OptionsOf, ResourceRef, ValueOf } from "@posture/core";
import { type GroupInterface, type GroupUsage, type InboundRule, securityGroup } from "@posture/resources-aws/ec2";
import { gathered, itemsOf } from "./pages.ts";
import { everyCluster, everyInstance } from "./rds-listings.ts";

/*
 * Whether a security group is in use is asked of everything that could use it. In a sweep each source is listed once for all groups of the
 * region; a re-check of one group asks about that one where AWS can be asked so.
 */

const GROUPS = callOf(securityGroup, "ec2:DescribeSecurityGroups");
const INTERFACES = callOf(securityGroup, "ec2:DescribeNetworkInterfaces");
const INSTANCES = callOf(securityGroup, "rds:DescribeDBInstances");
const CLUSTERS = callOf(securityGroup, "rds:DescribeDBClusters");
const TEMPLATES = callOf(securityGroup, "ec2:DescribeLaunchTemplateVersions");
const FUNCTIONS = callOf(securityGroup, "lambda:ListFunctions");
const SHARES = callOf(securityGroup, "ram:ListResources");
const PEERS = callOf(securityGroup, "ec2:DescribeSecurityGroupReferences");
const GROUP_PAGE = 1000;
const INTERFACE_PAGE = 1000;
const TEMPLATE_PAGE = 200;
const FUNCTION_PAGE = 50;
const SHARE_PAGE = 500;
const PEER_BATCH = 100;
/** Of one group the first few are enough to know that there are some. */
const FEW = 5;

type Notes = ReadonlyMap<string, readonly InboundRule[]>;

/** The note that a listing of the region leaves: what is asked after it is asked for all groups at once. */
export function listedIn(region: string): string {
  return `listed in ${region}`;
}

type UsageReaders = {
  readonly [K in keyof GroupUsage]: FacetReader<ValueOf<GroupUsage[K]>, OptionsOf<GroupUsage[K]>, readonly InboundRule[]>;
};

export const usageReaders: UsageReaders = {
  references: {
    async read({ aws, ref }) {
      const referring = referencesIn(await everyGroup(aws, ref.region));
      const own = referring.to.get(ref.name);
      return own ? [...own].map((groupId) => ({ groupId, isMutual: referring.to.get(groupId)?.has(ref.name) ?? false })) : [];
    },
  },
  interfaces: {
    async read({ aws, ref, notes }) {
      const found = interfacesIn(await interfacePages(aws, ref, isSweep(notes, ref)));
      return found.get(ref.name) ?? [];
    },
  },
  databases: { read: ({ aws, ref }) => databasesOf(aws, ref) },
  launchTemplates: {
    async read({ aws, ref }) {
      return templatesIn(await templatePages(aws, ref.region)).get(ref.name) ?? [];
    },
  },
  functions: {
    async read({ aws, ref }) {
      return functionsIn(await functionPages(aws, ref.region)).get(ref.name) ?? [];
    },
  },
  shares: { read: ({ aws, ref }) => sharesOf(aws, ref) },
  peers: {
    async read({ aws, ref, notes }) {
      return peersOf(aws, ref, isSweep(notes, ref) ? await batchWith(aws, ref) : [ref.name]);
    },
  },
};

function isSweep(notes: Notes, { region }: ResourceRef): boolean {
  return notes.has(listedIn(region));
}

/** What pages of shared answers amount to is worked out once for all who ask. */
function remembering<P extends object, V>(make: (pages: readonly P[]) => V): (pages: readonly P[]) => V {
  const known = new WeakMap<P, V>();
  return (pages) => {
    const [first] = pages;
    const value = (first && known.get(first)) ?? make(pages);
    if (first) known.set(first, value);
    return value;
  };
}

function grouped<T>(entries: readonly (readonly [string, T])[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const [key, value] of entries) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}

/* ---------- rules of other groups ---------- */

async function everyGroup(aws: AwsHost, region: string): Promise<readonly DescribeSecurityGroupsCommandOutput[]> {
  const { EC2Client, DescribeSecurityGroupsCommand } = await import("./sdk/ec2.ts");
  const pages = itemsOf(GROUPS, async (NextToken) => {
    const command = new DescribeSecurityGroupsCommand({ MaxResults: GROUP_PAGE, ...(NextToken && { NextToken }) });
    const { output } = await aws.send(EC2Client, command, { region, call: GROUPS, shared: true });
    return { items: [output], next: output.NextToken };
  });
  return gathered(pages);
}

/** To each group those whose rules refer to it, itself excepted. */
const referencesIn = remembering((pages: readonly DescribeSecurityGroupsCommandOutput[]) => {
  const to = new Map<string, Set<string>>();
  for (const group of pages.flatMap((page) => present(page.SecurityGroups, "SecurityGroups", GROUPS))) {
    const from = present(group.GroupId, "GroupId", GROUPS);
    for (const id of referredBy(group)) if (id !== from) to.set(id, (to.get(id) ?? new Set()).add(from));
  }
  return { to };
});

function referredBy({ IpPermissions, IpPermissionsEgress }: Description): string[] {
  const rules = [...present(IpPermissions, "IpPermissions", GROUPS), ...present(IpPermissionsEgress, "IpPermissionsEgress", GROUPS)];
  return rules.flatMap(({ UserIdGroupPairs }) =>
    present(UserIdGroupPairs, "UserIdGroupPairs", GROUPS).flatMap(({ GroupId }) => (GroupId === undefined ? [] : [GroupId])),
  );
}

/* ---------- network interfaces ---------- */

async function interfacePages(
  aws: AwsHost,
  { name, region }: ResourceRef,
  forAll: boolean,
): Promise<readonly DescribeNetworkInterfacesCommandOutput[]> {
  const { EC2Client, DescribeNetworkInterfacesCommand } = await import("./sdk/ec2.ts");
  const narrow = forAll ? { MaxResults: INTERFACE_PAGE } : { MaxResults: FEW, Filters: [{ Name: "group-id", Values: [name] }] };
  const pages = itemsOf(INTERFACES, async (NextToken) => {
    // An account can hide what services manage for it, which would make groups look unused.
    const command = new DescribeNetworkInterfacesCommand({ ...narrow, IncludeManagedResources: true, ...(NextToken && { NextToken }) });
    const { output } = await aws.send(EC2Client, command, { region, call: INTERFACES, shared: true });
    const isEnough =
      !forAll && present(output.NetworkInterfaces, "NetworkInterfaces", INTERFACES).some(({ Status }) => Status !== "available");
    return { items: [output], next: isEnough ? undefined : output.NextToken };
  });
  return gathered(pages);
}

const interfacesIn = remembering((pages: readonly DescribeNetworkInterfacesCommandOutput[]) =>
  grouped(
    pages
      .flatMap((page) => present(page.NetworkInterfaces, "NetworkInterfaces", INTERFACES))
      .flatMap(({ NetworkInterfaceId, Status, Groups }) =>
        present(Groups, "Groups", INTERFACES).map(({ GroupId }): [string, GroupInterface] => [
          present(GroupId, "GroupId", INTERFACES),
          { id: present(NetworkInterfaceId, "NetworkInterfaceId", INTERFACES), status: present(Status, "Status", INTERFACES) },
        ]),
      ),
  ),
);

/* ---------- databases ---------- */

async function databasesOf(aws: AwsHost, { name, region }: ResourceRef): Promise<string[]> {
  const [instances, clusters] = await Promise.all([
    gathered(everyInstance(aws, { region, call: INSTANCES, shared: true })),
    gathered(everyCluster(aws, { region, call: CLUSTERS, shared: true })),
  ]);
  const uses = ({ VpcSecurityGroups }: { VpcSecurityGroups?: { VpcSecurityGroupId?: string | undefined }[] | undefined }): boolean =>
    VpcSecurityGroups?.some(({ VpcSecurityGroupId }) => VpcSecurityGroupId === name) ?? false;
  return [
    ...instances.filter(({ it }) => uses(it)).map(({ it }) => present(it.DBInstanceArn, "DBInstanceArn", INSTANCES)),
    ...clusters.filter(({ it }) => uses(it)).map(({ it }) => present(it.DBClusterArn, "DBClusterArn", CLUSTERS)),
  ];
}

/* ---------- what would use it, once it runs ---------- */

async function templatePages(aws: AwsHost, region: string): Promise<readonly DescribeLaunchTemplateVersionsCommandOutput[]> {
  const { EC2Client, DescribeLaunchTemplateVersionsCommand } = await import("./sdk/ec2.ts");
  const pages = itemsOf(TEMPLATES, async (NextToken) => {
    const command = new DescribeLaunchTemplateVersionsCommand({
      Versions: ["$Latest", "$Default"],
      MaxResults: TEMPLATE_PAGE,
      ...(NextToken && { NextToken }),
    });
    const { output } = await aws.send(EC2Client, command, { region, call: TEMPLATES, shared: true });
    return { items: [output], next: output.NextToken };
  });
  return gathered(pages);
}

const templatesIn = remembering((pages: readonly DescribeLaunchTemplateVersionsCommandOutput[]) =>
  grouped(
    pages
      .flatMap((page) => present(page.LaunchTemplateVersions, "LaunchTemplateVersions", TEMPLATES))
      .flatMap((version) =>
        groupsOf(version).map((id): [string, string] => [id, present(version.LaunchTemplateId, "LaunchTemplateId", TEMPLATES)]),
      ),
  ),
);

/** AWS leaves out of a template whatever it does not set. */
function groupsOf({ LaunchTemplateData }: LaunchTemplateVersion): string[] {
  const { SecurityGroupIds, NetworkInterfaces } = present(LaunchTemplateData, "LaunchTemplateData", TEMPLATES);
  const lists = [SecurityGroupIds, ...(NetworkInterfaces ? NetworkInterfaces.map(({ Groups }) => Groups) : [])];
  return [...new Set(lists.flatMap((ids) => (ids ? ids : [])))];
}

async function functionPages(aws: AwsHost, region: string): Promise<readonly ListFunctionsCommandOutput[]> {
  const { LambdaClient, ListFunctionsCommand } = await import("./sdk/lambda.ts");
  const pages = itemsOf(FUNCTIONS, async (Marker) => {
    const command = new ListFunctionsCommand({ MaxItems: FUNCTION_PAGE, ...(Marker && { Marker }) });
    const { output } = await aws.send(LambdaClient, command, { region, call: FUNCTIONS, shared: true });
    return { items: [output], next: output.NextMarker };
  });
  return gathered(pages);
}

const functionsIn = remembering((pages: readonly ListFunctionsCommandOutput[]) =>
  grouped(
    pages
      .flatMap((page) => present(page.Functions, "Functions", FUNCTIONS))
      // A function outside of any VPC has no such member.
      .flatMap(({ FunctionArn, FunctionName, VpcConfig }) =>
        VpcConfig?.SecurityGroupIds
          ? VpcConfig.SecurityGroupIds.map((id): [string, string] => [id, FunctionArn ?? FunctionName ?? ""])
          : [],
      ),
  ),
);

/* ---------- other accounts ---------- */

async function sharesOf(aws: AwsHost, { arn, region }: ResourceRef): Promise<string[]> {
  const { RAMClient, ListResourcesCommand } = await import("./sdk/ram.ts");
  const shared = itemsOf(SHARES, async (nextToken) => {
    const command = new ListResourcesCommand({
      resourceOwner: "SELF",
      resourceType: "ec2:SecurityGroup",
      maxResults: SHARE_PAGE,
      ...(nextToken && { nextToken }),
    });
    const { output } = await aws.send(RAMClient, command, { region, call: SHARES, shared: true });
    return { items: present(output.resources, "resources", SHARES), next: output.nextToken };
  });
  const found = (await gathered(shared)).filter((it) => present(it.arn, "arn", SHARES) === arn);
  return found.map(({ resourceShareArn }) => present(resourceShareArn, "resourceShareArn", SHARES));
}

/** The ids that are asked together with this one: the same ones for each of them. */
async function batchWith(aws: AwsHost, { name, region, accountId }: ResourceRef): Promise<readonly string[]> {
  const groups = (await everyGroup(aws, region)).flatMap((page) => present(page.SecurityGroups, "SecurityGroups", GROUPS));
  const ids = groups.flatMap(({ GroupId, GroupName, OwnerId }) =>
    GroupId && GroupName !== "default" && OwnerId === accountId ? [GroupId] : [],
  );
  const at = Math.max(0, ids.indexOf(name));
  const from = at - (at % PEER_BATCH);
  return ids.includes(name) ? ids.slice(from, from + PEER_BATCH) : [name];
}

async function peersOf(aws: AwsHost, { name, region }: ResourceRef, batch: readonly string[]): Promise<string[]> {
  const { EC2Client, DescribeSecurityGroupReferencesCommand } = await import("./sdk/ec2.ts");
  const ask = async (ids: readonly string[]): Promise<string[]> => {
    const command = new DescribeSecurityGroupReferencesCommand({ GroupId: [...ids] });
    const { output } = await aws.send(EC2Client, command, { region, call: PEERS, shared: true });
    const found = present(output.SecurityGroupReferenceSet, "SecurityGroupReferenceSet", PEERS);
    return found
      .filter(({ GroupId }) => GroupId === name)
      .map(({ ReferencingVpcId }) => present(ReferencingVpcId, "ReferencingVpcId", PEERS));
  };
  try {
    return await ask(batch);
  } catch (error) {
    // One group that went in between spoils the answer for all that were asked with it.
    if (!(error instanceof AwsFault) || error.code !== "InvalidGroup.NotFound" || batch.length === 1) throw error;
    return ask([name]);
  }
}
