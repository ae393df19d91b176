import { checkTester, unreadable } from "@posture/testing";
import { describe, it } from "vitest";
import { accountRef } from "@posture/resources-aws/iam";
import { ACCOUNT, ROOT, SIGN_IN } from "../given.fixture.ts";
import { rootMfaDisabled as check } from "./root-mfa-disabled.ts";

const OFF = { mfaEnabled: false, accessKeysPresent: false, passwordPresent: true, signingCertificatesPresent: false };
const ON = { ...OFF, mfaEnabled: true };
const SILENT = { ...OFF, passwordPresent: null };
const SAYS = "The root user of account 111122223333 has no MFA; it has";
const VIRTUAL = [`arn:aws:iam::${ACCOUNT}:mfa/root-account-mfa-device`];

checkTester(
  check,
  {
    ref: ROOT,
    base: { summary: OFF, rootSignIn: SIGN_IN, rootVirtualMfa: [] },
    pass: {
      "RMF-01: MFA is enabled": { given: { summary: ON } },
      "RMF-08: a virtual device is registered": { given: { summary: ON, rootVirtualMfa: VIRTUAL } },
      "a hardware device is registered where one is required": { given: { summary: ON }, params: { requireHardware: true } },
      "RMF-10: the summary is denied and the report shows MFA": {
        given: { summary: unreadable("denied"), rootSignIn: { ...SIGN_IN, mfa: true } },
        notes: ["Judged by the credential report of 2026-01-01T00:00:00.000Z; the account summary could not be read."],
      },
      "RMF-12: the report does not show what the summary does": { given: { summary: ON, rootSignIn: SIGN_IN } },
    },
    fail: {
      "RMF-02: there is a password": { says: `${SAYS} a password.` },
      "RMF-04: there is no password and a key": {
        given: { summary: { ...OFF, passwordPresent: false, accessKeysPresent: true } },
        says: `${SAYS} access keys.`,
      },
      "RMF-05: the report cannot tell, outside of GovCloud": {
        given: { summary: SILENT, rootSignIn: { ...SIGN_IN, password: "not-supported" } },
        says: `${SAYS} a password.`,
      },
      "RMF-07: the organization manages root credentials, and this password is still there": {
        given: { summary: OFF },
        says: `${SAYS} a password.`,
      },
      "nobody can say whether there is a password": {
        given: { summary: SILENT, rootSignIn: unreadable("denied") },
        says: `${SAYS} perhaps a password.`,
      },
      "there is a signing certificate": {
        given: { summary: { ...OFF, passwordPresent: false, signingCertificatesPresent: true } },
        says: `${SAYS} signing certificates.`,
      },
      "RMF-09: a virtual device is registered where hardware is required": {
        given: { summary: ON, rootVirtualMfa: VIRTUAL },
        params: { requireHardware: true },
        says: "The root user of account 111122223333 has a virtual MFA device only: arn:aws:iam::111122223333:mfa/root-account-mfa-device.",
      },
    },
    notApplicable: {
      "RMF-03: there are no credentials at all": { given: { summary: { ...OFF, passwordPresent: false } } },
    },
    unknown: {
      "RMF-11: summary and report are denied": {
        given: { summary: unreadable("denied"), rootSignIn: unreadable("denied") },
        reason: "denied",
        missing: ["iam:GenerateCredentialReport", "iam:GetAccountSummary", "iam:GetCredentialReport"],
      },
      "hardware is required and the devices are denied": {
        given: { summary: ON, rootVirtualMfa: unreadable("denied") },
        params: { requireHardware: true },
        reason: "denied",
        missing: ["iam:ListVirtualMFADevices"],
      },
    },
  },
  { describe, it },
);

describe("in GovCloud", () => {
  checkTester(
    check,
    {
      ref: accountRef("aws-us-gov", ACCOUNT),
      base: { summary: SILENT, rootSignIn: { ...SIGN_IN, password: "not-supported" }, rootVirtualMfa: VIRTUAL },
      pass: { "MFA is enabled": { given: { summary: { ...SILENT, mfaEnabled: true } } } },
      fail: {
        "there is a key": {
          given: {
            summary: { ...SILENT, accessKeysPresent: true },
            rootSignIn: { ...SIGN_IN, password: "not-supported", accessKeys: true },
          },
          says: `${SAYS} access keys.`,
        },
        "there is a virtual device": {
          given: { summary: { ...SILENT, mfaEnabled: true }, rootSignIn: { ...SIGN_IN, mfa: true } },
          params: { requireHardware: true },
          says: "The root user of account 111122223333 has a virtual MFA device only: arn:aws:iam::111122223333:mfa/root-account-mfa-device.",
        },
      },
      notApplicable: { "RMF-06: root has no console sign-in and no key": {} },
    },
    { describe, it },
  );
});
