import { type AwsAccess, openAws } from "@posture/aws-access";
import type { Answer } from "@posture/core";
import { securityGroupRef } from "@posture/resources-aws/ec2";
import { afterEach, describe, expect, test } from "vitest";
import { type Answered, type AnswerServer, startAnswers } from "./answers.test.server.ts";
import { securityGroups } from "./ec2-security-group.ts";

/* Answers that the simulated AWS gives only while something goes: between a listing and what is read after it. */

const AT = { accountId: "111122223333", partition: "aws", region: "eu-west-1" };
const ME = securityGroupRef("sg-0a1b2c3d", AT);
const ASKED = { countDetachedInterfaces: true, countMutualReferences: true, isWanted: true };
const CLUSTERS = ["a", "b"].map((name) => `arn:aws:ecs:eu-west-1:111122223333:cluster/${name}`);
const GONE = "gone";

let server: AnswerServer;
let aws: AwsAccess;
const before = { ...process.env };

/** What a facet is where operations are answered so; a text is the code of a refusal. */
async function read(facet: string, answers: Readonly<Record<string, (text: string) => object | string>>): Promise<Answer> {
  server = await startAnswers(({ operation, text }): Answered => {
    const answer = answers[operation]?.(text) ?? "InvalidAction";
    if (typeof answer === "object") return { body: JSON.stringify(answer), headers: { "content-type": "application/x-amz-json-1.1" } };
    return { status: 400, body: JSON.stringify({ __type: answer, message: `${answer} it is` }) };
  });
  process.env = { ...before, AWS_ENDPOINT_URL: server.endpoint, AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" };
  aws = openAws({ random: () => 0 });
  const { kind } = securityGroups;
  const allowed = [...kind.lists, ...Object.values(kind.facets).flatMap((it) => it.read)];
  const run = aws.run({ ...AT, allowed, deadline: new Date(Date.now() + 60_000).toISOString() });
  return securityGroups.bind(run).read(ME, facet, ASKED);
}

afterEach(async () => {
  process.env = { ...before };
  aws.close();
  await server.close();
});

const configured = { awsvpcConfiguration: { subnets: [], securityGroups: [ME.name] } };

describe("services of ECS", () => {
  const services = (text: string): object => ({ serviceArns: [text.includes("cluster/a") ? "a/web" : "b/web"] });
  test("whose cluster went leave those of the others", async () => {
    const answer = await read("containerServices", {
      ListClusters: () => ({ clusterArns: CLUSTERS }),
      ListServices: (text) => (text.includes("cluster/a") ? "ClusterNotFoundException" : services(text)),
      DescribeServices: () => ({ services: [{ serviceArn: "b/web", networkConfiguration: configured }], failures: [] }),
    });
    expect(answer).toMatchObject({ state: "known", value: ["b/web"] });
  });
  test.each([
    ["that went are none", "MISSING", { state: "known", value: ["b/web"] }],
    ["that are not answered are unreadable, whatever the others say", "UNAVAILABLE", { state: "unreadable", reason: "malformed" }],
  ])("%s", async (_, reason, expected) => {
    const answer = await read("containerServices", {
      ListClusters: () => ({ clusterArns: CLUSTERS }),
      ListServices: services,
      DescribeServices: (text) =>
        text.includes("a/web")
          ? { services: [], failures: [{ arn: "a/web", reason }] }
          : { services: [{ serviceArn: "b/web", networkConfiguration: configured }], failures: [] },
    });
    expect(answer).toMatchObject(expected);
  });
  test("of an account without a cluster take one call", async () => {
    expect(await read("containerServices", { ListClusters: () => ({ clusterArns: [] }) })).toMatchObject({ state: "known", value: [] });
    expect(server.asked.map(({ operation }) => operation)).toEqual(["ListClusters"]);
  });
});

describe("rules that start tasks", () => {
  const Targets = [
    { Id: "1", Arn: CLUSTERS[0], EcsParameters: { NetworkConfiguration: { awsvpcConfiguration: { SecurityGroups: [ME.name] } } } },
  ];
  const asked = {
    ListClusters: (): object => ({ clusterArns: CLUSTERS }),
    ListEventBuses: (): object => ({ EventBuses: [{ Name: "default" }, { Name: GONE }] }),
    ListRuleNamesByTarget: (text: string): object | string =>
      text.includes(GONE) ? "ResourceNotFoundException" : { RuleNames: ["nightly", "old"] },
    ListTargetsByRule: (text: string): object | string => (text.includes('"old"') ? "ResourceNotFoundException" : { Targets }),
  };
  test("are read once, though they start several, and what went names nothing", async () => {
    expect(await read("scheduledTasks", asked)).toMatchObject({ state: "known", value: ["default/nightly"] });
    expect(server.asked.filter(({ operation }) => operation === "ListTargetsByRule")).toHaveLength(2);
  });
  test("are unreadable where one is refused", async () =>
    expect(await read("scheduledTasks", { ...asked, ListTargetsByRule: () => "AccessDeniedException" })).toMatchObject({
      state: "unreadable",
      reason: "denied",
    }));
  test("of an account without a cluster are not asked about", async () => {
    expect(await read("scheduledTasks", { ...asked, ListClusters: () => ({ clusterArns: [] }) })).toMatchObject({ value: [] });
    expect(server.asked.map(({ operation }) => operation)).toEqual(["ListClusters"]);
  });
});

describe("build projects", () => {
  test("that went are none", async () => {
    const answer = await read("buildProjects", {
      ListProjects: () => ({ projects: ["a", "b"] }),
      BatchGetProjects: () => ({ projects: [{ name: "b", vpcConfig: { securityGroupIds: [ME.name] } }], projectsNotFound: ["a"] }),
    });
    expect(answer).toMatchObject({ state: "known", value: ["b"] });
  });
});

describe("connections of Glue", () => {
  test("are asked for without their passwords", async () => {
    const connection = { Name: "warehouse", PhysicalConnectionRequirements: { SecurityGroupIdList: [ME.name] } };
    const answer = await read("glueConnections", { GetConnections: () => ({ ConnectionList: [connection] }) });
    expect(answer).toMatchObject({ state: "known", value: ["warehouse"] });
    expect(server.asked[0]?.text).toContain('"HidePassword":true');
  });
});
