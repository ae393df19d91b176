import {
  type CloudEvent,
  type Conditional,
  defineResource,
  type EventName,
  type Parts,
  parts,
  type ResourceKind,
  type ResourceRef,
  type Selector,
  type ValueOf,
} from "@posture/core";
import { z } from "zod";
import { isOwn } from "../declaring.ts";
import { detailOf, events, iam, identityRef, isNamed, isServiceLinked, selector } from "./events.ts";
import { unguardedTrust } from "./role-doubt.ts";
import { PolicySource, RoleProfile } from "./values.ts";

/** What checks ask of the organization. */
export interface OrganizationOptions {
  readonly ask: boolean;
  /** Accounts that an operator vouches for. */
  readonly trusted: readonly string[];
}

/** What can be asked about a role. */
export interface Role {
  /** Who may assume it: the text as AWS gives it, percent-encoded JSON. */
  trust: string;
  /** Its inline policies, and what is attached. */
  permissions: Parts<PolicySource>;
  profile: RoleProfile;
  tags: Readonly<Record<string, string>>;
  /** The organization's accounts; none: the account is in no organization. Read only where another account is trusted without an external id. */
  organizationAccounts: Conditional<readonly string[] | null, OrganizationOptions>;
  /** `o-…`. Read only where the trust of another account rests on a condition on the organization. */
  organizationId: Conditional<string | null, OrganizationOptions>;
}

const TYPE = "AWS::IAM::Role";
const DETAILS = iam("GetAccountAuthorizationDetails");
const GET = iam("GetRole");
const TRUST_EVENTS = events("CreateRole", "UpdateAssumeRolePolicy");
const ORGANIZATION_EVENTS: readonly EventName[] = [
  "AcceptHandshake",
  "RemoveAccountFromOrganization",
  "LeaveOrganization",
  "CreateAccountResult",
].map((name) => ({ source: "organizations.amazonaws.com", name }));
const organizationOptions = {
  default: { ask: false, trusted: [] },
  union: (a: OrganizationOptions, b: OrganizationOptions) => ({
    ask: a.ask || b.ask,
    trusted: a.trusted.filter((id) => b.trusted.includes(id)),
  }),
};

/** An IAM role. Its `name` is the role name, without the path. */
export const role: ResourceKind<Role> = defineResource({
  type: TYPE,
  lists: [DETAILS],
  lifecycle: events("CreateRole", "DeleteRole"),
  finds: {
    roleName: { calls: [GET], andFailing: isNamed },
    policyArn: { calls: [iam("ListEntitiesForPolicy"), GET, DETAILS] },
  },
  facets: {
    trust: { schema: z.string(), prime: [DETAILS], read: [GET], changedBy: TRUST_EVENTS },
    permissions: {
      schema: parts(PolicySource),
      prime: [DETAILS],
      read: [iam("ListRolePolicies"), iam("GetRolePolicy"), iam("ListAttachedRolePolicies"), iam("GetPolicy"), iam("GetPolicyVersion")],
      changedBy: events(
        "PutRolePolicy",
        "DeleteRolePolicy",
        "AttachRolePolicy",
        "DetachRolePolicy",
        "CreatePolicyVersion",
        "SetDefaultPolicyVersion",
        "DeletePolicyVersion",
      ),
    },
    profile: {
      schema: RoleProfile,
      prime: [DETAILS],
      read: [GET],
      changedBy: events("PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary"),
    },
    tags: { schema: z.record(z.string(), z.string()), prime: [DETAILS], read: [GET], changedBy: events("TagRole", "UntagRole") },
    organizationAccounts: {
      schema: z.array(z.string()).nullable(),
      read: [{ service: "organizations", operation: "ListAccounts", action: "organizations:ListAccounts" }],
      changedBy: ORGANIZATION_EVENTS,
      after: ["trust"],
      options: organizationOptions,
      moot: (ref, { trust }, { ask, trusted }) =>
        ask ? whyNotAsked(ref, trust, trusted) : "the configuration does not ask the organization",
    },
    organizationId: {
      schema: z.string().nullable(),
      read: [{ service: "organizations", operation: "DescribeOrganization", action: "organizations:DescribeOrganization" }],
      changedBy: ORGANIZATION_EVENTS,
      after: ["trust"],
      options: organizationOptions,
      moot: (ref, { trust }, { ask, trusted }) => {
        if (!ask) return "the configuration does not ask for the organization's id";
        const reason = whyNotAsked(ref, trust, trusted);
        if (reason !== null || trust === undefined) return reason;
        return unguardedTrust(ref, trust, trusted).restsOnOrganization ? null : "no trust rests on the organization's id";
      },
    },
  },
  locate,
  console: ({ name }) => `iam/home#/roles/details/${name}`,
});

/** The values of a role's facets. */
export type RoleValues = { readonly [K in keyof Role]: ValueOf<Role[K]> };

export function roleRef(arn: string, accountId: string): ResourceRef {
  return identityRef(TYPE, arn, accountId);
}

function whyNotAsked(ref: ResourceRef, trust: string | undefined, trusted: readonly string[]): string | null {
  if (trust === undefined) return "the trust policy could not be read";
  if (isServiceLinked(ref)) return "the role is linked to a service";
  return unguardedTrust(ref, trust, trusted).any ? null : "no other account is trusted without an external id";
}

/** A role by ARN where the event has it, else by name; whoever a managed policy is attached to; all of them, where the organization changed. */
function locate(event: CloudEvent): readonly (ResourceRef | Selector)[] {
  if (event.source === "organizations.amazonaws.com") return [selector(TYPE, "account", event.accountId, event)];
  const detail = detailOf(event);
  if (detail === null || detail.errorCode) return [];
  const created = detail.responseElements?.role?.arn;
  if (event.name === "CreateRole" && created && isOwn(created, event)) return [roleRef(created, event.accountId)];
  const name = detail.requestParameters?.roleName;
  if (name) return [selector(TYPE, "roleName", name, event)];
  const policyArn = detail.requestParameters?.policyArn;
  return policyArn ? [selector(TYPE, "policyArn", policyArn, event)] : [];
}
