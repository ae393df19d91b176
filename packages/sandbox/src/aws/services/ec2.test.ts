import * as ec2 from "@aws-sdk/client-ec2";
import {
  paginateDescribeManagedPrefixLists,
  paginateDescribeSecurityGroups,
  paginateGetManagedPrefixListEntries,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { OWN, refusalOf, simulated, VPC } from "../small-world.test.fixture.ts";
import { parseWorld } from "../world.ts";

const sandbox = simulated();
const numbers = (...ns: readonly number[]): string[] => ns.map((n) => `sg-0000000${n}`);
const groupIds = async (input: ec2.DescribeSecurityGroupsCommandInput): Promise<unknown> =>
  (await sandbox.ec2().send(new ec2.DescribeSecurityGroupsCommand(input))).SecurityGroups?.map(({ GroupId }) => GroupId);

async function rulesOf(GroupId: string): Promise<unknown> {
  const { SecurityGroups } = await sandbox.ec2().send(new ec2.DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
  return SecurityGroups?.[0]?.IpPermissions?.map((it) => [it.FromPort, it.IpRanges?.map(({ CidrIp }) => CidrIp)]);
}

describe("regions", () => {
  const names = async (input: ec2.DescribeRegionsCommandInput): Promise<unknown> =>
    (await sandbox.ec2().send(new ec2.DescribeRegionsCommand(input))).Regions?.map(({ RegionName }) => RegionName);
  it("are those that the account has enabled", async () => expect(await names({})).toEqual(["us-east-1", "eu-west-1"]));
  it("can be asked for by name", async () => expect(await names({ RegionNames: ["eu-west-1"] })).toEqual(["eu-west-1"]));
  it("that are not enabled refuse", async () =>
    expect(await refusalOf(sandbox.ec2({ region: "eu-north-1" }).send(new ec2.DescribeSecurityGroupsCommand({})))).toBe("AuthFailure 401"));
});

describe("security groups", () => {
  it("are all there, each with its four lists of sources", async () => {
    const { SecurityGroups } = await sandbox.ec2().send(new ec2.DescribeSecurityGroupsCommand({}));
    expect(SecurityGroups).toHaveLength(7);
    expect(SecurityGroups?.[1]).toMatchObject({
      OwnerId: OWN,
      GroupId: "sg-00000002",
      SecurityGroupArn: `arn:aws:ec2:us-east-1:${OWN}:security-group/sg-00000002`,
      IpPermissions: [
        {
          IpProtocol: "tcp",
          FromPort: 22,
          ToPort: 22,
          IpRanges: [{ CidrIp: "10.0.0.0/8", Description: "a < b & c" }],
          Ipv6Ranges: [],
          PrefixListIds: [],
          UserIdGroupPairs: [],
        },
      ],
      IpPermissionsEgress: [],
      Tags: [],
    });
  });
  it("of a region without any are an empty list, not a missing one", async () => {
    const { SecurityGroups } = await sandbox.ec2({ region: "eu-west-1" }).send(new ec2.DescribeSecurityGroupsCommand({}));
    expect(SecurityGroups).toEqual([]);
  });
  it("come in pages of five, which is the least", async () => {
    const sizes: (number | undefined)[] = [];
    for await (const page of paginateDescribeSecurityGroups({ client: sandbox.ec2(), pageSize: 5 }, {}))
      sizes.push(page.SecurityGroups?.length);
    expect(sizes).toEqual([5, 2]);
  });
  it.each([
    ["a page of four", { MaxResults: 4 }, "InvalidParameterValue 400"],
    ["a page that is too long", { MaxResults: 1001 }, "InvalidParameterValue 400"],
    ["a foreign token", { NextToken: "nonsense" }, "InvalidPaginationToken 400"],
    ["an unknown id", { GroupIds: ["sg-0000000f"] }, "InvalidGroup.NotFound 400"],
    ["one of two ids unknown", { GroupIds: ["sg-00000001", "sg-0000000f"] }, "InvalidGroup.NotFound 400"],
    ["a filter that EC2 does not have", { Filters: [{ Name: "colour", Values: ["red"] }] }, "InvalidParameterValue 400"],
  ])("are refused with %s", async (_, input, refusal) =>
    expect(await refusalOf(sandbox.ec2().send(new ec2.DescribeSecurityGroupsCommand(input)))).toBe(refusal),
  );
  it.each([
    ["ids", { GroupIds: numbers(3, 5) }, numbers(3, 5)],
    ["a name, or another", { Filters: [{ Name: "group-name", Values: ["group-2", "group-4"] }] }, numbers(2, 4)],
    ["a filter by id", { Filters: [{ Name: "group-id", Values: numbers(6) }] }, numbers(6)],
    ["a description", { Filters: [{ Name: "description", Values: ["number 7"] }] }, numbers(7)],
    [
      "two filters at once",
      {
        Filters: [
          { Name: "vpc-id", Values: [VPC] },
          { Name: "group-name", Values: ["default"] },
        ],
      },
      numbers(1),
    ],
    ["a filter that none passes", { Filters: [{ Name: "vpc-id", Values: ["vpc-none"] }] }, []],
  ])("can be asked for by %s", async (_, input, ids) => expect(await groupIds(input)).toEqual(ids));
});

describe("a rule", () => {
  const GroupId = "sg-00000002";
  const https = (...cidrs: readonly string[]): ec2.IpPermission => ({
    IpProtocol: "tcp",
    FromPort: 443,
    ToPort: 443,
    IpRanges: cidrs.map((CidrIp) => ({ CidrIp })),
  });
  const open = (...IpPermissions: ec2.IpPermission[]): Promise<unknown> =>
    sandbox.ec2().send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  const close = (...IpPermissions: ec2.IpPermission[]): Promise<unknown> =>
    sandbox.ec2().send(new ec2.RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));

  it("is there once it is authorized, and gone once its last source is revoked", async () => {
    await open(https("0.0.0.0/0", "192.0.2.0/24"));
    await close(https("0.0.0.0/0"));
    expect(await rulesOf(GroupId)).toEqual([
      [22, ["10.0.0.0/8"]],
      [443, ["192.0.2.0/24"]],
    ]);
    await close(https("192.0.2.0/24"));
    expect(await rulesOf(GroupId)).toEqual([[22, ["10.0.0.0/8"]]]);
  });
  it("can be given as members of its own", async () => {
    const rule = { GroupId, IpProtocol: "tcp", FromPort: 3306, ToPort: 3306, CidrIp: "0.0.0.0/0" };
    await sandbox.ec2().send(new ec2.AuthorizeSecurityGroupIngressCommand(rule));
    expect(await rulesOf(GroupId)).toContainEqual([3306, ["0.0.0.0/0"]]);
    await sandbox.ec2().send(new ec2.RevokeSecurityGroupIngressCommand(rule));
    expect(await rulesOf(GroupId)).toHaveLength(1);
  });
  it("from IPv6, a prefix list or another group is taken away by that source", async () => {
    const base = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };
    const sources: ec2.IpPermission[] = [
      { ...base, Ipv6Ranges: [{ CidrIpv6: "::/0" }] },
      { ...base, PrefixListIds: [{ PrefixListId: "pl-00000001" }] },
      { ...base, UserIdGroupPairs: [{ GroupId: "sg-00000003" }] },
    ];
    await open(...sources);
    expect(await rulesOf(GroupId)).toHaveLength(4);
    await close(...sources);
    expect(await rulesOf(GroupId)).toHaveLength(1);
  });
  it.each([
    [
      "that is there already",
      () => open({ ...https(), FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }),
      "InvalidPermission.Duplicate 400",
    ],
    ["that is not there cannot be revoked", () => close(https("0.0.0.0/0")), "InvalidPermission.NotFound 400"],
    ["with a port that none has", () => open({ ...https("0.0.0.0/0"), FromPort: 70_000 }), "InvalidParameterValue 400"],
  ])("%s is refused", async (_, asked, refusal) => {
    expect(await refusalOf(asked())).toBe(refusal);
    expect(await rulesOf(GroupId)).toEqual([[22, ["10.0.0.0/8"]]]);
  });
  it("of a group that is not there is refused", async () => {
    const rule = new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId: "sg-0000000f", IpPermissions: [https("0.0.0.0/0")] });
    expect(await refusalOf(sandbox.ec2().send(rule))).toBe("InvalidGroup.NotFound 400");
  });
});

