import { describe, expect, it } from "vitest";
import type { InboundRule } from "../ec2/security-group.ts";
import { size } from "./address-set.ts";
import { grantsOf } from "./grants.ts";

const RULE: InboundRule = { protocol: "tcp", from: 22, to: 22, cidrs: ["0.0.0.0/0"], cidrs6: [], prefixListIds: [], groupIds: [] };
const none = (): { state: "known"; value: null } => ({ state: "known", value: null });
function grant(change: Partial<InboundRule>): ReturnType<typeof grantsOf> {
  return grantsOf([{ ...RULE, ...change }], none);
}

describe("what an inbound rule admits", () => {
  it("takes names and numbers of TCP and UDP, in any case", () => {
    expect(["tcp", "TCP", "6", "udp", "17"].map((protocol) => grant({ protocol }).map((one) => one.transport))).toEqual([
      ["tcp"],
      ["tcp"],
      ["tcp"],
      ["udp"],
      ["udp"],
    ]);
  });
  it("is every port of TCP and UDP for all traffic, whatever ports AWS sent", () => {
    for (const [from, to] of [
      [null, null],
      [0, 0],
      [-1, -1],
    ] as const) {
      expect(grant({ protocol: "-1", from, to }).map(({ transport, ports, fullSpan }) => [transport, ports, fullSpan])).toEqual([
        ["tcp", [0, 65_535], true],
        ["udp", [0, 65_535], true],
      ]);
    }
  });
  it.each(["icmp", "1", "icmpv6", "58", "47", "50", "132"])("is no port for protocol %s", (protocol) =>
    expect(grant({ protocol, from: 3, to: 22 })).toEqual([]),
  );
  it.each([
    [23, 21],
    [22, null],
    [null, 22],
    [-1, 22],
    [0, 65_536],
    [-2, -1],
    [null, -1],
  ])("is not known for ports %s to %s", (from, to) => {
    expect(grant({ from, to })).toMatchObject([
      { incomplete: { facet: "rules", reason: "malformed" }, fullSpan: false, v4: { intervals: [] } },
    ]);
  });
  it("is not known for a protocol that nobody has heard of", () =>
    expect(grant({ protocol: "quic" }).map((one) => one.incomplete?.reason)).toEqual(["malformed", "malformed"]));
  it("keeps the sources that make sense beside one that does not", () => {
    const [found] = grant({ cidrs: ["10.0.0.0/8", "10.0.0.0/99"] });
    expect(found?.incomplete).toEqual({ facet: "rules", reason: "malformed" });
    expect(found && size(found.v4)).toBe(2n ** 24n);
  });
  it("is contradictory where AWS knows no prefix list of that name", () =>
    expect(grant({ prefixListIds: ["pl-1"] })[0]?.incomplete).toEqual({ facet: "prefixLists", reason: "contradictory" }));
  it("holds both families of a prefix list", () => {
    const [found] = grantsOf([{ ...RULE, cidrs: [], prefixListIds: ["pl-1"] }], () => ({
      state: "known",
      value: ["8.0.0.0/8", "2600::/32"],
    }));
    expect(found && [size(found.v4), size(found.v6), found.incomplete]).toEqual([2n ** 24n, 2n ** 96n, null]);
  });
});
