import { type EventRule, QUEUE_ACTIONS } from "@posture/runtime";
import { stringify } from "yaml";
import { arnOf, idOf, type Part, sendingTo } from "./cloudformation-parts.ts";
import { busOf, MEMBERS_STEPS, memberRulesOf } from "./cloudformation-members.ts";
import { DEAD_KEPT, type EventPath, globalRegionOf, HIDDEN_FOR, KEPT, MOST_DELIVERIES } from "./path.ts";

/**
 * A CloudFormation template (YAML): deployed in each region, it becomes the queue and its rules in the home region, and in the others rules
 * that send there. Pure.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
 */
export function cloudFormationEvents(path: EventPath): string {
  return `${stepsOf(path)}${stringify(templateOf(path), { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false })}`;
}

const UNHEARD = "Deploy it in each of them: what changes elsewhere is seen by the next sweep alone.";

function stepsOf({ name, regions, home, isComplete, members }: EventPath): string {
  const away = regions.filter((region) => region !== home);
  const deploy = (region: string): string =>
    `#   aws cloudformation deploy --stack-name ${name} --template-file events.yaml --capabilities CAPABILITY_IAM --region ${region}\n`;
  return `# Where Posture learns of changes in AWS. Deploy it in the home region first, then in each other one:
${[home, ...away].map(deploy).join("")}${isComplete ? "" : `# Which regions are watched was not said (--regions). ${UNHEARD}\n`}# The account needs a CloudTrail trail that logs management events (writes are enough).
# The output QueueUrl of the first is what POSTURE_EVENT_QUEUE takes.
${members ? MEMBERS_STEPS : ""}`;
}

function templateOf({ name, home, rules, members }: EventPath): Part {
  const memberRules = members ? memberRulesOf(name, members) : {};
  const senders = [...rules.map(idOf), ...Object.keys(memberRules)];
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "Tells Posture of changes in AWS: rules of EventBridge, and in the home region the queue that they lead to.",
    Parameters: {
      HomeRegion: { Type: "String", Default: home, Description: "The region of the queue." },
      BotRoleName: {
        Type: "String",
        Default: "",
        Description: "The name of the role that the bot runs with. Given, it may read the queue; otherwise attach the policy yourself.",
      },
    },
    Conditions: {
      IsHome: { "Fn::Equals": [{ Ref: "AWS::Region" }, { Ref: "HomeRegion" }] },
      IsAway: { "Fn::Not": [{ Condition: "IsHome" }] },
      // A rule of the home region also lets through what another region sent there.
      HearsGlobal: { "Fn::Or": [{ Condition: "IsHome" }, { "Fn::Equals": [{ Ref: "AWS::Region" }, globalRegionOf(home)] }] },
      HasRole: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "BotRoleName" }, ""] }] },
    },
    Resources: {
      DeadLetters: {
        Type: "AWS::SQS::Queue",
        Condition: "IsHome",
        Properties: { QueueName: `${name}-dead`, MessageRetentionPeriod: DEAD_KEPT, SqsManagedSseEnabled: true },
        ...WITH_THE_STACK,
      },
      Queue: {
        Type: "AWS::SQS::Queue",
        Condition: "IsHome",
        Properties: {
          QueueName: name,
          MessageRetentionPeriod: KEPT,
          VisibilityTimeout: HIDDEN_FOR,
          SqsManagedSseEnabled: true,
          RedrivePolicy: { deadLetterTargetArn: arnOf("DeadLetters"), maxReceiveCount: MOST_DELIVERIES },
        },
        ...WITH_THE_STACK,
      },
      QueuePolicy: {
        Type: "AWS::SQS::QueuePolicy",
        Condition: "IsHome",
        Properties: {
          Queues: [{ Ref: "Queue" }],
          PolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              {
                Sid: "RulesAlone",
                Effect: "Allow",
                Principal: { Service: "events.amazonaws.com" },
                Action: "sqs:SendMessage",
                Resource: arnOf("Queue"),
                Condition: { ArnEquals: { "aws:SourceArn": senders.map(arnOf) } },
              },
            ],
          },
        },
      },
      BotMayRead: {
        Type: "AWS::IAM::ManagedPolicy",
        Condition: "IsHome",
        Properties: {
          Description: "Lets the bot take what the queue holds, and nothing else.",
          PolicyDocument: {
            Version: "2012-10-17",
            Statement: [{ Sid: "PostureEvents", Effect: "Allow", Action: QUEUE_ACTIONS, Resource: arnOf("Queue") }],
          },
          Roles: { "Fn::If": ["HasRole", [{ Ref: "BotRoleName" }], { Ref: "AWS::NoValue" }] },
        },
      },
      Forwarding: {
        Type: "AWS::IAM::Role",
        Condition: "IsAway",
        Properties: {
          Description: "Lets the rules of this region send to the home region.",
          ...sendingTo(HOME_BUS),
        },
      },
      ...Object.fromEntries(rules.map((rule) => [idOf(rule), ruleOf(rule, name)])),
      ...(members && busOf(name, members)),
      ...memberRules,
    },
    Outputs: {
      QueueUrl: { Condition: "IsHome", Description: "What POSTURE_EVENT_QUEUE takes.", Value: { Ref: "Queue" } },
      BotPolicyArn: { Condition: "IsHome", Description: "The policy for the bot's role.", Value: { Ref: "BotMayRead" } },
    },
  };
}

/** A stack that is deleted takes its queues along: what they hold is hints, and each sweep reads all. */
const WITH_THE_STACK = { DeletionPolicy: "Delete", UpdateReplacePolicy: "Delete" };
const HOME_BUS: Part = { "Fn::Sub": "arn:${AWS::Partition}:events:${HomeRegion}:${AWS::AccountId}:event-bus/default" };

function ruleOf(rule: EventRule, name: string): Part {
  const { says, pattern, global } = rule;
  const target = (to: Part): readonly Part[] => [{ Id: "posture", ...to }];
  return {
    Type: "AWS::Events::Rule",
    ...(global && { Condition: "HearsGlobal" }),
    Properties: {
      Name: `${name}-${rule.name}`,
      Description: says,
      EventPattern: pattern,
      Targets: { "Fn::If": ["IsHome", target({ Arn: arnOf("Queue") }), target({ Arn: HOME_BUS, RoleArn: arnOf("Forwarding") })] },
    },
  };
}
