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

/** What is kept of a finished sweep. */
export interface SweepRecord {
  readonly id: string;
  readonly begunAt: Instant;
  readonly finishedAt: Instant;
  readonly accounts: readonly { readonly accountId: string; readonly regions: readonly string[]; readonly baseline: boolean }[];
  readonly coverage: readonly ScopeCoverage[];
  readonly undecided: readonly Undecided[];
  /** AWS requests sent, retries included. */
  readonly calls: number;
}

export function isComplete({ coverage }: SweepRecord): boolean {
  return coverage.every(({ state }) => state === "complete");
}
