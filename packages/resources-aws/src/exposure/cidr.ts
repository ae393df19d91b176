import ipaddr from "ipaddr.js";
import { type AddressSet, type Block, blockOf, toMinimalBlocks } from "./address-set.ts";

export const V4_WIDTH = 32;
export const V6_WIDTH = 128;

/**
 * Reads a CIDR block or a single address of either family; `null` where the text is none.
 * Strict: four decimal parts without leading zeros, or IPv6 without a zone. Host bits are masked off, a missing prefix is the longest.
 * Source: https://www.rfc-editor.org/rfc/rfc4632#section-3.1, https://www.rfc-editor.org/rfc/rfc4291#section-2.3
 */
export function fromCidr(text: string): AddressSet | null {
  const [, address = "", prefix] = /^([\da-f.:]+)(?:\/(0|[1-9]\d{0,2}))?$/i.exec(text) ?? [];
  const bytes = bytesOf(address);
  if (!bytes) return null;
  const width = bytes.length * 8;
  const length = prefix === undefined ? width : Number(prefix);
  return length <= width ? blockOf(width, fromBytes(bytes), length) : null;
}

/** @throws {RangeError} where a text is no CIDR block. For lists that are written in source code. */
export function cidrs(...texts: readonly string[]): AddressSet[] {
  return texts.map((text) => {
    const set = fromCidr(text);
    if (!set) throw new RangeError(`${text} is no CIDR block`);
    return set;
  });
}

/** The fewest CIDR blocks that make up a set of IPv4 or IPv6 addresses. */
export function toMinimalCidrs(set: AddressSet): string[] {
  return toMinimalBlocks(set).map((block) => formatBlock(set.width, block));
}

function formatBlock(width: number, { base, prefix }: Block): string {
  return `${ipaddr.fromByteArray(toBytes(base, width / 8)).toString()}/${String(prefix)}`;
}

/** ipaddr.js also takes octal, hexadecimal and short forms of IPv4, which AWS never sends: they are tested for first. */
function bytesOf(address: string): readonly number[] | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address).toByteArray();
  if (!address.includes(":")) return null;
  const tail = /[^:]*\.[^:]*$/.exec(address)?.[0];
  if (tail !== undefined && !ipaddr.IPv4.isValidFourPartDecimal(tail)) return null;
  return ipaddr.IPv6.isValid(address) ? ipaddr.IPv6.parse(address).toByteArray() : null;
}

function fromBytes(bytes: readonly number[]): bigint {
  return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function toBytes(value: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Number((value >> BigInt(8 * (count - 1 - index))) & 255n));
}
