import type { InboundRule, PrefixListEntries } from "@posture/resources-aws/ec2";
import type { Part, ResourceRef, UnknownReason } from "@posture/core";

export const ANY4 = "0.0.0.0/0";
export const ANY6 = "::/0";
export const PL1 = "pl-0a1b2c3d";
export const REF: ResourceRef = {
  type: "AWS::EC2::SecurityGroup",
  arn: "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d",
  name: "sg-0a1b2c3d",
  accountId: "111122223333",
  region: "eu-west-1",
};
export const GROUP = { ownerId: "111122223333", groupName: "web", description: "web servers", vpcId: "vpc-0a1b2c3d" };
export const CLOUDFLARE: readonly string[] = [
  "173.245.48.0/20",
  "103.21.244.0/22",
  "103.22.200.0/22",
  "103.31.4.0/22",
  "141.101.64.0/18",
  "108.162.192.0/18",
  "190.93.240.0/20",
  "188.114.96.0/20",
  "197.234.240.0/22",
  "198.41.128.0/17",
  "162.158.0.0/15",
  "104.16.0.0/13",
  "104.24.0.0/14",
  "172.64.0.0/13",
  "131.0.72.0/22",
];

type Rest = Partial<Pick<InboundRule, "prefixListIds" | "groupIds">>;

/** `rule("tcp", [22, 22], ANY4)`; `null` ports are ports that AWS did not send. */
export function rule(
  protocol: string,
  ports: readonly [number | null, number | null] | null,
  sources: string | readonly string[] = [],
  rest: Rest = {},
): InboundRule {
  const all = typeof sources === "string" ? [sources] : sources;
  const [from, to] = ports ?? [null, null];
  return {
    protocol,
    from,
    to,
    cidrs: all.filter((text) => !isV6(text)),
    cidrs6: all.filter(isV6),
    prefixListIds: [],
    groupIds: [],
    ...rest,
  };
}

function isV6(text: string): boolean {
  return text.includes(":");
}

/** Rule and list: a rule from prefix list 1, and what reading that list brought. */
export function fromList(protocol: string, ports: readonly [number, number] | null): InboundRule {
  return rule(protocol, ports, [], { prefixListIds: [PL1] });
}
export function list(entries: PrefixListEntries): Readonly<Record<string, Part<PrefixListEntries>>> {
  return { [PL1]: { state: "known", value: entries } };
}
export function unreadList(reason: UnknownReason): Readonly<Record<string, Part<PrefixListEntries>>> {
  return { [PL1]: { state: "unreadable", reason } };
}
