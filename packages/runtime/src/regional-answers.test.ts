import { describe, expect, test } from "vitest";
import {
  ACCOUNT,
  ANY,
  both,
  bound,
  group,
  groupId,
  listedBy,
  ME,
  owned,
  refersTo,
  Region,
  simulatedAws,
  TARGET,
  twice,
  useCollectors,
  worldOf,
} from "./collectors.test.fixture.ts";

/* What the collectors make of AWS's answers, each by itself: what is missing in them, and who uses a security group. */

useCollectors();

describe("a listing whose resource does not say", () => {
  test.each<readonly [what: string, facet: string, type: string, lists: object]>([
    ["EBS-09", "encryption", "AWS::EC2::Volume", { volumes: [{ Region, VolumeId: "vol-1" }] }],
    ["EFS-09", "encryption", "AWS::EFS::FileSystem", { fileSystems: [{ Region, FileSystemId: "fs-1" }] }],
    [
      "ALB-18",
      "front",
      "AWS::ElasticLoadBalancingV2::Listener",
      { loadBalancers: [{ Region, LoadBalancerName: "a", Listeners: [{ Port: 80 }] }] },
    ],
    ["which engine it is", "use", "AWS::RDS::DBInstance", { dbInstances: [{ Region, DBInstanceIdentifier: "a" }] }],
    ["which engine it is", "use", "AWS::RDS::DBCluster", { dbClusters: [{ Region, DBClusterIdentifier: "a" }] }],
    [
      "which protocol it speaks",
      "listeners",
      "AWS::ElasticLoadBalancing::LoadBalancer",
      {
        classicLoadBalancers: [
          { Region, LoadBalancerName: "a", ListenerDescriptions: [{ Listener: { LoadBalancerPort: 80, InstancePort: 80 } }] },
        ],
      },
    ],
  ])("%s has the facet %s unreadable, in the listing and alone", async (_, facet, type, lists) => {
    simulatedAws().setWorld(worldOf(lists));
    const collector = bound(type);
    const [found, ...others] = await listedBy(collector);
    expect(others).toEqual([]);
    expect(found?.facets[facet]).toMatchObject({ state: "unreadable", reason: "malformed" });
    if (found) expect(await bound(type).read(found.ref, facet, undefined)).toMatchObject({ state: "unreadable", reason: "malformed" });
  });
});

describe("databases", () => {
  test("RDI-16: an instance is one, and its cluster is the one that names it as a member", async () => {
    simulatedAws().setWorld(
      worldOf({
        dbInstances: [{ Region, DBInstanceIdentifier: "shop-1", DBClusterIdentifier: "shop", Engine: "aurora-mysql" }],
        dbClusters: [{ Region, DBClusterIdentifier: "shop", Engine: "aurora-mysql" }],
      }),
    );
    const instances = bound("AWS::RDS::DBInstance");
    const [found] = await listedBy(instances);
    expect(found && (await instances.read(found.ref, "cluster", undefined))).toMatchObject({
      state: "known",
      value: "arn:aws:rds:us-east-1:111122223333:cluster:shop",
    });
  });
  test("RDI-08: a cluster that may not be read is not one that is absent", async () => {
    simulatedAws().setWorld(
      worldOf({ dbInstances: [{ Region, DBInstanceIdentifier: "shop-1", DBClusterIdentifier: "shop", Engine: "aurora-mysql" }] }),
    );
    const instances = bound("AWS::RDS::DBInstance");
    const [found] = await listedBy(instances);
    simulatedAws().addFault({ operation: "rds:DescribeDBClusters", kind: "denied" });
    expect(found && (await instances.read(found.ref, "cluster", undefined))).toMatchObject({ state: "unreadable", reason: "denied" });
  });
});

