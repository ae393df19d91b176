import { describe, expect, it } from "vitest";
import { ANY4, ANY6, CLOUDFLARE, fromList, GROUP, list, PL1, rule, unreadList } from "./group.fixture.ts";
import { rdpOpen, sshOpen, webOpen } from "./checks.ts";
import { all, outcome, verdicts } from "./verdicts.fixture.ts";

const SSH_ONLY = all("pass", { ssh: "fail" });
const COVERED = all("covered", { "all-ports": "fail" });

describe("what all eight checks say of one group", () => {
  it("SGP-01: tcp 22 from everywhere", () => expect(verdicts({ rules: [rule("tcp", [22, 22], ANY4)] })).toEqual(SSH_ONLY));
  it("SGP-02: tcp 22 from everywhere by IPv6 only", () => expect(verdicts({ rules: [rule("tcp", [22, 22], ANY6)] })).toEqual(SSH_ONLY));
  it("SGP-03: a range opens every port in it and no other", () =>
    expect(verdicts({ rules: [rule("tcp", [0, 1024], ANY4)] })).toEqual(all("pass", { ssh: "fail", web: "fail" })));
  it("SGP-04: a reversed range is malformed for every check on TCP", () =>
    expect(verdicts({ rules: [rule("tcp", [23, 21], ANY4)] })).toEqual(all("unknown")));
  it("SGP-05: the ports on both sides of 22 are not 22", () =>
    expect(verdicts({ rules: [rule("tcp", [20, 21], ANY4), rule("tcp", [23, 25], ANY4)] })).toEqual(all("pass")));
  it("SGP-06: protocol 6 is TCP", () => expect(verdicts({ rules: [rule("6", [22, 22], ANY4)] })).toEqual(SSH_ONLY));
  it("SGP-07: TCP may be written in capitals", () => expect(verdicts({ rules: [rule("TCP", [22, 22], ANY4)] })).toEqual(SSH_ONLY));
  it("SGP-08: udp 22 is not SSH", () => expect(verdicts({ rules: [rule("udp", [22, 22], ANY4)] })).toEqual(all("pass")));
  it("SGP-09: udp 3389 is RDP, unless only TCP is asked for", () => {
    const given = { rules: [rule("udp", [3389, 3389], ANY4)] };
    expect(verdicts(given)).toEqual(all("pass", { rdp: "fail" }));
    expect(outcome(rdpOpen, given, { transports: ["tcp"] }).status).toBe("pass");
  });
  it.each([[[null, null]], [[0, 0]], [[-1, -1]]] as const)("SGP-10: all traffic with ports %j covers every port", (ports) =>
    expect(verdicts({ rules: [rule("-1", ports, ANY4)] })).toEqual(COVERED),
  );
  it("SGP-11: a rule of its own makes a port finding independent", () =>
    expect(verdicts({ rules: [rule("-1", null, ANY4), rule("tcp", [22, 22], ANY4)] })).toEqual({ ...COVERED, ssh: "fail" }));
  it("SGP-12: ICMP type 3 code 22 is no port 22", () => expect(verdicts({ rules: [rule("icmp", [3, 22], ANY4)] })).toEqual(all("pass")));
  it("SGP-13: ICMP has no ports", () =>
    expect(verdicts({ rules: [rule("icmp", [0, 0], ANY4), rule("icmp", [-1, -1], ANY4), rule("icmpv6", null, ANY6)] })).toEqual(
      all("pass"),
    ));
  it("SGP-14: GRE has no ports", () => expect(verdicts({ rules: [rule("47", null, ANY4)] })).toEqual(all("pass")));
  it("SGP-15: SCTP reaches no TCP or UDP service", () => expect(verdicts({ rules: [rule("132", null, ANY4)] })).toEqual(all("pass")));
  it("SGP-16: two halves of the internet in two rules are the whole", () => {
    const given = { rules: [rule("tcp", [22, 22], "0.0.0.0/1"), rule("tcp", [22, 22], "128.0.0.0/1")] };
    expect(verdicts(given)).toEqual(SSH_ONLY);
    expect(outcome(sshOpen, given)).toMatchObject({ messageId: "whole" });
  });
  it("SGP-17: half the internet is broad, and passes where no threshold is set", () => {
    const given = { rules: [rule("tcp", [22, 22], "0.0.0.0/1")] };
    expect(outcome(sshOpen, given)).toMatchObject({
      messageId: "broad",
      evidence: { openness: "broad", addresses: "2,092,957,696 public IPv4 addresses" },
    });
    expect(outcome(sshOpen, given, { broadThresholdV4: null }).status).toBe("pass");
  });
  it("SGP-18: halves that overlap at port 22 are whole there, and broad beside it", () => {
    const given = { rules: [rule("tcp", [22, 22], "0.0.0.0/1"), rule("tcp", [20, 30], "128.0.0.0/1")] };
    const at = (port: number): unknown => outcome(sshOpen, given, { ports: [port] });
    expect(at(22)).toMatchObject({ messageId: "whole" });
    for (const port of [20, 21, 23, 24, 25, 26, 27, 28, 29, 30]) expect(at(port)).toMatchObject({ messageId: "broad" });
    for (const port of [19, 31]) expect(at(port)).toMatchObject({ status: "pass" });
  });
  it("SGP-19: one address", () => expect(verdicts({ rules: [rule("tcp", [22, 22], "203.0.113.7/32")] })).toEqual(all("pass")));
  it("SGP-20: private addresses", () => expect(verdicts({ rules: [rule("tcp", [22, 22], "10.0.0.0/8")] })).toEqual(all("pass")));
  it("SGP-21: the blocks of a content delivery network", () =>
    expect(verdicts({ rules: [rule("tcp", [22, 22], CLOUDFLARE)] })).toEqual(all("pass")));
  it("SGP-22: the prefix list of a content delivery network", () =>
    expect(
      verdicts({ rules: [fromList("tcp", [443, 443])], prefixLists: list(["13.32.0.0/15", "52.46.0.0/18", "2600:9000::/28"]) }),
    ).toEqual(all("pass")));
  it("SGP-23: a prefix list that holds 0.0.0.0/0", () =>
    expect(verdicts({ rules: [fromList("tcp", [22, 22])], prefixLists: list([ANY4]) })).toEqual(SSH_ONLY));
  it("SGP-24: a prefix list that holds both halves", () =>
    expect(verdicts({ rules: [fromList("tcp", [22, 22])], prefixLists: list(["0.0.0.0/1", "128.0.0.0/1"]) })).toEqual(SSH_ONLY));
  it("SGP-25: an unreadable prefix list leaves only its ports unknown", () =>
    expect(verdicts({ rules: [fromList("tcp", [22, 22])], prefixLists: unreadList("denied") })).toEqual(all("pass", { ssh: "unknown" })));
  it("SGP-26: an unreadable prefix list does not hide what is open anyway", () =>
    expect(verdicts({ rules: [fromList("tcp", [22, 22]), rule("tcp", [22, 22], ANY4)], prefixLists: unreadList("denied") })).toEqual(
      SSH_ONLY,
    ));
  it("SGP-27: a prefix list that AWS does not know may still be in force", () => {
    const given = { rules: [fromList("tcp", [22, 22])], prefixLists: list(null) };
    expect(verdicts(given)).toEqual(all("pass", { ssh: "unknown" }));
    expect(outcome(sshOpen, given)).toMatchObject({ reason: "contradictory", facets: ["prefixLists"] });
  });
  it("SGP-28: another group as the source, however open that one is", () =>
    expect(verdicts({ rules: [rule("tcp", [22, 22], [], { groupIds: ["sg-0f0e0d0c"] })] })).toEqual(all("pass")));
  it("SGP-29: the group itself as the source", () =>
    expect(verdicts({ rules: [rule("tcp", [22, 22], [], { groupIds: ["sg-0a1b2c3d"] })] })).toEqual(all("pass")));
  it("SGP-30: a group with outbound rules only has no inbound ones", () => expect(verdicts({ rules: [] })).toEqual(all("pass")));
  it("SGP-31: a default group is judged as any other, unless default groups are excluded", () => {
    const given = { rules: [rule("tcp", [22, 22], ANY4)], group: { ...GROUP, groupName: "default" } };
    expect(verdicts(given)).toEqual(SSH_ONLY);
    expect(outcome(sshOpen, given, { excludeDefaultGroups: true }).status).toBe("not-applicable");
    expect(outcome(sshOpen, { ...given, group: GROUP }, { excludeDefaultGroups: true }).status).toBe("fail");
  });
  it.each(["SGP-32: a group attached to nothing", "SGP-33: a group on private interfaces behind a closed network ACL"])(
    "%s fails by its rules alone",
    () => {
      expect(verdicts({ rules: [rule("tcp", [22, 22], ANY4)] })).toEqual(SSH_ONLY);
      expect([...sshOpen.needs, ...sshOpen.mayNeed]).toEqual(["rules", "group", "prefixLists"]);
    },
  );
  it("SGP-34: 80 by IPv4 and 443 by IPv6 are one finding on both ports", () => {
    const given = { rules: [rule("tcp", [80, 80], ANY4), rule("tcp", [443, 443], ANY6)] };
    expect(verdicts(given)).toEqual(all("pass", { web: "fail" }));
    expect(outcome(webOpen, given)).toMatchObject({
      evidence: { ports: [80, 443], rules: ["tcp 80 from 0.0.0.0/0", "tcp 443 from ::/0"] },
    });
  });
  it("SGP-35: udp 80 is no web traffic, udp 443 is", () => {
    expect(verdicts({ rules: [rule("udp", [80, 80], ANY4)] })).toEqual(all("pass"));
    expect(verdicts({ rules: [rule("udp", [443, 443], ANY4)] })).toEqual(all("pass", { web: "fail" }));
  });
  it("SGP-36: tcp 2222 is SSH only where the parameter says so", () => {
    const given = { rules: [rule("tcp", [2222, 2222], ANY4)] };
    expect(verdicts(given)).toEqual(all("pass"));
    expect(outcome(sshOpen, given, { ports: [22, 2222] }).status).toBe("fail");
  });
  it("SGP-37: a group that another account shares is judged there", () =>
    expect(verdicts({ rules: [rule("tcp", [22, 22], ANY4)], group: { ...GROUP, ownerId: "444455556666" } })).toEqual(
      all("not-applicable"),
    ));
  it("SGP-38: TCP without ports is every port", () => expect(verdicts({ rules: [rule("tcp", null, ANY4)] })).toEqual(COVERED));
});

