import { judge, next, type Observed, optionsOf, type Outcome, type Progress } from "@posture/core";
import { securityGroup } from "@posture/resources-aws/ec2";
import { checkTester, collect, type Given, NOW, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { sshOpen } from "./checks.ts";
import { ANY4, GROUP, REF, rule } from "./group.fixture.ts";
import { unused as check } from "./unused.ts";
import { outcome } from "./verdicts.fixture.ts";

const DENIED = unreadable("denied");
const IDLE = {
  launchConfigurations: [],
  computeEnvironments: [],
  buildProjects: [],
  glueConnections: [],
  containerServices: [],
  scheduledTasks: [],
  schedules: [],
};
const ALWAYS = { references: [], interfaces: [], databases: [], launchTemplates: [], functions: [], shares: [], peers: [] };
const NOTHING = { ...ALWAYS, ...IDLE };
const ENVIRONMENT = { computeEnvironments: ["arn:aws:batch:eu-west-1:111122223333:compute-environment/nightly"] };
const BUILD = { buildProjects: ["shop-tests"] };
const NO_EXTRAS = { extraProbes: [] };
const SAYS = "Security group web (sg-0a1b2c3d) is not in use.";
const by = (groupId: string, isMutual = false): { references: readonly unknown[] } => ({ references: [{ groupId, isMutual }] });
const attached = (status = "in-use"): { interfaces: readonly unknown[] } => ({ interfaces: [{ id: "eni-1", status }] });
const called = (groupName: string): { group: unknown } => ({ group: { ...GROUP, groupName } });
const DETACHED_IS_NONE = { countDetachedInterfaces: false };
const MUTUAL_IS_NONE = { treatMutualReferenceAsUnused: true };

checkTester(
  check,
  {
    ref: REF,
    base: { group: GROUP, ...NOTHING },
    pass: {
      "SGU-02: a network interface in use has it": { given: attached() },
      "SGU-03: only a detached interface has it": { given: attached("available") },
      "SGU-06: an inbound rule of another group refers to it": { given: by("sg-other") },
      "SGU-07: an outbound rule of another group refers to it": { given: by("sg-other") },
      "SGU-08: it and another group refer to each other": { given: by("sg-other", true) },
      "SGU-09: a database that is stopped has it": { given: { databases: ["arn:aws:rds:eu-west-1:111122223333:db:orders"] } },
      "SGU-10: a paused serverless cluster has it": { given: { databases: ["arn:aws:rds:eu-west-1:111122223333:cluster:shop"] } },
      "SGU-11: an idle function has it": { given: { functions: ["arn:aws:lambda:eu-west-1:111122223333:function:jobs"] } },
      "SGU-12: a batch environment at zero has it": { given: ENVIRONMENT },
      "SGU-13: a build project has it": { given: BUILD },
      "a Glue connection has it, and is the only service that is asked": {
        given: { glueConnections: ["warehouse"] },
        params: { extraProbes: ["glue"] },
      },
      "SGU-14: the latest version of a launch template has it": { given: { launchTemplates: ["lt-1"] } },
      "SGU-16: a mount target, an endpoint or a cache has it, by an interface": { given: attached() },
      "SGU-17: an interface that a service manages has it": { given: attached() },
      "SGU-20: functions are denied, and an interface has it": { given: { ...attached(), functions: DENIED } },
      "SGU-22: it is shared with other accounts": { given: { shares: ["arn:aws:ram:eu-west-1:111122223333:resource-share/1"] } },
      "SGU-23: an interface in a second VPC has it": { given: attached() },
      "a group of a peered VPC refers to it": { given: { peers: ["vpc-0f9e8d7c"] } },
    },
    fail: {
      "SGU-01: nothing has it": { says: SAYS },
      "SGU-05: only its own rule refers to it": { says: SAYS },
      "SGU-12: a batch environment at zero has it, and by choice Batch is not asked": {
        given: ENVIRONMENT,
        params: { extraProbes: ["codebuild", "glue", "ecs"] },
        says: SAYS,
      },
      "SGU-13: a build project has it, and by choice nothing is asked that may not run": {
        given: BUILD,
        params: NO_EXTRAS,
        says: SAYS,
      },
      "build projects are denied, and by choice CodeBuild is not asked": {
        given: { buildProjects: DENIED },
        params: { extraProbes: ["batch"] },
        says: SAYS,
      },
      "build projects are denied, and that is taken for none": {
        given: { buildProjects: DENIED },
        params: { onProbeDenied: "ignore" },
        says: SAYS,
      },
      "SGU-15: only an old version of a launch template has it": { says: SAYS },
      "SGU-19: functions are denied, and that is taken for none": {
        given: { functions: DENIED },
        params: { onProbeDenied: "ignore" },
        says: SAYS,
      },
    },
    notApplicable: {
      "SGU-04: it is called default, and cannot be deleted": { given: called("default") },
      "its name is left out": { given: called("ElasticMapReduce-master"), params: { ignoreNamePatterns: ["ElasticMapReduce-*"] } },
    },
    unknown: {
      "SGU-18: interfaces are denied": {
        given: { interfaces: DENIED },
        reason: "denied",
        missing: ["ec2:DescribeNetworkInterfaces"],
      },
      "SGU-18: interfaces are denied, whatever denied probes mean": {
        given: { interfaces: DENIED },
        params: { onProbeDenied: "ignore" },
        reason: "denied",
      },
      "SGU-19: functions are denied, and nothing else has it": {
        given: { functions: DENIED },
        reason: "denied",
        missing: ["lambda:ListFunctions"],
      },
      "build projects are denied, and nothing else has it": {
        given: { buildProjects: DENIED },
        reason: "denied",
        missing: ["codebuild:BatchGetProjects", "codebuild:ListProjects"],
      },
      "schedules were throttled to the last": { given: { schedules: unreadable("throttled") }, reason: "throttled" },
      "SGU-21: a page of interfaces was throttled to the last": { given: { interfaces: unreadable("throttled") }, reason: "throttled" },
    },
  },
  { describe, it },
);

/** Read and judged as the engine would, with the options that the params ask for, of a group that was first seen then. */
function judged(given: Given, { params = {}, first = "2025-01-01T00:00:00.000Z", baseline = false } = {}): Outcome {
  const values: Given = { group: GROUP, ...NOTHING, ...given };
  const parsed = check.params?.parse(params);
  const options = optionsOf(securityGroup, [{ check, params: parsed }]);
  let facets: Progress = {};
  for (;;) {
    const step = next(securityGroup, REF, [check], facets, NOW, options);
    if (step.read.length === 0)
      return judge(check, { ref: REF, asOf: NOW, seen: { first, baseline }, facets: step.progress }, { now: NOW, params: parsed });
    const answers = step.read.map((name): [string, Observed] => [name, { state: "known", value: values[name], asOf: NOW }]);
    facets = { ...step.progress, ...Object.fromEntries(answers) };
  }
}

describe("an unused group", () => {
  it("SGU-24: that is new is left alone for a while", () => {
    const first = "2025-12-31T23:58:00.000Z";
    expect(judged({}, { first }).status).toBe("not-applicable");
    expect(judged({}, { first, params: { graceMinutes: 1 } }).status).toBe("fail");
  });
  it("SGU-24: that the first sweep of the account saw is not new", () =>
    expect(judged({}, { first: NOW, baseline: true }).status).toBe("fail"));
  it("SGU-25: that is open on port 22 is two findings", () => {
    expect(outcome(sshOpen, { rules: [rule("tcp", [22, 22], ANY4)] }).status).toBe("fail");
    expect(judged({}).status).toBe("fail");
  });
  it("SGU-03: that only a detached interface has is unused where such do not count", () => {
    expect(judged(attached("available"), { params: DETACHED_IS_NONE }).status).toBe("fail");
    expect(judged(attached(), { params: DETACHED_IS_NONE }).status).toBe("pass");
  });
  it("SGU-08: that only refers to another, and back, is unused where such do not count", () => {
    expect(judged(by("sg-other", true), { params: MUTUAL_IS_NONE }).status).toBe("fail");
    expect(judged(by("sg-other"), { params: MUTUAL_IS_NONE }).status).toBe("pass");
  });
  it("names what was looked at", () =>
    expect(judged({})).toMatchObject({
      evidence: {
        consulted: [
          "rules of other groups",
          "network interfaces",
          "databases",
          "launch templates",
          "functions",
          "shares with other accounts",
          "peered VPCs",
          "launch configurations",
          "Batch environments",
          "CodeBuild projects",
          "Glue connections",
          "ECS services",
          "rules of EventBridge that start ECS tasks",
          "schedules of EventBridge Scheduler that start ECS tasks",
        ],
      },
      notes: ["Not looked at: SageMaker, EMR."],
    }));
  it("names what was not looked at by choice", () => {
    const params = { extraProbes: ["batch", "codebuild", "ecs", "events"] };
    expect(judged({ ...BUILD, glueConnections: ["warehouse"] }, { params })).toMatchObject({ evidence: { usedBy: "CodeBuild projects" } });
    expect(judged({ glueConnections: ["warehouse"] }, { params })).toMatchObject({
      status: "fail",
      notes: [
        "Not looked at: launch configurations, Glue connections, schedules of EventBridge Scheduler that start ECS tasks, SageMaker, EMR.",
      ],
    });
  });
  it("of another account is judged there", () =>
    expect(judged({ group: { ...GROUP, ownerId: "444455556666" } }).status).toBe("not-applicable"));
});

describe("a group in use", () => {
  it("SGU-08: by a mutual reference alone says so", () =>
    expect(judged(by("sg-other", true))).toMatchObject({
      status: "pass",
      evidence: { usedBy: "rules of other groups", which: ["sg-other"], mutualReferenceOnly: true },
    }));
  it("SGU-22: by a share names it", () =>
    expect(judged({ shares: ["arn:aws:ram:eu-west-1:111122223333:resource-share/1"] })).toMatchObject({
      evidence: { usedBy: "shares with other accounts" },
    }));
});

describe("what is read", () => {
  const reads = (given: Given, params: object = {}): readonly string[] => {
    const values: Given = { group: GROUP, ...NOTHING, ...given };
    const options = optionsOf(securityGroup, [{ check, params: check.params?.parse(params) }]);
    return collect(check, REF, {}, (name): Observed => ({ state: "known", value: values[name], asOf: NOW }), options).reads;
  };
  it("ends with the first use that is found", () => {
    expect(reads(by("sg-other"))).toEqual(["group", "references"]);
    expect(reads(attached())).toEqual(["group", "references", "interfaces"]);
    expect(reads({ databases: ["arn"] })).toEqual(["group", "references", "interfaces", "databases"]);
    expect(reads(BUILD)).toEqual(["group", ...Object.keys(ALWAYS), "launchConfigurations", "computeEnvironments", "buildProjects"]);
    expect(reads({})).toEqual(["group", ...Object.keys(NOTHING)]);
  });
  it("is of what may not run only what is asked for", () => {
    expect(reads({}, NO_EXTRAS)).toEqual(["group", ...Object.keys(ALWAYS)]);
    expect(reads({}, { extraProbes: ["scheduler", "batch"] })).toEqual([
      "group",
      ...Object.keys(ALWAYS),
      "computeEnvironments",
      "schedules",
    ]);
  });
  it("is nothing more of a group that is called default, or of another account's", () => {
    expect(reads(called("default"))).toEqual(["group"]);
    expect(reads({ group: { ...GROUP, ownerId: "444455556666" } })).toEqual(["group"]);
  });
  const facet = (name: string): (typeof securityGroup)["facets"][string] | undefined => securityGroup.facets[name];
  const known = { group: GROUP, references: [{ groupId: "sg-other", isMutual: true }] };
  it("SGU-08: goes on after a mutual reference only where that is no use", () => {
    expect(facet("interfaces")?.moot(REF, known, check.ask?.(check.params?.parse({}))["interfaces"])).not.toBeNull();
    expect(facet("interfaces")?.moot(REF, known, check.ask?.(check.params?.parse(MUTUAL_IS_NONE))["interfaces"])).toBeNull();
  });
  it("SGU-03: goes on after a detached interface only where that is no use", () => {
    const after = { group: GROUP, references: [], interfaces: [{ id: "eni-1", status: "available" }] };
    expect(facet("databases")?.moot(REF, after, check.ask?.(check.params?.parse({}))["databases"])).not.toBeNull();
    expect(facet("databases")?.moot(REF, after, check.ask?.(check.params?.parse(DETACHED_IS_NONE))["databases"])).toBeNull();
  });
  it("is what the least asking of two checks leaves to be read", () =>
    expect(
      facet("peers")?.options?.union(
        { countDetachedInterfaces: true, countMutualReferences: false },
        { countDetachedInterfaces: false, countMutualReferences: true },
      ),
    ).toEqual({ countDetachedInterfaces: false, countMutualReferences: false }));
  it("is also what only one of two checks asks for", () => {
    const asked = (params: object): unknown => check.ask?.(check.params?.parse(params))["buildProjects"];
    expect(facet("buildProjects")?.options?.union(asked(NO_EXTRAS), asked({}))).toMatchObject({ isWanted: true });
    expect(facet("buildProjects")?.options?.union(asked(NO_EXTRAS), asked(NO_EXTRAS))).toMatchObject({ isWanted: false });
  });
});
