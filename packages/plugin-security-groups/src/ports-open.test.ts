import type { Check } from "@posture/core";
import { checkTester } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { CHECKS, mongodbOpen, mssqlOpen, mysqlOpen, postgresqlOpen, rdpOpen, sshOpen, webOpen } from "./checks.ts";
import { ANY4, ANY6, fromList, GROUP, list, PL1, REF, rule, unreadList } from "./group.fixture.ts";
import { outcome } from "./verdicts.fixture.ts";

const WHO = "Security group web (sg-0a1b2c3d) lets";

/** The sentences that every check on ports can say, for its first port. */
function testPort(check: Check, service: string, port: number): void {
  const [here, at]: [readonly [number, number], string] = [[port, port], `tcp ${String(port)}`];
  checkTester(
    check,
    {
      ref: REF,
      base: { group: GROUP, rules: [rule("tcp", here, ANY4)], prefixLists: {} },
      fail: {
        "the port is open to everybody": { says: `${WHO} the whole internet reach ${service} on ${at}: ${at} from 0.0.0.0/0.` },
        "the port is open to everybody in both families": {
          given: { rules: [rule("tcp", here, [ANY4, ANY6])] },
          says: `${WHO} the whole internet reach ${service} on ${at}: ${at} from 0.0.0.0/0, ::/0.`,
        },
        "the port is open to half of the internet": {
          given: { rules: [rule("tcp", here, "0.0.0.0/1")] },
          says: `${WHO} 2,092,957,696 public IPv4 addresses reach ${service} on ${at}: ${at} from 0.0.0.0/1.`,
        },
        "the port is open to a broad part of IPv6": {
          given: { rules: [rule("tcp", here, "2400::/12")] },
          says: `${WHO} 2^116 public IPv6 addresses reach ${service} on ${at}: ${at} from 2400::/12.`,
        },
        "a prefix list opens the port": {
          given: { rules: [fromList("tcp", here)], prefixLists: list([ANY4]) },
          says: `${WHO} the whole internet reach ${service} on ${at}: ${at} from prefix list ${PL1}.`,
        },
        "only the rule that is to blame is named": {
          given: { rules: [rule("tcp", here, ["8.8.8.8/32", "10.0.0.0/8"]), rule("tcp", [port - 2, port + 2], [ANY4, "8.8.4.4/32"])] },
          says: `${WHO} the whole internet reach ${service} on ${at}: tcp ${String(port - 2)}-${String(port + 2)} from 0.0.0.0/0.`,
        },
        "a malformed block stands beside an open one": {
          given: { rules: [rule("tcp", here, [ANY4, "0.0.0.0/99"])] },
          says: `${WHO} the whole internet reach ${service} on ${at}: ${at} from 0.0.0.0/0.`,
        },
      },
      pass: {
        "the port is open to one office": { given: { rules: [rule("tcp", here, "198.51.100.0/24")] } },
        "nothing is open": { given: { rules: [] } },
      },
      notApplicable: { "another account shares the group": { given: { group: { ...GROUP, ownerId: "444455556666" } } } },
      unknown: {
        "a prefix list may not be read": {
          given: { rules: [fromList("tcp", here)], prefixLists: unreadList("denied") },
          reason: "denied",
          missing: ["ec2:DescribeManagedPrefixLists", "ec2:GetManagedPrefixListEntries"],
        },
        "the block is malformed": { given: { rules: [rule("tcp", here, "0.0.0.0/99")] }, reason: "malformed" },
        "a prefix list holds what is no block": {
          given: { rules: [fromList("tcp", here)], prefixLists: list(["everything"]) },
          reason: "malformed",
        },
      },
    },
    { describe, it },
  );
}

testPort(sshOpen, "SSH", 22);
testPort(rdpOpen, "RDP", 3389);
testPort(mysqlOpen, "MySQL", 3306);
testPort(postgresqlOpen, "PostgreSQL", 5432);
testPort(mssqlOpen, "MSSQL", 1433);
testPort(mongodbOpen, "MongoDB", 27_017);
testPort(webOpen, "HTTP or HTTPS", 80);

