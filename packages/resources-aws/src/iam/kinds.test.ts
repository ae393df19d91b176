import { affectedBy, type CloudEvent, consoleUrl, defineCheck, type Kind, type ResourceKind, type ResourceRef } from "@posture/core";
import { describe, expect, it } from "vitest";
import { accessKey, accessKeyRef } from "./access-key.ts";
import { account, accountRef } from "./account.ts";
import { identityNameOf, isServiceLinked, pathOf } from "./events.ts";
import { role, roleRef } from "./role.ts";
import { user, userRef } from "./user.ts";
import { userPolicy, userPolicyRef } from "./user-policy.ts";

const ACCOUNT = "111122223333";
const ALICE = `arn:aws:iam::${ACCOUNT}:user/people/alice`;

function event(name: string, detail: unknown, source = "iam.amazonaws.com"): CloudEvent {
  return { source, name, partition: "aws", accountId: ACCOUNT, region: "us-east-1", detail };
}
const asked = (requestParameters: object, more: object = {}): object => ({
  userIdentity: { type: "AssumedRole" },
  requestParameters,
  ...more,
});
const located = (kind: Kind, it: CloudEvent): unknown =>
  kind.locate(it).map((found) => ("by" in found ? `${found.by} ${found.value}` : `${found.arn} ${found.subResourceId ?? ""}`.trim()));

