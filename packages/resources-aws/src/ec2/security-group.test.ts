import { next } from "@posture/core";
import { defineCheck } from "@posture/core";
import { describe, expect, it } from "vitest";
import { type InboundRule, securityGroup, securityGroupRef } from "./security-group.ts";

const HERE = { source: "ec2.amazonaws.com", partition: "aws-us-gov", accountId: "111122223333", region: "us-gov-west-1" };
const GROUP = { ...securityGroupRef("sg-0a1", HERE) };
const RULE: InboundRule = { protocol: "tcp", from: 22, to: 22, cidrs: [], cidrs6: [], prefixListIds: ["pl-1", "pl-2"], groupIds: [] };
function touched(name: string, requestParameters: unknown, responseElements: unknown = null): ReturnType<typeof securityGroup.locate> {
  return securityGroup.locate({ ...HERE, name, detail: { requestParameters, responseElements } });
}

describe("a security group in a CloudTrail record", () => {
  it("is named by its id, in the partition of the event", () => {
    expect(GROUP).toEqual({
      type: "AWS::EC2::SecurityGroup",
      arn: "arn:aws-us-gov:ec2:us-gov-west-1:111122223333:security-group/sg-0a1",
      name: "sg-0a1",
      accountId: "111122223333",
      region: "us-gov-west-1",
    });
  });
  it.each(["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress", "DeleteSecurityGroup"])("%s names it in groupId", (name) =>
    expect(touched(name, { groupId: "sg-0a1", ipPermissions: {} })).toEqual([GROUP]),
  );
  it("ModifySecurityGroupRules names it inside of its own request", () =>
    expect(touched("ModifySecurityGroupRules", { ModifySecurityGroupRulesRequest: { GroupId: "sg-0a1", SecurityGroupRule: {} } })).toEqual([
      GROUP,
    ]));
  it("CreateSecurityGroup names it in its answer", () =>
    expect(touched("CreateSecurityGroup", { groupName: "web" }, { groupId: "sg-0a1" })).toEqual([GROUP]));
  it("CreateTags may name several, and other things", () =>
    expect(touched("CreateTags", { resourcesSet: { items: [{ resourceId: "vol-1" }, { resourceId: "sg-0a1" }] } })).toEqual([GROUP]));
  it("a group of the default VPC may be named by its name only", () =>
    expect(touched("AuthorizeSecurityGroupIngress", { groupName: "web" })).toEqual([
      { type: GROUP.type, by: "groupName", value: "web", accountId: GROUP.accountId, region: GROUP.region },
    ]));
  it.each(["ModifyManagedPrefixList", "RestoreManagedPrefixListVersion", "DeleteManagedPrefixList"])(
    "%s selects the groups that refer to the list",
    (name) => {
      const selected = [{ type: GROUP.type, by: "prefixListId", value: "pl-1", accountId: GROUP.accountId, region: GROUP.region }];
      expect(touched(name, { [`${name}Request`]: { PrefixListId: "pl-1" } })).toEqual(selected);
      expect(touched(name, { prefixListId: "pl-1" })).toEqual(selected);
    },
  );
  it.each([null, {}, "text", { requestParameters: 7 }])("names none in %j", (detail) =>
    expect(securityGroup.locate({ ...HERE, name: "X", detail })).toEqual([]),
  );
});

describe("the prefix lists of a security group", () => {
  const check = defineCheck({
    id: "test/lists",
    title: "",
    risk: "",
    severity: "low",
    resource: securityGroup,
    needs: ["rules"],
    mayNeed: ["prefixLists"],
    messages: {},
    remediation: { steps: [], docs: "" },
    evaluate: (_, { pass }) => pass(),
  });
  const now = "2026-01-01T00:00:00.000Z";
  function reads(rules: readonly InboundRule[], except: readonly string[] = []): readonly string[] {
    return next(securityGroup, GROUP, [check], { rules: { state: "known", value: rules, asOf: now } }, now, { prefixLists: { except } })
      .read;
  }
  it("are read where a rule refers to one", () => expect(reads([RULE])).toEqual(["prefixLists"]));
  it("are not read where no rule refers to one", () => expect(reads([{ ...RULE, prefixListIds: [] }])).toEqual([]));
  it("are not read where somebody vouches for all of them", () => {
    expect(reads([RULE], ["pl-1"])).toEqual(["prefixLists"]);
    expect(reads([RULE], ["pl-1", "pl-2"])).toEqual([]);
  });
  it("are left out only where every check that asks vouches for them", () =>
    expect(securityGroup.facets["prefixLists"]?.options?.union({ except: ["pl-1", "pl-2"] }, { except: ["pl-2", "pl-3"] })).toEqual({
      except: ["pl-2"],
    }));
  it("may be known, not found or unreadable, each by itself", () => {
    const value = {
      "pl-1": { state: "known", value: ["10.0.0.0/8"] },
      "pl-2": { state: "known", value: null },
      "pl-3": { state: "unreadable", reason: "denied" },
    };
    expect(securityGroup.facets["prefixLists"]?.schema.parse(value)).toEqual(value);
  });
});
