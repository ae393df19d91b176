import { z } from "zod";

const Transports = z.array(z.enum(["tcp", "udp"])).min(1);
const Ports = z.array(z.int().min(0).max(65_535)).min(1);

export interface CommonParams {
  /** From how many public IPv4 addresses on a source is broad; `null`: only all of the internet counts. */
  readonly broadThresholdV4: number | null;
  /** The same for IPv6, as text, since such numbers are too long for JSON: "2^108", or decimal digits. */
  readonly broadThresholdV6: string | null;
  /** Leave out the group that AWS makes with every VPC. */
  readonly excludeDefaultGroups: boolean;
  /** Prefix lists that somebody vouches for: they are not read, and count for nothing. */
  readonly trustedPrefixListIds: readonly string[];
}

const COMMON = {
  broadThresholdV4: z
    .int()
    .min(1)
    .nullable()
    .default(2 ** 24)
    .describe("From how many public IPv4 addresses on a source is broad. `null`: only all of the internet counts."),
  broadThresholdV6: z
    .string()
    .regex(/^(2\^(\d|[1-9]\d|1[01]\d|12[0-8])|[1-9]\d{0,38})$/)
    .nullable()
    .default("2^108")
    .describe("The same for IPv6, as text: a power of two, or digits."),
  excludeDefaultGroups: z.boolean().default(false).describe("Leave out the group that AWS makes with every VPC."),
  trustedPrefixListIds: z
    .array(z.string())
    .default([])
    .describe("Prefix lists that somebody vouches for: they are not read, and count for nothing."),
};

export interface PortParams extends CommonParams {
  readonly transports: readonly ("tcp" | "udp")[];
  readonly ports: readonly number[];
  /** The ports over UDP where they are not the same; `null`: `ports`. */
  readonly udpPorts: readonly number[] | null;
}

export interface AllPortsParams extends CommonParams {
  /** How many of the ports 1 to 65535 of one transport are called all. */
  readonly minExposedPorts: number;
}

export interface PortDefaults {
  readonly transports: readonly ("tcp" | "udp")[];
  readonly ports: readonly number[];
  readonly udpPorts?: readonly number[];
}

export function portParams({ transports, ports, udpPorts }: PortDefaults): z.ZodType<PortParams> {
  return z.object({
    ...COMMON,
    transports: Transports.default([...transports]).describe("The transports that are looked at."),
    ports: Ports.default([...ports]).describe("The ports that are looked at."),
    udpPorts: Ports.nullable()
      .default(udpPorts ? [...udpPorts] : null)
      .describe("The ports over UDP where they are not the same. `null`: `ports`."),
  });
}

export const allPortsParams: z.ZodType<AllPortsParams> = z.object({
  ...COMMON,
  minExposedPorts: z.int().min(1).max(65_535).default(65_535).describe("How many of the ports 1 to 65535 of one transport are called all."),
});

/** "2^108", or digits, as a number. */
export function parseThreshold(text: string): bigint {
  return text.startsWith("2^") ? 2n ** BigInt(text.slice(2)) : BigInt(text);
}