describe("the words of a finding", () => {
  const wide = Array.from({ length: 8 }, (_, index) => rule("tcp", [22, 22 + index], ANY4));
  it("names three rules, counts the others, and keeps all of them in the evidence", () =>
    expect(outcome(sshOpen, { rules: wide })).toMatchObject({
      text: `${WHO} the whole internet reach SSH on tcp 22: tcp 22 from 0.0.0.0/0; tcp 22-23 from 0.0.0.0/0; tcp 22-24 from 0.0.0.0/0 and 5 more rules.`,
      evidence: {
        group: "web (sg-0a1b2c3d)",
        vpc: "vpc-0a1b2c3d",
        ports: [22],
        openness: "whole",
        rules: wide.map((one) => `tcp ${one.to === 22 ? "22" : `22-${String(one.to)}`} from 0.0.0.0/0`),
      },
    }));
  it("says so where the sources only add up to the internet", () =>
    expect(
      outcome(
        sshOpen,
        { rules: [rule("tcp", [22, 22], ["0.0.0.0/2", "64.0.0.0/2"]), rule("-1", null, "128.0.0.0/1")] },
        { broadThresholdV4: null },
      ),
    ).toMatchObject({
      text: `${WHO} the whole internet reach SSH on tcp 22: tcp 22 from 0.0.0.0/2, 64.0.0.0/2; all traffic from 128.0.0.0/1.`,
    }));
  it("fits in 8 KB with 200 rules", () => {
    const rules = Array.from({ length: 200 }, (_, index) => rule("tcp", [22, 22 + index], [ANY4, ANY6]));
    const found = outcome(sshOpen, { rules });
    expect(found).not.toHaveProperty("notes");
    expect(JSON.stringify("evidence" in found && found.evidence).length).toBeLessThan(8192);
  });
});

describe("parameters", () => {
  it.each([
    { broadThresholdV6: "2^129" },
    { broadThresholdV6: "0" },
    { broadThresholdV6: "2**108" },
    { broadThresholdV4: 0 },
    { ports: [65_536] },
    { ports: [] },
    { transports: ["sctp"] },
  ])("%j is refused", (params) => expect(sshOpen.params?.safeParse(params).success).toBe(false));
  it("a threshold for IPv6 is a power of two or digits", () => {
    const given = { rules: [rule("tcp", [22, 22], "2600:1f00::/24")] };
    for (const broadThresholdV6 of ["2^104", String(2n ** 104n)]) expect(outcome(sshOpen, given, { broadThresholdV6 }).status).toBe("fail");
    for (const broadThresholdV6 of ["2^105", String(2n ** 104n + 1n), null])
      expect(outcome(sshOpen, given, { broadThresholdV6 }).status).toBe("pass");
  });
});

describe("the plugin", () => {
  it("has the eight checks of the product document, with its severities", () =>
    expect(CHECKS.map(({ id, severity, title }) => [id, severity, title])).toEqual([
      ["security-group/ssh-open-to-internet", "critical", "SSH open to the internet"],
      ["security-group/rdp-open-to-internet", "critical", "RDP open to the internet"],
      ["security-group/mysql-open-to-internet", "critical", "Database port open to the internet (MySQL 3306)"],
      ["security-group/postgresql-open-to-internet", "critical", "Database port open to the internet (PostgreSQL 5432)"],
      ["security-group/mssql-open-to-internet", "critical", "Database port open to the internet (MSSQL 1433)"],
      ["security-group/mongodb-open-to-internet", "critical", "Database port open to the internet (MongoDB 27017)"],
      ["security-group/all-ports-open-to-internet", "critical", "All ports open to the internet"],
      ["security-group/web-open-to-internet", "low", "Web traffic open to the internet"],
    ]));
  it("is about the network, and only the check on all ports covers others", () => {
    expect(CHECKS.every((check) => check.categories.join() === "network")).toBe(true);
    expect(CHECKS.filter((check) => check.coveredBy === undefined).map((check) => check.id)).toEqual([
      "security-group/all-ports-open-to-internet",
    ]);
    expect(new Set(CHECKS.flatMap((check) => check.coveredBy ?? []))).toEqual(new Set(["security-group/all-ports-open-to-internet"]));
  });
});
