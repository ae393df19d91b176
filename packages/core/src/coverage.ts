import type { Instant } from "./instant.ts";
import type { UnknownReason } from "./outcome.ts";
import type { ResourceRef } from "./resource.ts";

/** The region of kinds that are listed once per account, whatever region their resources are in. */
export const GLOBAL = "global";

/** What one listing answers for: the resources of one type in one account and region. */
export interface Scope {
  readonly accountId: string;
  readonly region: string;
  readonly type: string;
}

/** Why a scope, a resource or a check could not be decided, and the IAM actions that would have helped. */
export interface Gap {
  readonly reason: UnknownReason;
  readonly missing: readonly string[];
  /** One sentence for people: the call that failed and what AWS answered. */
  readonly detail: string;
}

/** One line of the coverage ledger. Only a complete scope lets absence prove anything. */
export type ScopeCoverage =
  | (Scope & { readonly state: "complete"; readonly listedAt: Instant; readonly seen: number })
  | (Scope & { readonly state: "incomplete"; readonly listedAt: Instant; readonly gap: Gap });

/** A (check, resource) pair that the latest sweep could not decide. */
export interface Undecided extends Gap {
  readonly checkId: string;
  readonly ref: ResourceRef;
}

/** A call that AWS refused, garbled or did not answer, also where every check could do without it. */
export interface Unread extends Gap {
  /** `s3:GetBucketAcl` */
  readonly call: string;
  /** The type of the resources that it was asked about. */
  readonly type: string;
  readonly accountId: string;
  readonly region: string;
  /** How often it was asked for in vain. */
  readonly times: number;
}

/** A sweep would have resolved so much of an account that it was read again before it was believed. */
export interface Held {
  readonly accountId: string;
  /** Findings that failed and were watched, those that the first look would have resolved, and those that both looks resolved. */
  readonly failing: number;
  readonly resolving: number;
  readonly resolved: number;
}

/** Changes of one kind of resource in one region that sweeps found, and that no change event told of though one should have. */
export interface Unheard extends Scope {
  readonly changes: number;
  /** When a sweep found the last of them. */
  readonly latest: Instant;
}

/** What is kept of a finished sweep. */
export interface SweepRecord {
  readonly id: string;
  readonly begunAt: Instant;
  readonly finishedAt: Instant;
  readonly accounts: readonly { readonly accountId: string; readonly regions: readonly string[]; readonly baseline: boolean }[];
  readonly coverage: readonly ScopeCoverage[];
  readonly undecided: readonly Undecided[];
  readonly unread: readonly Unread[];
  /** AWS requests sent, retries included. */
  readonly calls: number;
  /** Left out: nothing had to be read again. */
  readonly held?: readonly Held[];
  /** How each check was set, by id: told apart from the sweep before, never read. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Of this sweep and of those before it, as far as it is known by now. Left out: there is nothing to say. */
  readonly unheard?: readonly Unheard[];
}

/** Calls that failed and that no gap names: every check could do without them. */
export function unreadBesides({ coverage, undecided, unread }: Pick<SweepRecord, "coverage" | "undecided" | "unread">): readonly Unread[] {
  const gaps: readonly Gap[] = [...coverage.flatMap((scope) => (scope.state === "incomplete" ? [scope.gap] : [])), ...undecided];
  return unread.filter(({ call }) => !gaps.some(({ detail }) => detail.includes(call)));
}

export function isComplete({ coverage }: SweepRecord): boolean {
  return coverage.every(({ state }) => state === "complete");
}
