import ipaddr from "ipaddr.js";

/** The broadest address ranges that still bound who may call, in prefix bits. */
export interface PublicLimits {
  readonly minIpv4Prefix: number;
  readonly minIpv6Prefix: number;
}

/**
 * AWS calls a policy public whose aws:SourceIp is broader than these.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export const AWS_PUBLIC_LIMITS: PublicLimits = { minIpv4Prefix: 8, minIpv6Prefix: 32 };

const PRIVATE = [
  ipaddr.IPv4.parseCIDR("10.0.0.0/8"),
  ipaddr.IPv4.parseCIDR("172.16.0.0/12"),
  ipaddr.IPv4.parseCIDR("192.168.0.0/16"),
] as const;

/** Is the address or CIDR block narrow enough to bound the callers? What is neither bounds nobody. */
export function isNarrow(text: string, { minIpv4Prefix, minIpv6Prefix }: PublicLimits): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  if (rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return false;
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) {
    const bits = Number(prefix ?? 32);
    return bits <= 32 && (bits >= minIpv4Prefix || isPrivate(ipaddr.IPv4.parse(address), bits));
  }
  if (!address.includes(":") || address.includes("%") || !ipaddr.IPv6.isValid(address)) return false;
  const bits = Number(prefix ?? 128);
  // ::ffff:0.0.0.0/96 would be all of IPv4 in 96 bits.
  return bits <= 128 && bits >= minIpv6Prefix && !ipaddr.IPv6.parse(address).isIPv4MappedAddress();
}

function isPrivate(address: ipaddr.IPv4, bits: number): boolean {
  return PRIVATE.some((range) => bits >= range[1] && address.match(range));
}
