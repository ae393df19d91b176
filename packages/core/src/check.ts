import type { z } from "zod";
import type { IsConditional, OptionsOf, Reading, ValueOf } from "./facets.ts";
import { postureError } from "./errors.ts";
import type { Instant } from "./instant.ts";
import type { Details, DetailsFor, Messages, UnknownReason, Verdict } from "./outcome.ts";
import type { Kind, ResourceKind, ResourceRef, Seen } from "./resource.ts";

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];
export type CheckId = `${string}/${string}`;

type Names<F> = keyof F & string;
/** A conditional facet may be moot, so only `mayNeed` can deliver it. */
type Needable<F> = { [K in Names<F>]: IsConditional<F[K]> extends true ? never : K }[Names<F>];
/** Options by facet; a facet that takes none has the type `never` here. */
type Asks<F, K extends keyof F> = { readonly [P in K]?: OptionsOf<F[P]> };

/** The one resource a check is asked about. */
export type Snapshot<F, N extends keyof F, M extends keyof F> = ResourceRef & { readonly seen: Seen } & {
  readonly [P in N]: ValueOf<F[P]>;
} & { readonly [P in M]: Reading<F[P]> };

export interface Toolbox<M extends Messages, P, K extends string> {
  readonly params: P;
  readonly now: Instant;
  readonly pass: (details?: Details) => Verdict;
  readonly fail: <Id extends keyof M & string>(messageId: Id, ...details: DetailsFor<M[Id]>) => Verdict;
  readonly notApplicable: (reason: string) => Verdict;
  /** Cannot be decided, or what was read makes no sense; name the facets that stand in the way. */
  readonly unknown: (reason: UnknownReason, ...facets: readonly [K, ...K[]]) => Verdict;
}

/** One thing to do about a finding. */
export interface RemediationStep {
  /** May name the resource and its evidence: `{name}`, `{arn}`, `{region}`. */
  readonly text: string;
  /** What does it on a command line (`aws s3api …`). What fills its holes is quoted for a POSIX shell. */
  readonly command?: string;
  /** A page of AWS's documentation about this step. Left out: the check's. */
  readonly docs?: string;
}

interface CheckFacts {
  readonly id: CheckId;
  readonly title: string;
  /** What an attacker or an accident gains, in one sentence. */
  readonly risk: string;
  readonly severity: Severity;
  /** A text is a step without a command. `docs` is one https address of AWS's documentation. */
  readonly remediation: { readonly steps: readonly (string | RemediationStep)[]; readonly docs: string };
  /** Service categories for filters and exports; left out, the service of the resource type (`AWS::S3::Bucket`: `s3`). */
  readonly categories?: readonly string[];
  /** Control ids by framework: `{ "cis-aws-foundations-5.0": ["2.1.4"], "aws-fsbp": ["S3.8"] }`. */
  readonly frameworks?: Readonly<Record<string, readonly string[]>>;
  /** The check whose finding on the same resource may already say what this one says. It may not itself be covered. */
  readonly coveredBy?: CheckId;
  readonly formerIds?: readonly CheckId[];
}

export interface CheckSpec<F, N extends Needable<F>, M extends Names<F>, Msg extends Messages, S extends z.ZodType> extends CheckFacts {
  readonly resource: ResourceKind<F>;
  /** Must be readable, or the engine answers `unknown` without asking. */
  readonly needs?: readonly N[];
  /** Delivered as they are found: known, absent, unreadable or moot. */
  readonly mayNeed?: readonly M[];
  readonly messages: Msg;
  readonly params?: S;
  /** Options for facets that take some; a function, because they usually come from params. */
  readonly ask?: (params: z.output<S>) => Asks<F, N | M>;
  /**
   * For a facet that may be read in part: the member of the evidence that names what was found. The reader is given these texts as long as
   * the finding fails, so that it looks at the same things again and a finding is not resolved by looking elsewhere.
   */
  readonly hints?: { readonly [P in N | M]?: string };
  evaluate(resource: Snapshot<F, N, M>, toolbox: Toolbox<Msg, z.output<S>, N | M>): Verdict;
}

/** A check as the engine holds it, its type parameters forgotten. */
export interface Check extends CheckFacts {
  readonly categories: readonly string[];
  readonly resource: Kind;
  readonly needs: readonly string[];
  readonly mayNeed: readonly string[];
  readonly messages: Messages;
  readonly params?: z.ZodType;
  readonly ask?: (params: unknown) => Readonly<Record<string, unknown>>;
  readonly hints?: Readonly<Record<string, string>>;
  evaluate(resource: ResourceRef & Readonly<Record<string, unknown>>, toolbox: Toolbox<Messages, unknown, string>): Verdict;
}

/**
 * Declares a check: data about it, and the pure function that judges one resource.
 * @throws {PostureError} POSTURE_CHECK_INVALID for a facet named twice, or a check that covers itself.
 */
export function defineCheck<
  F,
  const N extends Needable<F> = never,
  const M extends Names<F> = never,
  const Msg extends Messages = Messages,
  S extends z.ZodType = z.ZodUndefined,
>(spec: CheckSpec<F, N, M, Msg, S>): Check {
  const twice = (spec.needs ?? []).filter((name) => spec.mayNeed?.some((other: string) => other === name));
  if (twice.length > 0) throw invalid(spec.id, `it both needs and may need ${twice.join(", ")}`);
  if (spec.coveredBy === spec.id) throw invalid(spec.id, "it covers itself");
  const categories = [spec.resource.type.split("::")[1]?.toLowerCase() ?? ""];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where type parameters are forgotten: judge() hands evaluate exactly the facets named here
  return Object.freeze({ needs: [], mayNeed: [], categories, ...spec }) as unknown as Check;
}

function invalid(id: string, problem: string): Error {
  return postureError("POSTURE_CHECK_INVALID", { id, problem });
}

/** A step, however its author wrote it. */
export function stepOf(step: string | RemediationStep): RemediationStep {
  return typeof step === "string" ? { text: step } : step;
}
