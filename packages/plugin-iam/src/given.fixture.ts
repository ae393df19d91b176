import { type Instant, type Part, type Parts, plus, type ResourceRef, type UnknownReason } from "@posture/core";
import {
  accessKeyRef,
  accountRef,
  type KeySlot,
  type PolicySource,
  roleRef,
  type RootActivity,
  type RootSignIn,
  type RootUse,
  sourceName,
  userPolicyRef,
  userRef,
} from "@posture/resources-aws/iam";
import { NOW } from "@posture/testing";

export const ACCOUNT = "111122223333";
export const ROOT: ResourceRef = accountRef("aws", ACCOUNT);
export const ALICE: ResourceRef = userRef(`arn:aws:iam::${ACCOUNT}:user/alice`, ACCOUNT);
export const KEY: ResourceRef = accessKeyRef(ALICE.arn, "AKIAEXAMPLE", ACCOUNT);
export const INLINE: ResourceRef = userPolicyRef(ALICE.arn, "ops", ACCOUNT);
export const DEPLOY: ResourceRef = roleAt("/", "deploy");

export function roleAt(path: string, name: string): ResourceRef {
  return roleRef(`arn:aws:iam::${ACCOUNT}:role${path}${name}`, ACCOUNT);
}

/** So many milliseconds ago. */
export function ago(milliseconds: number): Instant {
  return plus(NOW, -milliseconds);
}

export function policy(...statements: readonly unknown[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export const ALL = { Effect: "Allow", Action: "*", Resource: "*" };
export const ADMIN_ARN = "arn:aws:iam::aws:policy/AdministratorAccess";

export function managed(arn: string, document: string | null = null, group: string | null = null): Parts<PolicySource> {
  return named({ kind: "managed", policy: arn, group, document });
}
export function inline(name: string, document: string, group: string | null = null): Parts<PolicySource> {
  return named({ kind: "inline", policy: name, group, document });
}
function named(value: PolicySource): Parts<PolicySource> {
  return { [sourceName(value)]: { state: "known", value } };
}
export function unreadPart(name: string, reason: UnknownReason, action: string): Parts<PolicySource> {
  const part: Part<PolicySource> = { state: "unreadable", reason, call: { service: "iam", operation: action, action: `iam:${action}` } };
  return { [name]: part };
}

export function slot(number: 1 | 2, more: Partial<KeySlot> = {}): KeySlot {
  return { slot: number, active: false, lastRotated: null, lastUsed: null, service: null, region: null, ...more };
}
export const NO_KEYS: readonly KeySlot[] = [slot(1), slot(2)];
export const SIGN_IN: RootSignIn = { password: "yes", mfa: false, accessKeys: false, certificates: false };
export function reported(...uses: readonly RootUse[]): RootActivity {
  return { complete: true, uses };
}
