import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseWorld, startAws } from "@posture/sandbox/aws";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type CommandLine, commandLine, KEYS } from "./process.test.fixture.ts";

/* `posture permissions --check` against the simulated AWS, with one operation denied in turn. */

// Each case starts a process, and a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let aws: Awaited<ReturnType<typeof startAws>>;
let posture: CommandLine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "posture-trial-"));
  aws = await startAws({});
  posture = commandLine(folder);
});
afterEach(() => aws.clearFaults());
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});

const tried = (...more: readonly string[]): ReturnType<CommandLine["run"]> =>
  posture.run(["permissions", "--check", ...more], { ...KEYS, AWS_ENDPOINT_URL: aws.url });
async function trial(): Promise<unknown> {
  return JSON.parse((await tried("--format", "json")).out);
}

describe("where everything is granted", () => {
  it("is 0, and nothing is missing", async () => {
    const { code, out, said } = await tried();
    expect([code, said]).toEqual([0, ""]);
    expect(out).toMatch(/^\d\d actions granted\./);
    expect(out).not.toContain("Missing");
    expect(out).not.toContain("sts:GetCallerIdentity");
  });
  it("sends reads alone, and no more of a listing than it needs", async () => {
    aws.clearCalls();
    await tried();
    expect(aws.calls().filter(({ operation }) => !/^(BatchGet|Get|List|Describe|Lookup|GenerateCredentialReport)/.test(operation))).toEqual(
      [],
    );
    expect(aws.calls().filter(({ operation }) => operation === "GetBucketAcl")).toHaveLength(1);
  });
});

describe("where one operation is denied", () => {
  it.each([
    ["s3:ListBuckets", "s3:ListAllMyBuckets", "s3/bucket-acl-public"],
    ["s3:GetBucketEncryption", "s3:GetEncryptionConfiguration", "s3/bucket-no-default-encryption"],
    ["iam:ListMFADevices", "iam:ListMFADevices", "iam/user-console-no-mfa"],
  ])("%s: it says that %s is missing, and that %s needs it", async (operation, action, check) => {
    aws.addFault({ operation, kind: "denied" });
    const { code, out } = await tried("--format", "json");
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      missing: [{ action, call: operation, checks: expect.arrayContaining([check]) }],
      granted: expect.not.arrayContaining([action]),
    });
  });
  it("in one region alone is missing, too, and people are told the next step", async () => {
    aws.addFault({ operation: "ec2:DescribeSecurityGroups", kind: "denied", region: "eu-west-1" });
    const { code, out } = await tried();
    expect(code).toBe(2);
    expect(out).toContain(
      "Missing; these checks would be unknown, in whole or in part:\n  ec2:DescribeSecurityGroups\n    security-group/",
    );
    expect(out).toContain("posture permissions   the policy that grants what is missing");
  });
});

describe("what cannot be tried", () => {
  it("is said where there is no resource to try it on", async () => {
    const before = aws.world();
    aws.setWorld(parseWorld({ accounts: [{ id: "111122223333", regions: ["us-east-1"], buckets: [] }] }));
    try {
      const { out, code } = await tried();
      expect(code).toBe(0);
      expect(out).toContain("s3:GetBucketAcl: there is no AWS::S3::Bucket");
    } finally {
      aws.setWorld(before);
    }
  });
  it("is said where the listing was denied", async () => {
    aws.addFault({ operation: "s3:ListBuckets", kind: "denied" });
    expect(await trial()).toMatchObject({
      untried: expect.arrayContaining([expect.objectContaining({ call: "s3:GetBucketAcl", why: "AWS::S3::Bucket could not be listed" })]),
    });
  });
  it("is said where AWS does not answer, and that is not called missing", async () => {
    aws.addFault({ operation: "s3:GetBucketAcl", kind: "error500" });
    expect(await trial()).toMatchObject({
      missing: [],
      untried: expect.arrayContaining([expect.objectContaining({ call: "s3:GetBucketAcl", why: "AWS gave no answer" })]),
    });
  });
});

it("without credentials it could not be done, and that is 1", async () => {
  const { code, out, said } = await posture.run(["permissions", "--check"], { AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: aws.url });
  expect([code, out]).toEqual([1, ""]);
  expect(said).toContain("No AWS credentials were found");
});
