import type { SimulatedAws } from "@posture/sandbox/aws";

type Patch = Parameters<SimulatedAws["patchWorld"]>[0];

export const GROUP = { id: "sg-0d3b06aa11c2e4f57", name: "debug-access" } as const;

/** SSH from anywhere. */
export function openedGroup(accountId: string, group: { readonly id: string; readonly name: string } = GROUP): Patch {
  return groupFrom(accountId, group, "0.0.0.0/0");
}
/** SSH from the office. */
export function closedGroup(accountId: string, group: { readonly id: string; readonly name: string } = GROUP): Patch {
  return groupFrom(accountId, group, "10.20.0.0/16");
}

function groupFrom(accountId: string, { id, name }: { readonly id: string; readonly name: string }, source: string): Patch {
  const permission = {
    IpProtocol: "tcp",
    FromPort: 22,
    ToPort: 22,
    IpRanges: [{ CidrIp: source }],
    Ipv6Ranges: [],
    PrefixListIds: [],
    UserIdGroupPairs: [],
  };
  const group = {
    Region: "eu-west-1",
    GroupId: id,
    GroupName: name,
    Description: "test",
    OwnerId: accountId,
    VpcId: "vpc-0a1b2c3d4e5f60718",
    IpPermissions: [permission],
    IpPermissionsEgress: [],
  };
  return { accounts: [{ id: accountId, securityGroups: [group] }] };
}
