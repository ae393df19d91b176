import type { EC2Client, IpPermission } from "@aws-sdk/client-ec2";
import * as ec2 from "@aws-sdk/client-ec2";

/** A security group as somebody set it up, and the checks that must fail on it; all others must pass. */
export interface GroupCase {
  readonly is: string;
  readonly permissions: readonly IpPermission[];
  readonly fails: readonly string[];
}

const id = (name: string): string => `security-group/${name}-open-to-internet`;
const tcp = (from: number, to = from): IpPermission => ({ IpProtocol: "tcp", FromPort: from, ToPort: to });
const udp = (from: number, to = from): IpPermission => ({ IpProtocol: "udp", FromPort: from, ToPort: to });
const any4 = (rule: IpPermission, ...cidrs: readonly string[]): IpPermission => ({
  ...rule,
  IpRanges: (cidrs.length > 0 ? cidrs : ["0.0.0.0/0"]).map((CidrIp) => ({ CidrIp })),
});
const any6 = (rule: IpPermission): IpPermission => ({ ...rule, Ipv6Ranges: [{ CidrIpv6: "::/0" }] });
const PORTS = ["ssh", "rdp", "mysql", "postgresql", "mssql", "mongodb", "web"].map(id);

export const groupCases: readonly GroupCase[] = [
  { is: "without a rule", permissions: [], fails: [] },
  { is: "SSH from everywhere", permissions: [any4(tcp(22))], fails: [id("ssh")] },
  { is: "SSH from everywhere in IPv6", permissions: [any6(tcp(22))], fails: [id("ssh")] },
  { is: "SSH from one address", permissions: [any4(tcp(22), "203.0.113.7/32")], fails: [] },
  { is: "SSH from the private networks", permissions: [any4(tcp(22), "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")], fails: [] },
  { is: "SSH from the two halves of the internet", permissions: [any4(tcp(22), "0.0.0.0/1", "128.0.0.0/1")], fails: [id("ssh")] },
  { is: "the low ports from everywhere", permissions: [any4(tcp(0, 1024))], fails: [id("ssh"), id("web")] },
  { is: "SSH by UDP, which is none", permissions: [any4(udp(22))], fails: [] },
  { is: "RDP from everywhere", permissions: [any4(tcp(3389))], fails: [id("rdp")] },
  { is: "RDP by UDP from everywhere", permissions: [any4(udp(3389))], fails: [id("rdp")] },
  { is: "MySQL from everywhere", permissions: [any4(tcp(3306))], fails: [id("mysql")] },
  { is: "PostgreSQL from everywhere", permissions: [any4(tcp(5432))], fails: [id("postgresql")] },
  { is: "MSSQL from everywhere", permissions: [any4(tcp(1433))], fails: [id("mssql")] },
  { is: "MongoDB from everywhere", permissions: [any4(tcp(27_017))], fails: [id("mongodb")] },
  { is: "the web from everywhere", permissions: [any4(tcp(80)), any6(tcp(443))], fails: [id("web")] },
  { is: "everything from everywhere", permissions: [any4({ IpProtocol: "-1" })], fails: [id("all-ports"), ...PORTS] },
  { is: "everything from a private network", permissions: [any4({ IpProtocol: "-1" }, "10.0.0.0/8")], fails: [] },
  { is: "every TCP port from everywhere", permissions: [any4(tcp(0, 65_535))], fails: [id("all-ports"), ...PORTS] },
  { is: "MySQL from everywhere in IPv6", permissions: [any6(tcp(3306))], fails: [id("mysql")] },
  { is: "MSSQL from everywhere in IPv6", permissions: [any6(tcp(1433))], fails: [id("mssql")] },
  { is: "MongoDB from the private networks", permissions: [any4(tcp(27_017), "10.0.0.0/8", "192.168.0.0/16")], fails: [] },
  { is: "the ports from MySQL to PostgreSQL", permissions: [any4(tcp(3306, 5432))], fails: [id("mysql"), id("postgresql"), id("rdp")] },
  { is: "RDP within a narrow range", permissions: [any4(tcp(3380, 3400))], fails: [id("rdp")] },
  { is: "HTTPS alone", permissions: [any4(tcp(443))], fails: [id("web")] },
  { is: "ports beside those that are watched", permissions: [any4(tcp(21)), any4(tcp(23)), any4(tcp(8080))], fails: [] },
  { is: "DNS from everywhere", permissions: [any4(udp(53))], fails: [] },
  { is: "SSH from everywhere and from one address", permissions: [any4(tcp(22)), any4(tcp(22), "203.0.113.7/32")], fails: [id("ssh")] },
  { is: "ping from everywhere", permissions: [any4({ IpProtocol: "icmp", FromPort: -1, ToPort: -1 })], fails: [] },
];

export async function makeGroup(client: EC2Client, GroupName: string, { permissions, is }: GroupCase): Promise<string> {
  const { GroupId = "" } = await client.send(new ec2.CreateSecurityGroupCommand({ GroupName, Description: is }));
  if (permissions.length > 0) await client.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [...permissions] }));
  return GroupId;
}
