import {
  type Call,
  type CloudEvent,
  type Conditional,
  defineResource,
  type EventName,
  formatArn,
  type Parts,
  parts,
  type ResourceKind,
  type ResourceRef,
  type Selector,
} from "@posture/core";
import { z } from "zod";
import { idsIn } from "../declaring.ts";
import { type GroupUsage, usageFacets } from "./group-usage.ts";
import { idleFacets, type IdleUsage } from "./idle-usage.ts";

/** One element of `IpPermissions`. */
export interface InboundRule {
  /** As AWS sends it: "tcp", "udp", "icmp", "icmpv6", a protocol number, or "-1" for all traffic. */
  readonly protocol: string;
  /** `null`: AWS sent none. For ICMP this is a type and no port. */
  readonly from: number | null;
  /** `null`: AWS sent none. For ICMP this is a code and no port. */
  readonly to: number | null;
  /** `IpRanges[].CidrIp`. */
  readonly cidrs: readonly string[];
  /** `Ipv6Ranges[].CidrIpv6`. */
  readonly cidrs6: readonly string[];
  /** `PrefixListIds[].PrefixListId`. */
  readonly prefixListIds: readonly string[];
  /** `UserIdGroupPairs[].GroupId`: they admit private addresses only. */
  readonly groupIds: readonly string[];
}

/** What a person knows the group by. */
export interface GroupIdentity {
  /** The account that owns the group; another one than the listing's where the group is shared. */
  readonly ownerId: string;
  readonly groupName: string;
  readonly description: string;
  /** `null`: a group outside of any VPC. */
  readonly vpcId: string | null;
}

/** The CIDR blocks of a prefix list, both families alike; `null`: AWS says that there is no such list. */
export type PrefixListEntries = readonly string[] | null;

/** What checks ask of `prefixLists`. */
export interface PrefixListOptions {
  /** Lists that an operator vouches for, and that nobody needs to read. */
  readonly except: readonly string[];
}

/** The facets of a security group. One answer of DescribeSecurityGroups holds `rules`, `group` and `tags`. */
export interface SecurityGroup extends GroupUsage, IdleUsage {
  /** Inbound only. */
  rules: readonly InboundRule[];
  group: GroupIdentity;
  tags: Readonly<Record<string, string>>;
  /** Every prefix list that an inbound rule refers to, by its id. */
  prefixLists: Conditional<Parts<PrefixListEntries>, PrefixListOptions>;
}

const TYPE = "AWS::EC2::SecurityGroup";
const DESCRIBE = ec2("DescribeSecurityGroups");
const Port = z.int().nullable();
const Texts = z.array(z.string());

/**
 * A security group. Its `name` is the group's id ("sg-…"): that is what an event knows of it, and group names repeat. The name that
 * people gave it is in the facet `group`.
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroup.html
 */
export const securityGroup: ResourceKind<SecurityGroup> = defineResource({
  type: TYPE,
  lists: [DESCRIBE],
  lifecycle: events("CreateSecurityGroup", "DeleteSecurityGroup"),
  // Not by `use`: who uses a group is asked of a dozen services, machines come and go all day, and nothing is urgent about it.
  finds: { groupName: { calls: [DESCRIBE] }, prefixListId: { calls: [DESCRIBE] } },
  facets: {
    rules: {
      schema: z.array(
        z.object({ protocol: z.string(), from: Port, to: Port, cidrs: Texts, cidrs6: Texts, prefixListIds: Texts, groupIds: Texts }),
      ),
      prime: [DESCRIBE],
      read: [DESCRIBE],
      changedBy: events("AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress", "ModifySecurityGroupRules"),
    },
    group: {
      schema: z.object({ ownerId: z.string(), groupName: z.string(), description: z.string(), vpcId: z.string().nullable() }),
      prime: [DESCRIBE],
      read: [DESCRIBE],
      changedBy: [],
    },
    tags: {
      schema: z.record(z.string(), z.string()),
      prime: [DESCRIBE],
      read: [DESCRIBE],
      changedBy: events("CreateTags", "DeleteTags"),
    },
    prefixLists: {
      schema: parts(Texts.nullable()),
      read: [ec2("DescribeManagedPrefixLists"), ec2("GetManagedPrefixListEntries")],
      changedBy: events("ModifyManagedPrefixList", "RestoreManagedPrefixListVersion", "DeleteManagedPrefixList"),
      after: ["rules"],
      options: {
        default: { except: [] },
        union: (a, b) => ({ except: a.except.filter((id) => b.except.includes(id)) }),
      },
      moot: (_, { rules }, { except }) =>
        rules && prefixListsOf(rules, except).length === 0 ? "no inbound rule refers to a prefix list that has to be read" : null,
    },
    ...usageFacets,
    ...idleFacets,
  },
  locate,
  console: ({ name, region }) => `ec2/home?region=${region}#SecurityGroup:groupId=${name}`,
});

