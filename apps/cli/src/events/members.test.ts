import { eventRulesOf, firstPartyPlugins, MOST_PATTERN } from "@posture/runtime";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { cloudFormationEvents } from "./cloudformation.ts";
import { cloudFormationMember } from "./cloudformation-members.ts";
import { memberPatterns } from "./members.ts";
import { eventPath } from "./path.ts";
import { terraformEvents } from "./terraform.ts";
import { terraformMember } from "./terraform-members.ts";

/* What `posture events template` prints where other accounts tell of their changes. */

const SHOP = "222233334444";
const BANK = "333344445555";
const ORGANIZATION = "o-a1b2c3d4e5";
const rules = eventRulesOf(firstPartyPlugins.flatMap((plugin) => plugin.checks));
const asked = { name: "posture-events", home: "eu-west-1", regions: ["us-west-2"], rules };
const alone = eventPath(asked);
const byAccount = eventPath({ ...asked, members: { accounts: [SHOP, BANK] } });
const byOrganization = eventPath({ ...asked, members: { organization: ORGANIZATION } });

const part = z.record(z.string(), z.unknown());
const template = z.object({
  Conditions: part,
  Resources: z.record(z.string(), z.object({ Type: z.string(), Condition: z.string().optional(), Properties: part.optional() })),
});
type Resources = z.infer<typeof template>["Resources"];
const read = (text: string): z.infer<typeof template> => template.parse(parse(text, { version: "1.1" }));
const ofType = (all: Resources, type: string): [string, Resources[string]][] => Object.entries(all).filter(([, { Type }]) => Type === type);
const arn = (of: string): object => ({ "Fn::GetAtt": [of, "Arn"] });
const BUS = "arn:${AWS::Partition}:events:${HomeRegion}:${BotAccountId}:event-bus/posture-events";

describe("the template of the bot's account", () => {
  it("has no bus for others where there are none", () => expect(cloudFormationEvents(alone)).not.toContain("EventBus"));
  it.each([
    [
      "accounts that are named",
      byAccount,
      { AWS: [SHOP, BANK].map((id) => ({ "Fn::Sub": `arn:\${AWS::Partition}:iam::${id}:root` })) },
      undefined,
    ],
    ["an organization", byOrganization, "*", { "aws:PrincipalOrgID": ORGANIZATION }],
  ])("lets the roles of the rules of %s alone send to a bus of its own", (_, path, Principal, StringEquals) => {
    const { MembersMaySend: policy } = read(cloudFormationEvents(path)).Resources;
    const roles = { "aws:PrincipalArn": { "Fn::Sub": "arn:${AWS::Partition}:iam::*:role/posture-events-from-*" } };
    expect(policy?.Properties?.["Statement"]).toEqual({
      Effect: "Allow",
      Principal,
      Action: "events:PutEvents",
      Resource: arn("MembersBus"),
      Condition: { ArnLike: roles, ...(StringEquals && { StringEquals }) },
    });
  });
  it("lets only what AWS itself sent, and only of the named accounts, from that bus to the queue", () => {
    const { Resources: all } = read(cloudFormationEvents(byAccount));
    const { RuleMembers: rule, QueuePolicy: policy } = all;
    expect(rule?.Properties).toMatchObject({
      EventBusName: { Ref: "MembersBus" },
      EventPattern: { source: [{ prefix: "aws." }], account: [SHOP, BANK], detail: { errorCode: [{ exists: false }] } },
      Targets: [{ Arn: arn("Queue") }],
    });
    const senders = ofType(all, "AWS::Events::Rule").map(([id]) => arn(id));
    expect(policy?.Properties?.["PolicyDocument"]).toMatchObject({
      Statement: [{ Action: "sqs:SendMessage", Condition: { ArnEquals: { "aws:SourceArn": senders } } }],
    });
  });
  it("has all of that in the home region alone", () => {
    const { Resources: all } = read(cloudFormationEvents(byOrganization));
    expect(["MembersBus", "MembersMaySend", "RuleMembers"].map((id) => all[id]?.Condition)).toEqual(["IsHome", "IsHome", "IsHome"]);
  });
  it("has no pattern that is too long, and loses no account", () => {
    const accounts = Array.from({ length: 150 }, (_, i) => String(111_111_111_111 + i));
    const patterns = memberPatterns({ accounts });
    expect(patterns.filter((it) => JSON.stringify(it).length > MOST_PATTERN)).toEqual([]);
    expect([patterns.length > 1, patterns.flatMap(({ account = [] }) => account)]).toEqual([true, accounts]);
    const { MembersMaySend: policy, QueuePolicy: queue } = read(
      cloudFormationEvents(eventPath({ ...asked, members: { accounts } })),
    ).Resources;
    const filled = JSON.stringify(policy?.Properties?.["Statement"]).replaceAll("${AWS::Partition}", "aws-us-gov");
    expect(filled.length).toBeLessThan(10_240);
    expect(JSON.stringify(queue)).toContain("RuleMembers2");
  });
  it("is refused for more accounts than the policy of a bus holds", () =>
    expect(() => eventPath({ ...asked, members: { accounts: Array.from({ length: 151 }, () => SHOP) } })).toThrow(
      "no room for 151 accounts",
    ));
});

