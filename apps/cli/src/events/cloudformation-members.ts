import type { EventRule } from "@posture/runtime";
import { stringify } from "yaml";
import { arnOf, idOf, type Part, sendingTo } from "./cloudformation-parts.ts";
import { forwarderOf, memberPatterns, type Members } from "./members.ts";
import { type EventPath, globalRegionOf } from "./path.ts";

/* The changes of other accounts: a bus in the bot's account that takes them, and what sends there from each region of a member. */

export const MEMBERS_STEPS = `# It takes the changes of other accounts, too: \`posture events template --for member\` prints what is deployed there.
`;

/**
 * The bus for members, a bus of its own: on the default one, every rule that somebody else has there would hear of their changes, too. Pure.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 */
export function busOf(name: string, members: Members): Part {
  return {
    MembersBus: {
      Type: "AWS::Events::EventBus",
      Condition: "IsHome",
      Properties: { Name: name, Description: "Takes the changes of other accounts." },
    },
    MembersMaySend: {
      Type: "AWS::Events::EventBusPolicy",
      Condition: "IsHome",
      Properties: {
        EventBusName: { Ref: "MembersBus" },
        StatementId: "MembersRulesAlone",
        Statement: {
          Effect: "Allow",
          Principal: "organization" in members ? "*" : { AWS: members.accounts.map(rootOf) },
          Action: "events:PutEvents",
          Resource: arnOf("MembersBus"),
          Condition: {
            ArnLike: { "aws:PrincipalArn": { "Fn::Sub": `arn:\${AWS::Partition}:iam::*:role/${forwarderOf(name)}*` } },
            ...("organization" in members && { StringEquals: { "aws:PrincipalOrgID": members.organization } }),
          },
        },
      },
    },
  };
}

/** By their ids in the template, the rules that lead from that bus to the queue. Pure. */
export function memberRulesOf(name: string, members: Members): Readonly<Record<string, Part>> {
  const rules = memberPatterns(members).map((pattern, at): [string, Part] => {
    const of = at === 0 ? "" : `-${at + 1}`;
    const Properties = {
      Name: `${name}-members${of}`,
      Description: "Changes that other accounts sent.",
      EventBusName: { Ref: "MembersBus" },
      EventPattern: pattern,
      Targets: [{ Id: "posture", Arn: arnOf("Queue") }],
    };
    return [`RuleMembers${of.replace("-", "")}`, { Type: "AWS::Events::Rule", Condition: "IsHome", Properties }];
  });
  return Object.fromEntries(rules);
}

function rootOf(id: string): Part {
  return { "Fn::Sub": `arn:\${AWS::Partition}:iam::${id}:root` };
}

/** What is deployed in each watched region of each member: rules, and a role that may send to the bus. Pure. */
export function cloudFormationMember(path: EventPath): string {
  return `${stepsOf(path)}${stringify(templateOf(path), { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function stepsOf({ name, home, regions, isComplete, members }: EventPath): string {
  const of = members && "accounts" in members ? `,Accounts=${members.accounts.join(",")},AccountFilterType=INTERSECTION` : "";
  const where = isComplete
    ? ""
    : `# Which regions are watched was not said (--regions). Enter them: what changes elsewhere is seen by the next sweep alone.\n`;
  return `# Sends the changes of a member account to the bot's account, which has the queue in ${home}: deploy the other template there first.
# All accounts of an organization, from its management account (or --call-as DELEGATED_ADMIN); r-… is its root, or a unit of it:
#   aws cloudformation create-stack-set --stack-set-name ${name}-members --template-body file://events-members.yaml --capabilities CAPABILITY_NAMED_IAM --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false --parameters ParameterKey=BotAccountId,ParameterValue=<the bot's account>
#   aws cloudformation create-stack-instances --stack-set-name ${name}-members --regions ${regions.join(" ")} --deployment-targets OrganizationalUnitIds=r-…${of}
# The management account is in no such stack set. There, and in accounts of no organization, deploy it in each region:
#   aws cloudformation deploy --stack-name ${name}-member --template-file events-members.yaml --capabilities CAPABILITY_NAMED_IAM --parameter-overrides BotAccountId=<the bot's account> --region ${regions[0] ?? home}
${where}# Each account needs a CloudTrail trail that logs management events (writes are enough); one of the organization serves all.
`;
}

const BUS = (name: string): Part => ({ "Fn::Sub": `arn:\${AWS::Partition}:events:\${HomeRegion}:\${BotAccountId}:event-bus/${name}` });

function templateOf({ name, home, rules }: EventPath): Part {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "Tells Posture, which runs in another account, of changes in this one.",
    Parameters: {
      BotAccountId: { Type: "String", AllowedPattern: "[0-9]{12}", Description: "The account of the queue." },
      HomeRegion: { Type: "String", Default: home, Description: "The region of the queue." },
    },
    Conditions: {
      // A stack set of a whole organization reaches the bot's account as well, whose own rules are there already.
      IsMember: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "AWS::AccountId" }, { Ref: "BotAccountId" }] }] },
      HearsGlobal: { "Fn::And": [{ Condition: "IsMember" }, { "Fn::Equals": [{ Ref: "AWS::Region" }, globalRegionOf(home)] }] },
    },
    Resources: {
      // A stack has at least one resource, also where there is nothing to do.
      Nothing: { Type: "AWS::CloudFormation::WaitConditionHandle" },
      Forwarding: {
        Type: "AWS::IAM::Role",
        Condition: "IsMember",
        Properties: {
          RoleName: { "Fn::Sub": `${forwarderOf(name)}\${AWS::Region}` },
          Description: "Lets the rules of this region send to the bus of the account that Posture runs in.",
          ...sendingTo(BUS(name)),
        },
      },
      ...Object.fromEntries(rules.map((rule) => [idOf(rule), ruleOf(rule, name)])),
    },
  };
}

function ruleOf({ name: rule, says, pattern, global }: EventRule, name: string): Part {
  return {
    Type: "AWS::Events::Rule",
    Condition: global ? "HearsGlobal" : "IsMember",
    Properties: {
      Name: `${name}-${rule}`,
      Description: says,
      EventPattern: pattern,
      Targets: [{ Id: "posture", Arn: BUS(name), RoleArn: arnOf("Forwarding") }],
    },
  };
}
