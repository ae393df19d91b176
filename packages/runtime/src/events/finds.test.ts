import { loadConfig } from "@posture/config";
import type { Selector } from "@posture/core";
import { demoWorld, type SimulatedAws, startAws } from "@posture/sandbox";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type Collecting, startCollecting } from "../collecting.ts";
import { firstPartyPlugins } from "../plugins.ts";

/* Every kind's selectors, found by the SDK's own clients in the simulated AWS. */

const HOME = "us-east-1";
const [account] = demoWorld().accounts;
if (!account) throw new Error("there is no account");
const accountId = account.id;
const POLICY = `arn:aws:iam::${accountId}:policy/shared`;
let aws: SimulatedAws;
let collecting: Collecting;

beforeAll(async () => {
  aws = await startAws();
  vi.stubEnv("AWS_ENDPOINT_URL", aws.url);
  vi.stubEnv("AWS_REGION", HOME);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "any");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "any");
  // Nobody waits for AWS here.
  collecting = await startCollecting({ folder: import.meta.dirname }, { sleep: () => Promise.resolve() });
  const attached = { AttachedManagedPolicies: [{ PolicyArn: POLICY }] };
  const key = { AccessKeyId: "AKIAFOUND00000000001", CreateDate: "2026-01-01T00:00:00Z" };
  const inline = [1, 2, 3].map((n) => ({ PolicyName: `inline-${n}`, PolicyDocument: "{}" }));
  aws.patchWorld({
    accounts: [
      {
        id: accountId,
        iam: {
          groups: [{ GroupName: "admins", ...attached }],
          users: [
            { UserName: "fay", Path: "/people/", AccessKeys: [key], UserPolicyList: inline },
            { UserName: "gus", GroupList: ["admins"] },
            { UserName: "hal", GroupList: ["admins"], ...attached },
          ],
          roles: [{ RoleName: "deploy", Path: "/ci/", AssumeRolePolicyDocument: "{}", ...attached }],
        },
        securityGroups: [
          {
            GroupId: "sg-0f0f0f0f",
            GroupName: "found",
            Region: HOME,
            IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, PrefixListIds: [{ PrefixListId: "pl-0f0f0f0f" }] }],
          },
        ],
        volumes: [{ Region: HOME, VolumeId: "vol-0f0f0f0f", Encrypted: true, Attachments: [{ InstanceId: "i-0f0f0f0f" }] }],
        loadBalancers: [
          {
            Region: HOME,
            LoadBalancerName: "found",
            Type: "application",
            Listeners: [{ Protocol: "HTTP", Port: 80 }],
          },
        ],
        secrets: [{ Region: HOME, Name: "app/found", ARN: `arn:aws:secretsmanager:${HOME}:${accountId}:secret:app/found-a1B2c3` }],
      },
    ],
  });
});
afterEach(() => aws.clearFaults());
afterAll(async () => {
  collecting.close();
  vi.unstubAllEnvs();
  await aws.close();
});

