import { unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { ANY4, ANY6, CLOUDFLARE, GROUP, rule } from "./group.fixture.ts";
import plugin from "./index.ts";
import { unused } from "./unused.ts";
import { all, outcome, verdicts } from "./verdicts.fixture.ts";

const SSH_ONLY = all("pass", { ssh: "fail" });
const COVERED = all("covered", { "all-ports": "fail" });

describe("what other scanners were reported for, and these checks do not do:", () => {
  it.each(plugin.checks.map((check) => [check.id, check] as const))(
    "%s takes access denied neither for a pass (prowler 327, 12872) nor for a fail (prowler 971)",
    (_, check) => {
      const denied = Object.fromEntries([...check.needs, ...check.mayNeed].map((name) => [name, unreadable("denied")]));
      expect(outcome(check, denied)).toMatchObject({ status: "unknown", reason: "denied" });
    },
  );
});

describe("of open ports, others were reported for this:", () => {
  const cases: readonly (readonly [string, unknown, Record<string, string>])[] = [
    ["a GRE rule is not SSH or RDP (prowler 964)", [rule("47", null, ANY4)], all("pass")],
    ["telling protocols apart does not lose all traffic (prowler 1035)", [rule("-1", null, ANY4)], COVERED],
    ["the protocol matters (prowler 1323)", [rule("udp", [22, 22], ANY4), rule("udp", [3306, 3306], ANY4)], all("pass")],
    [
      "80 and 443 are not all ports (prowler 2442, 5172)",
      [rule("tcp", [80, 80], ANY4), rule("tcp", [443, 443], ANY4)],
      all("pass", { web: "fail" }),
    ],
    [
      "a range is looked into (prowler 180; cnspec-policies 481)",
      [rule("tcp", [3000, 3400], ANY4)],
      all("pass", { mysql: "fail", rdp: "fail" }),
    ],
    [
      "one open rule does not taint the others (aws-security-benchmark 7)",
      [rule("tcp", [443, 443], ANY4), rule("tcp", [22, 22], "10.0.0.0/8")],
      all("pass", { web: "fail" }),
    ],
    ["an allow-list is not wide open (prowler 6780)", [rule("tcp", [443, 443], CLOUDFLARE)], all("pass")],
    ["a group with outbound rules only is not flagged (prowler 4936)", [], all("pass")],
    ["wide blocks that are not /0 are found (mql 8531)", [rule("tcp", [22, 22], ["0.0.0.0/1", "128.0.0.0/1"])], SSH_ONLY],
    ["::/0 is the internet as well (security_monkey 669)", [rule("tcp", [22, 22], ANY6)], SSH_ONLY],
    ["an address of IPv6 that is public is not everybody (prowler pull 2690)", [rule("tcp", [22, 22], "2606:4700::1/128")], all("pass")],
    ["all traffic is one open finding, and the ports are covered (Scout2 311; prowler 3962)", [rule("-1", null, [ANY4, ANY6])], COVERED],
    ["an open rule of an unattached group is found (prowler 2069, 210)", [rule("tcp", [22, 22], ANY4)], SSH_ONLY],
    ["ICMP of both families opens no port (frost pull 292)", [rule("icmp", [-1, -1], ANY4), rule("icmpv6", null, ANY6)], all("pass")],
  ];
  it.each(cases)("%s", (_, rules, expected) => expect(verdicts({ rules })).toEqual(expected));
});

describe("of unused groups, others were reported for this:", () => {
  const NOTHING = Object.fromEntries(unused.mayNeed.map((source): [string, readonly unknown[]] => [source, []]));
  const INTERFACE = { interfaces: [{ id: "eni-1", status: "in-use" }] };

  it.each<[string, object]>([
    [
      "a function that does not run now uses its group (prowler 2943; cloudmapper 486; Scout2 204)",
      { functions: ["arn:aws:lambda:eu-west-1:111122223333:function:nightly"] },
    ],
    ["a launch template uses its group, also at zero instances (prowler 516, pull 1038)", { launchTemplates: ["lt-1"] }],
    [
      "a build project uses its group, also while nothing is built (ScoutSuite 620, 856; cloud-custodian 6081)",
      { buildProjects: ["tests"] },
    ],
    [
      "a batch environment uses its group, also at zero (cloud-custodian 4796; prowler 12458, 3264)",
      { computeEnvironments: ["arn:aws:batch:eu-west-1:111122223333:compute-environment/nightly"] },
    ],
    ["a task uses its group, also between its times (cloud-custodian 4845)", { scheduledTasks: ["default/nightly-invoices"] }],
    ["a Glue connection uses its group, also while no job runs (cloud-custodian 9130)", { glueConnections: ["warehouse"] }],
    ["whatever service it is, its network interface is a use (kics 7089; Scout2 97, 14; checkov 1203; cloud-custodian 7731)", INTERFACE],
    ["a group that another one refers to is in use (prowler 3026, 3009)", { references: [{ groupId: "sg-other", isMutual: false }] }],
  ])("%s", (_, use) => {
    expect(outcome(unused, { ...NOTHING, ...use }).status).toBe("pass");
    expect(outcome(unused, NOTHING).status).toBe("fail");
  });
  it("a default group cannot be deleted, so nobody is asked to (prowler 371, pull 1800)", () =>
    expect(outcome(unused, { ...NOTHING, group: { ...GROUP, groupName: "default" } }).status).toBe("not-applicable"));
  it("what could not be read is not taken for unused, and needs not be read where a use was found", () => {
    expect(outcome(unused, { ...NOTHING, functions: unreadable("denied") }).status).toBe("unknown");
    expect(outcome(unused, { ...NOTHING, ...INTERFACE, functions: unreadable("denied") }).status).toBe("pass");
  });
  it("what nobody looks at is said in the finding", () =>
    expect(outcome(unused, NOTHING)).toMatchObject({ status: "fail", notes: ["Not looked at: SageMaker, EMR."] }));
});
