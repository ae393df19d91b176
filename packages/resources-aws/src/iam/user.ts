import {
  type CloudEvent,
  type Conditional,
  defineResource,
  type Parts,
  parts,
  type ResourceKind,
  type ResourceRef,
  type Selector,
  type ValueOf,
} from "@posture/core";
import { z } from "zod";
import { isOwn } from "../declaring.ts";
import { detailOf, events, iam, identityRef, isNamed, selector, usersIn } from "./events.ts";
import { PolicySource } from "./values.ts";

/** What can be asked about a user. */
export interface User {
  /** Has the user a console password? */
  console: boolean;
  /** Is an MFA device of whatever kind registered? */
  mfa: boolean;
  /** What is attached to the user and to the user's groups; the groups' inline policies too, the user's own not (`userPolicy`). */
  permissions: Parts<PolicySource>;
  /** The same, for who wants to know whether it makes MFA a condition. Read only on request, for console users without MFA. */
  mfaPolicies: Conditional<Parts<PolicySource>, { readonly ask: boolean }>;
  /** The ARN of the permissions boundary. */
  boundary: string | null;
  tags: Readonly<Record<string, string>>;
}

const TYPE = "AWS::IAM::User";
const DETAILS = iam("GetAccountAuthorizationDetails");
const REPORT = [iam("GenerateCredentialReport"), iam("GetCredentialReport")] as const;
const PERMISSIONS = [
  iam("ListAttachedUserPolicies"),
  iam("ListGroupsForUser"),
  iam("ListAttachedGroupPolicies"),
  iam("ListGroupPolicies"),
  iam("GetGroupPolicy"),
  iam("GetPolicy"),
  iam("GetPolicyVersion"),
] as const;
const PERMISSION_EVENTS = events(
  "AttachUserPolicy",
  "DetachUserPolicy",
  "AddUserToGroup",
  "RemoveUserFromGroup",
  "AttachGroupPolicy",
  "DetachGroupPolicy",
  "PutGroupPolicy",
  "DeleteGroupPolicy",
  "CreatePolicyVersion",
  "SetDefaultPolicyVersion",
  "DeletePolicyVersion",
);

/** An IAM user. Its `name` is the user name, without the path. */
export const user: ResourceKind<User> = defineResource({
  type: TYPE,
  lists: [DETAILS],
  lifecycle: events("CreateUser", "UpdateUser", "DeleteUser"),
  finds: {
    userName: { calls: [iam("GetUser")], andFailing: isNamed },
    groupName: { calls: [iam("GetGroup")] },
    policyArn: { calls: [iam("ListEntitiesForPolicy"), iam("GetUser"), iam("GetGroup"), DETAILS] },
  },
  facets: {
    console: {
      schema: z.boolean(),
      prime: REPORT,
      read: [iam("GetLoginProfile")],
      changedBy: events("CreateLoginProfile", "UpdateLoginProfile", "DeleteLoginProfile"),
    },
    mfa: {
      schema: z.boolean(),
      prime: REPORT,
      read: [iam("ListMFADevices")],
      changedBy: events("EnableMFADevice", "DeactivateMFADevice", "DeleteVirtualMFADevice"),
    },
    permissions: { schema: parts(PolicySource), prime: [DETAILS], read: PERMISSIONS, changedBy: PERMISSION_EVENTS },
    mfaPolicies: {
      schema: parts(PolicySource),
      prime: [DETAILS],
      read: PERMISSIONS,
      changedBy: PERMISSION_EVENTS,
      after: ["console", "mfa"],
      options: { default: { ask: false }, union: (a, b) => ({ ask: a.ask || b.ask }) },
      moot: (_, { console, mfa }, { ask }) => {
        if (!ask) return "the configuration accepts nothing in place of a device";
        if (console === false) return "the user has no console password";
        return mfa ? "the user has an MFA device" : null;
      },
    },
    boundary: {
      schema: z.string().nullable(),
      prime: [DETAILS],
      read: [iam("GetUser")],
      changedBy: events("PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary"),
    },
    tags: {
      schema: z.record(z.string(), z.string()),
      prime: [DETAILS],
      read: [iam("GetUser")],
      changedBy: events("TagUser", "UntagUser"),
    },
  },
  locate,
  console: ({ name }) => `iam/home#/users/details/${name}`,
});

/** The values of a user's facets. */
export type UserValues = { readonly [K in keyof User]: ValueOf<User[K]> };

export function userRef(arn: string, accountId: string): ResourceRef {
  return identityRef(TYPE, arn, accountId);
}

/** A user by ARN where the event has it, else by name; the members of a group; whoever a managed policy is attached to. */
function locate(event: CloudEvent): readonly (ResourceRef | Selector)[] {
  const detail = detailOf(event);
  if (detail === null || detail.errorCode) return [];
  const created = detail.responseElements?.user?.arn;
  if (event.name === "CreateUser" && created && isOwn(created, event)) return [userRef(created, event.accountId)];
  const { userName, groupName, policyArn } = detail.requestParameters ?? {};
  if (!userName && groupName) return [selector(TYPE, "groupName", groupName, event)];
  if (!userName && policyArn) return [selector(TYPE, "policyArn", policyArn, event)];
  return usersIn(TYPE, event, detail);
}