describe("a group that is made", () => {
  const input = { GroupName: "made", Description: "for a test", VpcId: VPC };
  it("is there until it is deleted, and its name is taken", async () => {
    const client = sandbox.ec2();
    const { GroupId } = await client.send(new ec2.CreateSecurityGroupCommand(input));
    expect(GroupId).toMatch(/^sg-[0-9a-f]{17}$/);
    expect(await refusalOf(client.send(new ec2.CreateSecurityGroupCommand(input)))).toBe("InvalidGroup.Duplicate 400");
    await client.send(new ec2.DeleteSecurityGroupCommand({ GroupId }));
    expect(await refusalOf(client.send(new ec2.DeleteSecurityGroupCommand({ GroupId })))).toBe("InvalidGroup.NotFound 400");
  });
  it("is none of the default ones, which stay", async () => {
    const [GroupId] = numbers(1);
    expect(await refusalOf(sandbox.ec2().send(new ec2.DeleteSecurityGroupCommand({ GroupId })))).toBe("CannotDelete 400");
  });
});

describe("prefix lists", () => {
  it("come in pages of one, AWS's own without an account", async () => {
    const arns: (string | undefined)[] = [];
    for await (const { PrefixLists } of paginateDescribeManagedPrefixLists({ client: sandbox.ec2(), pageSize: 1 }, {})) {
      expect(PrefixLists).toHaveLength(1);
      arns.push(PrefixLists?.[0]?.PrefixListArn);
    }
    expect(arns).toEqual([
      `arn:aws:ec2:us-east-1:${OWN}:prefix-list/pl-00000001`,
      `arn:aws:ec2:us-east-1:${OWN}:prefix-list/pl-00000002`,
      "arn:aws:ec2:us-east-1:aws:prefix-list/pl-00000003",
    ]);
  });
  it("have entries, which come in pages of two", async () => {
    const pages: unknown[] = [];
    const input = { PrefixListId: "pl-00000001" };
    for await (const { Entries } of paginateGetManagedPrefixListEntries({ client: sandbox.ec2(), pageSize: 2 }, input)) pages.push(Entries);
    expect(pages).toEqual([[{ Cidr: "10.0.0.0/8" }, { Cidr: "192.0.2.0/24", Description: "office" }], [{ Cidr: "198.51.100.0/24" }]]);
  });
  it.each([
    ["an unknown id", { PrefixListIds: ["pl-0000000f"] }, "InvalidPrefixListID.NotFound 400"],
    ["a page that is too long", { MaxResults: 101 }, "InvalidParameterValue 400"],
    ["a token past the end", { NextToken: Buffer.from("from:99").toString("base64url") }, "InvalidPaginationToken 400"],
  ])("are refused with %s", async (_, input, refusal) =>
    expect(await refusalOf(sandbox.ec2().send(new ec2.DescribeManagedPrefixListsCommand(input)))).toBe(refusal),
  );
  it("that are not there have no entries either", async () => {
    const asked = sandbox.ec2().send(new ec2.GetManagedPrefixListEntriesCommand({ PrefixListId: "pl-0000000f" }));
    expect(await refusalOf(asked)).toBe("InvalidPrefixListID.NotFound 400");
  });
});

