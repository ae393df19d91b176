import { createHash } from "node:crypto";
import { numberIn, type Shape, shapesIn, textIn, textsIn } from "../shape.ts";
import type { Permission, PrefixList, SecurityGroup } from "../world.ts";
import { AwsError } from "../wire/answer.ts";
import { type Context, type Handler, pageOf } from "./handler.ts";

/** How long a page may be. Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ */
const GROUPS_PAGE = { least: 5, most: 1000 };
const LISTS_PAGE = { least: 1, most: 100 };

export const ec2: Readonly<Record<string, Handler>> = {
  DescribeRegions(input, { account }) {
    const wanted = textsIn(input, "RegionNames");
    const regions = account.regions.filter((name) => !wanted || wanted.includes(name));
    return {
      Regions: regions.map((RegionName) => ({
        RegionName,
        Endpoint: `ec2.${RegionName}.amazonaws.com`,
        OptInStatus: "opt-in-not-required",
      })),
    };
  },

  DescribeSecurityGroups(input, context) {
    const all = context.state.groups(context.account, context.region);
    const ids = textsIn(input, "GroupIds");
    for (const id of ids ?? []) if (!all.some(({ GroupId }) => GroupId === id)) throw noGroup(id);
    const named = ids ? all.filter(({ GroupId }) => ids.includes(GroupId)) : all;
    const filtered = named.filter((group) => (shapesIn(input, "Filters") ?? []).every((filter) => passes(group, filter)));
    const { items, next } = pageOf(filtered, pageSize(input, GROUPS_PAGE), textIn(input, "NextToken"), noToken);
    return { SecurityGroups: items.map((group) => described(group, context)), NextToken: next };
  },

  DescribeManagedPrefixLists(input, { state, account, region }) {
    const all = state.prefixLists(account, region);
    const ids = textsIn(input, "PrefixListIds");
    for (const id of ids ?? []) if (!all.some(({ PrefixListId }) => PrefixListId === id)) throw noPrefixList(id);
    const named = ids ? all.filter(({ PrefixListId }) => ids.includes(PrefixListId)) : all;
    const { items, next } = pageOf(named, pageSize(input, LISTS_PAGE) ?? LISTS_PAGE.most, textIn(input, "NextToken"), noToken);
    return { PrefixLists: items.map((list) => listShape(list, account.id)), NextToken: next };
  },

  GetManagedPrefixListEntries(input, { state, account, region }) {
    const id = textIn(input, "PrefixListId") ?? "";
    const list = state.prefixLists(account, region).find(({ PrefixListId }) => PrefixListId === id);
    if (!list) throw noPrefixList(id);
    const { items, next } = pageOf(list.Entries, pageSize(input, LISTS_PAGE) ?? LISTS_PAGE.most, textIn(input, "NextToken"), noToken);
    return { Entries: items, NextToken: next };
  },

  CreateSecurityGroup(input, { state, account, region, caller }) {
    const GroupName = textIn(input, "GroupName") ?? "";
    const VpcId = textIn(input, "VpcId") ?? "vpc-0a1b2c3d4e5f60718";
    if (state.groups(account, region).some((group) => group.GroupName === GroupName && group.VpcId === VpcId))
      throw new AwsError(400, "InvalidGroup.Duplicate", `The security group '${GroupName}' already exists for VPC '${VpcId}'`);
    const GroupId = `sg-0${createHash("sha256").update(`${account.id}/${region}/${VpcId}/${GroupName}`).digest("hex").slice(0, 16)}`;
    const made = { GroupId, GroupName, Region: region, VpcId, Description: textIn(input, "Description") ?? "" };
    state.patch({ accounts: [{ id: account.id, securityGroups: [made] }] }, caller);
    return { GroupId };
  },

  DeleteSecurityGroup(input, context) {
    const { GroupId, GroupName } = groupNamed(input, context);
    if (GroupName === "default")
      throw new AwsError(400, "CannotDelete", `the specified group: "${GroupId}" name: "default" cannot be deleted by a user`);
    context.state.patch({ accounts: [{ id: context.account.id, remove: [GroupId] }] }, context.caller);
    return {};
  },

  AuthorizeSecurityGroupIngress(input, context) {
    const group = groupNamed(input, context);
    const added = permissionsIn(input);
    if (added.some((rule) => group.IpPermissions.some((it) => samePorts(rule, it) && share(rule, it))))
      throw new AwsError(400, "InvalidPermission.Duplicate", "the specified rule already exists");
    change(context, group, [...group.IpPermissions, ...added]);
    return { Return: true };
  },

  RevokeSecurityGroupIngress(input, context) {
    const group = groupNamed(input, context);
    const revoked = permissionsIn(input);
    if (!revoked.every((rule) => group.IpPermissions.some((it) => samePorts(rule, it) && share(rule, it))))
      throw new AwsError(400, "InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
    const kept = group.IpPermissions.map((rule) => revoked.filter((it) => samePorts(it, rule)).reduce(without, rule)).filter(hasSource);
    change(context, group, kept);
    return { Return: true };
  },
};

function change({ state, account, caller }: Context, { GroupId }: SecurityGroup, IpPermissions: readonly object[]): void {
  state.patch({ accounts: [{ id: account.id, securityGroups: [{ GroupId, IpPermissions }] }] }, caller);
}

function groupNamed(input: Shape, { state, account, region }: Context): SecurityGroup {
  const [id, name] = [textIn(input, "GroupId"), textIn(input, "GroupName")];
  const found = state.groups(account, region).find(({ GroupId, GroupName }) => (id === undefined ? GroupName === name : GroupId === id));
  if (!found) throw noGroup(id ?? name ?? "");
  return found;
}

/** Rules are given as `IpPermissions`, or, for one of a single range, as members of their own. */
function permissionsIn(input: Shape): Shape[] {
  const given = shapesIn(input, "IpPermissions");
  if (given) return given.map((rule) => ({ ...rule }));
  const CidrIp = textIn(input, "CidrIp");
  return [
    {
      IpProtocol: textIn(input, "IpProtocol") ?? "-1",
      FromPort: numberIn(input, "FromPort"),
      ToPort: numberIn(input, "ToPort"),
      IpRanges: CidrIp === undefined ? [] : [{ CidrIp }],
    },
  ];
}

function samePorts(a: Shape, b: Permission): boolean {
  return a["IpProtocol"] === b.IpProtocol && a["FromPort"] === b.FromPort && a["ToPort"] === b.ToPort;
}

/** A rule without the sources that another names. */
function without(rule: Permission, revoked: Shape): Permission {
  const named = sourcesOf(revoked);
  return {
    ...rule,
    IpRanges: rule.IpRanges.filter(({ CidrIp }) => !named.has(CidrIp)),
    Ipv6Ranges: rule.Ipv6Ranges.filter(({ CidrIpv6 }) => !named.has(CidrIpv6)),
    PrefixListIds: rule.PrefixListIds.filter(({ PrefixListId }) => !named.has(PrefixListId)),
    UserIdGroupPairs: rule.UserIdGroupPairs.filter(({ GroupId }) => !named.has(GroupId)),
  };
}
function share(rule: Shape, other: Permission): boolean {
  const sources = sourcesOf({ ...other });
  return [...sourcesOf(rule)].some((source) => sources.has(source));
}
/** Ranges, prefix lists and groups are never spelt alike. */
function sourcesOf(rule: Shape): ReadonlySet<unknown> {
  return new Set(SOURCES.flatMap(([list, key]) => (shapesIn(rule, list) ?? []).map((it) => it[key])));
}
const SOURCES = [
  ["IpRanges", "CidrIp"],
  ["Ipv6Ranges", "CidrIpv6"],
  ["PrefixListIds", "PrefixListId"],
  ["UserIdGroupPairs", "GroupId"],
] as const;
function hasSource({ IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs }: Permission): boolean {
  return IpRanges.length + Ipv6Ranges.length + PrefixListIds.length + UserIdGroupPairs.length > 0;
}

const FILTERS: Readonly<Record<string, (group: SecurityGroup) => string | readonly string[] | undefined>> = {
  "group-id": ({ GroupId }) => GroupId,
  "group-name": ({ GroupName }) => GroupName,
  "vpc-id": ({ VpcId }) => VpcId,
  description: ({ Description }) => Description,
  "ip-permission.prefix-list-id": ({ IpPermissions }) =>
    IpPermissions.flatMap(({ PrefixListIds }) => PrefixListIds.map(({ PrefixListId }) => PrefixListId)),
};

function passes(group: SecurityGroup, filter: Shape): boolean {
  const name = textIn(filter, "Name") ?? "";
  const valueOf = FILTERS[name];
  if (!valueOf) throw new AwsError(400, "InvalidParameterValue", `The filter '${name}' is invalid`);
  const wanted = textsIn(filter, "Values") ?? [];
  return [valueOf(group) ?? []].flat().some((value) => wanted.includes(value));
}

/** In AWS's answers each rule has all four lists of sources. */
function described({ Region, ...group }: SecurityGroup, { account }: Context): Shape {
  return { OwnerId: account.id, ...group, SecurityGroupArn: `arn:aws:ec2:${Region}:${account.id}:security-group/${group.GroupId}` };
}

function listShape({ Region, Entries, OwnerId, ...list }: PrefixList, accountId: string): Shape {
  const owner = OwnerId ?? accountId;
  const PrefixListArn = `arn:aws:ec2:${Region}:${owner === "AWS" ? "aws" : owner}:prefix-list/${list.PrefixListId}`;
  return {
    ...list,
    PrefixListArn,
    OwnerId: owner,
    State: "create-complete",
    MaxEntries: Math.max(1, Entries.length),
    Version: 1,
    Tags: list.Tags ?? [],
  };
}

function noGroup(id: string): AwsError {
  return new AwsError(400, "InvalidGroup.NotFound", `The security group '${id}' does not exist`);
}
function noPrefixList(id: string): AwsError {
  return new AwsError(400, "InvalidPrefixListID.NotFound", `The prefix list ID '${id}' does not exist`);
}
function pageSize(input: Shape, { least, most }: { readonly least: number; readonly most: number }): number | undefined {
  const size = numberIn(input, "MaxResults");
  if (size === undefined || (size >= least && size <= most)) return size;
  throw new AwsError(
    400,
    "InvalidParameterValue",
    `Value (${size}) for parameter maxResults is invalid. Expecting a value between ${least} and ${most}.`,
  );
}
function noToken(): AwsError {
  return new AwsError(400, "InvalidPaginationToken", "The pagination token is not valid");
}