describe("secrets", () => {
  test("SEC-12: what is scheduled for deletion is not listed, and says so when it is read", async () => {
    simulatedAws().setWorld(
      worldOf({
        secrets: [
          { Region, Name: "old", DeletedDate: "2026-01-01T00:00:00.000Z" },
          { Region, Name: "app" },
        ],
      }),
    );
    const collector = bound("AWS::SecretsManager::Secret");
    const [app, ...others] = await listedBy(collector);
    expect([app?.ref.name, others]).toEqual(["app", []]);
  });
});

describe("topics", () => {
  test.each([
    ["SNS-02: an empty key", { KmsMasterKeyId: "" }],
    ["SNS-02: a key of blanks", { KmsMasterKeyId: " " }],
  ])("%s is none", async (_, Attributes) => {
    simulatedAws().setWorld(worldOf({ topics: [{ Region, TopicName: "alerts", Attributes }] }));
    const topics = bound("AWS::SNS::Topic");
    const [found] = await listedBy(topics);
    if (!found) throw new Error("the topic was not listed");
    expect(await topics.read(found.ref, "key", undefined)).toMatchObject({ state: "absent" });
  });
});

describe("load balancers", () => {
  const lists = {
    loadBalancers: ["one", "two"].map((LoadBalancerName) => ({ Region, LoadBalancerName, Listeners: [{ Port: 443, Protocol: "HTTPS" }] })),
  };
  test("of which one went while they were listed leave the others", async () => {
    simulatedAws().setWorld(worldOf(lists));
    expect((await listedBy(bound("AWS::ElasticLoadBalancingV2::Listener"))).map(({ ref }) => ref.name.split("/")[0])).toEqual([
      "one",
      "two",
    ]);
  });
  test("of which one may not be looked into leave the others, and an incomplete listing", async () => {
    simulatedAws().setWorld(worldOf(lists));
    simulatedAws().addFault({ operation: "elasticloadbalancingv2:DescribeListeners", kind: "denied", times: 1 });
    const found: string[] = [];
    const listing = async (): Promise<void> => {
      for await (const { ref } of bound("AWS::ElasticLoadBalancingV2::Listener").list(TARGET, new Set())) found.push(ref.name);
    };
    await expect(listing()).rejects.toMatchObject({ gap: { reason: "denied", missing: ["elasticloadbalancing:DescribeListeners"] } });
    expect(found).toHaveLength(1);
  });
});

/* ---------- who uses a security group ---------- */

const DB = { Engine: "mysql", VpcSecurityGroups: [{ VpcSecurityGroupId: groupId(ME), Status: "active" }] };

