import type { IpPermission, ManagedPrefixList, SecurityGroup as Description } from "@aws-sdk/client-ec2";
import { AwsFault, type AwsHost, callOf, defineCollector, type FindAsk, malformed, present } from "@posture/aws-access";
import type { CollectorDefinition, Part, ResourceRef } from "@posture/core";
import {
  type GroupIdentity,
  type InboundRule,
  type PrefixListEntries,
  prefixListsOf,
  type SecurityGroup,
  securityGroup,
  securityGroupRef,
} from "@posture/resources-aws/ec2";
import { listedIn, usageReaders } from "./ec2-group-usage.ts";
import { idleReaders } from "./ec2-idle-usage.ts";
import { gathered, itemsOf } from "./pages.ts";

const DESCRIBE = callOf(securityGroup, "ec2:DescribeSecurityGroups");
const DESCRIBE_LISTS = callOf(securityGroup, "ec2:DescribeManagedPrefixLists");
const GET_ENTRIES = callOf(securityGroup, "ec2:GetManagedPrefixListEntries");
const PAGE = 1000;
const ENTRIES_PAGE = 100;

type Rules = readonly InboundRule[];

/** Security groups, by region. What the listing says of their rules is noted for the reader of prefix lists. */
export const securityGroups: CollectorDefinition<AwsHost> = defineCollector<SecurityGroup, Rules>({
  kind: securityGroup,
  reach: "regional",
  gone: ["InvalidGroup.NotFound"],
  async *list({ aws, notes, target, prime }) {
    notes.set(listedIn(target.region), []);
    const { EC2Client, DescribeSecurityGroupsCommand } = await import("./sdk/ec2.ts");
    const groups = itemsOf(DESCRIBE, async (NextToken) => {
      const command = new DescribeSecurityGroupsCommand({ MaxResults: PAGE, ...(NextToken && { NextToken }) });
      const { output, asOf } = await aws.send(EC2Client, command, { region: target.region, call: DESCRIBE, shared: "renew" });
      const items = present(output.SecurityGroups, "SecurityGroups", DESCRIBE).map((group) => ({ group, asOf }));
      return { items, next: output.NextToken };
    });
    for await (const { group, asOf } of groups) {
      const ref = refOf(group, target);
      const rules = (): Rules => noted(notes, ref, rulesOf(group));
      yield {
        ref,
        facets: {
          ...prime("rules", rules, asOf),
          ...prime("group", () => identityOf(group), asOf),
          ...prime("tags", () => tagsOf(group), asOf),
        },
      };
    }
  },
  finds: {
    groupName: (ask) => groupsWith(ask, "group-name"),
    prefixListId: (ask) => groupsWith(ask, "ip-permission.prefix-list-id"),
  },
  facets: {
    rules: {
      read: async ({ aws, ref, notes }) => noted(notes, ref, rulesOf(await describe(aws, ref))),
    },
    group: { read: async ({ aws, ref }) => identityOf(await describe(aws, ref)) },
    tags: { read: async ({ aws, ref }) => tagsOf(await describe(aws, ref)) },
    prefixLists: {
      async read({ aws, ref, notes, options }) {
        const rules = notes.get(ref.arn) ?? rulesOf(await describe(aws, ref));
        return prefixListsIn(aws, ref.region, prefixListsOf(rules, options.except));
      },
    },
    ...usageReaders,
    ...idleReaders,
  },
});

/** Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html, its filters. */
async function groupsWith({ aws, sought }: FindAsk, Name: string): Promise<readonly ResourceRef[]> {
  const { EC2Client, DescribeSecurityGroupsCommand } = await import("./sdk/ec2.ts");
  const groups = itemsOf(DESCRIBE, async (NextToken) => {
    const Filters = [{ Name, Values: [sought.value] }];
    const command = new DescribeSecurityGroupsCommand({ MaxResults: PAGE, Filters, ...(NextToken && { NextToken }) });
    const { output } = await aws.send(EC2Client, command, { region: sought.region, call: DESCRIBE });
    return { items: present(output.SecurityGroups, "SecurityGroups", DESCRIBE), next: output.NextToken };
  });
  return (await gathered(groups)).map((group) => refOf(group, sought));
}

/** A shared group is listed in the accounts it is shared with, too; its ARN is its owner's. */
function refOf({ GroupId, OwnerId }: Description, at: Pick<FindAsk["sought"], "partition" | "accountId" | "region">): ResourceRef {
  const owner = present(OwnerId, "OwnerId", DESCRIBE);
  return { ...securityGroupRef(present(GroupId, "GroupId", DESCRIBE), { ...at, accountId: owner }), accountId: at.accountId };
}

/** One answer decides rules, identity and tags, so it is shared by their readers. */
async function describe(aws: AwsHost, { name, region }: ResourceRef): Promise<Description> {
  const { EC2Client, DescribeSecurityGroupsCommand } = await import("./sdk/ec2.ts");
  const command = new DescribeSecurityGroupsCommand({ GroupIds: [name] });
  const { output } = await aws.send(EC2Client, command, { region, call: DESCRIBE, shared: true });
  const [group, ...others] = present(output.SecurityGroups, "SecurityGroups", DESCRIBE);
  // AWS says InvalidGroup.NotFound of a group that is not there; an answer about nothing, or about another, says nothing.
  if (group?.GroupId !== name || others.length > 0) throw malformed(DESCRIBE, `the answer is not about ${name}`);
  return group;
}

function noted(notes: Map<string, Rules>, { arn }: ResourceRef, rules: Rules): Rules {
  notes.set(arn, rules);
  return rules;
}