describe("the template of a member", () => {
  const text = cloudFormationMember(byAccount);
  const { Resources: all, Conditions } = read(text);
  it("has every rule, and each leads straight to the bus of the bot's account: what one account got from another goes no further", () => {
    const each = ofType(all, "AWS::Events::Rule");
    expect(each.map(([, it]) => it.Properties?.["EventPattern"])).toEqual(rules.map(({ pattern }) => pattern));
    const targets = [{ Id: "posture", Arn: { "Fn::Sub": BUS }, RoleArn: arn("Forwarding") }];
    expect(each.filter(([, it]) => JSON.stringify(it.Properties?.["Targets"]) !== JSON.stringify(targets))).toEqual([]);
  });
  it("sends with a role of the name that the bus lets in, which may do nothing else", () =>
    expect(all["Forwarding"]?.Properties).toMatchObject({
      RoleName: { "Fn::Sub": "posture-events-from-${AWS::Region}" },
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: "events.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          },
        ],
      },
      Policies: [{ PolicyDocument: { Statement: [{ Effect: "Allow", Action: "events:PutEvents", Resource: { "Fn::Sub": BUS } }] } }],
    }));
  it("has names that AWS takes, however long the region's and the longest of ours are", () => {
    const longest = "p".repeat(32);
    expect(`${longest}-from-ap-southeast-99`.length).toBeLessThanOrEqual(64);
    expect(rules.map(({ name }) => `${longest}-${name}`).filter((it) => it.length > 64)).toEqual([]);
  });
  it("does nothing in the bot's own account, whose rules are there already, and tells of IAM from one region", () => {
    expect(Conditions["IsMember"]).toEqual({ "Fn::Not": [{ "Fn::Equals": [{ Ref: "AWS::AccountId" }, { Ref: "BotAccountId" }] }] });
    expect(Conditions["HearsGlobal"]).toEqual({
      "Fn::And": [{ Condition: "IsMember" }, { "Fn::Equals": [{ Ref: "AWS::Region" }, "us-east-1"] }],
    });
    const others = Object.entries(all).filter(([, { Condition }]) => Condition !== "IsMember");
    expect(others.map(([id, { Condition }]) => `${id} ${Condition}`)).toEqual([
      "Nothing undefined",
      "RuleIam HearsGlobal",
      "RuleOrganizations HearsGlobal",
    ]);
  });
  it("is small enough for a stack set, and says how to make one of the named accounts", () => {
    expect(text.length).toBeLessThan(51_200);
    expect(text).toContain(`,Accounts=${SHOP},${BANK},AccountFilterType=INTERSECTION\n`);
    expect(text).toContain("--regions eu-west-1 us-east-1 us-west-2 ");
    expect(cloudFormationMember(byOrganization)).not.toContain("AccountFilterType");
  });
});

describe("the Terraform configurations", () => {
  it("let in the same senders, and pass the same patterns on", () => {
    const [accounts, organization] = [terraformEvents(byAccount), terraformEvents(byOrganization)];
    expect(accounts).toContain(`[for id in ["${SHOP}", "${BANK}"] : "arn:`);
    expect(accounts).not.toContain("PrincipalOrgID");
    expect(organization).toMatch(new RegExp(`aws:PrincipalOrgID"\\n +values +=  *\\["${ORGANIZATION}"\\]`));
    for (const text of [accounts, organization]) expect(text).toContain("role/posture-events-from-*");
    expect(accounts).toContain("aws_cloudwatch_event_rule.posture_members[*].arn)");
    expect(terraformEvents(alone)).not.toContain("posture_members");
  });
  it.each([terraformEvents(byAccount), terraformEvents(byOrganization), terraformMember(byAccount)])(
    "refer only to what they declare",
    (text) => {
      const declared = new Set([...text.matchAll(/^(?:resource|data) "(\w+)" "(\w+)"/gm)].map(([, type, name]) => `${type}.${name}`));
      const used = [...text.matchAll(/\b(aws_\w+\.posture\w*)/g)].map(([, it]) => it ?? "");
      expect(used.filter((it) => !declared.has(it))).toEqual([]);
      const locals = new Set([...text.matchAll(/^ {2}(posture_\w+) +=/gm)].map(([, it]) => it));
      expect([...text.matchAll(/local\.(\w+)/g)].map(([, it]) => it).filter((it) => !locals.has(it))).toEqual([]);
    },
  );
  it("of a member has a role of the name that the bus lets in", () =>
    expect(terraformMember(byAccount)).toMatch(/name += "posture-events-from-member"/));
});
