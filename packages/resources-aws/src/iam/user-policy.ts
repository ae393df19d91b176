import { type CloudEvent, defineResource, type ResourceKind, type ResourceRef, type Selector } from "@posture/core";
import { z } from "zod";
import { detailOf, events, iam, identityNameOf, identityRef, isNamed, usersIn } from "./events.ts";

/** What can be asked about an inline policy of a user. */
export interface UserPolicy {
  /** The text as AWS gives it: percent-encoded JSON. */
  document: string;
}

const TYPE = "AWS::IAM::UserPolicy";
const DETAILS = iam("GetAccountAuthorizationDetails");

/** An inline policy of a user: the user's ARN, and the policy's name as `subResourceId`. */
export const userPolicy: ResourceKind<UserPolicy> = defineResource({
  type: TYPE,
  lists: [DETAILS],
  lifecycle: events("DeleteUserPolicy", "UpdateUser", "DeleteUser"),
  finds: { userName: { calls: [iam("GetUser"), iam("ListUserPolicies")], andFailing: isNamed } },
  facets: {
    document: { schema: z.string(), prime: [DETAILS], read: [iam("GetUserPolicy")], changedBy: events("PutUserPolicy") },
  },
  locate,
  console: ({ arn }) => `iam/home#/users/details/${encodeURIComponent(identityNameOf({ arn }))}?section=permissions`,
});

export function userPolicyRef(userArn: string, policyName: string, accountId: string): ResourceRef {
  return identityRef(TYPE, userArn, accountId, policyName);
}

/** IAM names the user without its path, so that the policies have to be looked for. */
function locate(event: CloudEvent): readonly Selector[] {
  const detail = detailOf(event);
  return detail === null || detail.errorCode ? [] : usersIn(TYPE, event, detail);
}
