import type { Part, UnknownReason } from "@posture/core";
import type { InboundRule, PrefixListEntries } from "../ec2/security-group.ts";
import { type AddressSet, union } from "./address-set.ts";
import { fromCidr, V4_WIDTH, V6_WIDTH } from "./cidr.ts";
import { type Admission, PORTS, type PortRange, type Transport } from "./exposed-ports.ts";

/** Why not everything that a rule admits is known. */
export interface Incomplete {
  readonly facet: "rules" | "prefixLists";
  readonly reason: UnknownReason;
}

/** One rule, one transport: what it is known to admit. */
export interface Grant extends Admission {
  /** All ports, 1 to 65535 (nothing can listen on port 0). */
  readonly fullSpan: boolean;
  /** `null`: `v4` and `v6` are all there is. Otherwise it may admit more, on these ports. */
  readonly incomplete: Incomplete | null;
  readonly rule: InboundRule;
}

const ALL_PORTS: PortRange = [0, PORTS - 1];
const PORTLESS = new Set(["icmp", "icmpv6"]);

/**
 * What inbound rules admit over TCP and UDP. Group references admit private addresses only and add nothing; ICMP, GRE and the like
 * reach no port.
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
 */
export function grantsOf(rules: readonly InboundRule[], listOf: (prefixListId: string) => Part<PrefixListEntries>): Grant[] {
  return rules.flatMap((rule) => {
    const transports = transportsOf(rule.protocol.toLowerCase());
    if (transports.length === 0) return [];
    const { v4, v6, incomplete } = sourcesOf(rule, listOf);
    const ports = transports === "unheard-of" ? null : portRangeOf(rule);
    if (transports === "unheard-of" || !ports) {
      return (transports === "unheard-of" ? BOTH : transports).map((transport) => senseless(rule, transport));
    }
    return transports.map((transport) => ({
      transport,
      ports,
      v4,
      v6,
      fullSpan: ports[0] <= 1 && ports[1] === PORTS - 1,
      incomplete,
      rule,
    }));
  });
}

const BOTH: readonly Transport[] = ["tcp", "udp"];

function transportsOf(protocol: string): readonly Transport[] | "unheard-of" {
  if (protocol === "-1") return BOTH;
  if (protocol === "tcp" || protocol === "6") return ["tcp"];
  if (protocol === "udp" || protocol === "17") return ["udp"];
  return PORTLESS.has(protocol) || /^\d{1,3}$/.test(protocol) ? [] : "unheard-of";
}

function portRangeOf({ protocol, from, to }: InboundRule): PortRange | null {
  if (protocol === "-1" || ((from ?? -1) === -1 && (to ?? -1) === -1 && (from === null) === (to === null))) return ALL_PORTS;
  return from !== null && to !== null && from >= 0 && from <= to && to < PORTS ? [from, to] : null;
}

/** It may admit anything, and proves nothing. */
function senseless(rule: InboundRule, transport: Transport): Grant {
  const none = { v4: union(V4_WIDTH), v6: union(V6_WIDTH) };
  return { transport, ports: ALL_PORTS, ...none, fullSpan: false, incomplete: { facet: "rules", reason: "malformed" }, rule };
}

interface Sources {
  readonly v4: AddressSet;
  readonly v6: AddressSet;
  readonly incomplete: Incomplete | null;
}

function sourcesOf(rule: InboundRule, listOf: (prefixListId: string) => Part<PrefixListEntries>): Sources {
  const own = read([...rule.cidrs, ...rule.cidrs6]);
  const lists = rule.prefixListIds.map(listOf);
  const listed = read(lists.flatMap((list) => (list.state === "known" ? (list.value ?? []) : [])));
  const sets = [...own.sets, ...listed.sets];
  return {
    v4: union(V4_WIDTH, ...sets.filter((set) => set.width === V4_WIDTH)),
    v6: union(V6_WIDTH, ...sets.filter((set) => set.width === V6_WIDTH)),
    incomplete: own.isAll ? gapOf(lists, listed.isAll) : { facet: "rules", reason: "malformed" },
  };
}

function gapOf(lists: readonly Part<PrefixListEntries>[], isAll: boolean): Incomplete | null {
  for (const list of lists) {
    if (list.state === "unreadable") return { facet: "prefixLists", reason: list.reason };
    // AWS knows no such list, and yet a rule names it: one that is no longer shared may still be in force.
    if (list.value === null) return { facet: "prefixLists", reason: "contradictory" };
  }
  return isAll ? null : { facet: "prefixLists", reason: "malformed" };
}

function read(texts: readonly string[]): { readonly sets: readonly AddressSet[]; readonly isAll: boolean } {
  const sets = texts.flatMap((text) => fromCidr(text) ?? []);
  return { sets, isAll: sets.length === texts.length };
}
