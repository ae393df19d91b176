/** Half-open: `lo` is in it, `hi` is not; 0 <= lo < hi <= 2^width. */
export type Interval = readonly [lo: bigint, hi: bigint];

/**
 * A set of addresses of `width` bits. The intervals are sorted, disjoint and not adjacent, so that equal sets have equal intervals.
 */
export interface AddressSet {
  readonly width: number;
  readonly intervals: readonly Interval[];
}

/** An aligned block: the addresses that share the first `prefix` bits of `base`. */
export interface Block {
  readonly base: bigint;
  readonly prefix: number;
}

export function nothing(width: number): AddressSet {
  return { width, intervals: [] };
}

export function everything(width: number): AddressSet {
  return { width, intervals: [[0n, 1n << BigInt(width)]] };
}

/** The block that holds `address`; host bits are masked off. */
export function blockOf(width: number, address: bigint, prefix: number): AddressSet {
  const host = BigInt(width - prefix);
  const lo = (address >> host) << host;
  return { width, intervals: [[lo, lo + (1n << host)]] };
}

/** @throws {RangeError} for sets of different widths: an IPv4 address is no IPv6 address. */
export function union(width: number, ...sets: readonly AddressSet[]): AddressSet {
  for (const set of sets) requireWidth(width, set);
  const merged: Interval[] = [];
  for (const [lo, hi] of sets.flatMap((set) => set.intervals).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    const last = merged.at(-1);
    if (last && lo <= last[1]) merged[merged.length - 1] = [last[0], hi > last[1] ? hi : last[1]];
    else merged.push([lo, hi]);
  }
  return { width, intervals: merged };
}

/** @throws {RangeError} for sets of different widths. */
export function intersect(a: AddressSet, b: AddressSet): AddressSet {
  requireWidth(a.width, b);
  const common: Interval[] = [];
  let i = 0;
  let j = 0;
  for (let left = a.intervals[i], right = b.intervals[j]; left && right; left = a.intervals[i], right = b.intervals[j]) {
    const lo = left[0] > right[0] ? left[0] : right[0];
    const hi = left[1] < right[1] ? left[1] : right[1];
    if (lo < hi) common.push([lo, hi]);
    if (left[1] < right[1]) i += 1;
    else j += 1;
  }
  return { width: a.width, intervals: common };
}

export function complement({ width, intervals }: AddressSet): AddressSet {
  const gaps: Interval[] = [];
  let from = 0n;
  for (const [lo, hi] of intervals) {
    if (from < lo) gaps.push([from, lo]);
    from = hi;
  }
  const end = 1n << BigInt(width);
  if (from < end) gaps.push([from, end]);
  return { width, intervals: gaps };
}

export function without(a: AddressSet, b: AddressSet): AddressSet {
  return intersect(a, complement(b));
}

/** How many addresses. */
export function size({ intervals }: AddressSet): bigint {
  return intervals.reduce((sum, [lo, hi]) => sum + (hi - lo), 0n);
}

/** Is all of `b` in `a`? */
export function covers(a: AddressSet, b: AddressSet): boolean {
  return size(intersect(a, b)) === size(b);
}

/** The fewest aligned blocks that make up the set, in order. */
export function toMinimalBlocks({ width, intervals }: AddressSet): Block[] {
  return intervals.flatMap(([start, end]) => {
    const blocks: Block[] = [];
    for (let lo = start; lo < end;) {
      let host = 0;
      while (host < width && fits(lo, host + 1, end)) host += 1;
      blocks.push({ base: lo, prefix: width - host });
      lo += 1n << BigInt(host);
    }
    return blocks;
  });
}

function fits(lo: bigint, host: number, end: bigint): boolean {
  const length = 1n << BigInt(host);
  return lo % length === 0n && lo + length <= end;
}

function requireWidth(width: number, set: AddressSet): void {
  if (set.width !== width)
    throw new RangeError(`a set of ${String(set.width)}-bit addresses cannot be joined with one of ${String(width)} bits`);
}
