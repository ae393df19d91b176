import { checkTester } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { allPortsOpen } from "./all-ports-open.ts";
import { ANY4, ANY6, fromList, GROUP, REF, rule, unreadList } from "./group.fixture.ts";
import { all, verdicts } from "./verdicts.fixture.ts";

const WHO = "Security group web (sg-0a1b2c3d) lets the whole internet reach";

checkTester(
  allPortsOpen,
  {
    ref: REF,
    base: { group: GROUP, rules: [], prefixLists: {} },
    fail: {
      "SGA-01: all traffic comes from everywhere": {
        given: { rules: [rule("-1", null, ANY4)] },
        says: `${WHO} all traffic (-1): all traffic from 0.0.0.0/0.`,
      },
      "SGA-02: all traffic comes from everywhere by IPv6 only": {
        given: { rules: [rule("-1", null, ANY6)] },
        says: `${WHO} all traffic (-1): all traffic from ::/0.`,
      },
      "SGA-03: tcp 0-65535 is open": {
        given: { rules: [rule("tcp", [0, 65_535], ANY4)] },
        says: `${WHO} all TCP ports: tcp 0-65535 from 0.0.0.0/0.`,
      },
      "SGA-04: tcp 1-65535 is open, since port 0 is none": {
        given: { rules: [rule("tcp", [1, 65_535], ANY4)] },
        says: `${WHO} all TCP ports: tcp 1-65535 from 0.0.0.0/0.`,
      },
      "SGA-05: udp 0-65535 is open": {
        given: { rules: [rule("udp", [0, 65_535], ANY4)] },
        says: `${WHO} all UDP ports: udp 0-65535 from 0.0.0.0/0.`,
      },
      "SGA-06: two rules open half of the ports each": {
        given: { rules: [rule("tcp", [0, 32_767], ANY4), rule("tcp", [32_768, 65_535], ANY4)] },
        says: `${WHO} all TCP ports: tcp 0-32767 from 0.0.0.0/0; tcp 32768-65535 from 0.0.0.0/0.`,
      },
      "SGA-07: two rules open half of the ports each, in different families": {
        given: { rules: [rule("tcp", [0, 32_767], ANY4), rule("tcp", [32_768, 65_535], ANY6)] },
        says: `${WHO} all TCP ports: tcp 0-32767 from 0.0.0.0/0; tcp 32768-65535 from ::/0.`,
      },
      "SGA-08: 65,000 ports are open, and 60,000 are called all": {
        given: { rules: [rule("tcp", [1, 65_000], ANY4)] },
        params: { minExposedPorts: 60_000 },
        says: `${WHO} 65,000 TCP ports: tcp 1-65000 from 0.0.0.0/0.`,
      },
      "SGA-14: all traffic comes from both halves of the internet": {
        given: { rules: [rule("-1", null, ["0.0.0.0/1", "128.0.0.0/1"])] },
        says: `${WHO} all traffic (-1): all traffic from 0.0.0.0/1, 128.0.0.0/1.`,
      },
      "all traffic comes from a part of the internet": {
        given: { rules: [rule("-1", null, "8.0.0.0/7")] },
        says: "Security group web (sg-0a1b2c3d) lets 33,554,432 public IPv4 addresses reach all traffic (-1): all traffic from 8.0.0.0/7.",
      },
      "both transports are open by rules of their own, and the group admits itself": {
        given: { rules: [rule("tcp", null, ANY4), rule("udp", null, ANY4), rule("-1", null, [], { groupIds: ["sg-0a1b2c3d"] })] },
        says: `${WHO} all TCP ports and all UDP ports: all tcp ports from 0.0.0.0/0; all udp ports from 0.0.0.0/0.`,
      },
    },
    pass: {
      "SGA-08: 65,000 ports are open": { given: { rules: [rule("tcp", [1, 65_000], ANY4)] } },
      "SGA-09: tcp 0-0 is open": { given: { rules: [rule("tcp", [0, 0], ANY4)] } },
      "SGA-10: ICMP is open": { given: { rules: [rule("icmp", [0, 0], ANY4), rule("icmp", [-1, -1], ANY4)] } },
      "SGA-11: GRE is open": { given: { rules: [rule("47", null, ANY4)] } },
      "SGA-12: all traffic comes from private addresses": { given: { rules: [rule("-1", null, "10.0.0.0/8")] } },
      "SGA-13: all traffic comes from the group itself": { given: { rules: [rule("-1", null, [], { groupIds: ["sg-0a1b2c3d"] })] } },
      "SGA-15: only 80 and 443 are open": { given: { rules: [rule("tcp", [80, 80], ANY4), rule("tcp", [443, 443], ANY4)] } },
      "a prefix list is unreadable that could open some ports only": {
        given: { rules: [fromList("tcp", [22, 22])], prefixLists: unreadList("denied") },
      },
    },
    notApplicable: {
      "another account shares the group": { given: { rules: [rule("-1", null, ANY4)], group: { ...GROUP, ownerId: "444455556666" } } },
    },
    unknown: {
      "SGA-16: all traffic comes from a prefix list that cannot be read": {
        given: { rules: [fromList("-1", null)], prefixLists: unreadList("denied") },
        reason: "denied",
        missing: ["ec2:DescribeManagedPrefixLists", "ec2:GetManagedPrefixListEntries"],
      },
      "an unreadable prefix list could open the ports that are missing": {
        given: { rules: [fromList("tcp", [1, 100]), rule("tcp", [101, 65_535], ANY4)], prefixLists: unreadList("throttled") },
        reason: "throttled",
      },
    },
  },
  { describe, it },
);

describe("all ports and single ports", () => {
  it("SGA-06: ports under a union of ranges stay independent", () =>
    expect(verdicts({ rules: [rule("tcp", [0, 32_767], ANY4), rule("tcp", [32_768, 65_535], ANY4)] })).toEqual(all("fail")));
  it("SGA-08: ports under a range that is not all of them stay independent", () =>
    expect(verdicts({ rules: [rule("tcp", [1, 65_000], ANY4)] })).toEqual(all("fail", { "all-ports": "pass" })));
});
