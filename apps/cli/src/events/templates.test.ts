import { ANY_EVENT, eventsOf } from "@posture/core";
import { eventRulesOf, firstPartyPlugins } from "@posture/runtime";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { cloudFormationEvents } from "./cloudformation.ts";
import { eventPath } from "./path.ts";
import { terraformEvents } from "./terraform.ts";

/* What `posture events template` prints. Which events the rules let through is tested where the rules are made. */

const checks = firstPartyPlugins.flatMap((plugin) => plugin.checks);
const rules = eventRulesOf(checks);
const path = eventPath({ name: "posture-events", home: "eu-west-1", regions: ["us-west-2", "eu-west-1"], rules });

const part = z.record(z.string(), z.unknown());
const resource = z.object({ Type: z.string(), Condition: z.string().optional(), Properties: part });
const template = z.object({ Resources: z.record(z.string(), resource), Conditions: part, Outputs: part });

describe("the regions", () => {
  it("are those that are watched, the home region and the one of IAM, each once", () =>
    expect(path.regions).toEqual(["eu-west-1", "us-east-1", "us-west-2"]));
  it.each([
    ["cn-northwest-1", "cn-north-1"],
    ["us-gov-east-1", "us-gov-west-1"],
  ])("of %s have %s for IAM", (home, global) =>
    expect(eventPath({ ...path, home, regions: [] }).regions).toEqual([global, home].toSorted()),
  );
  it("are all of one partition, since no event leaves one", () =>
    expect(() => eventPath({ ...path, home: "us-gov-west-1", regions: ["us-gov-east-1", "eu-west-1"] })).toThrow(
      "No event gets from eu-west-1 to us-gov-west-1",
    ));
  it.each([cloudFormationEvents, terraformEvents])("are said to be too few where nobody named them", (written) => {
    expect(written(eventPath({ ...path, regions: [] }))).toContain("# Which regions are watched was not said (--regions).");
    expect(written(path)).not.toContain("--regions");
  });
});

describe("the CloudFormation template", () => {
  const text = cloudFormationEvents(path);
  const { Resources } = template.parse(parse(text, { version: "1.1" }));
  const ofType = (type: string): [string, z.infer<typeof resource>][] => Object.entries(Resources).filter(([, { Type }]) => Type === type);
  const arn = (of: string): object => ({ "Fn::GetAtt": [of, "Arn"] });

  it("has a rule for each pattern, which leads to the queue at home and to the home region elsewhere", () => {
    const all = ofType("AWS::Events::Rule");
    expect(all.map(([, { Properties }]) => Properties["EventPattern"])).toEqual(rules.map(({ pattern }) => pattern));
    const bus = { "Fn::Sub": "arn:${AWS::Partition}:events:${HomeRegion}:${AWS::AccountId}:event-bus/default" };
    const targets = {
      "Fn::If": ["IsHome", [{ Id: "posture", Arn: arn("Queue") }], [{ Id: "posture", Arn: bus, RoleArn: arn("Forwarding") }]],
    };
    expect(all.filter(([, { Properties }]) => JSON.stringify(Properties["Targets"]) !== JSON.stringify(targets))).toEqual([]);
  });
  it("has the rules of IAM and Organizations only at home and in the region that tells of them", () =>
    expect(ofType("AWS::Events::Rule").flatMap(([id, { Condition }]) => (Condition ? [`${id} ${Condition}`] : []))).toEqual([
      "RuleIam HearsGlobal",
      "RuleOrganizations HearsGlobal",
    ]));
  it("has an encrypted queue that hides for 120 s, keeps for 4 days, and gives up after 5 deliveries", () =>
    expect([Resources["Queue"]?.Properties, Resources["DeadLetters"]?.Properties]).toMatchObject([
      {
        QueueName: "posture-events",
        VisibilityTimeout: 120,
        MessageRetentionPeriod: 345_600,
        SqsManagedSseEnabled: true,
        RedrivePolicy: { deadLetterTargetArn: arn("DeadLetters"), maxReceiveCount: 5 },
      },
      { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true },
    ]));
  it("lets these rules alone send to the queue, and the bot only take from it", () => {
    expect(Resources["QueuePolicy"]?.Properties["PolicyDocument"]).toMatchObject({
      Statement: [
        {
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: arn("Queue"),
          Condition: { ArnEquals: { "aws:SourceArn": ofType("AWS::Events::Rule").map(([id]) => arn(id)) } },
        },
      ],
    });
    expect(Resources["BotMayRead"]?.Properties["PolicyDocument"]).toMatchObject({
      Statement: [{ Action: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], Resource: arn("Queue") }],
    });
  });
  it("is small enough to be deployed without a bucket, and refers only to what it has", () => {
    expect(text.length).toBeLessThan(51_200);
    const used = [...text.matchAll(/Fn::GetAtt:\s+- (\w+)/g)].map(([, id]) => id ?? "");
    expect(used.filter((id) => !(id in Resources))).toEqual([]);
    expect(used.length).toBeGreaterThan(40);
  });
  it("names the deployment of each region, the home region first", () =>
    expect([...text.matchAll(/--region (\S+)/g)].map(([, region]) => region)).toEqual(["eu-west-1", "us-east-1", "us-west-2"]));
});

describe("the Terraform configuration", () => {
  const text = terraformEvents(path);
  it("has every pattern, with the same fields", () => {
    const written = [...text.matchAll(/^ {4}"([\w-]+)" +?= jsonencode\((.*)\)$/gm)].map(([, name, hcl = ""]): [string, unknown] => [
      name ?? "",
      JSON.parse(hcl.replaceAll('" = ', '": ')),
    ]);
    expect(written).toEqual(rules.map(({ name, pattern }) => [name, pattern]));
  });
  it("is for the same regions, and the same rules in one of them alone", () => {
    expect(text).toContain('posture_regions = ["eu-west-1", "us-east-1", "us-west-2"]');
    expect(text).toContain('posture_global_rules  = ["iam", "organizations"]');
  });
  it("refers only to what it declares", () => {
    const declared = new Set([...text.matchAll(/^(?:resource|data) "(\w+)" "(\w+)"/gm)].map(([, type, name]) => `${type}.${name}`));
    const used = [...text.matchAll(/\b(aws_\w+\.posture\w*)/g)].map(([, it]) => it ?? "");
    expect(used.filter((it) => !declared.has(it))).toEqual([]);
    const locals = new Set([...text.matchAll(/^ {2}(posture_\w+) +=/gm)].map(([, it]) => it));
    expect([...text.matchAll(/local\.(\w+)/g)].map(([, it]) => it).filter((it) => !locals.has(it))).toEqual([]);
  });
});

it("writes of objects, which are data events, are let through for the check that looks at objects alone", () => {
  const isWrite = /^ +- (?:PutObject|PutObjectAcl|CopyObject|CreateMultipartUpload)$/m;
  expect(cloudFormationEvents(path)).toMatch(isWrite);
  const others = checks.filter(({ id }) => id !== "s3/object-acl-public");
  expect(cloudFormationEvents({ ...path, rules: eventRulesOf(others) })).not.toMatch(isWrite);
});

it("every event that a check names is in the templates, and any event is the root user's", () => {
  const text = cloudFormationEvents(path);
  const names = checks.flatMap((check) => eventsOf(check.resource, [check])).map(({ name }) => name);
  expect(names.filter((name) => name !== ANY_EVENT.name && !text.includes(`- ${name}\n`))).toEqual([]);
  expect(text).toContain("- Root\n");
});