describe("the use of a security group, in a sweep and alone:", () => {
  test("SGU-05: its own rule is none", async () =>
    expect(await both("references", { securityGroups: [group(ME, { IpPermissions: [refersTo(ME)] })] })).toEqual(twice([])));
  test("SGU-06: an inbound rule of another group", async () =>
    expect(await both("references", { securityGroups: [group(ME), group(2, { IpPermissions: [refersTo(ME)] })] })).toEqual(
      twice([{ groupId: groupId(2), isMutual: false }]),
    ));
  test("SGU-07: an outbound rule of another group", async () =>
    expect(await both("references", { securityGroups: [group(ME), group(2, { IpPermissionsEgress: [refersTo(ME)] })] })).toEqual(
      twice([{ groupId: groupId(2), isMutual: false }]),
    ));
  test("SGU-08: a rule of a group that it refers to itself", async () =>
    expect(
      await both("references", {
        securityGroups: [group(ME, { IpPermissions: [refersTo(2)] }), group(2, { IpPermissions: [refersTo(ME)] })],
      }),
    ).toEqual(twice([{ groupId: groupId(2), isMutual: true }])));
  test.each([
    ["SGU-02, SGU-16, SGU-23: an interface in use", { Status: "in-use" }, "in-use"],
    ["SGU-03: a detached interface", { Status: "available" }, "available"],
    ["SGU-17: an interface that a service manages and the account hides", { Operator: { Managed: true } }, "in-use"],
  ])("%s", async (_, more, status) =>
    expect(await both("interfaces", { networkInterfaces: [{ Region, NetworkInterfaceId: "eni-1", Groups: owned(ME), ...more }] })).toEqual(
      twice([{ id: "eni-1", status }]),
    ),
  );
  test("an interface of another group is none", async () =>
    expect(await both("interfaces", { networkInterfaces: [{ Region, NetworkInterfaceId: "eni-1", Groups: owned(2) }] })).toEqual(
      twice([]),
    ));
  test("SGU-09: an instance that is stopped", async () =>
    expect(await both("databases", { dbInstances: [{ Region, DBInstanceIdentifier: "a", DBInstanceStatus: "stopped", ...DB }] })).toEqual(
      twice(["arn:aws:rds:us-east-1:111122223333:db:a"]),
    ));
  test("SGU-10: a cluster that is paused", async () =>
    expect(await both("databases", { dbClusters: [{ Region, DBClusterIdentifier: "a", Status: "paused", ...DB }] })).toEqual(
      twice(["arn:aws:rds:us-east-1:111122223333:cluster:a"]),
    ));
  const template = (more: object, data: object): object => ({
    launchTemplateVersions: [{ Region, LaunchTemplateId: "lt-1", LaunchTemplateData: data, ...more }],
  });
  test.each([
    ["SGU-14: the latest version of a launch template", { Latest: true }, { SecurityGroupIds: [groupId(ME)] }, ["lt-1"]],
    [
      "the default version, by an interface of it",
      { DefaultVersion: true },
      { NetworkInterfaces: [{ DeviceIndex: 0, Groups: [groupId(ME)] }] },
      ["lt-1"],
    ],
    ["SGU-15: an old version is none", {}, { SecurityGroupIds: [groupId(ME)] }, []],
    ["a template without groups is none", { Latest: true }, {}, []],
  ])("%s", async (_, more, data, found) => expect(await both("launchTemplates", template(more, data))).toEqual(twice(found)));
  test("SGU-11: a function that is idle", async () =>
    expect(
      await both("functions", {
        functions: [
          {
            Region,
            FunctionName: "f",
            FunctionArn: "arn:aws:lambda:us-east-1:111122223333:function:f",
            VpcConfig: { SecurityGroupIds: [groupId(ME)] },
          },
          { Region, FunctionName: "g" },
        ],
      }),
    ).toEqual(twice(["arn:aws:lambda:us-east-1:111122223333:function:f"])));
  test("SGU-22: a share with another account", async () => {
    const arn = `arn:aws:ec2:us-east-1:111122223333:security-group/${groupId(ME)}`;
    const resourceShareArn = "arn:aws:ram:us-east-1:111122223333:resource-share/1";
    expect(await both("shares", { sharedResources: [{ Region, arn, resourceShareArn, type: "ec2:SecurityGroup" }] })).toEqual(
      twice([resourceShareArn]),
    );
  });
  test("a group of a peered VPC", async () =>
    expect(
      await both("peers", {
        peerReferences: [{ Region, GroupId: groupId(ME), ReferencingVpcId: "vpc-2", VpcPeeringConnectionId: "pcx-1" }],
      }),
    ).toEqual(twice(["vpc-2"])));
  test("a group that went spoils the answer about its neighbours, who are then asked about alone", async () => {
    simulatedAws().setWorld(worldOf({ securityGroups: [group(ME), group(2)] }));
    const sweeping = bound("AWS::EC2::SecurityGroup");
    const mine = (await listedBy(sweeping)).find(({ ref }) => ref.name === groupId(ME));
    simulatedAws().patchWorld({ accounts: [{ id: ACCOUNT, remove: [groupId(2)] }] });
    expect(mine && (await sweeping.read(mine.ref, "peers", ANY))).toMatchObject({ state: "known", value: [] });
  });
});