/** The ids of the prefix lists that inbound rules refer to, each once, without those that nobody needs to read. */
export function prefixListsOf(rules: readonly InboundRule[], except: readonly string[] = []): string[] {
  return [...new Set(rules.flatMap((rule) => rule.prefixListIds))].filter((id) => !except.includes(id)).toSorted();
}

/** The reference of one group; its ARN is AWS's. */
export function securityGroupRef(groupId: string, at: Pick<CloudEvent, "partition" | "accountId" | "region">): ResourceRef {
  const { partition, accountId, region } = at;
  const arn = formatArn({ partition, service: "ec2", region, accountId, resource: `security-group/${groupId}` });
  return { type: TYPE, arn, name: groupId, accountId, region };
}

const Text = z.string().min(1).nullish();
/** CloudTrail writes newer EC2 calls with the request's own wrapper and upper-case members. */
const Wrapped = z.object({ GroupId: Text, PrefixListId: Text }).nullish();
const Detail = z.object({
  requestParameters: z
    .object({
      groupId: Text,
      groupName: Text,
      prefixListId: Text,
      ModifySecurityGroupRulesRequest: Wrapped,
      ModifyManagedPrefixListRequest: Wrapped,
      RestoreManagedPrefixListVersionRequest: Wrapped,
      DeleteManagedPrefixListRequest: Wrapped,
    })
    .nullish(),
  responseElements: z.object({ groupId: Text }).nullish(),
});

const GROUP_ID = /^sg-[0-9a-z]+$/;

/**
 * Which groups a CloudTrail record touches: those that it names, be it for their rules, because other rules refer to them or because something
 * is put into them; a group of the default VPC by its name; the groups whose rules refer to a prefix list; and those that something may have
 * ceased to use. What is not named is a selector, by `groupName`, by `prefixListId` or by `use`.
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-cloudtrail.html
 */
function locate(event: CloudEvent): readonly (ResourceRef | Selector)[] {
  const { requestParameters: asked, responseElements: answered } = Detail.safeParse(event.detail).data ?? {};
  const named = idsIn(event, GROUP_ID).map((id) => securityGroupRef(id, event));
  const isKnown = asked?.groupId ?? asked?.ModifySecurityGroupRulesRequest?.GroupId ?? answered?.groupId;
  // Schedules are in groups with names, too.
  const byName = isKnown || !isAboutRules(event) ? undefined : asked?.groupName;
  if (byName) return [...named, selector("groupName", byName, event)];
  if (named.length > 0) return named;

  const prefixListId =
    asked?.prefixListId ??
    asked?.ModifyManagedPrefixListRequest?.PrefixListId ??
    asked?.RestoreManagedPrefixListVersionRequest?.PrefixListId ??
    asked?.DeleteManagedPrefixListRequest?.PrefixListId;
  if (prefixListId) return [selector("prefixListId", prefixListId, event)];
  return isAboutUse(event) ? [selector("use", "none", event)] : [];
}

function isAboutRules({ source, name }: CloudEvent): boolean {
  return source === "ec2.amazonaws.com" && RULES.test(name);
}
const RULES = /SecurityGroup|PrefixList|Tags$/;
/** Something that may use groups came, went or changed. */
function isAboutUse(event: CloudEvent): boolean {
  return usageEvents.some((it) => it.source === event.source && it.name === event.name) && !isAboutRules(event);
}
const usageEvents: readonly EventName[] = Object.values({ ...usageFacets, ...idleFacets }).flatMap(({ changedBy }) => changedBy);

function selector(by: "prefixListId" | "groupName" | "use", value: string, { accountId, region }: CloudEvent): Selector {
  return { type: TYPE, by, value, accountId, region };
}

function ec2(operation: string): Call {
  return { service: "ec2", operation, action: `ec2:${operation}` };
}

function events(...names: readonly string[]): EventName[] {
  return names.map((name) => ({ source: "ec2.amazonaws.com", name }));
}
