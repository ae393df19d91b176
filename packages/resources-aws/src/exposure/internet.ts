import { type AddressSet, covers, intersect, size, union, without } from "./address-set.ts";
import { cidrs, V4_WIDTH, V6_WIDTH } from "./cidr.ts";

/**
 * Public IPv4: every address but those that are reserved or never routed on the internet.
 * Source: https://www.iana.org/assignments/iana-ipv4-special-registry/
 */
export const R4: AddressSet = without(
  union(V4_WIDTH, ...cidrs("0.0.0.0/0")),
  union(
    V4_WIDTH,
    ...cidrs(
      "0.0.0.0/8",
      "10.0.0.0/8",
      "100.64.0.0/10",
      "127.0.0.0/8",
      "169.254.0.0/16",
      "172.16.0.0/12",
      "192.0.0.0/24",
      "192.0.2.0/24",
      "192.168.0.0/16",
      "198.18.0.0/15",
      "198.51.100.0/24",
      "203.0.113.0/24",
      "224.0.0.0/4",
      "240.0.0.0/4",
    ),
  ),
);

/**
 * Public IPv6: global unicast without the two blocks for documentation.
 * Source: https://www.iana.org/assignments/ipv6-address-space/, https://www.rfc-editor.org/rfc/rfc9637
 */
export const R6: AddressSet = without(union(V6_WIDTH, ...cidrs("2000::/3")), union(V6_WIDTH, ...cidrs("2001:db8::/32", "3fff::/20")));

/** How much of the internet a set of sources admits. The first two are called exposed. */
export type Openness = "whole" | "broad" | "scoped" | "private";

export interface Reach {
  readonly openness: Openness;
  /** How many public addresses are admitted. */
  readonly addresses: bigint;
}

/** What counts as the internet for one address family. */
export interface Family {
  readonly internet: AddressSet;
  /** From how many public addresses on a set is broad; `null`: none is, only all of the internet is exposed. */
  readonly broadFrom: bigint | null;
}

export function classify(sources: AddressSet, { internet, broadFrom }: Family): Reach {
  const admitted = intersect(sources, internet);
  const addresses = size(admitted);
  return { openness: opennessOf(addresses, covers(admitted, internet), broadFrom), addresses };
}

export function isExposed({ openness }: Reach): boolean {
  return openness === "whole" || openness === "broad";
}

function opennessOf(addresses: bigint, isWhole: boolean, broadFrom: bigint | null): Openness {
  if (addresses === 0n) return "private";
  if (isWhole) return "whole";
  return broadFrom !== null && addresses >= broadFrom ? "broad" : "scoped";
}
