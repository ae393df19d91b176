import { DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import { GetBucketAclCommand, HeadBucketCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { type Fault, Faults } from "./faults.ts";
import { OTHER, OWN, refusalOf, simulated } from "./small-world.test.fixture.ts";

const sandbox = simulated();
const acl = (Bucket = "example-plain", region = "us-east-1"): Promise<unknown> =>
  sandbox.s3({ region }).send(new GetBucketAclCommand({ Bucket }));
const groups = (...GroupIds: string[]): Promise<unknown> => sandbox.ec2().send(new DescribeSecurityGroupsCommand({ GroupIds }));
const identity = (): Promise<unknown> => sandbox.sts().send(new GetCallerIdentityCommand({}));
const everywhere = (kind: Fault["kind"]): void => sandbox.aws().addFault({ operation: "*:*", kind });
const statuses = (): readonly number[] =>
  sandbox
    .aws()
    .calls()
    .map(({ status }) => status);

describe("each kind of fault", () => {
  it.each([
    ["denied", "AccessDenied 403", "UnauthorizedOperation 403", "AccessDenied 403"],
    ["throttled", "SlowDown 503", "RequestLimitExceeded 503", "Throttling 400"],
    ["error500", "InternalError 500", "InternalError 500", "InternalError 500"],
  ] as const)("%s: in the words of S3, EC2 and STS", async (kind, ...words) => {
    everywhere(kind);
    expect([await refusalOf(acl()), await refusalOf(groups("sg-00000001")), await refusalOf(identity())]).toEqual(words);
  });
  it("denied: names who asked and the action that is missing", async () => {
    const { Credentials: it } = await sandbox
      .sts()
      .send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${OTHER}:role/posture-read`, RoleSessionName: "sweep" }));
    everywhere("denied");
    const asking = { key: it?.AccessKeyId ?? "", sessionToken: it?.SessionToken ?? "" };
    await expect(sandbox.s3(asking).send(new ListBucketsCommand({}))).rejects.toThrow(
      `User: arn:aws:sts::${OTHER}:assumed-role/posture-read/sweep is not authorized to perform: s3:ListAllMyBuckets`,
    );
    await expect(acl()).rejects.toThrow(`User: arn:aws:iam::${OWN}:user/posture is not authorized to perform: s3:GetBucketAcl`);
  });
  it("denied: of a HEAD, which has no body to say why", async () => {
    everywhere("denied");
    const asked = sandbox.s3().send(new HeadBucketCommand({ Bucket: "example-plain" }));
    expect(await refusalOf(asked)).toMatch(/ 403$/);
  });
  it("empty: 200 without a body, which the SDK takes for an answer without the list", async () => {
    everywhere("empty");
    const { Buckets } = await sandbox.s3().send(new ListBucketsCommand({}));
    expect(Buckets).toBeUndefined();
    expect(statuses()).toEqual([200]);
  });
  it("html: 200 with somebody's login page, which the SDK takes for an answer too", async () => {
    everywhere("html");
    const { SecurityGroups } = await sandbox.ec2().send(new DescribeSecurityGroupsCommand({}));
    expect(SecurityGroups).toBeUndefined();
    expect(statuses()).toEqual([200]);
  });
  it("hang: no answer until the caller gives up", async () => {
    everywhere("hang");
    const stop = new AbortController();
    const asked = sandbox.s3().send(new ListBucketsCommand({}), { abortSignal: stop.signal });
    await expect.poll(statuses).toEqual([0]);
    stop.abort();
    expect(await refusalOf(asked)).toBe("AbortError");
  });
  it("reset: the connection is cut", async () => {
    everywhere("reset");
    await expect(acl()).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(statuses()).toEqual([0]);
  });
  it("slow: the answer, later", async () => {
    sandbox.aws().addFault({ operation: "s3:GetBucketAcl", kind: "slow", delayMs: 150 });
    const begun = performance.now();
    expect(await refusalOf(acl())).toBe("answered");
    expect(performance.now() - begun).toBeGreaterThan(145);
  });
});

describe("a fault happens", () => {
  it("as often as it says, then not any more", async () => {
    sandbox.aws().addFault({ operation: "s3:GetBucketAcl", kind: "throttled", times: 2 });
    expect([await refusalOf(acl()), await refusalOf(acl()), await refusalOf(acl())]).toEqual(["SlowDown 503", "SlowDown 503", "answered"]);
  });
  it("and a slow answer does not wait for longer than until it is cleared", async () => {
    const faults = new Faults();
    faults.add({ operation: "s3:*", kind: "slow", delayMs: 3_600_000 });
    const met = faults.meet({ service: "s3", operation: "GetBucketAcl", region: "us-east-1", resource: undefined });
    if (!met) throw new Error("it is not met");
    const answer = faults.slowness(met);
    faults.clear();
    await expect(answer).resolves.toBeUndefined();
    // Met before it was cleared, and waiting only now.
    await expect(faults.slowness(met)).resolves.toBeUndefined();
  });
  it("until it is cleared", async () => {
    everywhere("denied");
    expect(await refusalOf(acl())).toBe("AccessDenied 403");
    sandbox.aws().clearFaults();
    expect(await refusalOf(acl())).toBe("answered");
  });
  it("to one operation, or to all of a service", async () => {
    sandbox.aws().addFault({ operation: "ec2:*", kind: "denied" });
    sandbox.aws().addFault({ operation: "*:GetCallerIdentity", kind: "throttled" });
    expect([await refusalOf(acl()), await refusalOf(groups("sg-00000001")), await refusalOf(identity())]).toEqual([
      "answered",
      "UnauthorizedOperation 403",
      "Throttling 400",
    ]);
  });
  it("to one bucket", async () => {
    sandbox.aws().addFault({ operation: "s3:*", kind: "denied", resource: "example-bare" });
    expect([await refusalOf(acl("example-bare")), await refusalOf(acl())]).toEqual(["AccessDenied 403", "answered"]);
  });
  it("to one group, also where several are asked for", async () => {
    sandbox.aws().addFault({ operation: "ec2:*", kind: "denied", resource: "sg-00000002" });
    const refusals = [await refusalOf(groups("sg-00000001", "sg-00000002")), await refusalOf(groups("sg-00000001"))];
    expect(refusals).toEqual(["UnauthorizedOperation 403", "answered"]);
  });
  it("in one region", async () => {
    sandbox.aws().addFault({ operation: "s3:*", kind: "denied", region: "eu-west-1" });
    expect([await refusalOf(acl("example-europe", "eu-west-1")), await refusalOf(acl())]).toEqual(["AccessDenied 403", "answered"]);
  });
  it("the first of two that match, until it is used up", async () => {
    sandbox.aws().addFault({ operation: "s3:*", kind: "throttled", times: 1 });
    sandbox.aws().addFault({ operation: "s3:*", kind: "denied", times: 1 });
    expect([await refusalOf(acl()), await refusalOf(acl()), await refusalOf(acl())]).toEqual([
      "SlowDown 503",
      "AccessDenied 403",
      "answered",
    ]);
  });
  it("only if it is one", () => {
    expect(() => sandbox.aws().addFault({ operation: "GetBucketAcl", kind: "denied" })).toThrow(
      '/operation: an operation is named "service:Operation"',
    );
    expect(() => sandbox.aws().addFault({ operation: "s3:*", kind: "denied", times: 0 })).toThrow("/times");
  });
});

describe("the ledger", () => {
  it("has each call with operation, region, account, resource and status, in their order", async () => {
    await refusalOf(acl());
    await refusalOf(acl("example-none", "eu-west-1"));
    await refusalOf(groups("sg-00000001", "sg-00000002"));
    await refusalOf(identity());
    const calls = sandbox.aws().calls();
    const s3 = { service: "s3", operation: "GetBucketAcl", accountId: OWN };
    expect(calls.map(({ at: _at, ...call }) => call)).toEqual([
      { ...s3, region: "us-east-1", resource: "example-plain", status: 200 },
      { ...s3, region: "eu-west-1", resource: "example-none", status: 404 },
      {
        service: "ec2",
        operation: "DescribeSecurityGroups",
        accountId: OWN,
        region: "us-east-1",
        resource: "sg-00000001,sg-00000002",
        status: 200,
      },
      { service: "sts", operation: "GetCallerIdentity", accountId: OWN, region: "us-east-1", status: 200 },
    ]);
    expect(calls.map(({ at }) => Number.isNaN(Date.parse(at)))).not.toContain(true);
  });
  it("is empty once it was cleared; what was read of it before stays", async () => {
    await refusalOf(identity());
    const before = sandbox.aws().calls();
    sandbox.aws().clearCalls();
    expect([before.length, sandbox.aws().calls().length]).toEqual([1, 0]);
  });
});
