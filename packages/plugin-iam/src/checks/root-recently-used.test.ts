import { type CloudEvent, DAY, judge, plus } from "@posture/core";
import { account, rootUseIn, type RootUse } from "@posture/resources-aws/iam";
import { checkTester, NOW, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { ago, ROOT, reported } from "../given.fixture.ts";
import { rootRecentlyUsed as check } from "./root-recently-used.ts";

const signIn = (milliseconds: number): RootUse => ({ how: "password", at: ago(milliseconds), what: "a console sign-in" });
const key = (milliseconds: number): RootUse => ({ how: "access-key-1", at: ago(milliseconds), what: "s3 in us-east-1" });
const MINUTE = 60_000;

function event(name: string, detail: object, source = "signin.amazonaws.com"): CloudEvent {
  const about = { eventTime: "2025-12-31T23:59:00Z", userIdentity: { type: "Root" }, sourceIPAddress: "203.0.113.9", ...detail };
  return { source, name, partition: "aws", accountId: "111122223333", region: "us-east-1", detail: about };
}
const primed = (it: CloudEvent): unknown => account.primedBy?.(it)["rootActivity"];
const valueOf = (it: CloudEvent): unknown => ({ complete: false, uses: [rootUseIn(it)] });
const LOGIN = event("ConsoleLogin", { responseElements: { ConsoleLogin: "Success" } });
const ASSUMED = event(
  "AssumeRoot",
  { userIdentity: { type: "AssumedRole" }, requestParameters: { targetPrincipal: "111122223333" } },
  "sts.amazonaws.com",
);
const SAYS = "The root user of account 111122223333 was used on";
const session = rootUseIn(ASSUMED);

checkTester(
  check,
  {
    ref: ROOT,
    base: { rootActivity: reported(signIn(3 * DAY)), rootTrail: [] },
    pass: {
      "RUS-03: no use is recorded": { given: { rootActivity: reported() }, notes: ["No use of the root user is recorded."] },
      "RUS-04: the last sign-in was exactly 30 days ago": { given: { rootActivity: reported(signIn(30 * DAY)) }, notes: [] },
      "RUS-06: root has neither password nor keys": { given: { rootActivity: reported() } },
      "RUS-10: the organization began a privileged session": {
        given: { rootActivity: reported(), rootTrail: [session] },
        params: { useCloudTrailEvidence: true },
        notes: ["No use of the root user is recorded.", "1 privileged root session of the organization, which used no root credential."],
      },
    },
    fail: {
      "RUS-01: the last sign-in was three days ago": {
        says: `${SAYS} 2025-12-29: a console sign-in, by password.`,
        notes: ["Only time makes this pass, on 2026-01-28; to acknowledge it, suppress it with an expiry."],
      },
      "RUS-02: nobody signs in and a key is in use": {
        given: { rootActivity: reported(signIn(400 * DAY), key(60 * MINUTE)) },
        says: `${SAYS} 2025-12-31: s3 in us-east-1, by access key 1.`,
      },
      "RUS-05: the last sign-in was a minute less than 30 days ago": {
        given: { rootActivity: reported(signIn(30 * DAY - MINUTE)) },
        says: `${SAYS} 2025-12-02: a console sign-in, by password.`,
      },
      "RUS-07: an event shows a sign-in": {
        given: { rootActivity: valueOf(LOGIN) },
        says: `${SAYS} 2025-12-31: signin:ConsoleLogin in us-east-1 from 203.0.113.9, seen in CloudTrail.`,
      },
      "RUS-10: the organization's sessions count": {
        given: { rootActivity: reported(), rootTrail: [session] },
        params: { useCloudTrailEvidence: true, countCentralRootSessions: true },
        says: `${SAYS} 2025-12-31: sts:AssumeRoot in us-east-1 from 203.0.113.9, in a privileged session of the organization.`,
      },
      "RUS-11: the account is five days old": {
        given: { rootActivity: reported(signIn(5 * DAY)) },
        says: `${SAYS} 2025-12-27: a console sign-in, by password.`,
      },
      "RUS-12: the report is denied and CloudTrail has a sign-in": {
        given: { rootActivity: unreadable("denied"), rootTrail: [rootUseIn(event("ConsoleLogin", { eventTime: "2025-12-30T00:00:00Z" }))] },
        params: { useCloudTrailEvidence: true },
        says: `${SAYS} 2025-12-30: signin:ConsoleLogin in us-east-1 from 203.0.113.9, seen in CloudTrail.`,
      },
      "RUS-14: the clocks disagree": {
        given: { rootActivity: reported(signIn(-5 * MINUTE)) },
        says: `${SAYS} 2026-01-01: a console sign-in, by password.`,
      },
    },
    unknown: {
      "RUS-13: the report is denied and CloudTrail is silent": {
        given: { rootActivity: unreadable("denied") },
        params: { useCloudTrailEvidence: true },
        reason: "denied",
        missing: ["iam:GenerateCredentialReport", "iam:GetCredentialReport"],
      },
      "CloudTrail is to be asked and denies it": {
        given: { rootActivity: reported(), rootTrail: unreadable("denied") },
        params: { useCloudTrailEvidence: true },
        reason: "denied",
        missing: ["cloudtrail:LookupEvents"],
      },
      "an event is of no use, since it proves no absence": {
        given: { rootActivity: { complete: false, uses: [session] } },
        reason: "not-ready",
      },
    },
  },
  { describe, it },
);

describe("an event", () => {
  it("RUS-07: of the root user primes the facet with its own time, and needs no call", () => {
    expect(primed(LOGIN)).toMatchObject({ state: "known", asOf: "2025-12-31T23:59:00.000Z", value: { complete: false } });
    expect(account.locate(LOGIN)).toEqual([ROOT]);
  });
  it.each([
    [
      "RUS-08: that a service caused",
      event("Decrypt", { userIdentity: { type: "Root", invokedBy: "ses.amazonaws.com" } }, "kms.amazonaws.com"),
    ],
    ["RUS-08: of a service", event("RotateKey", { eventType: "AwsServiceEvent" }, "kms.amazonaws.com")],
    ["RUS-09: of a sign-in that failed", event("ConsoleLogin", { responseElements: { ConsoleLogin: "Failure" } })],
    ["RUS-09: of a call that failed", event("RunInstances", { errorCode: "UnauthorizedOperation" }, "ec2.amazonaws.com")],
    ["of another user", event("ConsoleLogin", { userIdentity: { type: "IAMUser", userName: "alice" } })],
  ])("%s is no use, and nothing is read for it", (_, it) => {
    expect(primed(it)).toBeUndefined();
    expect(account.locate(it)).toEqual([]);
  });
  it("of whatever service is use, where root itself called", () => {
    const it = event("RunInstances", {}, "ec2.amazonaws.com");
    expect(rootUseIn(it)).toMatchObject({ how: "event", what: "ec2:RunInstances in us-east-1 from 203.0.113.9" });
    expect(account.locate(it)).toEqual([ROOT]);
  });
  it("of AssumeRoot is about the account that is assumed", () => expect(account.locate(ASSUMED)).toEqual([ROOT]));
});

it("RUS-01: says when time alone will make it pass", () =>
  expect(
    judge(
      check,
      {
        ref: ROOT,
        asOf: NOW,
        seen: { first: NOW, baseline: true },
        facets: {
          rootActivity: { state: "known", value: reported(signIn(3 * DAY)), asOf: NOW },
          rootTrail: { state: "moot", reason: "", asOf: NOW },
        },
      },
      { now: NOW, params: check.params?.parse({}) },
    ),
  ).toMatchObject({ holdsUntil: plus(NOW, 27 * DAY), evidence: { passesAt: plus(NOW, 27 * DAY) } }));
