import { checkTester } from "@posture/testing";
import { describe, it } from "vitest";
import { ALL, INLINE, policy } from "../given.fixture.ts";
import { userInlineWildcard as check } from "./user-inline-wildcard.ts";

const SAYS = "Inline policy ops of user alice allows every action on every resource:";
const ONE = `${SAYS} statement 1.`;
const MFA = { ...ALL, Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } };
const but = (...NotAction: readonly string[]): object => ({ Effect: "Allow", NotAction, Resource: "*" });
const given = (...statements: readonly unknown[]): { given: { document: string } } => ({ given: { document: policy(...statements) } });

checkTester(
  check,
  {
    ref: INLINE,
    base: { document: policy(ALL) },
    pass: {
      "UIW-06: every action of one service is allowed": given({ ...ALL, Action: "s3:*" }),
      "UIW-07: every action on one bucket is allowed": given({ ...ALL, Resource: "arn:aws:s3:::b/*" }),
      "UIW-09: an action only contains a star": given({ ...ALL, Action: "s3:List*" }),
      "UIW-11: everything but IAM and the account is allowed": {
        ...given(but("iam:*", "organizations:*", "account:*")),
        notes: ["inline policy ops, statement 1: it allows every action except IAM's and a few."],
      },
      "UIW-14: everything is allowed under a condition, and such are left out": { ...given(MFA), params: { ignoreConditional: true } },
      "UIW-15: everything is denied again": {
        ...given(ALL, { Effect: "Deny", Action: "*", Resource: "*" }),
        notes: ["It allows everything, and denies everything at the same time."],
      },
      "UIW-17: everything is denied": given({ ...ALL, Effect: "Deny" }),
      "UIW-18: the wildcard is in a managed policy": given({ ...ALL, Action: "s3:Get*" }),
      "NotAction does not count": { ...given(but("s3:DeleteBucket")), params: { treatNotActionAsWildcard: false } },
    },
    fail: {
      "UIW-01: * on *": { says: ONE },
      "UIW-02: the lists hold a star": { ...given({ ...ALL, Action: ["*"], Resource: ["*"] }), says: ONE },
      "UIW-03: *:* on *": { ...given({ ...ALL, Action: "*:*" }), says: ONE },
      "UIW-04: the statement is no list": { given: { document: JSON.stringify({ Statement: ALL }) }, says: ONE },
      "UIW-05: the document is percent-encoded, and + stays +": {
        given: { document: encodeURIComponent(policy({ ...ALL, Sid: "a+b c" })).replace("a%2Bb", "a+b") },
        says: `${SAYS} statement "a+b c".`,
      },
      "UIW-08: one action of several is a star": { ...given({ ...ALL, Action: ["s3:Get*", "*"] }), says: ONE },
      "UIW-10: everything but one action is allowed": { ...given(but("s3:DeleteBucket")), says: ONE },
      "UIW-12: everything but what does not exist is allowed": { ...given(but("nosuchservice:Foo")), says: ONE },
      "UIW-13: every resource but one is allowed": {
        ...given({ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::b" }),
        says: ONE,
      },
      "UIW-14: everything is allowed under a condition": { ...given(MFA), says: `${SAYS} statement 1 under a condition.` },
      "UIW-16: some of it is denied again": { ...given(ALL, { Effect: "Deny", Action: "s3:*", Resource: "*" }), says: ONE },
      "everything is denied under a condition": { ...given(ALL, { ...MFA, Effect: "Deny" }), says: ONE },
    },
    unknown: {
      "UIW-19: the document is no JSON": { given: { document: "%7B" }, reason: "malformed" },
      "the document is excessive": { given: { document: " ".repeat(2_000_000) }, reason: "too-complex" },
    },
  },
  { describe, it },
);
