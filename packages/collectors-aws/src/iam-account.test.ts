import { account, accountRef } from "@posture/resources-aws/iam";
import { describe, expect, test } from "vitest";
import { accounts } from "./iam-account.ts";
import { ACCOUNT, csv, DENIED, generating, iamError, listAll, members, playedAws, report, result, ROOT } from "./iam.test.fixture.ts";

const aws = playedAws();
const REF = accountRef("aws", ACCOUNT);
const READY = { GenerateCredentialReport: generating("COMPLETE"), GetCredentialReport: report(csv(ROOT)) };
const FACETS = Object.keys(account.facets);

function summary(entries: Readonly<Record<string, number>>): { GetAccountSummary: ReturnType<typeof result> } {
  const items = Object.entries(entries).map(([name, value]) => `<entry><key>${name}</key><value>${value}</value></entry>`);
  return { GetAccountSummary: result("GetAccountSummary", `<SummaryMap>${items.join("")}</SummaryMap>`) };
}
const FULL = { AccountMFAEnabled: 1, AccountAccessKeysPresent: 0, AccountSigningCertificatesPresent: 0, AccountPasswordPresent: 1 };
const event = (name: string, record: object): string =>
  JSON.stringify({
    EventName: name,
    EventSource: "signin.amazonaws.com",
    EventTime: 1_767_000_000,
    CloudTrailEvent: JSON.stringify(record),
  });

describe("an account", () => {
  test("is listed without a call, unless the report is asked for anyway", async () => {
    const { found } = await listAll(accounts, await aws.given({}), ["summary"]);
    expect([found, aws.actions()]).toEqual([[{ ref: REF, facets: {} }], []]);
  });
  test("has from the report whatever that can tell", async () => {
    const key = "true,2025-06-01T00:00:00+00:00,2025-12-30T10:00:00+00:00,eu-west-1,s3";
    const { found } = await listAll(
      accounts,
      await aws.given({ ...READY, GetCredentialReport: report(csv({ ...ROOT, key1: key })) }),
      FACETS,
    );
    expect(found[0]?.facets).toMatchObject({
      rootActivity: {
        asOf: "2026-01-01T00:00:00.000Z",
        value: {
          complete: true,
          uses: [
            { how: "password", at: "2025-12-01T00:00:00.000Z" },
            { how: "access-key-1", at: "2025-12-30T10:00:00.000Z", what: "s3 in eu-west-1" },
          ],
        },
      },
      rootKeys: {
        value: [
          { slot: 1, active: true },
          { slot: 2, active: false },
        ],
      },
      rootSignIn: { value: { password: "yes", mfa: true, accessKeys: true, certificates: false } },
    });
  });
  test("whose report is denied is there all the same, with the action that is missing", async () => {
    const { found, failure } = await listAll(accounts, await aws.given({ ...READY, GetCredentialReport: DENIED }), FACETS);
    expect(failure).toBeNull();
    for (const facet of ["rootActivity", "rootKeys", "rootSignIn"])
      expect(found[0]?.facets[facet]).toMatchObject({ state: "unreadable", reason: "denied", call: { action: "iam:GetCredentialReport" } });
  });
  test("of a look-alike whose report has no root user is unknown, and not unused", async () => {
    const { found } = await listAll(accounts, await aws.given({ ...READY, GetCredentialReport: report(csv({ user: "alice" })) }), FACETS);
    expect(found[0]?.facets["rootActivity"]).toMatchObject({ state: "unreadable", reason: "malformed" });
  });
});

describe("the account summary", () => {
  const read = async (answers: Parameters<typeof aws.given>[0]): Promise<unknown> =>
    accounts.bind(await aws.given(answers)).read(REF, "summary", undefined);
  test("is read as AWS gives it", async () =>
    expect(await read(summary(FULL))).toMatchObject({
      state: "known",
      value: { mfaEnabled: true, accessKeysPresent: false, passwordPresent: true, signingCertificatesPresent: false },
    }));
  test("may lack the newer member", async () => {
    const { AccountPasswordPresent: _, ...older } = FULL;
    expect(await read(summary(older))).toMatchObject({ state: "known", value: { passwordPresent: null } });
  });
  test.each(["AccountMFAEnabled", "AccountAccessKeysPresent", "AccountSigningCertificatesPresent"])(
    "without %s makes no sense",
    async (name) => {
      const rest = Object.fromEntries(Object.entries(FULL).filter(([key]) => key !== name));
      expect(await read(summary(rest))).toMatchObject({ state: "unreadable", reason: "malformed", detail: expect.stringContaining(name) });
    },
  );
  test.each([
    ["denied", DENIED],
    ["throttled", iamError(400, "Throttling")],
    ["malformed", { body: "" }],
    ["malformed", { body: "<html></html>" }],
    ["malformed", result("GetAccountSummary", "")],
  ])("that is %s is unreadable", async (reason, answer) =>
    expect(await read({ GetAccountSummary: answer })).toMatchObject({ state: "unreadable", reason }),
  );
});

describe("on request", () => {
  test("virtual devices of the root user are told from the users'", async () => {
    const device = (serial: string, arn: string): string =>
      `<SerialNumber>${serial}</SerialNumber><User><Arn>${arn}</Arn><UserName>x</UserName></User>`;
    const devices = members(device("one", `arn:aws:iam::${ACCOUNT}:user/alice`), device("two", `arn:aws:iam::${ACCOUNT}:root`));
    const answer = result("ListVirtualMFADevices", `<VirtualMFADevices>${devices}</VirtualMFADevices><IsTruncated>false</IsTruncated>`);
    const host = await aws.given({ ListVirtualMFADevices: answer });
    expect(await accounts.bind(host).read(REF, "rootVirtualMfa", { ask: true })).toMatchObject({ state: "known", value: ["two"] });
    expect(aws.asked()[0]?.query.get("AssignmentStatus")).toBe("Assigned");
  });
  test("CloudTrail's events of the root user are uses, where they are", async () => {
    const root = { eventTime: "2025-12-30T00:00:00Z", userIdentity: { type: "Root" }, sourceIPAddress: "203.0.113.9" };
    const failed = { ...root, responseElements: { ConsoleLogin: "Failure" } };
    const host = await aws.given({
      "/": {
        body: `{"Events":[${event("ConsoleLogin", root)},${event("ConsoleLogin", failed)}]}`,
        headers: { "content-type": "application/x-amz-json-1.1" },
      },
    });
    expect(await accounts.bind(host).read(REF, "rootTrail", { ask: true })).toMatchObject({
      state: "known",
      value: [{ how: "event", at: "2025-12-30T00:00:00.000Z", what: "signin:ConsoleLogin in us-east-1 from 203.0.113.9" }],
    });
  });
  test("CloudTrail's answer without its list is no silence", async () => {
    const host = await aws.given({ "/": { body: "{}", headers: { "content-type": "application/x-amz-json-1.1" } } });
    expect(await accounts.bind(host).read(REF, "rootTrail", { ask: true })).toMatchObject({ state: "unreadable", reason: "malformed" });
  });
});
