import { describe, expect, it } from "vitest";
import { complement, covers, size, union, without } from "./address-set.ts";
import { cidrs, fromCidr, toMinimalCidrs, V4_WIDTH, V6_WIDTH } from "./cidr.ts";
import { classify, type Openness, R4, R6 } from "./internet.ts";

const WHOLE_V4 = 3_702_258_688n;
const WHOLE_V6 = 2n ** 125n - 2n ** 96n - 2n ** 108n;
const CLOUDFLARE = [
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
const WITHOUT_PRIVATE = toMinimalCidrs(
  without(
    union(V4_WIDTH, ...cidrs("0.0.0.0/0")),
    union(V4_WIDTH, ...cidrs("0.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3")),
  ),
);

function v4(...blocks: readonly string[]): { openness: Openness; addresses: bigint } {
  return classify(union(V4_WIDTH, ...cidrs(...blocks)), { internet: R4, broadFrom: 2n ** 24n });
}
function v6(...blocks: readonly string[]): { openness: Openness; addresses: bigint } {
  return classify(union(V6_WIDTH, ...cidrs(...blocks)), { internet: R6, broadFrom: 2n ** 108n });
}

describe("the public internet", () => {
  it("has 3,702,258,688 IPv4 addresses in 12 intervals and 103 blocks", () => {
    expect(size(R4)).toBe(WHOLE_V4);
    expect(R4.intervals).toHaveLength(12);
    expect(toMinimalCidrs(R4)).toHaveLength(103);
  });
  it("has 2^125 - 2^96 - 2^108 IPv6 addresses", () => expect(size(R6)).toBe(WHOLE_V6));
});

describe("how open a set of sources is", () => {
  it("EXP-01: 0.0.0.0/0 is the whole internet", () => expect(v4("0.0.0.0/0")).toEqual({ openness: "whole", addresses: WHOLE_V4 }));
  it("EXP-02: two halves are the whole internet", () =>
    expect(v4("0.0.0.0/1", "128.0.0.0/1")).toEqual({ openness: "whole", addresses: WHOLE_V4 }));
  it("EXP-03: four quarters are the whole internet", () =>
    expect(v4("0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2")).toEqual({ openness: "whole", addresses: WHOLE_V4 }));
  it("EXP-04: the 32 blocks that leave out what is private are the whole internet", () => {
    expect(WITHOUT_PRIVATE).toHaveLength(32);
    expect(v4(...WITHOUT_PRIVATE)).toEqual({ openness: "whole", addresses: WHOLE_V4 });
  });
  it("EXP-05: the lower half is broad", () => expect(v4("0.0.0.0/1")).toEqual({ openness: "broad", addresses: 2_092_957_696n }));
  it("EXP-06: the upper half is broad", () => expect(v4("128.0.0.0/1")).toEqual({ openness: "broad", addresses: 1_609_300_992n }));
  it("EXP-07: a /8 is broad, since reaching the threshold counts", () =>
    expect(v4("1.0.0.0/8")).toEqual({ openness: "broad", addresses: 16_777_216n }));
  it("EXP-08: a /9 is scoped", () => expect(v4("8.0.0.0/9")).toEqual({ openness: "scoped", addresses: 8_388_608n }));
  it("EXP-09: what is private inside of a block is not counted", () =>
    expect(v4("172.0.0.0/8")).toEqual({ openness: "scoped", addresses: 15_728_640n }));
  it("EXP-10: the blocks of a content delivery network are scoped", () =>
    expect(v4(...CLOUDFLARE)).toEqual({ openness: "scoped", addresses: 1_524_736n }));
  it.each([[["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]], [["100.64.0.0/10"]], [["224.0.0.0/3"]]])(
    "EXP-11: %j is private",
    (blocks) => expect(v4(...blocks)).toEqual({ openness: "private", addresses: 0n }),
  );
  it.each(["::/0", "2000::/3", "::/1"])("EXP-12: %s is the whole internet", (block) =>
    expect(v6(block)).toEqual({ openness: "whole", addresses: WHOLE_V6 }),
  );
  it.each(["8000::/1", "fc00::/7", "::ffff:0:0/96"])("EXP-13: %s is private", (block) =>
    expect(v6(block)).toEqual({ openness: "private", addresses: 0n }),
  );
  it("EXP-14: an IPv6 /12 is broad", () => expect(v6("2400::/12")).toEqual({ openness: "broad", addresses: 2n ** 116n }));
  it("EXP-15: an IPv6 /24 is scoped", () => expect(v6("2600:1f00::/24")).toEqual({ openness: "scoped", addresses: 2n ** 104n }));
  it("nothing is broad without a threshold", () =>
    expect(classify(union(V4_WIDTH, ...cidrs("0.0.0.0/1")), { internet: R4, broadFrom: null }).openness).toBe("scoped"));
});

describe("reading a CIDR block", () => {
  it.each([
    "010.0.0.0/8",
    "10.0.0/8",
    "0x0a.0.0.0/8",
    "10",
    "256.0.0.0/8",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    " 10.0.0.0/8",
    "10.0.0.0/8\n",
    "",
    "fe80::1%eth0/64",
    "1::2::3/64",
    "::/129",
    "12345::/16",
    "1:2:3:4:5:6:7/64",
    "::ffff:01.2.3.4",
    "::ffff:0x1.2.3.4",
    "any",
  ])("refuses %j", (text) => expect(fromCidr(text)).toBeNull());
  it("masks host bits off", () => expect(fromCidr("10.1.2.3/8")).toEqual(fromCidr("10.0.0.0/8")));
  it("takes a bare address for one address", () => {
    expect(fromCidr("192.0.2.1")).toEqual(fromCidr("192.0.2.1/32"));
    expect(fromCidr("2001:DB8::1")).toEqual(fromCidr("2001:db8::1/128"));
  });
  it("reads an embedded IPv4 address as IPv6", () => expect(fromCidr("::ffff:192.0.2.1")).toEqual(fromCidr("::ffff:c000:201/128")));
  it("writes the blocks it read", () => {
    expect(toMinimalCidrs(union(V4_WIDTH, ...cidrs("10.0.0.0/9", "10.128.0.0/9")))).toEqual(["10.0.0.0/8"]);
    expect(toMinimalCidrs(complement(union(V6_WIDTH, ...cidrs("8000::/1"))))).toEqual(["::/1"]);
  });
  it("does not mix the families", () => expect(() => union(V4_WIDTH, ...cidrs("::/0"))).toThrow(RangeError));
  it("knows what covers what", () => {
    const [ten, one] = cidrs("10.0.0.0/8", "10.1.0.0/16");
    if (!ten || !one) throw new Error("two sets were asked for");
    expect([covers(ten, one), covers(one, ten)]).toEqual([true, false]);
  });
});
