import type { SimulatedAws } from "@posture/sandbox/aws";

/** The group that somebody opens to the internet while the demo runs. */
export const OPENED = { region: "eu-west-1", id: "sg-0d3b06aa11c2e4f57", name: "debug-access" } as const;
const SSH = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };

/** Who does it. */
export function colleague(accountId: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/developers/ben`;
}

type Patch = Parameters<SimulatedAws["patchWorld"]>[0];

/** A colleague debugs something late in the evening: SSH from anywhere. */
export function openGroup(accountId: string): Patch {
  return groupWith(accountId, [{ ...SSH, IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "debugging" }] }]);
}

/** And closes it again. */
export function closeGroup(accountId: string): Patch {
  return groupWith(accountId, [{ ...SSH, IpRanges: [{ CidrIp: "10.20.0.0/16", Description: "office" }] }]);
}

function groupWith(accountId: string, permissions: readonly object[]): Patch {
  const group = {
    Region: OPENED.region,
    GroupId: OPENED.id,
    GroupName: OPENED.name,
    Description: "Temporary access for debugging",
    OwnerId: accountId,
    VpcId: "vpc-0a1b2c3d4e5f60718",
    IpPermissions: [...permissions],
    IpPermissionsEgress: [],
    Tags: [],
  };
  return { accounts: [{ id: accountId, securityGroups: [group] }] };
}
