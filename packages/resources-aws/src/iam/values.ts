import { type Instant, isInstant } from "@posture/core";
import { z } from "zod";

const instant: z.ZodType<Instant> = z.string().refine(isInstant, "this is no instant");

/** One policy that gives an identity its permissions, and the way by which it does. */
export interface PolicySource {
  readonly kind: "managed" | "inline";
  /** The ARN of a managed policy, the name of an inline one. */
  readonly policy: string;
  /** The group that it comes through; `null`: it is the identity's own. */
  readonly group: string | null;
  /** The default version's text, as AWS gives it; `null`: a policy of AWS's own, known by its ARN. */
  readonly document: string | null;
}
export const PolicySource: z.ZodType<PolicySource> = z.strictObject({
  kind: z.enum(["managed", "inline"]),
  policy: z.string().min(1),
  group: z.string().min(1).nullable(),
  document: z.string().nullable(),
});

/** What names a source among those of one identity, for people as well: `inline policy deploy of group ops`. */
export function sourceName({ kind, policy, group }: Omit<PolicySource, "document">): string {
  const own = kind === "inline" ? `inline policy ${policy}` : policy;
  return group === null ? own : `${own} of group ${group}`;
}

/** A policy of AWS's own: its ARN has no account. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html */
export function isAwsManaged(policyArn: string): boolean {
  return /^arn:[^:]+:iam::aws:policy\//.test(policyArn);
}

/**
 * Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
 */
export interface AccountSummary {
  readonly mfaEnabled: boolean;
  /** Of the root user, in any status. */
  readonly accessKeysPresent: boolean;
  /** `null`: AWS did not say; it is a newer member. */
  readonly passwordPresent: boolean | null;
  readonly signingCertificatesPresent: boolean;
}
export const AccountSummary: z.ZodType<AccountSummary> = z.strictObject({
  mfaEnabled: z.boolean(),
  accessKeysPresent: z.boolean(),
  passwordPresent: z.boolean().nullable(),
  signingCertificatesPresent: z.boolean(),
});

/**
 * One of the two key slots of a row of the credential report.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
export interface KeySlot {
  readonly slot: 1 | 2;
  readonly active: boolean;
  /** Created or last changed; `null`: the slot never held a key. */
  readonly lastRotated: Instant | null;
  readonly lastUsed: Instant | null;
  readonly service: string | null;
  readonly region: string | null;
}
export const KeySlot: z.ZodType<KeySlot> = z.strictObject({
  slot: z.union([z.literal(1), z.literal(2)]),
  active: z.boolean(),
  lastRotated: instant.nullable(),
  lastUsed: instant.nullable(),
  service: z.string().nullable(),
  region: z.string().nullable(),
});

/** How the root user can sign in, as the credential report has it. */
export interface RootSignIn {
  /** `not-supported`: what older reports say; outside of GovCloud such a root user has a password. */
  readonly password: "yes" | "no" | "not-supported";
  readonly mfa: boolean;
  readonly accessKeys: boolean;
  readonly certificates: boolean;
}
export const RootSignIn: z.ZodType<RootSignIn> = z.strictObject({
  password: z.enum(["yes", "no", "not-supported"]),
  mfa: z.boolean(),
  accessKeys: z.boolean(),
  certificates: z.boolean(),
});

/** One use of the root user. */
export interface RootUse {
  /** `central-session`: a privileged session that the organization's management account began; no root credential was used. */
  readonly how: "password" | "access-key-1" | "access-key-2" | "event" | "central-session";
  readonly at: Instant;
  /** What was done, with which service, from where; as far as the source says. */
  readonly what: string | null;
}
export const RootUse: z.ZodType<RootUse> = z.strictObject({
  how: z.enum(["password", "access-key-1", "access-key-2", "event", "central-session"]),
  at: instant,
  what: z.string().nullable(),
});

/** Every use that a source knows. Only the credential report is `complete`: an event proves a use, and never that there was none. */
export interface RootActivity {
  readonly complete: boolean;
  readonly uses: readonly RootUse[];
}
export const RootActivity: z.ZodType<RootActivity> = z.strictObject({ complete: z.boolean(), uses: z.array(RootUse) });

/** Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyMetadata.html */
export interface KeyFacts {
  readonly active: boolean;
  readonly createdAt: Instant;
}
export const KeyFacts: z.ZodType<KeyFacts> = z.strictObject({ active: z.boolean(), createdAt: instant });

/** `at: null`: never, or not since AWS keeps track. */
export interface KeyUse {
  readonly at: Instant | null;
  readonly service: string | null;
  readonly region: string | null;
}
export const KeyUse: z.ZodType<KeyUse> = z.strictObject({
  at: instant.nullable(),
  service: z.string().nullable(),
  region: z.string().nullable(),
});

/** What the credential report says of a key's age. */
export interface KeyRotation {
  /** When the youngest of the user's active keys was made or last changed; `null`: the report shows none. */
  readonly lastRotated: Instant | null;
}
export const KeyRotation: z.ZodType<KeyRotation> = z.strictObject({ lastRotated: instant.nullable() });

/** What one may want to know of a role beside what it is allowed. */
export interface RoleProfile {
  /** The ARN of the permissions boundary. */
  readonly boundary: string | null;
  /** `null`: not in the tracking period. */
  readonly lastUsed: Instant | null;
}
export const RoleProfile: z.ZodType<RoleProfile> = z.strictObject({ boundary: z.string().nullable(), lastUsed: instant.nullable() });
