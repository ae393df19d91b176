import * as iam from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { ALL, decoded, OPS, Simulated } from "./iam.test.fixture.ts";
import { OWN, refusalOf } from "../small-world.test.fixture.ts";

const account = Simulated.forFile();

describe("the details of an account", () => {
  it("come in pages, each with what of each kind is on it", async () => {
    const pages: iam.GetAccountAuthorizationDetailsCommandOutput[] = [];
    for (let Marker: string | undefined; ;) {
      const page = await account.client.send(new iam.GetAccountAuthorizationDetailsCommand({ MaxItems: 2, ...(Marker && { Marker }) }));
      pages.push(page);
      if (!page.IsTruncated) break;
      Marker = page.Marker;
    }
    expect(pages.map((it) => [it.UserDetailList, it.GroupDetailList, it.RoleDetailList, it.Policies].map((list) => list?.length))).toEqual([
      [2, 0, 0, 0],
      [0, 1, 1, 0],
      [0, 0, 0, 1],
    ]);
  });
  it("can be asked for of some kinds only", async () => {
    const { UserDetailList, RoleDetailList } = await account.client.send(
      new iam.GetAccountAuthorizationDetailsCommand({ Filter: ["Role"] }),
    );
    expect([UserDetailList, RoleDetailList?.map(({ Arn }) => Arn)]).toEqual([[], [`arn:aws:iam::${OWN}:role/deploy`]]);
  });
  it("have every document percent-encoded, to the last apostrophe", async () => {
    const { UserDetailList, Policies, RoleDetailList } = await account.client.send(new iam.GetAccountAuthorizationDetailsCommand({}));
    const own = UserDetailList?.[0]?.UserPolicyList?.[0]?.PolicyDocument ?? "";
    expect(own).not.toMatch(/[^%\w.~-]/);
    expect(decoded(own)).toEqual(ALL);
    expect(decoded(RoleDetailList?.[0]?.AssumeRolePolicyDocument)).toEqual(ALL);
    expect(decoded(Policies?.[0]?.PolicyVersionList?.find(({ IsDefaultVersion }) => IsDefaultVersion)?.Document)).toEqual(ALL);
  });
  it("say of a user what there is, and leave out what is empty", async () => {
    const { UserDetailList } = await account.client.send(new iam.GetAccountAuthorizationDetailsCommand({}));
    expect(UserDetailList?.[0]).toMatchObject({
      Arn: `arn:aws:iam::${OWN}:user/people/ana`,
      GroupList: ["ops"],
      AttachedManagedPolicies: [{ PolicyArn: OPS, PolicyName: "ops" }],
      PermissionsBoundary: { PermissionsBoundaryArn: OPS },
      Tags: [{ Key: "team", Value: "ops" }],
    });
    expect(UserDetailList?.[1]).not.toHaveProperty("UserPolicyList");
  });
  it("refuse a page that they did not announce", async () =>
    expect(await refusalOf(account.client.send(new iam.GetAccountAuthorizationDetailsCommand({ Marker: "x" })))).toBe(
      "ValidationError 400",
    ));
});

describe("the credential report", () => {
  it("follows from the account, as of its time", async () => {
    const [header, root, ana, ...rest] = await account.report();
    expect(header).toMatch(/^user,arn,user_creation_time,password_enabled,/);
    expect(root).toMatch(
      /^<root_account>,arn:aws:iam::111122223333:root,.*,true,2026-01-01T10:00:00\+00:00,not_supported,not_supported,true,true,2025-06-01T10:00:00\+00:00,2025-12-01T00:00:00\+00:00,/,
    );
    expect(ana).toMatch(
      /^ana,arn:aws:iam::111122223333:user\/people\/ana,.*,true,no_information,.*,true,true,2025-06-01.*,N\/A,N\/A,N\/A,false,2025-06-01/,
    );
    // Ben came the day after.
    expect(rest).toEqual([]);
  });
  it("is not there until it has been made", async () => {
    account.sandbox.aws().patchWorld({ accounts: [{ id: OWN, iam: { credentialReport: { InProgress: 2 } } }] });
    const state = async (): Promise<string | undefined> => (await account.client.send(new iam.GenerateCredentialReportCommand({}))).State;
    expect(await refusalOf(account.client.send(new iam.GetCredentialReportCommand({})))).toBe("CredentialReportNotReadyException 404");
    expect([await state(), await state(), await state()]).toEqual(["STARTED", "STARTED", "COMPLETE"]);
    expect((await account.report()).length).toBe(3);
  });
  it("can be given as it is", async () => {
    account.sandbox.aws().patchWorld({ accounts: [{ id: OWN, iam: { credentialReport: { Content: "as it is" } } }] });
    expect(await account.report()).toEqual(["as it is"]);
  });
});

