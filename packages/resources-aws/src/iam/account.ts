import {
  ANY_EVENT,
  type Call,
  type CloudEvent,
  type Conditional,
  defineResource,
  type EventName,
  formatArn,
  GLOBAL,
  type ResourceKind,
  type ResourceRef,
  type ValueOf,
} from "@posture/core";
import { z } from "zod";
import { detailOf, events, iam, isByRoot } from "./events.ts";
import { rootUseIn } from "./root-use.ts";
import { AccountSummary, KeySlot, RootActivity, RootSignIn, RootUse } from "./values.ts";

/** What can be asked about an account's root user. */
export interface Account {
  summary: AccountSummary;
  /** The key slots of the credential report. Not read where the account summary shows no root key. */
  rootKeys: Conditional<readonly KeySlot[]>;
  /** Of the credential report. Not read where the account summary says enough. */
  rootSignIn: Conditional<RootSignIn>;
  /** Serial numbers of virtual MFA devices of the root user. Read only on request, and where there is MFA at all. */
  rootVirtualMfa: Conditional<readonly string[], { readonly ask: boolean }>;
  /** The credential report's dates, or one event. */
  rootActivity: RootActivity;
  /** CloudTrail's record of the root user, 90 days of one region at most. Read only on request. */
  rootTrail: Conditional<readonly RootUse[], { readonly ask: boolean }>;
}

const TYPE = "AWS::::Account";
const REPORT: readonly [Call, Call] = [iam("GenerateCredentialReport"), iam("GetCredentialReport")];
const KEY_EVENTS = events("CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey");
const ASSUME_ROOT: EventName = { source: "sts.amazonaws.com", name: "AssumeRoot" };
const onRequest = { default: { ask: false }, union: (a: { ask: boolean }, b: { ask: boolean }) => ({ ask: a.ask || b.ask }) };

/** An account, as its root user sees it. There is no CloudFormation type for it; AWS Config and Security Hub use this one. */
export const account: ResourceKind<Account> = defineResource({
  type: TYPE,
  // Who we are, which is asked before anything else.
  lists: [{ service: "sts", operation: "GetCallerIdentity", action: "sts:GetCallerIdentity" }],
  lifecycle: [],
  facets: {
    summary: {
      schema: AccountSummary,
      read: [iam("GetAccountSummary")],
      changedBy: [
        ...KEY_EVENTS,
        ...events("EnableMFADevice", "DeactivateMFADevice", "CreateVirtualMFADevice", "DeleteVirtualMFADevice"),
        ...events("CreateLoginProfile", "DeleteLoginProfile", "UploadSigningCertificate", "DeleteSigningCertificate"),
        ASSUME_ROOT,
      ],
    },
    rootKeys: {
      schema: z.array(KeySlot),
      prime: REPORT,
      read: REPORT,
      changedBy: KEY_EVENTS,
      after: ["summary"],
      moot: (_, { summary }) => (summary && !summary.accessKeysPresent ? "the account summary shows no root access key" : null),
    },
    rootSignIn: {
      schema: RootSignIn,
      prime: REPORT,
      read: REPORT,
      changedBy: events("EnableMFADevice", "DeactivateMFADevice"),
      after: ["summary"],
      moot: (_, { summary }) =>
        summary && (summary.mfaEnabled || summary.passwordPresent !== null) ? "the account summary says enough" : null,
    },
    rootVirtualMfa: {
      schema: z.array(z.string()),
      read: [iam("ListVirtualMFADevices")],
      changedBy: events("EnableMFADevice", "DeactivateMFADevice", "CreateVirtualMFADevice", "DeleteVirtualMFADevice"),
      after: ["summary"],
      options: onRequest,
      moot: (_, { summary }, { ask }) => {
        if (!ask) return "the configuration accepts any kind of MFA";
        return summary && !summary.mfaEnabled ? "the account summary shows no MFA" : null;
      },
    },
    rootActivity: {
      schema: RootActivity,
      prime: REPORT,
      read: REPORT,
      changedBy: [{ source: "signin.amazonaws.com", name: "ConsoleLogin" }, ASSUME_ROOT, ANY_EVENT],
    },
    rootTrail: {
      schema: z.array(RootUse),
      read: [{ service: "cloudtrail", operation: "LookupEvents", action: "cloudtrail:LookupEvents" }],
      changedBy: [],
      after: ["rootActivity"],
      options: onRequest,
      moot: (_, __, { ask }) => (ask ? null : "the configuration does not ask CloudTrail"),
    },
  },
  locate,
  console: () => "iam/home#/home",
  primedBy: (event) => {
    const use = rootUseIn(event);
    if (use === null) return {};
    return { rootActivity: { state: "known", value: { complete: false, uses: [use] } satisfies RootActivity, asOf: use.at } };
  },
});

/** The values of an account's facets. */
export type AccountValues = { readonly [K in keyof Account]: ValueOf<Account[K]> };

export function accountRef(partition: string, accountId: string): ResourceRef {
  const arn = formatArn({ partition, service: "iam", region: "", accountId, resource: "root" });
  return { type: TYPE, arn, name: accountId, accountId, region: GLOBAL };
}

/** Only what the root user did, or what was begun in its stead, concerns it; what failed changes nothing. */
function locate(event: CloudEvent): readonly ResourceRef[] {
  const detail = detailOf(event);
  if (detail === null || detail.errorCode) return [];
  if (event.name === "AssumeRoot") {
    const target = /\d{12}/.exec(detail.requestParameters?.targetPrincipal ?? "")?.[0];
    return target ? [accountRef(event.partition, target)] : [];
  }
  const concerns = isByRoot(detail) && (rootUseIn(event) !== null || event.source === "iam.amazonaws.com");
  return concerns ? [accountRef(event.partition, event.accountId)] : [];
}
