import { type AwsAccess, type AwsRun, openAws } from "@posture/aws-access";
import type { Answer, Listed, ResourceRef, Target } from "@posture/core";
import { securityGroup, securityGroupRef } from "@posture/resources-aws/ec2";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Answered, type AnswerServer, type Asked, ec2Error, startAnswers } from "./answers.test.server.ts";
import { securityGroups } from "./ec2-security-group.ts";

const ACCOUNT = "111122223333";
const TARGET: Target = { accountId: ACCOUNT, partition: "aws", region: "eu-west-1" };
const WEB: ResourceRef = securityGroupRef("sg-web", TARGET);
const ALLOWED = [...securityGroup.lists, ...Object.values(securityGroup.facets).flatMap(({ read }) => read)];
const ALL = { except: [] };

let server: AnswerServer;
let aws: AwsAccess;
const before = { ...process.env };

async function given(answer: (asked: Asked) => Answered): Promise<AwsRun> {
  server = await startAnswers(answer);
  process.env = { ...before, AWS_ENDPOINT_URL: server.endpoint, AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" };
  aws = openAws({ random: () => 0 });
  return aws.run({ allowed: ALLOWED, deadline: new Date(Date.now() + 60_000).toISOString(), accountId: ACCOUNT, partition: "aws" });
}
async function list(host: AwsRun): Promise<{ found: Listed[]; failure: unknown }> {
  const found: Listed[] = [];
  try {
    for await (const listed of securityGroups.bind(host).list(TARGET, new Set())) found.push(listed);
    return { found, failure: null };
  } catch (failure) {
    return { found, failure };
  }
}
async function readFacet(facet: string, answer: Answered): Promise<Answer> {
  return securityGroups.bind(await given(() => answer)).read(WEB, facet, undefined);
}

const SSH =
  "<item><ipProtocol>tcp</ipProtocol><fromPort>22</fromPort><toPort>22</toPort><groups/><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges><ipv6Ranges><item><cidrIpv6>::/0</cidrIpv6></item></ipv6Ranges><prefixListIds/></item>";
const SSH_RULE = { protocol: "tcp", from: 22, to: 22, cidrs: ["0.0.0.0/0"], cidrs6: ["::/0"], prefixListIds: [], groupIds: [] };
function fromLists(...ids: readonly string[]): string {
  const items = ids.map((id) => `<item><prefixListId>${id}</prefixListId></item>`).join("");
  return `<item><ipProtocol>-1</ipProtocol><groups><item><groupId>sg-other</groupId></item></groups><ipRanges/><ipv6Ranges/><prefixListIds>${items}</prefixListIds></item>`;
}
function group(id: string, rules: string, owner = ACCOUNT): string {
  return `<item><ownerId>${owner}</ownerId><groupId>${id}</groupId><groupName>${id.slice(3)}</groupName><groupDescription>for tests</groupDescription><vpcId>vpc-1</vpcId><ipPermissions>${rules}</ipPermissions><ipPermissionsEgress/></item>`;
}
function groups(items: string, token = ""): Answered {
  return {
    body: `<DescribeSecurityGroupsResponse><securityGroupInfo>${items}</securityGroupInfo>${token && `<nextToken>${token}</nextToken>`}</DescribeSecurityGroupsResponse>`,
  };
}
function lists(versions: Readonly<Record<string, number | null>>): Answered {
  const items = Object.entries(versions).map(
    ([id, version]) => `<item><prefixListId>${id}</prefixListId>${version === null ? "" : `<version>${version}</version>`}</item>`,
  );
  return {
    body: `<DescribeManagedPrefixListsResponse><prefixListSet>${items.join("")}</prefixListSet></DescribeManagedPrefixListsResponse>`,
  };
}
function entries(cidrs: readonly string[], token = ""): Answered {
  const items = cidrs.map((cidr) => `<item><cidr>${cidr}</cidr></item>`).join("");
  return {
    body: `<GetManagedPrefixListEntriesResponse><entrySet>${items}</entrySet>${token && `<nextToken>${token}</nextToken>`}</GetManagedPrefixListEntriesResponse>`,
  };
}

/** AWS with one group per set of lists, and the given answers for the lists. */
function world(ids: readonly string[], answer: (asked: Asked) => Answered): (asked: Asked) => Answered {
  return (asked) => (asked.what === "DescribeSecurityGroups" ? groups(group("sg-web", fromLists(...ids))) : answer(asked));
}

async function readLists(ids: readonly string[], answer: (asked: Asked) => Answered): Promise<Answer> {
  return securityGroups.bind(await given(world(ids, answer))).read(WEB, "prefixLists", ALL);
}

beforeEach(() => {
  process.env = { ...before };
});
afterEach(async () => {
  process.env = { ...before };
  aws.close();
  await server.close();
});

describe("listing security groups", () => {
  test("goes through every page and brings rules, identity and tags along", async () => {
    const host = await given(({ query }) => (query.has("NextToken") ? groups(group("sg-two", "")) : groups(group("sg-one", SSH), "next")));
    const { found, failure } = await list(host);
    expect(failure).toBeNull();
    expect(found.map(({ ref }) => ref.arn)).toEqual(
      ["sg-one", "sg-two"].map((id) => `arn:aws:ec2:eu-west-1:111122223333:security-group/${id}`),
    );
    expect(found[0]?.facets).toMatchObject({
      rules: { state: "known", value: [SSH_RULE] },
      group: { state: "known", value: { ownerId: ACCOUNT, groupName: "one", description: "for tests", vpcId: "vpc-1" } },
      tags: { state: "known", value: {} },
    });
    expect(server.asked.map(({ query, region }) => [query.get("MaxResults"), region])).toEqual([
      ["1000", "eu-west-1"],
      ["1000", "eu-west-1"],
    ]);
  });
  test("a shared group keeps its owner's ARN in the account that sees it", async () => {
    const { found } = await list(await given(() => groups(group("sg-shared", "", "444455556666"))));
    expect(found[0]?.ref).toMatchObject({ accountId: ACCOUNT, arn: "arn:aws:ec2:eu-west-1:444455556666:security-group/sg-shared" });
  });
  test("one group that makes no sense leaves the others whole", async () => {
    const host = await given(() =>
      groups(
        group("sg-odd", "<item><ipProtocol>tcp</ipProtocol><fromPort>22</fromPort><toPort>22</toPort></item>") + group("sg-fine", SSH),
      ),
    );
    const { found, failure } = await list(host);
    expect(failure).toBeNull();
    expect(found.map(({ facets }) => facets["rules"]?.state)).toEqual(["unreadable", "known"]);
  });
  test("an answer without its list is no empty region", async () => {
    const { failure } = await list(
      await given(() => ({ body: "<DescribeSecurityGroupsResponse><requestId>r</requestId></DescribeSecurityGroupsResponse>" })),
    );
    expect(failure).toMatchObject({ gap: { reason: "malformed", missing: [] } });
  });
  test("a second page that is denied leaves the first one's groups and an incomplete listing", async () => {
    const { found, failure } = await list(
      await given(({ query }) => (query.has("NextToken") ? ec2Error(403, "UnauthorizedOperation") : groups(group("sg-one", ""), "next"))),
    );
    expect(found).toHaveLength(1);
    expect(failure).toMatchObject({ gap: { reason: "denied" } });
  });
});

describe("reading one group", () => {
  test("rules, identity and tags share one call", async () => {
    const collector = securityGroups.bind(await given(() => groups(group("sg-web", SSH))));
    const answers = await Promise.all(["rules", "group", "tags"].map((facet) => collector.read(WEB, facet, undefined)));
    expect(answers.map(({ state }) => state)).toEqual(["known", "known", "known"]);
    expect(server.asked.map(({ query }) => query.get("GroupId.1"))).toEqual(["sg-web"]);
  });
  test("a group that AWS does not find is gone", async () => {
    expect(await readFacet("rules", ec2Error(400, "InvalidGroup.NotFound"))).toMatchObject({ state: "gone" });
  });
  test.each([
    ["InvalidGroupId.Malformed", "malformed"],
    ["UnauthorizedOperation", "denied"],
  ])("%s does not say that it is gone", async (code, reason) => {
    expect(await readFacet("rules", ec2Error(code === "UnauthorizedOperation" ? 403 : 400, code))).toMatchObject({
      state: "unreadable",
      reason,
    });
  });
  test.each([
    ["nothing", ""],
    ["another group", group("sg-other", "")],
  ])("an answer about %s says nothing about this one", async (_, items) => {
    expect(await readFacet("rules", groups(items))).toMatchObject({ state: "unreadable", reason: "malformed" });
  });
});

describe("prefix lists", () => {
  test("each is read in the version that was described, all pages of it", async () => {
    const answer = await readLists(["pl-1"], ({ what, query }) => {
      if (what === "DescribeManagedPrefixLists") return lists({ "pl-1": 7 });
      return query.has("NextToken") ? entries(["198.51.100.0/24"]) : entries(["203.0.113.0/24"], "next");
    });
    expect(answer).toMatchObject({ state: "known", value: { "pl-1": { state: "known", value: ["203.0.113.0/24", "198.51.100.0/24"] } } });
    expect(
      server.asked.filter(({ what }) => what === "GetManagedPrefixListEntries").map(({ query }) => query.get("TargetVersion")),
    ).toEqual(["7", "7"]);
  });
  test("a list of AWS's own has no version, and is read without", async () => {
    const answer = await readLists(["pl-aws"], ({ what }) =>
      what === "DescribeManagedPrefixLists" ? lists({ "pl-aws": null }) : entries(["52.0.0.0/8"]),
    );
    expect(answer).toMatchObject({ value: { "pl-aws": { state: "known", value: ["52.0.0.0/8"] } } });
  });
  test("one that may not be read leaves the other usable", async () => {
    const answer = await readLists(["pl-1", "pl-2"], ({ what, query }) => {
      if (what === "DescribeManagedPrefixLists") return lists({ "pl-1": 1, "pl-2": 1 });
      return query.get("PrefixListId") === "pl-1" ? ec2Error(403, "UnauthorizedOperation") : entries(["0.0.0.0/0"]);
    });
    expect(answer).toMatchObject({
      state: "known",
      value: { "pl-1": { state: "unreadable", reason: "denied" }, "pl-2": { state: "known", value: ["0.0.0.0/0"] } },
    });
  });
  test("one that does not exist spoils the common question, so each is asked for by itself", async () => {
    const answer = await readLists(["pl-1", "pl-lost"], ({ what, query }) => {
      if (what !== "DescribeManagedPrefixLists") return entries(["10.0.0.0/8"]);
      return [...query.values()].includes("pl-lost") ? ec2Error(400, "InvalidPrefixListID.NotFound") : lists({ "pl-1": 1 });
    });
    expect(answer).toMatchObject({
      value: { "pl-1": { state: "known", value: ["10.0.0.0/8"] }, "pl-lost": { state: "known", value: null } },
    });
  });
  test("a look-alike that leaves out a list it does not know says the same", async () => {
    expect(await readLists(["pl-lost"], () => lists({}))).toMatchObject({ value: { "pl-lost": { state: "known", value: null } } });
  });
  test("who may not describe lists may still read them", async () => {
    const answer = await readLists(["pl-1"], ({ what }) =>
      what === "DescribeManagedPrefixLists" ? ec2Error(403, "UnauthorizedOperation") : entries(["10.0.0.0/8"]),
    );
    expect(answer).toMatchObject({ value: { "pl-1": { state: "known", value: ["10.0.0.0/8"] } } });
  });
  test("what nobody needs to read is not read", async () => {
    const collector = securityGroups.bind(
      await given(
        world(["pl-1", "pl-trusted"], ({ what }) => (what === "DescribeManagedPrefixLists" ? lists({ "pl-1": 1 }) : entries([]))),
      ),
    );
    expect(await collector.read(WEB, "prefixLists", { except: ["pl-trusted"] })).toMatchObject({
      value: { "pl-1": { state: "known", value: [] } },
    });
    expect(server.asked.flatMap(({ query }) => [...query.values()])).not.toContain("pl-trusted");
  });
  test("a group that refers to none asks nothing about lists", async () => {
    expect(await readLists([], () => lists({}))).toMatchObject({ state: "known", value: {} });
    expect(server.asked.map(({ what }) => what)).toEqual(["DescribeSecurityGroups"]);
  });
  test("after a listing, groups that refer to the same list cost two calls together", async () => {
    const host = await given(({ what }) => {
      if (what === "DescribeSecurityGroups") return groups(group("sg-one", fromLists("pl-1")) + group("sg-two", fromLists("pl-1")));
      return what === "DescribeManagedPrefixLists" ? lists({ "pl-1": 1 }) : entries(["10.0.0.0/8"]);
    });
    const collector = securityGroups.bind(host);
    const refs: ResourceRef[] = [];
    for await (const { ref } of collector.list(TARGET, new Set())) refs.push(ref);
    await Promise.all(refs.map((ref) => collector.read(ref, "prefixLists", ALL)));
    expect(server.asked.map(({ what }) => what)).toEqual([
      "DescribeSecurityGroups",
      "DescribeManagedPrefixLists",
      "GetManagedPrefixListEntries",
    ]);
  });
});