function find(type: string, by: string, value: string, region: string | null = HOME): ReturnType<Collecting["find"]> {
  const selector: Selector = { type, by, value, accountId, region };
  return collecting.find({
    op: "find",
    selector,
    partition: "aws",
    regions: [HOME, "eu-west-1"],
    deadline: new Date(Date.now() + 30_000).toISOString(),
  });
}
async function found(...asked: Parameters<typeof find>): Promise<readonly string[]> {
  const { refs, gaps } = await find(...asked);
  expect(gaps).toEqual([]);
  return refs
    .map(({ arn, subResourceId, region }) => [arn.replace(`:${accountId}:`, "::"), subResourceId, region].filter(Boolean).join(" "))
    .toSorted();
}
const [USER, KEY, INLINE, ROLE] = ["AWS::IAM::User", "AWS::IAM::AccessKey", "AWS::IAM::UserPolicy", "AWS::IAM::Role"] as const;
const GROUP = "AWS::EC2::SecurityGroup";
const LISTENER = "AWS::ElasticLoadBalancingV2::Listener";
const BALANCERS = `arn:aws:elasticloadbalancing:${HOME}:${accountId}:loadbalancer/app`;
/** The ARN of the one that was added, as its creation tells it. */
async function balancers(): Promise<readonly string[]> {
  aws.tellChanges({ queue: "found", region: HOME });
  aws.patchWorld({ accounts: [{ id: accountId, loadBalancers: [{ Region: HOME, LoadBalancerName: "found", Listeners: [] }] }] });
  aws.patchWorld({
    accounts: [
      { id: accountId, loadBalancers: [{ Region: HOME, LoadBalancerName: "found", Listeners: [{ Protocol: "HTTP", Port: 80 }] }] },
    ],
  });
  const from = { queue: `https://sqs.${HOME}.amazonaws.com/${accountId}/found`, region: HOME };
  const messages = await collecting.receive({ op: "receive", from, waits: false }, new AbortController().signal);
  aws.tellChanges(null);
  return messages.flatMap(({ body }) => /"loadBalancerArn":"([^"]+)"/.exec(body)?.[1] ?? []);
}

const SELECTED: readonly (readonly [string, Parameters<typeof find>, readonly string[]])[] = [
  ["a user by name, with the path", [USER, "userName", "fay"], ["arn:aws:iam:::user/people/fay global"]],
  ["the users of a group", [USER, "groupName", "admins"], ["arn:aws:iam:::user/gus global", "arn:aws:iam:::user/hal global"]],
  [
    "the users with a policy, each once, also through groups",
    [USER, "policyArn", POLICY],
    ["arn:aws:iam:::user/gus global", "arn:aws:iam:::user/hal global"],
  ],
  ["a user's keys", [KEY, "userName", "fay"], ["arn:aws:iam:::user/people/fay AKIAFOUND00000000001 global"]],
  ["a user's inline policies", [INLINE, "userName", "fay"], [1, 2, 3].map((n) => `arn:aws:iam:::user/people/fay inline-${n} global`)],
  ["a role by name, with the path", [ROLE, "roleName", "deploy"], ["arn:aws:iam:::role/ci/deploy global"]],
  ["the roles with a policy", [ROLE, "policyArn", POLICY], ["arn:aws:iam:::role/ci/deploy global"]],
  ["a security group by name", [GROUP, "groupName", "found"], [`arn:aws:ec2:${HOME}::security-group/sg-0f0f0f0f ${HOME}`]],
  [
    "the groups that refer to a prefix list",
    [GROUP, "prefixListId", "pl-0f0f0f0f"],
    [`arn:aws:ec2:${HOME}::security-group/sg-0f0f0f0f ${HOME}`],
  ],
  ["the volumes of a machine", ["AWS::EC2::Volume", "instanceId", "i-0f0f0f0f"], [`arn:aws:ec2:${HOME}::volume/vol-0f0f0f0f ${HOME}`]],
  [
    "a secret by name",
    ["AWS::SecretsManager::Secret", "secretId", "app/found"],
    [`arn:aws:secretsmanager:${HOME}::secret:app/found-a1B2c3 ${HOME}`],
  ],
];

describe("what an event touches without naming it is found", () => {
  test.each([...SELECTED])("%s", async (_, asked, expected) => {
    expect(await found(...asked)).toEqual(expected);
  });
  test("the listeners of a load balancer", async () => {
    const [balancer] = await balancers();
    expect(await found(LISTENER, "loadBalancerArn", balancer ?? "")).toEqual([expect.stringContaining(":listener/app/found/")]);
  });
  test("every bucket of the account", async () => {
    expect(await found("AWS::S3::Bucket", "account", accountId, null)).toHaveLength(aws.world().accounts[0]?.buckets.length ?? 0);
  });
});