it("what EC2 has and the sandbox has not is refused by name", async () => {
  const asked = sandbox.ec2().send(new ec2.DescribeInstancesCommand({}));
  expect(await refusalOf(asked)).toBe("NotImplemented 501");
  await expect(asked).rejects.toThrow("ec2:DescribeInstances is not simulated");
});

it("what EC2 answers can be pasted into a world, with its region, and is answered again", async () => {
  const answers = async (): Promise<Record<"groups" | "lists", readonly object[]>> => {
    const { SecurityGroups: groups } = await sandbox.ec2().send(new ec2.DescribeSecurityGroupsCommand({}));
    const { PrefixLists: lists } = await sandbox.ec2().send(new ec2.DescribeManagedPrefixListsCommand({}));
    if (!groups || !lists) throw new Error("a list is missing");
    return { groups, lists };
  };
  const before = await answers();
  const pasted = {
    id: OWN,
    regions: ["us-east-1"],
    securityGroups: before.groups.map((group) => ({ Region: "us-east-1", ...group })),
    prefixLists: before.lists.map((list) => ({
      Region: "us-east-1",
      ...list,
      Entries: [1, 2, 3].map((n) => ({ Cidr: `192.0.2.${n}/32` })),
    })),
  };
  sandbox.aws().setWorld(parseWorld(JSON.parse(JSON.stringify({ accounts: [pasted] }))));
  expect(await answers()).toEqual(before);
});
