import { advance, judge, type Observation, type ResourceRef } from "@posture/core";
import { accountRef } from "@posture/resources-aws/iam";
import { checkTester, NOW, unreadable } from "@posture/testing";
import { describe, expect, it } from "vitest";
import { ago, NO_KEYS, ROOT, slot } from "../given.fixture.ts";
import { rootAccessKeyActive as check } from "./root-access-key-active.ts";

const HOUR = 3_600_000;
const NONE = { mfaEnabled: true, accessKeysPresent: false, passwordPresent: true, signingCertificatesPresent: false };
const PRESENT = { ...NONE, accessKeysPresent: true };
const ACTIVE = [
  slot(1, { active: true, lastRotated: ago(900 * 24 * HOUR), lastUsed: "2025-11-20T10:00:00.000Z", service: "s3", region: "us-east-1" }),
  slot(2),
];
const INACTIVE = [slot(1, { lastRotated: "2021-02-03T00:00:00.000Z" }), slot(2)];
const WHO = "The root user of account 111122223333 has";
const USED = "key 1, last used 2025-11-20 with s3 in us-east-1";
const BY_REPORT = [`Judged by the credential report of ${NOW}; the account summary could not be read.`];

checkTester(
  check,
  {
    ref: ROOT,
    base: { summary: PRESENT, rootKeys: ACTIVE },
    pass: {
      "RAK-01: the summary shows no key and there is no report": { given: { summary: NONE, rootKeys: unreadable("not-ready") } },
      "RAK-04: the key is inactive": { given: { rootKeys: INACTIVE }, notes: ["An inactive root key is still there: key 1, never used."] },
      "RAK-06: the report still shows a key that the summary does not": { given: { summary: NONE } },
      "RAK-08: the summary is denied and the report shows no key": {
        given: { summary: unreadable("denied"), rootKeys: NO_KEYS },
        notes: BY_REPORT,
      },
      "RAK-10: root credentials were removed centrally": { given: { summary: { ...NONE, passwordPresent: false }, rootKeys: NO_KEYS } },
    },
    fail: {
      "RAK-02: one key is active": { says: `${WHO} an active access key: ${USED}.` },
      "RAK-03: both keys are active": {
        given: { rootKeys: [ACTIVE[0], slot(2, { active: true, lastRotated: ago(HOUR) })] },
        says: `${WHO} an active access key: ${USED} and key 2, never used.`,
      },
      "RAK-04: the key is inactive, and those are to be reported": {
        given: { rootKeys: INACTIVE },
        params: { failOnInactiveKeys: true },
        says: `${WHO} an inactive access key: key 1, never used.`,
      },
      "RAK-07: the summary is denied and the report shows an active key": {
        given: { summary: unreadable("denied") },
        says: `${WHO} an active access key: ${USED}.`,
        notes: BY_REPORT,
      },
      "the summary shows a key and the report cannot be read": {
        given: { rootKeys: unreadable("denied") },
        says: `${WHO} an access key; whether it is active could not be read.`,
      },
    },
    unknown: {
      "RAK-09: summary and report are denied": {
        given: { summary: unreadable("denied"), rootKeys: unreadable("denied") },
        reason: "denied",
        missing: ["iam:GenerateCredentialReport", "iam:GetAccountSummary", "iam:GetCredentialReport"],
      },
    },
  },
  { describe, it },
);

function seen(ref: ResourceRef, summary: object | null, reportAt: string, rootKeys: unknown, at: string): ReturnType<typeof judge> {
  const observation: Observation = {
    ref,
    asOf: at,
    seen: { first: at, baseline: true },
    facets: {
      summary: summary ? { state: "known", value: summary, asOf: at } : { state: "unreadable", reason: "denied", asOf: at },
      rootKeys: { state: "known", value: rootKeys, asOf: reportAt },
    },
  };
  return judge(check, observation, { params: check.params?.parse({}), now: at });
}

describe("a root key that is newer than the report", () => {
  const reportAt = ago(3 * HOUR);
  it("RAK-05: is reported, as of the summary that shows it", () =>
    expect(seen(ROOT, PRESENT, reportAt, NO_KEYS, NOW)).toMatchObject({
      status: "fail",
      text: `${WHO} an access key; it is newer than the credential report of ${reportAt}.`,
      evidenceAt: NOW,
    }));
  it("is not resolved by the same report when the summary is denied afterwards", () => {
    const judged = { id: check.id, title: check.title, severity: check.severity };
    const first = {
      type: "observed",
      by: "sweep",
      check: judged,
      ref: ROOT,
      outcome: seen(ROOT, PRESENT, reportAt, NO_KEYS, NOW),
    } as const;
    const [write] = advance({ finding: null, suppressions: [] }, first, NOW).writes;
    const finding = write?.kind === "finding" ? write.value : null;
    expect(finding?.condition).toBe("failing");
    const later = "2026-01-01T00:30:00.000Z";
    const second = { ...first, outcome: seen(ROOT, null, reportAt, NO_KEYS, later) };
    expect(second.outcome.status).toBe("pass");
    expect(advance({ finding, suppressions: [] }, second, later).writes).toEqual([]);
  });
});

it("RAK-11: GovCloud's root user can own keys", () =>
  expect(seen(accountRef("aws-us-gov", "111122223333"), PRESENT, NOW, ACTIVE, NOW)).toMatchObject({ status: "fail", messageId: "active" }));
