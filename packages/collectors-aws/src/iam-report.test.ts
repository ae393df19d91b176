import { describe, expect, test } from "vitest";
import { accounts } from "./iam-account.ts";
import { accessKeys } from "./iam-access-key.ts";
import { credentialReport, latestReport, readReport } from "./iam-report.ts";
import { csv, DENIED, details, generating, iamError, listAll, playedAws, report, result, ROOT, userDetail } from "./iam.test.fixture.ts";
import { users } from "./iam-user.ts";

const aws = playedAws();
const KEY = "true,2025-06-01T00:00:00+00:00,2025-12-30T10:00:00+00:00,eu-west-1,s3";
const READY = { GenerateCredentialReport: generating("COMPLETE"), GetCredentialReport: report(csv(ROOT, { user: "alice", key1: KEY })) };

describe("the text of the report", () => {
  test("RAK-12, UMF-13: reads TRUE as true", () => {
    const { root, users: found } = readReport(
      csv({ ...ROOT, mfa: "TRUE", key1: KEY.replace("true", "TRUE") }, { user: "alice", password: "TRUE,N/A", mfa: "FALSE" }),
    );
    expect(root).toMatchObject({ mfa: true, slots: [{ active: true }, { active: false }] });
    expect(found.get("alice")).toMatchObject({ password: "yes", mfa: false });
  });
  test("UMF-05, KAG-07, KUN-10: root is no user", () =>
    expect([...readReport(csv(ROOT, { user: "alice" })).users.keys()]).toEqual(["alice"]));
  test.each(["N/A", "no_information", "not_supported", "", "soon"])("takes %j for no date", (text) =>
    expect(readReport(csv({ ...ROOT, password: `true,${text}` })).root?.passwordLastUsed).toBeNull(),
  );
  test("keeps what a password that is not supported says", () =>
    expect(readReport(csv({ ...ROOT, password: "not_supported,not_supported" })).root?.password).toBe("not-supported"));
  test("reads a name with a comma in it", () =>
    expect([
      ...readReport(
        csv({ user: "bob" })
          .replaceAll("bob", "a,b")
          .replace(/^a,b,arn:aws:iam::111122223333:user\/a,b,/m, '"a,b","arn:aws:iam::111122223333:user/a,b",'),
      ).users.keys(),
    ]).toEqual(["a,b"]));
  test("may lack the root user, and then says nothing of it", () => expect(readReport(csv({ user: "alice" })).root).toBeNull());
  test.each(["", "user,arn\nalice,x", "<html></html>", csv(ROOT).replace("mfa_active", "mfa")])("%j is no report", (text) => {
    expect(() => readReport(text)).toThrow("iam:GetCredentialReport was answered with something that is not AWS's answer: the report ");
  });
});

describe("the credential report", () => {
  test("is asked for once, whichever kinds need it", async () => {
    const host = await aws.given({
      ...READY,
      GetAccountAuthorizationDetails: details({ users: [userDetail("alice")] }),
      ListAccessKeys: result("ListAccessKeys", "<AccessKeyMetadata></AccessKeyMetadata><IsTruncated>false</IsTruncated>"),
    });
    await Promise.all([listAll(accounts, host, ["rootActivity"]), listAll(users, host, ["mfa"]), listAll(accessKeys, host, ["key"])]);
    expect(aws.actions().toSorted()).toEqual([
      "GenerateCredentialReport",
      "GetAccountAuthorizationDetails",
      "GetCredentialReport",
      "ListAccessKeys",
    ]);
  });
  test("is as old as AWS says, not as the question", async () => {
    const host = await aws.given(READY);
    expect((await credentialReport(host)).asOf).toBe("2026-01-01T00:00:00.000Z");
  });
  test("that AWS says it will make tomorrow is of now", async () => {
    const host = await aws.given({ ...READY, GetCredentialReport: report(csv(ROOT), "2999-01-01T00:00:00Z") });
    expect(Date.parse((await credentialReport(host)).asOf)).toBeLessThanOrEqual(Date.now());
  });
  test("that is not there is waited for, longer each time", async () => {
    const host = await aws.given({
      ...READY,
      GenerateCredentialReport: [generating("STARTED"), generating("INPROGRESS"), generating("COMPLETE")],
    });
    expect((await credentialReport(host)).output.users.size).toBe(1);
    expect(aws.waited).toEqual([2000, 4000]);
  });
  test.each(["ReportInProgress", "ReportNotPresent", "ReportExpired"])("is asked for again where AWS says %s", async (code) => {
    const host = await aws.given({ ...READY, GetCredentialReport: [iamError(410, code), READY.GetCredentialReport] });
    expect((await credentialReport(host)).output.users.size).toBe(1);
    expect(aws.actions()).toEqual(["GenerateCredentialReport", "GetCredentialReport", "GenerateCredentialReport", "GetCredentialReport"]);
  });
  test("that is not there after a minute is not ready", async () => {
    const host = await aws.given({ ...READY, GenerateCredentialReport: generating("INPROGRESS") });
    await expect(credentialReport(host)).rejects.toMatchObject({ reason: "not-ready" });
    expect(aws.waited.reduce((a, b) => a + b)).toBe(60_000);
  });
  test("that nobody may ask for is the last one, if it is not older than a day", async () => {
    const fresh = report(csv(ROOT), new Date(Date.now() - 23 * 3_600_000).toISOString());
    const host = await aws.given({ GenerateCredentialReport: DENIED, GetCredentialReport: fresh });
    expect((await credentialReport(host)).output.root).not.toBeNull();
  });
  test.each([
    ["older than a day", report(csv(ROOT), new Date(Date.now() - 25 * 3_600_000).toISOString())],
    ["not there", iamError(410, "ReportNotPresent")],
  ])("that nobody may ask for, and that is %s, is denied", async (_, answer) => {
    const host = await aws.given({ GenerateCredentialReport: DENIED, GetCredentialReport: answer });
    await expect(credentialReport(host)).rejects.toMatchObject({ reason: "denied", call: { action: "iam:GenerateCredentialReport" } });
  });
  test("that nobody may read is denied", async () => {
    const host = await aws.given({ ...READY, GetCredentialReport: DENIED });
    await expect(credentialReport(host)).rejects.toMatchObject({ reason: "denied", call: { action: "iam:GetCredentialReport" } });
  });
  test.each([
    ["without a state", { GenerateCredentialReport: result("GenerateCredentialReport", "") }],
    ["without a time", { GetCredentialReport: result("GetCredentialReport", "<Content>YQ==</Content>") }],
    ["without content", { GetCredentialReport: result("GetCredentialReport", "<GeneratedTime>2026-01-01T00:00:00Z</GeneratedTime>") }],
    ["of a proxy", { GetCredentialReport: { body: "<html>log in</html>" } }],
    ["of nothing", { GetCredentialReport: { body: "" } }],
  ])("that is an answer %s makes no sense", async (_, answers) => {
    const host = await aws.given({ ...READY, ...answers });
    await expect(credentialReport(host)).rejects.toMatchObject({ reason: "malformed" });
  });
  test("that is there is taken as it is, where something fresher has settled the rest", async () => {
    const host = await aws.given(READY);
    await latestReport(host);
    expect(aws.actions()).toEqual(["GetCredentialReport"]);
  });
  test("is made where there is none to take", async () => {
    const host = await aws.given({ ...READY, GetCredentialReport: [iamError(410, "ReportExpired"), READY.GetCredentialReport] });
    await latestReport(host);
    expect(aws.actions()).toEqual(["GetCredentialReport", "GenerateCredentialReport", "GetCredentialReport"]);
  });
});
