import { userPolicyRef, userRef } from "@posture/resources-aws/iam";
import { describe, expect, test } from "vitest";
import {
  ACCOUNT,
  ALICE,
  ALLOW_ALL,
  type Answers,
  attached,
  csv,
  DENIED,
  details,
  generating,
  iamError,
  inline,
  listAll,
  members,
  NO_SUCH,
  playedAws,
  report,
  result,
  ROOT,
  userDetail,
} from "./iam.test.fixture.ts";
import { userPolicies } from "./iam-user-policy.ts";
import { users } from "./iam-user.ts";

const aws = playedAws();
const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const OPS = `arn:aws:iam::${ACCOUNT}:policy/ops`;
const REF = userRef(ALICE, ACCOUNT);
const WANTED = ["console", "mfa", "permissions", "boundary"];
const READY = {
  GenerateCredentialReport: generating("COMPLETE"),
  GetCredentialReport: report(csv(ROOT, { user: "alice", password: "true,no_information", mfa: "false" })),
};
const version = (id: string, isDefault: boolean, document = ALLOW_ALL): string =>
  `<VersionId>${id}</VersionId><IsDefaultVersion>${isDefault}</IsDefaultVersion><Document>${document}</Document>`;
const managed = (arn: string, ...versions: readonly string[]): string =>
  `<Arn>${arn}</Arn><DefaultVersionId>v2</DefaultVersionId><PolicyVersionList>${members(...versions)}</PolicyVersionList>`;
const group = (name: string, more: string): string => `<GroupName>${name}</GroupName>${more}`;
const inGroups = (...names: readonly string[]): string => `<GroupList>${members(...names)}</GroupList>`;

async function listed(answers: Answers, wanted = WANTED): ReturnType<typeof listAll> {
  return listAll(users, await aws.given({ ...READY, ...answers }), wanted);
}

describe("listing users", () => {
  test("brings sign-in from the report and permissions from the details, and joins groups and policies of every page", async () => {
    const { found, failure } = await listed({
      GetAccountAuthorizationDetails: ({ query }) =>
        query.has("Marker")
          ? details({
              groups: [group("ops", attached(ADMIN) + inline("GroupPolicyList", "all"))],
              policies: [managed(OPS, version("v1", false, "old"), version("v2", true))],
            })
          : details({
              users: [
                userDetail(
                  "alice",
                  inGroups("ops") + attached(OPS, "arn:aws:iam::aws:policy/ReadOnlyAccess") + inline("UserPolicyList", "own"),
                ),
              ],
              marker: "next",
            }),
    });
    expect(failure).toBeNull();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      ref: REF,
      facets: {
        console: { state: "known", value: true, asOf: "2026-01-01T00:00:00.000Z" },
        mfa: { state: "known", value: false, asOf: "2026-01-01T00:00:00.000Z" },
        boundary: { state: "absent" },
        permissions: {
          state: "known",
          value: {
            [OPS]: { value: { kind: "managed", policy: OPS, group: null, document: ALLOW_ALL } },
            "arn:aws:iam::aws:policy/ReadOnlyAccess": { value: { document: null } },
            [`${ADMIN} of group ops`]: { value: { group: "ops", document: null } },
            "inline policy all of group ops": { value: { kind: "inline", policy: "all", group: "ops", document: ALLOW_ALL } },
          },
        },
      },
    });
    // The user's own inline policy is a resource of its own.
    expect(JSON.stringify(found[0]?.facets["permissions"])).not.toContain('"own"');
    expect(
      aws
        .asked()
        .filter(({ what }) => what === "GetAccountAuthorizationDetails")
        .map(({ query }) => [query.get("MaxItems"), query.get("Filter.member.4")]),
    ).toEqual([
      ["1000", "LocalManagedPolicy"],
      ["1000", "LocalManagedPolicy"],
    ]);
  });
  test("UMF-12: who is no IAM user is not listed", async () => {
    const { found } = await listed({ GetAccountAuthorizationDetails: details({}) });
    expect(found).toEqual([]);
  });
  test("UMF-09: leaves sign-in open for a user whom the report does not have yet", async () => {
    const { found } = await listed({ GetAccountAuthorizationDetails: details({ users: [userDetail("new")] }) });
    expect(Object.keys(found[0]?.facets ?? {})).not.toContain("console");
  });
  test("UAD-14: details that are denied leave the users of the report, judged by it, and an incomplete listing", async () => {
    const { found, failure } = await listed({ GetAccountAuthorizationDetails: DENIED });
    expect(found).toHaveLength(1);
    expect(found[0]?.facets).toMatchObject({
      console: { state: "known", value: true },
      permissions: { state: "unreadable", reason: "denied", call: { action: "iam:GetAccountAuthorizationDetails" } },
    });
    expect(failure).toMatchObject({ gap: { reason: "denied", missing: ["iam:GetAccountAuthorizationDetails"] } });
  });
  test("a report that is denied leaves the users, without their sign-in, and a complete listing", async () => {
    const { found, failure } = await listed({
      GetCredentialReport: DENIED,
      GetAccountAuthorizationDetails: details({ users: [userDetail("alice")] }),
    });
    expect(failure).toBeNull();
    expect(found[0]?.facets["mfa"]).toMatchObject({ state: "unreadable", reason: "denied", call: { action: "iam:GetCredentialReport" } });
  });
  test("a page that fails leaves the users before it, and what it may have held unknown", async () => {
    const { found, failure } = await listed({
      GetAccountAuthorizationDetails: ({ query }) =>
        query.has("Marker") ? DENIED : details({ users: [userDetail("alice", inGroups("ops") + attached(ADMIN))], marker: "next" }),
    });
    expect(failure).toMatchObject({ gap: { reason: "denied" } });
    expect(found[0]?.facets["permissions"]).toMatchObject({
      value: { [ADMIN]: { state: "known" }, "group ops": { state: "unreadable", reason: "denied" } },
    });
  });
  test("a policy that AWS refers to and does not send makes no sense", async () => {
    const { found } = await listed({ GetAccountAuthorizationDetails: details({ users: [userDetail("alice", attached(OPS))] }) });
    expect(found[0]?.facets["permissions"]).toMatchObject({ value: { [OPS]: { state: "unreadable", reason: "malformed" } } });
  });
  test.each([
    ["of a proxy", { body: "<html>log in</html>" }],
    ["of nothing", { body: "" }],
    ["without its lists", result("GetAccountAuthorizationDetails", "<IsTruncated>false</IsTruncated>")],
    ["that goes on and does not say where", details({ marker: "" })],
  ])("an answer %s is no empty account", async (_, answer) => {
    const { failure } = await listed({ GetAccountAuthorizationDetails: answer });
    expect(failure).toMatchObject({ gap: { reason: "malformed", missing: [] } });
  });
  test("that is throttled to the end says so", async () => {
    const { failure } = await listed({ GetAccountAuthorizationDetails: iamError(400, "Throttling") });
    expect(failure).toMatchObject({ gap: { reason: "throttled" } });
  });
});