describe("what an operator vouches for", () => {
  const given = { rules: [fromList("tcp", [22, 22])], prefixLists: list([ANY4]) };
  it("a trusted prefix list counts for nothing, read or unread, and is named in the evidence", () => {
    for (const prefixLists of [list([ANY4]), unreadList("denied")]) {
      expect(outcome(sshOpen, { ...given, prefixLists }, { trustedPrefixListIds: [PL1] })).toMatchObject({
        status: "pass",
        evidence: { trustedPrefixLists: [PL1] },
      });
    }
  });
  it("what was learnt with one answer is not taken for another", () => {
    const said = [list(["10.0.0.0/8"]), list([ANY4]), unreadList("denied")].map(
      (prefixLists) => outcome(sshOpen, { ...given, prefixLists }).status,
    );
    expect(said).toEqual(["pass", "fail", "unknown"]);
  });
  it("is asked of the engine, which then does not read it", () =>
    expect(sshOpen.ask?.(sshOpen.params?.parse({ trustedPrefixListIds: [PL1] }))).toEqual({ prefixLists: { except: [PL1] } }));
  it("does not hide another open rule", () =>
    expect(
      outcome(sshOpen, { ...given, rules: [...given.rules, rule("tcp", [22, 22], ANY6)] }, { trustedPrefixListIds: [PL1] }),
    ).toMatchObject({
      status: "fail",
      evidence: { rules: ["tcp 22 from ::/0"], trustedPrefixLists: [PL1] },
    }));
});