describe("a name of IAM", () => {
  it("is the last part of its path", () => {
    expect(userRef(ALICE, ACCOUNT)).toMatchObject({ name: "alice", region: "global", arn: ALICE });
    expect(identityNameOf(userPolicyRef(ALICE, "ops", ACCOUNT))).toBe("alice");
    expect(userPolicyRef(ALICE, "ops", ACCOUNT)).toMatchObject({ name: "ops", subResourceId: "ops" });
  });
  it.each([
    [ALICE, "/people/"],
    [`arn:aws:iam::${ACCOUNT}:role/deploy`, "/"],
    [`arn:aws:iam::${ACCOUNT}:role/a/b/deploy`, "/a/b/"],
    ["nonsense", "/"],
  ])("%s has the path %s", (arn, path) => expect(pathOf({ arn })).toBe(path));
  it("tells a role that a service made", () => {
    expect(isServiceLinked({ arn: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/support.amazonaws.com/X` })).toBe(true);
    expect(isServiceLinked({ arn: `arn:aws:iam::${ACCOUNT}:role/aws-service-role` })).toBe(false);
  });
  it("has the partition of who asks", () => expect(accountRef("aws-cn", ACCOUNT).arn).toBe(`arn:aws-cn:iam::${ACCOUNT}:root`));
});

describe("an event of IAM names", () => {
  it.each<[Kind, string, object, readonly string[]]>([
    [user, "EnableMFADevice", asked({ userName: "alice" }), ["userName alice"]],
    [user, "AddUserToGroup", asked({ userName: "alice", groupName: "ops" }), ["userName alice"]],
    [user, "AttachGroupPolicy", asked({ groupName: "ops", policyArn: "arn:aws:iam::aws:policy/x" }), ["groupName ops"]],
    [
      user,
      "CreatePolicyVersion",
      asked({ policyArn: `arn:aws:iam::${ACCOUNT}:policy/ops` }),
      [`policyArn arn:aws:iam::${ACCOUNT}:policy/ops`],
    ],
    [user, "AttachUserPolicy", asked({ userName: "alice", policyArn: "arn:aws:iam::aws:policy/x" }), ["userName alice"]],
    [user, "CreateUser", asked({ userName: "alice" }, { responseElements: { user: { arn: ALICE } } }), [ALICE]],
    [user, "EnableMFADevice", { userIdentity: { type: "IAMUser", userName: "alice" }, requestParameters: null }, ["userName alice"]],
    [accessKey, "CreateAccessKey", { userIdentity: { type: "IAMUser", userName: "alice" } }, ["userName alice"]],
    [accessKey, "CreateAccessKey", { userIdentity: { type: "Root" }, requestParameters: {} }, []],
    [userPolicy, "PutUserPolicy", asked({ userName: "alice", policyName: "ops" }), ["userName alice"]],
    ...[user, accessKey, userPolicy].map((kind): [Kind, string, object, readonly string[]] => [
      kind,
      "UpdateUser",
      asked({ userName: "alice", newUserName: "alix" }),
      ["userName alice", "userName alix"],
    ]),
    [user, "CreateUser", asked({ userName: "alice" }, { responseElements: { user: { arn: "none" } } }), ["userName alice"]],
    [role, "CreateRole", asked({ roleName: "deploy" }, { responseElements: { role: { arn: "none" } } }), ["roleName deploy"]],
    [role, "UpdateAssumeRolePolicy", asked({ roleName: "deploy" }), ["roleName deploy"]],
    [
      role,
      "CreateRole",
      asked({ roleName: "deploy" }, { responseElements: { role: { arn: `arn:aws:iam::${ACCOUNT}:role/a/deploy` } } }),
      [`arn:aws:iam::${ACCOUNT}:role/a/deploy`],
    ],
    [
      role,
      "SetDefaultPolicyVersion",
      asked({ policyArn: `arn:aws:iam::${ACCOUNT}:policy/ops` }),
      [`policyArn arn:aws:iam::${ACCOUNT}:policy/ops`],
    ],
    [account, "CreateAccessKey", { userIdentity: { type: "Root" }, eventTime: "2026-01-01T00:00:00Z" }, [`arn:aws:iam::${ACCOUNT}:root`]],
    [
      account,
      "DeleteAccessKey",
      { userIdentity: { type: "AssumedRoot", arn: `arn:aws:sts::${ACCOUNT}:assumed-root` } },
      [`arn:aws:iam::${ACCOUNT}:root`],
    ],
    [account, "CreateAccessKey", asked({ userName: "alice" }), []],
  ])("%#: for a kind, in %s", (kind, name, detail, expected) => expect(located(kind, event(name, detail))).toEqual(expected));

  it("every role, where the organization changed", () =>
    expect(located(role, event("LeaveOrganization", {}, "organizations.amazonaws.com"))).toEqual([`account ${ACCOUNT}`]));
  it.each([user, accessKey, userPolicy, role, account])("nothing, where the call failed or nobody can read the record", (kind) => {
    const failed = asked({ userName: "alice", roleName: "deploy" }, { errorCode: "AccessDenied" });
    expect(kind.locate(event("CreateUser", failed))).toEqual([]);
    for (const odd of [null, "text", {}, { requestParameters: 7 }, { requestParameters: { userName: 7, roleName: {} }, userIdentity: [] }])
      expect(kind.locate(event("UpdateRole", odd))).toEqual([]);
  });
});

it("an event of whatever service is heard for the root user, and for nobody else", () => {
  const about = (kind: ResourceKind<object>, facet: string, id: `${string}/${string}`): ReturnType<typeof defineCheck> =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the names of the facets are looked at
    ({
      ...defineCheck({
        id,
        title: "",
        risk: "",
        severity: "low",
        resource: kind,
        messages: {},
        remediation: { steps: [], docs: "" },
        evaluate: (_, { pass }) => pass(),
      }),
      needs: [facet],
    });
  const checks = [about(account, "rootActivity", "x/root"), about(role, "trust", "x/role")];
  const launch = event("RunInstances", { userIdentity: { type: "Root" }, eventTime: "2026-01-01T00:00:00Z" }, "ec2.amazonaws.com");
  expect(affectedBy(launch, checks)).toMatchObject([{ checks: ["x/root"], targets: [accountRef("aws", ACCOUNT)] }]);
  expect(affectedBy({ ...launch, detail: { userIdentity: { type: "IAMUser" } } }, checks)).toEqual([]);
});

it("a role's reference is its ARN's", () =>
  expect(roleRef(`arn:aws:iam::${ACCOUNT}:role/a/deploy`, ACCOUNT)).toMatchObject({ type: "AWS::IAM::Role", name: "deploy" }));

describe("the page in the console", () => {
  const key = accessKeyRef(ALICE, "AKIAEXAMPLE", ACCOUNT);
  it.each<[Kind, ResourceRef, string]>([
    [account, accountRef("aws", ACCOUNT), "iam/home#/home"],
    [user, userRef(ALICE, ACCOUNT), "iam/home#/users/details/alice"],
    [accessKey, key, "iam/home#/users/details/alice?section=security_credentials"],
    [userPolicy, userPolicyRef(ALICE, "ops", ACCOUNT), "iam/home#/users/details/alice?section=permissions"],
    [role, roleRef(`arn:aws:iam::${ACCOUNT}:role/a/deploy`, ACCOUNT), "iam/home#/roles/details/deploy"],
  ])("%#: is the user's, the role's or the account's", (kind, ref, page) =>
    expect(consoleUrl(kind, ref)).toBe(`https://console.aws.amazon.com/${page}`),
  );
});
