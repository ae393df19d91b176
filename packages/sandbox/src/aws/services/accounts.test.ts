import { DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import * as control from "@aws-sdk/client-s3-control";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { type Asking, OTHER, OWN, refusalOf, simulated } from "../small-world.test.fixture.ts";

const sandbox = simulated();
const RoleArn = `arn:aws:iam::${OTHER}:role/audit/posture-read`;
const identity = async (asking?: Asking): Promise<unknown> => {
  const { Account, Arn } = await sandbox.sts(asking).send(new GetCallerIdentityCommand({}));
  return { Account, Arn };
};
const buckets = async (asking: Asking): Promise<unknown> =>
  (await sandbox.s3(asking).send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name);

describe("whose account it is", () => {
  it("says the access key", async () => {
    expect(await identity({ key: "AKIAOTHER" })).toEqual({ Account: OTHER, Arn: `arn:aws:iam::${OTHER}:user/posture` });
    expect(await buckets({ key: "AKIAOTHER" })).toEqual(["example-of-another"]);
  });
  it("is the first for a key that no account has", async () => expect(await identity({ key: "any" })).toMatchObject({ Account: OWN }));
  it("is the other one's for who assumed a role of it, and the caller is then the role", async () => {
    const { Credentials: it, AssumedRoleUser } = await sandbox.sts().send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "sweep" }));
    const assumed = { key: it?.AccessKeyId ?? "", sessionToken: it?.SessionToken ?? "" };
    expect(it?.Expiration?.getTime()).toBeGreaterThan(Date.now());
    expect(await buckets(assumed)).toEqual(["example-of-another"]);
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${OTHER}:assumed-role/posture-read/sweep`);
    expect(await identity(assumed)).toEqual({ Account: OTHER, Arn: AssumedRoleUser?.Arn });
  });
  it.each([
    ["an account that is not in the world", "arn:aws:iam::999999999999:role/posture-read"],
    ["what is no role", `arn:aws:iam::${OTHER}:user/somebody`],
  ])("cannot be assumed for %s", async (_, arn) => {
    const asked = sandbox.sts().send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: "sweep" }));
    expect(await refusalOf(asked)).toBe("AccessDenied 403");
  });
  it("decides which security groups there are", async () => {
    const { SecurityGroups } = await sandbox.ec2({ key: "AKIAOTHER" }).send(new DescribeSecurityGroupsCommand({}));
    expect(SecurityGroups).toEqual([]);
  });
});

describe("the account's own public access block", () => {
  const block = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: false, RestrictPublicBuckets: false };
  it("is what was put there, and not found before and after", async () => {
    const client = sandbox.s3Control();
    const get = (): Promise<control.GetPublicAccessBlockCommandOutput> =>
      client.send(new control.GetPublicAccessBlockCommand({ AccountId: OWN }));
    expect(await refusalOf(get())).toBe("NoSuchPublicAccessBlockConfiguration 404");
    await client.send(new control.PutPublicAccessBlockCommand({ AccountId: OWN, PublicAccessBlockConfiguration: block }));
    expect((await get()).PublicAccessBlockConfiguration).toEqual(block);
    await client.send(new control.DeletePublicAccessBlockCommand({ AccountId: OWN }));
    expect(await refusalOf(get())).toBe("NoSuchPublicAccessBlockConfiguration 404");
  });
  it("is denied to another account", async () => {
    const asked = sandbox.s3Control().send(new control.GetPublicAccessBlockCommand({ AccountId: OTHER }));
    expect(await refusalOf(asked)).toBe("AccessDenied 403");
  });
});
