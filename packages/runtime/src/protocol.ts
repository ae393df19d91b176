import {
  type ErrorCode,
  ERRORS,
  type Gap,
  type Hints,
  isPostureError,
  PostureError,
  type Progress,
  type ResourceRef,
  type RuleSet,
  type Scope,
  type Selector,
  type Seen,
  type Unread,
} from "@posture/core";
import type { QueueMessage, QueuePlace, QueueState } from "@posture/aws-access";
import type { Found, Judgement, SweepPlan } from "@posture/engine";

/** What the collecting thread is asked. */
export type Ask =
  | { readonly op: "identity" }
  /** Of which account; left out: of our own. */
  | { readonly op: "regions"; readonly accountId?: string }
  | {
      readonly op: "sweep";
      /** Ids of the checks that it is about; `null`: all. */
      readonly only: ReadonlySet<string> | null;
      /** Where resources are that it is about; `null`: everywhere. */
      readonly scopes: readonly Scope[] | null;
      /** Keys of the resources that it looks at. Left out: all. */
      readonly resources?: ReadonlySet<string>;
      readonly accounts: SweepPlan["accounts"];
      readonly seen: ReadonlyMap<string, Seen>;
      /** By resource: what its failing findings name. */
      readonly hints: ReadonlyMap<string, Hints>;
      /** Sets of suppressions by rule that name tags. */
      readonly tagged: readonly RuleSet[];
      readonly newcomer: Seen;
      readonly deadline: string;
      readonly patience: string;
    }
  | {
      readonly op: "recheck";
      readonly checkIds: readonly string[];
      readonly ref: ResourceRef;
      readonly partition: string;
      readonly seen: Seen;
      readonly hints: Hints;
      readonly tagged: readonly RuleSet[];
      /** What an event proves of the resource. */
      readonly primed?: Progress;
      readonly deadline: string;
    }
  | {
      readonly op: "find";
      readonly selector: Selector;
      readonly partition: string;
      readonly regions: readonly string[];
      readonly deadline: string;
    }
  | { readonly op: "receive"; readonly from: QueuePlace; readonly waits: boolean }
  | { readonly op: "remove"; readonly from: QueuePlace; readonly receipts: readonly string[] }
  | { readonly op: "queue"; readonly from: QueuePlace };

export interface Identity {
  readonly accountId: string;
  readonly partition: string;
  readonly arn: string;
}

/** What it answers at the end, by what it was asked. */
export interface Answers {
  readonly identity: Identity;
  readonly regions: readonly string[];
  readonly sweep: { readonly calls: number; readonly unread: readonly Unread[] };
  readonly recheck: { readonly judgements: readonly Judgement[]; readonly calls: number };
  /** `gaps`: why there may be more than these. */
  readonly find: { readonly refs: readonly ResourceRef[]; readonly gaps: readonly Gap[] };
  readonly receive: readonly QueueMessage[];
  readonly remove: undefined;
  readonly queue: QueueState;
}

export type ToWorker = { readonly id: number; readonly ask: Ask } | { readonly abort: number } | { readonly close: true };
export type FromWorker =
  | { readonly id: number; readonly found: Found; readonly calls: number }
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: Failure };

/** An error that crosses the thread: class and prototype do not. */
export interface Failure {
  readonly code: string | null;
  readonly message: string;
  readonly next: string;
}

export function failureOf(error: unknown): Failure {
  if (isPostureError(error)) return { code: error.code, message: error.message, next: error.next };
  return { code: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error), next: "" };
}

export function errorOf({ code, message, next }: Failure): Error {
  return code !== null && isErrorCode(code) ? new PostureError(code, message, next) : new Error(message);
}

function isErrorCode(code: string): code is ErrorCode {
  return code in ERRORS;
}