describe("what is asked of one", () => {
  it.each<[string, (client: iam.IAMClient) => Promise<unknown>, object]>([
    [
      "summary",
      (it) => it.send(new iam.GetAccountSummaryCommand({})),
      { SummaryMap: { AccountMFAEnabled: 1, AccountAccessKeysPresent: 1, AccountPasswordPresent: 1, Users: 2 } },
    ],
    [
      "user",
      (it) => it.send(new iam.GetUserCommand({ UserName: "ana" })),
      { User: { Arn: `arn:aws:iam::${OWN}:user/people/ana`, PermissionsBoundary: { PermissionsBoundaryArn: OPS } } },
    ],
    ["login profile", (it) => it.send(new iam.GetLoginProfileCommand({ UserName: "ana" })), { LoginProfile: { UserName: "ana" } }],
    [
      "devices",
      (it) => it.send(new iam.ListMFADevicesCommand({ UserName: "ana" })),
      { MFADevices: [{ SerialNumber: "device" }], IsTruncated: false },
    ],
    [
      "virtual devices",
      (it) => it.send(new iam.ListVirtualMFADevicesCommand({})),
      { VirtualMFADevices: [{ User: { Arn: `arn:aws:iam::${OWN}:root` } }, { User: { UserName: "ana" } }] },
    ],
    [
      "keys",
      (it) => it.send(new iam.ListAccessKeysCommand({ UserName: "ana" })),
      { AccessKeyMetadata: [{ AccessKeyId: "AKIAANA1", Status: "Active" }, { Status: "Inactive" }] },
    ],
    [
      "last use",
      (it) => it.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: "AKIAANA1" })),
      { UserName: "ana", AccessKeyLastUsed: { ServiceName: "N/A" } },
    ],
    ["groups", (it) => it.send(new iam.ListGroupsForUserCommand({ UserName: "ana" })), { Groups: [{ GroupName: "ops" }] }],
    ["a group's policies", (it) => it.send(new iam.ListGroupPoliciesCommand({ GroupName: "ops" })), { PolicyNames: ["all"] }],
    ["a user's policies", (it) => it.send(new iam.ListUserPoliciesCommand({ UserName: "ana" })), { PolicyNames: ["own"] }],
    [
      "a group's attached policies",
      (it) => it.send(new iam.ListAttachedGroupPoliciesCommand({ GroupName: "ops" })),
      { AttachedPolicies: [] },
    ],
    ["a policy", (it) => it.send(new iam.GetPolicyCommand({ PolicyArn: OPS })), { Policy: { DefaultVersionId: "v2" } }],
    ["a role", (it) => it.send(new iam.GetRoleCommand({ RoleName: "deploy" })), { Role: { RoleLastUsed: { Region: "eu-west-1" } } }],
    ["a role's policies", (it) => it.send(new iam.ListRolePoliciesCommand({ RoleName: "deploy" })), { PolicyNames: [] }],
  ])("%s", async (_, ask, expected) => expect(await ask(account.client)).toMatchObject(expected));

  it.each<[string, (client: iam.IAMClient) => Promise<unknown>]>([
    ["a user", (it) => it.send(new iam.ListMFADevicesCommand({ UserName: "nobody" }))],
    ["a login profile", (it) => it.send(new iam.GetLoginProfileCommand({ UserName: "ben" }))],
    ["an inline policy", (it) => it.send(new iam.GetUserPolicyCommand({ UserName: "ana", PolicyName: "none" }))],
    ["a group", (it) => it.send(new iam.ListGroupPoliciesCommand({ GroupName: "none" }))],
    ["a role", (it) => it.send(new iam.GetRoleCommand({ RoleName: "none" }))],
    ["a policy", (it) => it.send(new iam.GetPolicyCommand({ PolicyArn: `${OPS}-none` }))],
    ["a version", (it) => it.send(new iam.GetPolicyVersionCommand({ PolicyArn: OPS, VersionId: "v9" }))],
    ["a key", (it) => it.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: "AKIANONE12345678" }))],
    ["a key to delete", (it) => it.send(new iam.DeleteAccessKeyCommand({ UserName: "ana", AccessKeyId: "AKIANONE12345678" }))],
  ])("that is not there is refused as IAM does: %s", async (_, ask) =>
    expect(await refusalOf(ask(account.client))).toBe("NoSuchEntityException 404"),
  );
});
