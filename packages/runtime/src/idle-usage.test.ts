import { describe, expect, test } from "vitest";
import { both, groupId, ME, Region, simulatedAws, twice, useCollectors } from "./collectors.test.fixture.ts";

useCollectors();

describe("what would use a security group once it runs, in a sweep and alone:", () => {
  test("a launch configuration", async () =>
    expect(
      await both("launchConfigurations", {
        launchConfigurations: [
          { Region, LaunchConfigurationName: "web", SecurityGroups: [groupId(ME)] },
          { Region, LaunchConfigurationName: "other", SecurityGroups: [groupId(2)] },
        ],
      }),
    ).toEqual(twice(["web"])));
  test("SGU-12: a batch environment at zero; one that somebody else manages names none", async () =>
    expect(
      await both("computeEnvironments", {
        computeEnvironments: [
          {
            Region,
            computeEnvironmentName: "nightly",
            computeResources: { type: "SPOT", minvCpus: 0, desiredvCpus: 0, maxvCpus: 64, subnets: [], securityGroupIds: [groupId(ME)] },
          },
          { Region, computeEnvironmentName: "theirs", type: "UNMANAGED" },
        ],
      }),
    ).toEqual(twice(["arn:aws:batch:us-east-1:111122223333:compute-environment/nightly"])));
  test("SGU-13: a build project, also beyond the first page; one outside of any VPC names none", async () => {
    const buildProjects = Array.from({ length: 130 }, (_, i) => ({
      Region,
      name: `build-${i}`,
      ...(i >= 99 && i < 102 && { vpcConfig: { vpcId: "vpc-1", subnets: [], securityGroupIds: [groupId(2), groupId(ME)] } }),
    }));
    expect(await both("buildProjects", { buildProjects })).toEqual(twice(["build-99", "build-100", "build-101"]));
  });
  test("a Glue connection, without its password", async () => {
    const PhysicalConnectionRequirements = { SubnetId: "subnet-1", SecurityGroupIdList: [groupId(ME)] };
    const ConnectionProperties = { USERNAME: "etl", PASSWORD: "example-password" };
    const glueConnections = [
      { Region, Name: "warehouse", ConnectionType: "JDBC", ConnectionProperties, PhysicalConnectionRequirements },
      { Region, Name: "public", ConnectionType: "JDBC" },
    ];
    expect(await both("glueConnections", { glueConnections })).toEqual(twice(["warehouse"]));
  });

  const network = (i: number): object => ({ awsvpcConfiguration: { subnets: ["subnet-1"], securityGroups: [groupId(i)] } });
  const cluster = (clusterName: string, ...Services: readonly object[]): object => ({ Region, clusterName, Services });
  const clusterArn = "arn:aws:ecs:us-east-1:111122223333:cluster/jobs";
  test("a service of ECS at zero, whose next deployment or task set has it, and none without a network of its own", async () =>
    expect(
      await both("containerServices", {
        ecsClusters: [
          cluster("jobs", ...Array.from({ length: 11 }, (_, i) => ({ serviceName: `s-${i}` }))),
          cluster(
            "web",
            {
              serviceName: "zero",
              desiredCount: 0,
              networkConfiguration: network(ME),
              deployments: [{ networkConfiguration: network(ME) }],
            },
            { serviceName: "next", networkConfiguration: network(2), deployments: [{ networkConfiguration: network(ME) }] },
            { serviceName: "set", taskSets: [{ networkConfiguration: network(ME) }] },
            { serviceName: "other", networkConfiguration: network(2) },
          ),
        ],
      }),
    ).toEqual(twice(["zero", "next", "set"].map((name) => `arn:aws:ecs:us-east-1:111122223333:service/web/${name}`))));

  const EcsParameters = {
    TaskDefinitionArn: "arn:aws:ecs:us-east-1:111122223333:task-definition/jobs:1",
    NetworkConfiguration: { awsvpcConfiguration: { Subnets: ["subnet-1"], SecurityGroups: [groupId(ME)] } },
  };
  const queue = { Id: "1", Arn: "arn:aws:sqs:us-east-1:111122223333:q" };
  test("a rule of any bus that starts a task in a cluster; other rules are not asked about", async () => {
    expect(
      await both("scheduledTasks", {
        ecsClusters: [cluster("jobs"), cluster("web")],
        eventRules: [
          { Region, Name: "nightly", Targets: [queue, { Id: "2", Arn: clusterArn, EcsParameters }] },
          { Region, Name: "orders", EventBusName: "shop", Targets: [{ Id: "1", Arn: clusterArn, EcsParameters }] },
          { Region, Name: "bridge", Targets: [{ Id: "1", Arn: clusterArn, EcsParameters: { TaskDefinitionArn: "t" } }] },
          { Region, Name: "queue", Targets: [queue] },
        ],
      }),
    ).toEqual(twice(["default/nightly", "shop/orders"]));
    expect(
      simulatedAws()
        .calls()
        .filter(({ operation, resource }) => operation === "ListTargetsByRule" && resource === "queue"),
    ).toEqual([]);
  });
  test("a schedule that starts a task, by a cluster or by asking ECS", async () => {
    const Input = JSON.stringify({ NetworkConfiguration: { AwsvpcConfiguration: { SecurityGroups: [groupId(ME)] } } });
    const at = (Name: string, Target: object, more: object = {}): object => ({ Region, Name, Target, ...more });
    expect(
      await both("schedules", {
        schedules: [
          at("weekly", { Arn: clusterArn, EcsParameters }, { GroupName: "reports" }),
          at("asking", { Arn: "arn:aws:scheduler:::aws-sdk:ecs:runTask", Input }),
          at("bare", { Arn: clusterArn, EcsParameters: { TaskDefinitionArn: "t" } }),
          at("queue", { Arn: queue.Arn, Input }),
        ],
      }),
    ).toEqual(twice(["reports/weekly", "default/asking"]));
  });
  test.each([
    ["containerServices", "ecs:DescribeServices"],
    ["containerServices", "ecs:ListServices"],
    ["scheduledTasks", "eventbridge:ListTargetsByRule"],
    ["schedules", "scheduler:GetSchedule"],
    ["buildProjects", "codebuild:BatchGetProjects"],
  ])("%s are unreadable where %s is denied, whatever the rest says", async (facet, operation) => {
    simulatedAws().addFault({ operation, kind: "denied" });
    const found = await both(facet, {
      buildProjects: [{ Region, name: "tests", vpcConfig: { securityGroupIds: [groupId(ME)] } }],
      ecsClusters: [cluster("jobs", { serviceName: "s", networkConfiguration: network(ME) })],
      eventRules: [{ Region, Name: "nightly", Targets: [{ Id: "1", Arn: clusterArn, EcsParameters }] }],
      schedules: [{ Region, Name: "weekly", Target: { Arn: clusterArn, EcsParameters } }],
    });
    expect(found).toMatchObject(twice({ state: "unreadable", reason: "denied" }));
  });
});