describe("nothing is found, and nothing is missing", () => {
  test.each<[string, Parameters<typeof find>]>([
    ["of a user who is gone", [USER, "userName", "nobody"]],
    ["of their keys", [KEY, "userName", "nobody"]],
    ["of their policies", [INLINE, "userName", "nobody"]],
    ["of a group that is gone", [USER, "groupName", "none"]],
    ["of a role that is gone", [ROLE, "roleName", "none"]],
    ["of a policy that nobody has", [ROLE, "policyArn", `${POLICY}-2`]],
    ["of a load balancer that is gone", [LISTENER, "loadBalancerArn", `${BALANCERS}/none/0`]],
    ["of a secret that is gone", ["AWS::SecretsManager::Secret", "secretId", "none"]],
    ["of a machine without volumes", ["AWS::EC2::Volume", "instanceId", "i-1"]],
    ["in a region where it is not", [GROUP, "groupName", "found", "eu-west-1"]],
  ])("%s", async (_, asked) => {
    expect(await found(...asked)).toEqual([]);
  });
});

test("what may not be asked is a gap that names the permission", async () => {
  aws.addFault({ operation: "iam:GetGroup", kind: "denied" });
  const { refs, gaps } = await find(USER, "policyArn", POLICY);
  expect(refs).toEqual([]);
  expect(gaps).toMatchObject([{ reason: "denied", missing: ["iam:GetGroup"] }]);
});

test("every page is read", async () => {
  const names = Array.from({ length: 230 }, (_, i) => `many-${i}`);
  const inline = names.map((PolicyName) => ({ PolicyName, PolicyDocument: "{}" }));
  const attached = { AttachedManagedPolicies: [{ PolicyArn: `${POLICY}-of-many` }] };
  aws.patchWorld({
    accounts: [
      {
        id: accountId,
        iam: {
          groups: [{ GroupName: "crowd" }],
          roles: names.map((RoleName) => ({ RoleName, AssumeRolePolicyDocument: "{}", ...attached })),
          users: [
            ...names.map((UserName) => ({ UserName, GroupList: ["crowd"], ...attached })),
            { UserName: "ida", UserPolicyList: inline },
          ],
        },
      },
    ],
  });
  aws.clearCalls();
  expect(await found(USER, "groupName", "crowd")).toHaveLength(names.length);
  expect(await found(USER, "policyArn", `${POLICY}-of-many`)).toHaveLength(names.length);
  expect(await found(INLINE, "userName", "ida")).toHaveLength(names.length);
  // One by one they would take as long as a sweep.
  expect(aws.calls().filter(({ operation }) => operation === "GetUser").length).toBeLessThan(5);
  expect(await found(ROLE, "policyArn", `${POLICY}-of-many`)).toHaveLength(names.length);
  aws.addFault({ operation: "iam:GetAccountAuthorizationDetails", kind: "denied" });
  for (const type of [USER, ROLE])
    expect((await find(type, "policyArn", `${POLICY}-of-many`)).gaps).toMatchObject([
      { reason: "denied", missing: ["iam:GetAccountAuthorizationDetails"] },
    ]);
});

test("AWS that asks for patience for a while is asked again", async () => {
  aws.addFault({ operation: "iam:GetGroup", kind: "throttled", times: 2 });
  expect(await found(USER, "groupName", "admins")).toHaveLength(2);
});

test("a page that is missing is a gap and no end", async () => {
  aws.addFault({ operation: "s3:ListBuckets", kind: "error500" });
  expect((await find("AWS::S3::Bucket", "account", accountId, null)).gaps).toMatchObject([{ reason: "network" }]);
});

test("each selector for which one of our kinds declares calls is in this table", async () => {
  const { checks } = await loadConfig({ folder: import.meta.dirname, defaults: firstPartyPlugins });
  const kinds = [...new Map(checks.map(({ check }) => [check.resource.type, check.resource])).values()];
  const finds = kinds.flatMap(({ type, finds: all }) => Object.keys(all ?? {}).map((by) => `${type} ${by}`));
  const others = [`${LISTENER} loadBalancerArn`, "AWS::S3::Bucket account"];
  expect(finds.toSorted()).toEqual([...SELECTED.map(([, [type, by]]) => `${type} ${by}`), ...others].toSorted());
});