function rulesOf(group: Description): Rules {
  return present(group.IpPermissions, "IpPermissions", DESCRIBE).map(ruleOf);
}

/** AWS sends all four lists with every permission, empty ones included. */
function ruleOf(rule: IpPermission): InboundRule {
  return {
    protocol: present(rule.IpProtocol, "IpProtocol", DESCRIBE),
    from: rule.FromPort ?? null,
    to: rule.ToPort ?? null,
    cidrs: present(rule.IpRanges, "IpRanges", DESCRIBE).map(({ CidrIp }) => present(CidrIp, "CidrIp", DESCRIBE)),
    cidrs6: present(rule.Ipv6Ranges, "Ipv6Ranges", DESCRIBE).map(({ CidrIpv6 }) => present(CidrIpv6, "CidrIpv6", DESCRIBE)),
    prefixListIds: present(rule.PrefixListIds, "PrefixListIds", DESCRIBE).map(({ PrefixListId }) =>
      present(PrefixListId, "PrefixListId", DESCRIBE),
    ),
    groupIds: present(rule.UserIdGroupPairs, "UserIdGroupPairs", DESCRIBE).flatMap(({ GroupId }) =>
      GroupId === undefined ? [] : [GroupId],
    ),
  };
}

function identityOf({ OwnerId, GroupName, Description: text, VpcId }: Description): GroupIdentity {
  return {
    ownerId: present(OwnerId, "OwnerId", DESCRIBE),
    groupName: present(GroupName, "GroupName", DESCRIBE),
    description: present(text, "Description", DESCRIBE),
    vpcId: VpcId ?? null,
  };
}

/** AWS leaves `Tags` out of a group that has none. */
function tagsOf({ Tags }: Description): Record<string, string> {
  return Tags ? Object.fromEntries(Tags.map(({ Key, Value }) => [present(Key, "Key", DESCRIBE), Value ?? ""])) : {};
}

type Lists = Record<string, Part<PrefixListEntries>>;

/** Every list by itself: one that may not be read leaves the others usable. */
async function prefixListsIn(aws: AwsHost, region: string, ids: readonly string[]): Promise<Lists> {
  const versions = await versionsOf(aws, region, ids);
  const parts = ids.map(async (id): Promise<[string, Part<PrefixListEntries>]> => [
    id,
    await part(() => entriesOf(aws, region, id, versions.get(id))),
  ]);
  return Object.fromEntries(await Promise.all(parts));
}

/** `undefined`: AWS knows no such list. A fault is kept until the list is asked for. */
type Version = ManagedPrefixList | AwsFault | undefined;

async function versionsOf(aws: AwsHost, region: string, ids: readonly string[]): Promise<Map<string, Version>> {
  if (ids.length === 0) return new Map(); // a question without ids is about all lists there are
  try {
    const lists = await describeLists(aws, region, ids);
    return new Map(lists.map((list) => [present(list.PrefixListId, "PrefixListId", DESCRIBE_LISTS), list]));
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    if (!isNoSuchList(error)) return new Map(ids.map((id) => [id, error]));
    // One id that does not exist spoils the answer for all that were asked with it.
    if (ids.length === 1) return new Map();
    const each = await Promise.all(ids.map((id) => versionsOf(aws, region, [id])));
    return new Map(each.flatMap((versions) => [...versions]));
  }
}

async function describeLists(aws: AwsHost, region: string, ids: readonly string[]): Promise<ManagedPrefixList[]> {
  const { EC2Client, DescribeManagedPrefixListsCommand } = await import("./sdk/ec2.ts");
  const lists = itemsOf(DESCRIBE_LISTS, async (NextToken) => {
    const command = new DescribeManagedPrefixListsCommand({ PrefixListIds: [...ids], ...(NextToken && { NextToken }) });
    const { output } = await aws.send(EC2Client, command, { region, call: DESCRIBE_LISTS, shared: true });
    return { items: present(output.PrefixLists, "PrefixLists", DESCRIBE_LISTS), next: output.NextToken };
  });
  return gathered(lists);
}

/** Lists of AWS's own have no version. Who may not describe a list may still be allowed to read it. */
async function entriesOf(aws: AwsHost, region: string, id: string, version: Version): Promise<PrefixListEntries> {
  if (version === undefined) return null;
  if (version instanceof AwsFault && version.reason !== "denied") throw version;
  const TargetVersion = version instanceof AwsFault ? undefined : version.Version;
  const { EC2Client, GetManagedPrefixListEntriesCommand } = await import("./sdk/ec2.ts");
  const entries = itemsOf(GET_ENTRIES, async (NextToken) => {
    const command = new GetManagedPrefixListEntriesCommand({
      PrefixListId: id,
      MaxResults: ENTRIES_PAGE,
      ...(TargetVersion && { TargetVersion }),
      ...(NextToken && { NextToken }),
    });
    const { output } = await aws.send(EC2Client, command, { region, call: GET_ENTRIES, shared: true });
    return { items: present(output.Entries, "Entries", GET_ENTRIES), next: output.NextToken };
  });
  return (await gathered(entries)).map(({ Cidr }) => present(Cidr, "Cidr", GET_ENTRIES));
}

async function part(read: () => Promise<PrefixListEntries>): Promise<Part<PrefixListEntries>> {
  try {
    return { state: "known", value: await read() };
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    return isNoSuchList(error)
      ? { state: "known", value: null }
      : { state: "unreadable", reason: error.reason, call: error.call, detail: error.detail };
  }
}

/** Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html; both spellings are in use. */
function isNoSuchList({ code }: AwsFault): boolean {
  return code === "InvalidPrefixListID.NotFound" || code === "InvalidPrefixListId.NotFound";
}