async function read(facet: string, answers: Answers): Promise<unknown> {
  return users.bind(await aws.given(answers)).read(REF, facet, undefined);
}
const empty = (action: string, list: string, items = ""): Answers => ({
  [action]: result(action, `<${list}>${items}</${list}><IsTruncated>false</IsTruncated>`),
});

describe("reading one user", () => {
  test("UMF-10: a user without a login profile has no console password", async () =>
    expect(await read("console", { GetLoginProfile: NO_SUCH })).toMatchObject({ state: "known", value: false }));
  test("a user with a login profile has one", async () => {
    const profile = "<LoginProfile><UserName>alice</UserName><CreateDate>2024-01-01T00:00:00Z</CreateDate></LoginProfile>";
    expect(await read("console", { GetLoginProfile: result("GetLoginProfile", profile) })).toMatchObject({ state: "known", value: true });
  });
  test("UMF-11: a user whose devices AWS cannot find is gone", async () =>
    expect(await read("mfa", { ListMFADevices: NO_SUCH })).toMatchObject({ state: "gone" }));
  test.each([
    ["<SerialNumber>s</SerialNumber><UserName>alice</UserName><EnableDate>2024-01-01T00:00:00Z</EnableDate>", true],
    ["", false],
  ])("devices %j: %s", async (device, expected) => {
    const items = device === "" ? "" : members(device);
    expect(await read("mfa", empty("ListMFADevices", "MFADevices", items))).toMatchObject({ state: "known", value: expected });
  });
  test.each([
    ["console", "GetLoginProfile"],
    ["mfa", "ListMFADevices"],
    ["boundary", "GetUser"],
  ])("%s that is denied names the action", async (facet, action) =>
    expect(await read(facet, { [action]: DENIED })).toMatchObject({
      state: "unreadable",
      reason: "denied",
      call: { action: `iam:${action}` },
    }),
  );
  test.each([
    ["console", { GetLoginProfile: result("GetLoginProfile", "") }],
    ["mfa", { ListMFADevices: result("ListMFADevices", "") }],
    ["boundary", { GetUser: result("GetUser", "") }],
  ])("%s without its member makes no sense", async (facet, answers) =>
    expect(await read(facet, answers)).toMatchObject({ state: "unreadable", reason: "malformed" }),
  );
});

