import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AddressSet, blockOf, complement, covers, intersect, nothing, size, toMinimalBlocks, union } from "./address-set.ts";
import { type Admission, exposures, holds, type Internet, portsOf } from "./exposed-ports.ts";

const WIDTH = 6;
const ADDRESSES = Array.from({ length: 2 ** WIDTH }, (_, address) => BigInt(address));
const PORTS = 16;
const RUN = { seed: 20_260_101, numRuns: 2000 };

const block = fc
  .tuple(fc.bigInt({ min: 0n, max: 63n }), fc.integer({ min: 0, max: WIDTH }))
  .map(([base, prefix]) => blockOf(WIDTH, base, prefix));
const set = fc.array(block, { maxLength: 5 }).map((blocks) => union(WIDTH, ...blocks));
const family = fc.record({ internet: set.filter((some) => size(some) > 0n), broadFrom: fc.option(fc.bigInt({ min: 1n, max: 40n })) });
const internet: fc.Arbitrary<Internet> = fc.record({ v4: family, v6: family });
const port = fc.integer({ min: 0, max: PORTS - 1 });
const admission: fc.Arbitrary<Admission> = fc.record({
  transport: fc.constantFrom("tcp", "udp"),
  ports: fc.tuple(port, port).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
  v4: fc.oneof(set, fc.constant(nothing(WIDTH))),
  v6: fc.oneof(set, fc.constant(nothing(WIDTH))),
});
const admissions = fc.array(admission, { maxLength: 4 });

function has({ intervals }: AddressSet, address: bigint): boolean {
  return intervals.some(([lo, hi]) => lo <= address && address < hi);
}

/** Counts every address one by one, and knows nothing of intervals. */
function isOpen(all: readonly Admission[], at: number, transport: string, { v4, v6 }: Internet): boolean {
  const here = all.filter((one) => one.transport === transport && one.ports[0] <= at && at <= one.ports[1]);
  return (
    [
      { reach: v4, of: (one: Admission) => one.v4 },
      { reach: v6, of: (one: Admission) => one.v6 },
    ] as const
  ).some(({ reach, of }) => {
    const publicOnes = ADDRESSES.filter((address) => has(reach.internet, address));
    const admitted = publicOnes.filter((address) => here.some((one) => has(of(one), address)));
    if (admitted.length === 0) return false;
    return admitted.length === publicOnes.length || (reach.broadFrom !== null && BigInt(admitted.length) >= reach.broadFrom);
  });
}

describe("the algebra of address sets", () => {
  it("keeps sets canonical: sorted, disjoint, not adjacent", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        for (const { intervals } of [union(WIDTH, a, b), intersect(a, b), complement(a)]) {
          for (const [index, [lo, hi]] of intervals.entries())
            expect(lo < hi && (index === 0 || (intervals[index - 1]?.[1] ?? -1n) < lo)).toBe(true);
        }
      }),
      RUN,
    );
  });
  it("agrees with membership, address by address", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const [both, either, not] = [intersect(a, b), union(WIDTH, a, b), complement(a)];
        expect(
          ADDRESSES.every(
            (x) => has(both, x) === (has(a, x) && has(b, x)) && has(either, x) === (has(a, x) || has(b, x)) && has(not, x) !== has(a, x),
          ),
        ).toBe(true);
        expect(covers(a, b)).toBe(ADDRESSES.every((x) => has(a, x) || !has(b, x)));
      }),
      { ...RUN, numRuns: 500 },
    );
  });
  it("comes back the same from its smallest list of blocks", () => {
    fc.assert(
      fc.property(set, (a) => {
        const blocks = toMinimalBlocks(a).map(({ base, prefix }) => blockOf(WIDTH, base, prefix));
        expect(union(WIDTH, ...blocks)).toEqual(a);
        expect(blocks.reduce((sum, one) => sum + size(one), 0n)).toBe(size(a));
      }),
      RUN,
    );
  });
  it("a set and its complement are everything", () => {
    fc.assert(
      fc.property(set, (a) => {
        expect(size(a) + size(complement(a))).toBe(64n);
        expect(complement(complement(a))).toEqual(a);
      }),
      RUN,
    );
  });
  it("union is commutative, associative and idempotent", () => {
    fc.assert(
      fc.property(set, set, set, (a, b, c) => {
        expect(union(WIDTH, a, b)).toEqual(union(WIDTH, b, a));
        expect(union(WIDTH, union(WIDTH, a, b), c)).toEqual(union(WIDTH, a, union(WIDTH, b, c)));
        expect(union(WIDTH, a, a)).toEqual(a);
      }),
      RUN,
    );
  });
});

describe("exposed ports", () => {
  it("are what counting every address at every port finds", () => {
    fc.assert(
      fc.property(admissions, internet, fc.constantFrom("tcp" as const, "udp" as const), (all, net, transport) => {
        const found = portsOf(exposures(all, transport, net, PORTS));
        for (let at = 0; at < PORTS; at += 1) expect(found.some((range) => holds(range, at))).toBe(isOpen(all, at, transport, net));
        for (const [index, [from]] of found.entries()) expect(index === 0 || (found[index - 1]?.[1] ?? 0) + 1 < from).toBe(true);
      }),
      RUN,
    );
  });
  it("do not depend on the order of the rules", () => {
    fc.assert(
      fc.property(admissions, internet, (all, net) => {
        expect(exposures(all.toReversed(), "tcp", net, PORTS)).toEqual(exposures(all, "tcp", net, PORTS));
      }),
      RUN,
    );
  });
  it("never become fewer by another rule", () => {
    fc.assert(
      fc.property(admissions, admission, internet, (all, more, net) => {
        const after = portsOf(exposures([...all, more], "tcp", net, PORTS));
        expect(
          portsOf(exposures(all, "tcp", net, PORTS)).every(([from, to]) => after.some((range) => holds(range, from) && holds(range, to))),
        ).toBe(true);
      }),
      RUN,
    );
  });
});
