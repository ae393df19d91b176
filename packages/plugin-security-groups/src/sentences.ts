import type { Json } from "@posture/core";
import type { InboundRule } from "@posture/resources-aws/ec2";
import { isExposed } from "@posture/resources-aws/exposure";
import { culprits, type Opening } from "./culprits.ts";
import type { View } from "./view.ts";

const IN_MESSAGE = 3;
const IN_EVIDENCE = 40;
const SOURCES = 5;

/** What every finding of this plugin shows. */
export interface Shown {
  readonly group: string;
  readonly vpc: Json;
  readonly openness: "whole" | "broad";
  /** The most public addresses that reach one of the ports, by family. */
  readonly addresses: string;
  /** The rules to blame, for the message. */
  readonly through: string;
  /** The rules to blame, all of them up to 40. */
  readonly rules: readonly string[];
  readonly trustedPrefixLists?: readonly string[];
}

export function shown(view: View, openings: readonly Opening[]): Shown {
  const rules = rulesToBlame(view, openings);
  return {
    group: view.label,
    vpc: view.vpcId,
    openness: openings.some(({ exposure: { v4, v6 } }) => v4.openness === "whole" || v6.openness === "whole") ? "whole" : "broad",
    addresses: addressesOf(openings),
    through: enumerate(rules, IN_MESSAGE, "rules", "; "),
    rules: rules.slice(0, IN_EVIDENCE),
    ...(view.trusted.length > 0 && { trustedPrefixLists: view.trusted }),
  };
}

/** As AWS shows them: "tcp 20-30 from 0.0.0.0/0". */
function rulesToBlame(view: View, openings: readonly Opening[]): string[] {
  return [...culprits(view, openings)].map(([rule, texts]) => `${trafficOf(rule)} from ${enumerate([...texts], SOURCES, "sources", ", ")}`);
}

/** "tcp 22", "tcp 20-30", "all tcp ports", "all traffic". */
function trafficOf({ protocol, from, to }: InboundRule): string {
  if (protocol === "-1") return "all traffic";
  const name = { "6": "tcp", "17": "udp" }[protocol] ?? protocol.toLowerCase();
  if ((from ?? -1) === -1) return `all ${name} ports`;
  return from === to ? `${name} ${String(from)}` : `${name} ${String(from)}-${String(to)}`;
}

function addressesOf(openings: readonly Opening[]): string {
  const v4 = largest(openings.flatMap(({ exposure }) => (isExposed(exposure.v4) ? [exposure.v4.addresses] : [])));
  const v6 = largest(openings.flatMap(({ exposure }) => (isExposed(exposure.v6) ? [exposure.v6.addresses] : [])));
  return [v4 > 0n && `${grouped(v4)} public IPv4 addresses`, v6 > 0n && `${power(v6)} public IPv6 addresses`]
    .filter((text) => text !== false)
    .join(" and ");
}

function largest(counts: readonly bigint[]): bigint {
  return counts.reduce((a, b) => (a > b ? a : b), 0n);
}

/** 2,092,957,696: with commas whatever the machine's language. */
export function grouped(count: bigint | number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** "2^116", or "about 2^125" for what is no power of two. */
function power(count: bigint): string {
  const floor = count.toString(2).length - 1;
  if (count === 2n ** BigInt(floor)) return `2^${String(floor)}`;
  const isNearerAbove = count * count > 2n ** BigInt(2 * floor + 1);
  return `about 2^${String(isNearerAbove ? floor + 1 : floor)}`;
}

function enumerate(texts: readonly string[], most: number, what: string, separator: string): string {
  const rest = texts.length - most;
  return rest > 0
    ? `${texts.slice(0, most).join(separator)} and ${String(rest)} more ${rest === 1 ? what.slice(0, -1) : what}`
    : texts.join(separator);
}
