import { checkTester, unreadable } from "@posture/testing";
import { describe, it } from "vitest";
import { ALICE, inline, managed, policy, unreadPart } from "../given.fixture.ts";
import { userConsoleNoMfa as check } from "./user-console-no-mfa.ts";

const SAYS = "User alice has a console password and no MFA device.";
const DENY = {
  Effect: "Deny",
  NotAction: ["iam:EnableMFADevice", "iam:CreateVirtualMFADevice", "iam:ListMFADevices", "iam:GetUser", "sts:GetSessionToken"],
  Resource: "*",
  Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
};
const ENFORCED = inline("mfa", policy(DENY), "staff");
const ACCEPT = { acceptMfaEnforcementPolicy: true };

checkTester(
  check,
  {
    ref: ALICE,
    base: { console: true, mfa: false, mfaPolicies: {} },
    pass: {
      "UMF-02: a device is registered": { given: { mfa: true } },
      "UMF-08: whatever device is registered": { given: { mfa: true } },
      "UMF-07: a group's policy enforces MFA, and that is accepted": {
        given: { mfaPolicies: ENFORCED },
        params: ACCEPT,
        notes: ["No device is registered; inline policy mfa of group staff denies everything else to a session without MFA."],
      },
    },
    fail: {
      "UMF-01: there is no device": { says: SAYS },
      "UMF-04: the password was never used": { says: SAYS },
      "UMF-06: a group's policy enforces MFA": { given: { mfaPolicies: ENFORCED }, says: SAYS },
      "UMF-09: neither password nor device is older than the report": { says: SAYS },
      "the policy spares more than self-service": {
        given: { mfaPolicies: managed("arn:aws:iam::111122223333:policy/mfa", policy({ ...DENY, NotAction: ["iam:*"] })) },
        params: ACCEPT,
        says: SAYS,
      },
      "the policy lets long-term keys pass": {
        given: { mfaPolicies: inline("mfa", policy({ ...DENY, Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } }), "staff") },
        params: ACCEPT,
        says: SAYS,
      },
      "another condition narrows the policy": {
        given: {
          mfaPolicies: inline(
            "mfa",
            policy({ ...DENY, Condition: { ...DENY.Condition, StringEquals: { "aws:RequestedRegion": "eu-west-1" } } }),
            "staff",
          ),
        },
        params: ACCEPT,
        says: SAYS,
      },
    },
    notApplicable: {
      "UMF-03: the user has keys only": { given: { console: false } },
      "UMF-10: the password was removed": { given: { console: false, mfa: unreadable("denied") } },
      "the configuration leaves the user out": { params: { ignoreUserNames: ["alice"] } },
    },
    unknown: {
      "devices are denied": { given: { mfa: unreadable("denied") }, reason: "denied", missing: ["iam:ListMFADevices"] },
      "the password is denied": { given: { console: unreadable("denied") }, reason: "denied", missing: ["iam:GetLoginProfile"] },
      "a policy that might enforce MFA is denied": {
        given: { mfaPolicies: unreadPart("arn:aws:iam::111122223333:policy/mfa", "denied", "GetPolicyVersion") },
        params: ACCEPT,
        reason: "denied",
        missing: ["iam:GetPolicyVersion"],
      },
      "a policy that might enforce MFA makes no sense": {
        given: { mfaPolicies: inline("mfa", "{", "staff") },
        params: ACCEPT,
        reason: "malformed",
      },
    },
  },
  { describe, it },
);
