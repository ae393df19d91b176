import { checkTester, unreadable } from "@posture/testing";
import { describe, it } from "vitest";
import { userRef } from "@posture/resources-aws/iam";
import { ACCOUNT, ADMIN_ARN, ALICE, ALL, inline, managed, policy, unreadPart } from "../given.fixture.ts";
import { userAdministratorAccess as check } from "./user-administrator-access.ts";

const SAYS = "User alice may do everything in the account through";
const OPS = `arn:aws:iam::${ACCOUNT}:policy/ops`;
const NARROW = policy({ Effect: "Allow", Action: "s3:Get*", Resource: "*" });

checkTester(
  check,
  {
    ref: ALICE,
    base: { permissions: managed(ADMIN_ARN), boundary: null },
    pass: {
      "UAD-03: a customer's policy has only the name": {
        given: { permissions: managed(`arn:aws:iam::${ACCOUNT}:policy/AdministratorAccess`, NARROW) },
      },
      "UAD-04: a policy has only the beginning of the name": {
        given: {
          permissions: {
            ...managed("arn:aws:iam::aws:policy/AdministratorAccess-Amplify"),
            ...managed("arn:aws:iam::aws:policy/AdministratorAccess-AWSElasticBeanstalk"),
          },
        },
      },
      "UAD-07: the version that is in force is narrow": { given: { permissions: managed(OPS, NARROW) } },
      "UAD-08: AdministratorAccess is the boundary only": { given: { permissions: {}, boundary: ADMIN_ARN } },
      "UAD-10: power user and IAM administrator are other things": {
        given: {
          permissions: { ...managed("arn:aws:iam::aws:policy/PowerUserAccess"), ...managed("arn:aws:iam::aws:policy/IAMFullAccess") },
        },
        notes: ["IAMFullAccess lets the user become administrator."],
      },
      "UAD-11: the user's own inline policy is another check's": { given: { permissions: inline("ops", policy(ALL)) } },
      "UAD-13: there are no policies": { given: { permissions: {} } },
      "groups do not count": { given: { permissions: managed(ADMIN_ARN, null, "Admins") }, params: { includeGroups: false } },
      "equivalents do not count": { given: { permissions: managed(OPS, policy(ALL)) }, params: { includeEquivalent: false } },
    },
    fail: {
      "UAD-01: AdministratorAccess is attached": { says: `${SAYS} ${ADMIN_ARN}.` },
      "UAD-05: a group has it": {
        given: { permissions: managed(ADMIN_ARN, null, "Admins") },
        says: `${SAYS} ${ADMIN_ARN} of group Admins.`,
      },
      "UAD-06: a customer's policy allows everything": {
        given: { permissions: managed(OPS, policy(ALL)) },
        says: `${SAYS} ${OPS} (statement 1).`,
      },
      "UAD-09: a boundary narrows it": { given: { boundary: OPS }, says: `${SAYS} ${ADMIN_ARN}.` },
      "UAD-12: a group's inline policy allows everything": {
        given: { permissions: inline("all", policy({ ...ALL, Sid: "All" }), "ops") },
        says: `${SAYS} inline policy all of group ops (statement "All").`,
      },
      "UAD-15: the user is named for break-glass, in another place": {
        params: { ignoreUserNames: ["bob"] },
        says: `${SAYS} ${ADMIN_ARN}.`,
      },
      "a policy counts by configuration": {
        given: { permissions: managed(OPS, NARROW) },
        params: { extraAdminPolicyArns: [OPS] },
        says: `${SAYS} ${OPS}.`,
      },
      "another policy could not be read": {
        given: { permissions: { ...unreadPart(OPS, "denied", "GetPolicy"), ...managed(ADMIN_ARN) }, boundary: unreadable("denied") },
        says: `${SAYS} ${ADMIN_ARN}.`,
      },
      "it may everything in five ways": {
        given: { permissions: Object.assign({}, ...[1, 2, 3, 4, 5].map((n) => inline(`all-${n}`, policy(ALL), "ops"))) },
        says: `${SAYS} inline policy all-1 of group ops (statement 1) and inline policy all-2 of group ops (statement 1) and inline policy all-3 of group ops (statement 1) and 2 more.`,
      },
    },
    notApplicable: { "UAD-15: the configuration leaves the user out": { params: { ignoreUserNames: ["alice"] } } },
    unknown: {
      "UAD-14: the account's details are denied": {
        given: {
          permissions: {
            ...unreadable("denied"),
            call: { service: "iam", operation: "GetAccountAuthorizationDetails", action: "iam:GetAccountAuthorizationDetails" },
          },
        },
        reason: "denied",
        missing: ["iam:GetAccountAuthorizationDetails"],
      },
      "a policy is denied and the others are narrow": {
        given: { permissions: { ...managed(OPS, NARROW), ...unreadPart("group ops", "denied", "ListGroupPolicies") } },
        reason: "denied",
        missing: ["iam:ListGroupPolicies"],
      },
      "a policy makes no sense": { given: { permissions: managed(OPS, "{") }, reason: "malformed" },
    },
  },
  { describe, it },
);

describe("in GovCloud", () => {
  checkTester(
    check,
    {
      ref: userRef(`arn:aws-us-gov:iam::${ACCOUNT}:user/alice`, ACCOUNT),
      base: { permissions: managed("arn:aws-us-gov:iam::aws:policy/AdministratorAccess"), boundary: null },
      pass: { "the policy is of another partition": { given: { permissions: managed(ADMIN_ARN) } } },
      fail: { "UAD-02: its own AdministratorAccess is attached": { says: `${SAYS} arn:aws-us-gov:iam::aws:policy/AdministratorAccess.` } },
    },
    { describe, it },
  );
});