describe("reading what one user may do", () => {
  const policies = (...arns: readonly string[]): string => members(...arns.map((arn) => `<PolicyArn>${arn}</PolicyArn>`));
  const FULL: Answers = {
    ...empty("ListAttachedUserPolicies", "AttachedPolicies", policies(OPS)),
    ...empty("ListGroupsForUser", "Groups", members("<GroupName>ops</GroupName>")),
    ...empty("ListAttachedGroupPolicies", "AttachedPolicies", policies(ADMIN, OPS)),
    ...empty("ListGroupPolicies", "PolicyNames", members("all")),
    GetGroupPolicy: result(
      "GetGroupPolicy",
      `<GroupName>ops</GroupName><PolicyName>all</PolicyName><PolicyDocument>${ALLOW_ALL}</PolicyDocument>`,
    ),
    GetPolicy: result("GetPolicy", "<Policy><DefaultVersionId>v2</DefaultVersionId></Policy>"),
    GetPolicyVersion: result("GetPolicyVersion", `<PolicyVersion><Document>${ALLOW_ALL}</Document></PolicyVersion>`),
  };
  test("gives what the listing gives, and reads a policy once however often it is attached", async () => {
    expect(await read("permissions", FULL)).toMatchObject({
      state: "known",
      value: {
        [OPS]: { value: { document: ALLOW_ALL, group: null } },
        [`${OPS} of group ops`]: { value: { document: ALLOW_ALL, group: "ops" } },
        [`${ADMIN} of group ops`]: { value: { document: null } },
        "inline policy all of group ops": { value: { document: ALLOW_ALL } },
      },
    });
    expect(aws.actions().toSorted()).toEqual([
      "GetGroupPolicy",
      "GetPolicy",
      "GetPolicyVersion",
      "ListAttachedGroupPolicies",
      "ListAttachedUserPolicies",
      "ListGroupPolicies",
      "ListGroupsForUser",
    ]);
    expect(
      aws
        .asked()
        .find(({ what }) => what === "GetPolicyVersion")
        ?.query.get("VersionId"),
    ).toBe("v2");
  });
  test.each<[string, string, string]>([
    ["ListAttachedUserPolicies", "attached policies", "denied"],
    ["ListGroupsForUser", "groups", "denied"],
    ["ListAttachedGroupPolicies", "attached policies of group ops", "denied"],
    ["ListGroupPolicies", "inline policies of group ops", "denied"],
    ["GetGroupPolicy", "inline policy all of group ops", "denied"],
    ["GetPolicy", OPS, "denied"],
    ["GetPolicyVersion", OPS, "denied"],
  ])("%s that is denied leaves the rest usable", async (action, part, reason) => {
    const answer = await read("permissions", { ...FULL, [action]: DENIED });
    expect(answer).toMatchObject({ state: "known", value: { [part]: { state: "unreadable", reason, call: { action: `iam:${action}` } } } });
  });
  test.each(["ListAttachedUserPolicies", "ListGroupsForUser"])("a user whom %s cannot find is gone", async (action) =>
    expect(await read("permissions", { ...FULL, [action]: NO_SUCH })).toMatchObject({ state: "gone" }),
  );
  test("a policy or a group that went while we read does not make the user go", async () => {
    const answer = await read("permissions", { ...FULL, GetPolicy: NO_SUCH, GetGroupPolicy: NO_SUCH });
    expect(answer).toMatchObject({ state: "known", value: { [`${ADMIN} of group ops`]: { state: "known" } } });
    expect(JSON.stringify(answer)).not.toContain(OPS);
  });
});

describe("inline policies of users", () => {
  test("are listed one by one, with their text", async () => {
    const host = await aws.given({
      GetAccountAuthorizationDetails: details({ users: [userDetail("alice", inline("UserPolicyList", "ops")), userDetail("bob")] }),
    });
    const { found } = await listAll(userPolicies, host, ["document"]);
    expect(found).toMatchObject([
      { ref: userPolicyRef(ALICE, "ops", ACCOUNT), facets: { document: { state: "known", value: ALLOW_ALL } } },
    ]);
  });
  test("are incomplete where the details are denied", async () => {
    const { failure } = await listAll(userPolicies, await aws.given({ GetAccountAuthorizationDetails: DENIED }), ["document"]);
    expect(failure).toMatchObject({ gap: { reason: "denied", missing: ["iam:GetAccountAuthorizationDetails"] } });
  });
  const one = async (answers: Answers): Promise<unknown> =>
    userPolicies.bind(await aws.given(answers)).read(userPolicyRef(ALICE, "ops", ACCOUNT), "document", undefined);
  test("are read by one call", async () => {
    const body = `<UserName>alice</UserName><PolicyName>ops</PolicyName><PolicyDocument>${ALLOW_ALL}</PolicyDocument>`;
    expect(await one({ GetUserPolicy: result("GetUserPolicy", body) })).toMatchObject({ state: "known", value: ALLOW_ALL });
    expect(aws.asked().map(({ query }) => [query.get("UserName"), query.get("PolicyName")])).toEqual([["alice", "ops"]]);
  });
  test("that AWS cannot find are gone", async () => expect(await one({ GetUserPolicy: NO_SUCH })).toMatchObject({ state: "gone" }));
  test("that are denied are unreadable", async () =>
    expect(await one({ GetUserPolicy: DENIED })).toMatchObject({
      state: "unreadable",
      reason: "denied",
      call: { action: "iam:GetUserPolicy" },
    }));
});
