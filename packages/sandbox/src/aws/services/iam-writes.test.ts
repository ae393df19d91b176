import * as iam from "@aws-sdk/client-iam";
import { DescribeOrganizationCommand, ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { describe, expect, it } from "vitest";
import { parseWorld } from "../world.ts";
import { decoded, key, OPS, Simulated } from "./iam.test.fixture.ts";
import { OWN, refusalOf } from "../small-world.test.fixture.ts";

const account = Simulated.forFile();

describe("what people do about it", () => {
  const user = (): object | undefined => account.sandbox.aws().world().accounts[0]?.iam?.users[0];
  it.each<[string, (client: iam.IAMClient) => Promise<unknown>, object]>([
    [
      "deletes a key",
      (it) => it.send(new iam.DeleteAccessKeyCommand({ UserName: "ana", AccessKeyId: "AKIAANA1" })),
      { AccessKeys: [{ AccessKeyId: "AKIAANA2" }] },
    ],
    [
      "switches a key off",
      (it) => it.send(new iam.UpdateAccessKeyCommand({ UserName: "ana", AccessKeyId: "AKIAANA1", Status: "Inactive" })),
      { AccessKeys: [{ Status: "Inactive" }, {}] },
    ],
    [
      "detaches a policy",
      (it) => it.send(new iam.DetachUserPolicyCommand({ UserName: "ana", PolicyArn: OPS })),
      { AttachedManagedPolicies: [] },
    ],
    [
      "deletes an inline policy",
      (it) => it.send(new iam.DeleteUserPolicyCommand({ UserName: "ana", PolicyName: "own" })),
      { UserPolicyList: [] },
    ],
    [
      "takes a device away",
      (it) => it.send(new iam.DeactivateMFADeviceCommand({ UserName: "ana", SerialNumber: "device" })),
      { MFADevices: [] },
    ],
  ])("%s", async (_, ask, expected) => {
    await ask(account.client);
    expect(user()).toMatchObject(expected);
  });
  it("removes a password, a user and a role", async () => {
    await account.client.send(new iam.DeleteLoginProfileCommand({ UserName: "ana" }));
    expect(user()).not.toHaveProperty("LoginProfile");
    await account.client.send(new iam.DeleteUserCommand({ UserName: "ana" }));
    await account.client.send(new iam.DeleteRoleCommand({ RoleName: "deploy" }));
    const left = account.sandbox.aws().world().accounts[0]?.iam;
    expect([left?.users.map(({ UserName }) => UserName), left?.roles]).toEqual([["ben"], []]);
  });
  it("narrows a trust policy", async () => {
    await account.client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName: "deploy", PolicyDocument: "{}" }));
    const { Role } = await account.client.send(new iam.GetRoleCommand({ RoleName: "deploy" }));
    expect(decoded(Role?.AssumeRolePolicyDocument)).toEqual({});
  });
  it("makes a user who is not in the report yet", async () => {
    await account.client.send(new iam.CreateUserCommand({ UserName: "new" }));
    await account.client.send(new iam.CreateLoginProfileCommand({ UserName: "new", Password: "any" }));
    expect((await account.report()).some((line) => line.startsWith("new,"))).toBe(false);
    expect(await refusalOf(account.client.send(new iam.CreateUserCommand({ UserName: "new" })))).toBe("EntityAlreadyExistsException 409");
  });
});

it("denies and throttles as IAM does, where a fault says so", async () => {
  account.sandbox.aws().addFault({ operation: "iam:ListAccessKeys", kind: "denied", resource: "ana" });
  const ask = (UserName: string): Promise<string> => refusalOf(account.client.send(new iam.ListAccessKeysCommand({ UserName })));
  expect([await ask("ana"), await ask("ben")]).toEqual(["AccessDenied 403", "answered"]);
  account.sandbox.aws().addFault({ operation: "iam:*", kind: "throttled" });
  expect(await ask("ben")).toBe("Throttling 400");
});

describe("an organization", () => {
  const made = (): OrganizationsClient => account.another(OrganizationsClient);
  it("has an id, and accounts in pages of 20", async () => {
    const organizations = made();
    expect(await organizations.send(new DescribeOrganizationCommand({}))).toMatchObject({ Organization: { Id: "o-example1234" } });
    const first = await organizations.send(new ListAccountsCommand({}));
    const second = await organizations.send(new ListAccountsCommand({ NextToken: first.NextToken }));
    expect([first.Accounts?.length, second.Accounts?.length, second.NextToken]).toEqual([20, 5, undefined]);
  });
  it("is refused in JSON, where there is none and where a fault says so", async () => {
    account.sandbox.aws().addFault({ operation: "organizations:ListAccounts", kind: "denied" });
    expect(await refusalOf(made().send(new ListAccountsCommand({})))).toBe("AccessDeniedException 400");
    account.sandbox.aws().setWorld(parseWorld({ accounts: [{ id: OWN, regions: ["us-east-1"] }] }));
    expect(await refusalOf(made().send(new DescribeOrganizationCommand({})))).toBe("AWSOrganizationsNotInUseException 400");
  });
});

describe("a world makes no sense", () => {
  it.each<[string, object, string]>([
    ["with a user twice", { users: [{ UserName: "ana" }, { UserName: "ana" }] }, "the user ana of 111122223333 is there twice"],
    [
      "with a key twice",
      {
        users: [
          { UserName: "ana", AccessKeys: [key("AKIA1")] },
          { UserName: "ben", AccessKeys: [key("AKIA1")] },
        ],
      },
      "the access key AKIA1",
    ],
    ["with three keys", { users: [{ UserName: "ana", AccessKeys: [key("AKIA1"), key("AKIA2"), key("AKIA3")] }] }, "AccessKeys"],
    [
      "with a policy of AWS's own",
      { policies: [{ Arn: "arn:aws:iam::aws:policy/x", PolicyVersionList: [{ Document: "{}" }] }] },
      "customer-managed",
    ],
    ["with a misspelt member", { user: [] }, '"user"'],
  ])("%s", (_, iamOfIt, problem) =>
    expect(() => parseWorld({ accounts: [{ id: OWN, regions: ["us-east-1"], iam: iamOfIt }] })).toThrow(problem),
  );
  it("after a change that removes who is not there", () =>
    expect(() => account.sandbox.aws().patchWorld({ accounts: [{ id: OWN, iam: { remove: ["nobody"] } }] })).toThrow(
      "there is no nobody to remove from IAM",
    ));
});
