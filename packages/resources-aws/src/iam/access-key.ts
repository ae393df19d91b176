import {
  type CloudEvent,
  type Conditional,
  defineResource,
  type ResourceKind,
  type ResourceRef,
  type Selector,
  type ValueOf,
} from "@posture/core";
import { detailOf, events, iam, identityNameOf, identityRef, isNamed, usersIn } from "./events.ts";
import { KeyFacts, KeyRotation, KeyUse } from "./values.ts";

/** What can be asked about an access key of a user. */
export interface AccessKey {
  key: KeyFacts;
  /** Not read where the key is inactive. */
  lastUsed: Conditional<KeyUse>;
  /** What the credential report lets one say of the key's age, which is too little rather than too much; read only where the key itself cannot be. */
  rotation: Conditional<KeyRotation>;
}

const TYPE = "AWS::IAM::AccessKey";
const REPORT = [iam("GenerateCredentialReport"), iam("GetCredentialReport")] as const;
const LIST = iam("ListAccessKeys");
const CHANGES = events("CreateAccessKey", "UpdateAccessKey");

/** An access key of a user: the user's ARN, and the key's id as `subResourceId`. Keys of the root user are the account's. */
export const accessKey: ResourceKind<AccessKey> = defineResource({
  type: TYPE,
  // The report names the users who have an active key; the keys themselves are asked for.
  lists: [...REPORT, LIST],
  lifecycle: events("CreateAccessKey", "DeleteAccessKey", "UpdateUser", "DeleteUser"),
  finds: { userName: { calls: [iam("GetUser"), LIST], andFailing: isNamed } },
  facets: {
    key: { schema: KeyFacts, prime: [LIST], read: [LIST], changedBy: CHANGES },
    lastUsed: {
      schema: KeyUse,
      prime: REPORT,
      read: [iam("GetAccessKeyLastUsed")],
      changedBy: CHANGES,
      after: ["key"],
      moot: (_, { key }) => (key && !key.active ? "the key is inactive" : null),
    },
    rotation: {
      schema: KeyRotation,
      read: REPORT,
      changedBy: [],
      after: ["key"],
      moot: (_, { key }) => (key ? "the key itself tells its age" : null),
    },
  },
  locate,
  console: ({ arn }) => `iam/home#/users/details/${encodeURIComponent(identityNameOf({ arn }))}?section=security_credentials`,
});

/** The values of an access key's facets. */
export type AccessKeyValues = { readonly [K in keyof AccessKey]: ValueOf<AccessKey[K]> };

export function accessKeyRef(userArn: string, keyId: string, accountId: string): ResourceRef {
  return identityRef(TYPE, userArn, accountId, keyId);
}

/** IAM names the user without its path, so that the keys have to be looked for. A root key has no user. */
function locate(event: CloudEvent): readonly (ResourceRef | Selector)[] {
  const detail = detailOf(event);
  return detail === null || detail.errorCode ? [] : usersIn(TYPE, event, detail);
}
