import { ANY_EVENT, type CloudEvent, type EventName, GLOBAL, type Kind, parseArn, type ResourceRef, type Selector } from "@posture/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as all from "./index.ts";

/* Whatever stands in a CloudTrail record: what a kind makes of it is a resource of the account, a selector that somebody finds, or nothing. */

const KINDS = [...new Set<unknown>(Object.values(all))].filter(isKind);
function isKind(value: unknown): value is Kind {
  return typeof value === "object" && value !== null && "locate" in value && "lifecycle" in value;
}

/** Selectors that nobody finds, and why. */
const LEFT_TO_SWEEPS: Readonly<Record<string, string>> = {
  "AWS::EC2::SecurityGroup use": "who uses a group is asked of a dozen services, and it is not urgent",
  "AWS::IAM::Role account": "every role, where the organization changed",
};

const ACCOUNT = "111122223333";
const OTHER = "444455556666";
const REGION = "eu-west-1";
const arn = (service: string, resource: string, region = REGION): string => `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;

/** What records name things by. */
const TEXTS = [
  "alice",
  "",
  "sg-0a1",
  "vol-0a1",
  "i-0a1",
  "pl-0a1",
  "fs-0a1",
  "app/db",
  "my-bucket",
  "ap-x-s3alias",
  "AccessDenied",
  "us-east-1",
  "IAMUser",
  "Root",
  arn("iam", "user/people/alice", ""),
  arn("iam", "role/deploy", ""),
  arn("iam", "policy/ops", ""),
  arn("secretsmanager", "secret:app/db-a1B2c3"),
  arn("elasticloadbalancing", "listener/app/web/0a1/0b2"),
  arn("elasticloadbalancing", "listener-rule/app/web/0a1/0b2/0c3"),
  arn("elasticloadbalancing", "loadbalancer/app/web/0a1"),
  arn("sns", "alerts"),
  arn("sns", "alerts").replace(ACCOUNT, OTHER),
  arn("kinesis", "stream/clicks"),
  arn("rds", "db:orders"),
  arn("rds", "cluster:shop"),
  `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/jobs`,
  `https://sqs.${REGION}.amazonaws.com/${OTHER}/jobs`,
  `arn:aws:iam::${OTHER}:root`,
];
const PARAMETERS =
  "userName newUserName roleName groupName policyArn targetPrincipal groupId groupSet prefixListId ModifySecurityGroupRulesRequest GroupId PrefixListId items instanceId instancesSet volumeId CreateReplaceRootVolumeTaskRequest InstanceId resourcesSet resourceId dBInstanceIdentifier newDBInstanceIdentifier dBClusterIdentifier resourceName secretId name addReplicaRegions removeReplicaRegions region topicArn queueUrl fileSystemId sourceFileSystemId destinations streamName streamARN listenerArn loadBalancerArn ruleArn rulePriorities listeners loadBalancers loadBalancerName bucketName x-amz-acl user role arn aRN".split(
    " ",
  );

const text = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...TEXTS) }, fc.string());
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 6, arbitrary: text },
    fc.constantFrom(null, 7, true),
    { weight: 2, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
    { weight: 3, arbitrary: fc.dictionary(fc.constantFrom(...PARAMETERS), tie("value"), { maxKeys: 3 }) },
  ),
}));
const parameters = fc.oneof({ weight: 8, arbitrary: fc.dictionary(fc.constantFrom(...PARAMETERS), value, { maxKeys: 4 }) }, value);
const resource = fc.record({
  type: fc.constantFrom("AWS::S3::Bucket", "AWS::S3::Object"),
  ARN: fc.constantFrom("arn:aws:s3:::my-bucket", "x"),
  accountId: fc.constantFrom(ACCOUNT, OTHER),
});
const record = fc.record(
  {
    requestParameters: parameters,
    responseElements: parameters,
    apiVersion: fc.constantFrom("2015-12-01", "2012-06-01", "x"),
    userIdentity: fc.record({ type: text, userName: text, arn: text }, { requiredKeys: [] }),
    eventTime: fc.constantFrom("2026-01-01T00:00:00Z", "x"),
    resources: fc.oneof(fc.array(resource), value),
  },
  { requiredKeys: ["requestParameters"] },
);
const detail = fc.oneof({ weight: 8, arbitrary: record }, fc.jsonValue(), fc.anything());

function heardBy({ lifecycle, facets }: Kind): EventName[] {
  return [...lifecycle, ...Object.values(facets).flatMap(({ changedBy }) => changedBy)];
}
function eventsOf(kind: Kind): fc.Arbitrary<CloudEvent> {
  const names = heardBy(kind).map((it) => (it === ANY_EVENT ? { source: "ec2.amazonaws.com", name: "RunInstances" } : it));
  return fc
    .tuple(fc.constantFrom(...names), detail)
    .map(([name, it]) => ({ ...name, partition: "aws", accountId: ACCOUNT, region: REGION, detail: it }));
}

/** What is wrong with a reference or a selector; nothing, where all is well. */
function faultsOf(kind: Kind, found: ResourceRef | Selector): string[] {
  const isSelector = !("arn" in found);
  // Only a session in the stead of another account's root user is about an account other than its own.
  const isAccount = kind.type === "AWS::::Account";
  const ownerId = isSelector ? found.accountId : (parseArn(found.arn)?.accountId ?? "no ARN");
  const faults = {
    "is of another kind": found.type !== kind.type,
    "is another account's": !isAccount && found.accountId !== ACCOUNT,
    "is in no region": found.region === "",
    "has a text that is empty": isSelector ? found.value === "" : found.name === "" || found.subResourceId === "",
    "has an ARN of another account": ownerId !== "" && ownerId !== found.accountId,
    "is global, or is not": !isSelector && kind.type.startsWith("AWS::IAM") && found.region !== GLOBAL,
  };
  return Object.entries(faults).flatMap(([fault, isThere]) => (isThere ? [fault] : []));
}

describe.each(KINDS.map((kind) => [kind.type, kind] as const))("%s, in any record of an event that it hears", (_, kind) => {
  it("locates well-formed references and selectors only, and never throws", () => {
    fc.assert(
      fc.property(eventsOf(kind), (event) => {
        const found = kind.locate(event);
        expect(found.flatMap((it) => faultsOf(kind, it))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
  it("selects what somebody finds, or what is known to be left to the next sweep, and each of these", () => {
    const made = fc.sample(eventsOf(kind), { numRuns: 6000, seed: 1 }).flatMap((event) => kind.locate(event));
    expect(made.length).toBeGreaterThan(0);
    const by = new Set(made.flatMap((it) => ("by" in it ? [`${kind.type} ${it.by}`] : [])));
    const findable = Object.keys(kind.finds ?? {}).map((name) => `${kind.type} ${name}`);
    const left = Object.keys(LEFT_TO_SWEEPS).filter((it) => it.startsWith(`${kind.type} `));
    expect([...by].toSorted()).toEqual([...findable, ...left].toSorted());
  });
});

it("a record as deep as a body can be is no reason to fall over", () => {
  let deep: unknown = "sg-0a1";
  for (let i = 0; i < 100_000; i++) deep = { items: [deep] };
  for (const kind of KINDS)
    for (const { source, name } of heardBy(kind))
      expect(
        kind.locate({ source, name, partition: "aws", accountId: ACCOUNT, region: REGION, detail: { requestParameters: deep } }),
      ).toEqual(expect.any(Array));
});
