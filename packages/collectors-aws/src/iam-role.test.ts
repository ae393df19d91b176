import { roleRef } from "@posture/resources-aws/iam";
import { describe, expect, test } from "vitest";
import {
  ACCOUNT,
  ALLOW_ALL,
  type Answers,
  attached,
  DENIED,
  details,
  encoded,
  iamError,
  inline,
  listAll,
  members,
  NO_SUCH,
  playedAws,
  result,
} from "./iam.test.fixture.ts";
import { roles } from "./iam-role.ts";

const aws = playedAws();
const ARN = `arn:aws:iam::${ACCOUNT}:role/apps/deploy`;
const REF = roleRef(ARN, ACCOUNT);
const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const OPS = `arn:aws:iam::${ACCOUNT}:policy/ops`;
const TRUST = encoded({ Statement: { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" } });
const ROLE = `<Path>/apps/</Path><RoleName>deploy</RoleName><Arn>${ARN}</Arn><AssumeRolePolicyDocument>${TRUST}</AssumeRolePolicyDocument>`;
const USED = "<RoleLastUsed><LastUsedDate>2025-12-30T10:00:00Z</LastUsedDate><Region>eu-west-1</Region></RoleLastUsed>";
const BOUND = `<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>${OPS}</PermissionsBoundaryArn></PermissionsBoundary>`;
const read = async (facet: string, answers: Answers): Promise<unknown> =>
  roles.bind(await aws.given(answers)).read(REF, facet, { ask: true, trusted: [] });

describe("listing roles", () => {
  test("brings trust, permissions and profile in one call for all", async () => {
    const answer = details({ roles: [ROLE + inline("RolePolicyList", "all") + attached(ADMIN) + USED + BOUND] });
    const { found, failure } = await listAll(roles, await aws.given({ GetAccountAuthorizationDetails: answer }), ["trust"]);
    expect(failure).toBeNull();
    expect(found).toMatchObject([
      {
        ref: REF,
        facets: {
          trust: { state: "known", value: TRUST },
          permissions: { value: { "inline policy all": { value: { document: ALLOW_ALL } }, [ADMIN]: { value: { document: null } } } },
          profile: { state: "known", value: { boundary: OPS, lastUsed: "2025-12-30T10:00:00.000Z" } },
        },
      },
    ]);
    expect(aws.actions()).toEqual(["GetAccountAuthorizationDetails"]);
  });
  test("a role without a trust policy makes no sense, and the others are whole", async () => {
    const odd = `<Path>/</Path><RoleName>odd</RoleName><Arn>arn:aws:iam::${ACCOUNT}:role/odd</Arn>`;
    const { found, failure } = await listAll(roles, await aws.given({ GetAccountAuthorizationDetails: details({ roles: [odd, ROLE] }) }), [
      "trust",
    ]);
    expect(failure).toBeNull();
    expect(found.map(({ facets }) => facets["trust"]?.state)).toEqual(["unreadable", "known"]);
  });
  test("that is denied is incomplete", async () => {
    const { failure } = await listAll(roles, await aws.given({ GetAccountAuthorizationDetails: DENIED }), ["trust"]);
    expect(failure).toMatchObject({ gap: { reason: "denied", missing: ["iam:GetAccountAuthorizationDetails"] } });
  });
});

describe("reading one role", () => {
  test("trust and profile share one call", async () => {
    const collector = roles.bind(await aws.given({ GetRole: result("GetRole", `<Role>${ROLE}</Role>`) }));
    const answers = await Promise.all(["trust", "profile", "tags"].map((facet) => collector.read(REF, facet, undefined)));
    expect(answers).toMatchObject([{ value: TRUST }, { value: { boundary: null, lastUsed: null } }, { value: {} }]);
    expect(aws.asked().map(({ what, query }) => [what, query.get("RoleName")])).toEqual([["GetRole", "deploy"]]);
  });
  test("that AWS cannot find is gone", async () => expect(await read("trust", { GetRole: NO_SUCH })).toMatchObject({ state: "gone" }));
  test.each([
    ["denied", DENIED],
    ["throttled", iamError(400, "Throttling")],
    ["malformed", result("GetRole", "")],
    ["malformed", { body: "" }],
  ])("that is %s is unreadable", async (reason, answer) =>
    expect(await read("trust", { GetRole: answer })).toMatchObject({ state: "unreadable", reason }),
  );

  const names = (...items: readonly string[]): Answers => ({
    ListRolePolicies: result("ListRolePolicies", `<PolicyNames>${members(...items)}</PolicyNames><IsTruncated>false</IsTruncated>`),
  });
  const FULL: Answers = {
    ...names("all"),
    GetRolePolicy: result(
      "GetRolePolicy",
      `<RoleName>deploy</RoleName><PolicyName>all</PolicyName><PolicyDocument>${ALLOW_ALL}</PolicyDocument>`,
    ),
    ListAttachedRolePolicies: ({ query }) =>
      result(
        "ListAttachedRolePolicies",
        query.has("Marker")
          ? `<AttachedPolicies>${members(`<PolicyArn>${ADMIN}</PolicyArn>`)}</AttachedPolicies><IsTruncated>false</IsTruncated>`
          : `<AttachedPolicies>${members(`<PolicyArn>${OPS}</PolicyArn>`)}</AttachedPolicies><IsTruncated>true</IsTruncated><Marker>next</Marker>`,
      ),
    GetPolicy: result("GetPolicy", "<Policy><DefaultVersionId>v2</DefaultVersionId></Policy>"),
    GetPolicyVersion: result("GetPolicyVersion", `<PolicyVersion><Document>${ALLOW_ALL}</Document></PolicyVersion>`),
  };
  test("permissions are read over every page", async () =>
    expect(await read("permissions", FULL)).toMatchObject({
      state: "known",
      value: { "inline policy all": { state: "known" }, [OPS]: { value: { document: ALLOW_ALL } }, [ADMIN]: { value: { document: null } } },
    }));
  test.each([
    ["ListRolePolicies", "inline policies"],
    ["GetRolePolicy", "inline policy all"],
    ["ListAttachedRolePolicies", "attached policies"],
    ["GetPolicyVersion", OPS],
  ])("%s that is denied leaves the rest usable", async (action, part) =>
    expect(await read("permissions", { ...FULL, [action]: DENIED })).toMatchObject({
      state: "known",
      value: { [part]: { state: "unreadable", reason: "denied", call: { action: `iam:${action}` } } },
    }),
  );
  test("an inline policy that went while we read is not there", async () =>
    expect(Object.keys(Object(await read("permissions", { ...FULL, GetRolePolicy: NO_SUCH })).value).toSorted()).toEqual(
      [ADMIN, OPS].toSorted(),
    ));
});

describe("the organization", () => {
  const json = (body: object, status = 200): { status: number; body: string; headers: Record<string, string> } => ({
    status,
    body: JSON.stringify(body),
    headers: { "content-type": "application/x-amz-json-1.1" },
  });
  test("has its accounts, over every page", async () => {
    const pages = [json({ Accounts: [{ Id: ACCOUNT }], NextToken: "next" }), json({ Accounts: [{ Id: "444455556666" }] })];
    expect(await read("organizationAccounts", { "/": pages })).toMatchObject({ state: "known", value: [ACCOUNT, "444455556666"] });
  });
  test("has an id", async () =>
    expect(await read("organizationId", { "/": json({ Organization: { Id: "o-own" } }) })).toMatchObject({
      state: "known",
      value: "o-own",
    }));
  test.each(["organizationAccounts", "organizationId"])("of an account that is in none is absent: %s", async (facet) =>
    expect(await read(facet, { "/": json({ __type: "AWSOrganizationsNotInUseException", message: "none" }, 400) })).toMatchObject({
      state: "absent",
    }),
  );
  test.each([
    ["organizationAccounts", "organizations:ListAccounts"],
    ["organizationId", "organizations:DescribeOrganization"],
  ])("that may not be asked is denied: %s", async (facet, action) =>
    expect(await read(facet, { "/": json({ __type: "AccessDeniedException", message: "no" }, 400) })).toMatchObject({
      state: "unreadable",
      reason: "denied",
      call: { action },
    }),
  );
  test.each(["organizationAccounts", "organizationId"])("that answers with nothing makes no sense: %s", async (facet) =>
    expect(await read(facet, { "/": json({}) })).toMatchObject({ state: "unreadable", reason: "malformed" }),
  );
});
