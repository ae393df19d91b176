import type { Instant } from "./instant.ts";
import type { ResourceRef } from "./resource.ts";

export const UNKNOWN_REASONS = [
  "denied",
  "throttled",
  "network",
  "malformed",
  "not-ready",
  "region-unavailable",
  "credentials",
  "too-complex",
  "contradictory",
  "plugin-error",
] as const;
export type UnknownReason = (typeof UNKNOWN_REASONS)[number];

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
export type Evidence = Readonly<Record<string, Json | undefined>>;

export interface Details {
  /** At most 8 KB of JSON. It also fills the holes of the message. */
  readonly evidence?: Evidence;
  readonly notes?: readonly string[];
  /** How much of what there is was looked at. */
  readonly coverage?: { readonly seen: number; readonly total: number };
  /** Without any change in AWS, the verdict may differ after this instant: a key grows old, a root login recedes. */
  readonly holdsUntil?: Instant;
  /** The facets that decided, where others that were read did not: their age alone is the outcome's. Left out: all of them. */
  readonly restsOn?: readonly [string, ...string[]];
}

export interface Pass extends Details {
  readonly status: "pass";
}
export interface Fail extends Details {
  readonly status: "fail";
  readonly messageId: string;
  /** The finding of the check named in `coveredBy` already says this. */
  readonly covered?: boolean;
}
export interface NotApplicable {
  readonly status: "not-applicable";
  readonly reason: string;
}
export interface Unknown {
  readonly status: "unknown";
  readonly reason: UnknownReason;
  readonly facets: readonly string[];
}
export type Verdict = Pass | Fail | NotApplicable | Unknown;

/** A verdict, dated. `gone` is the engine's to say; `missing` are the IAM actions that would have helped. */
export type Outcome = (
  | Pass
  | (Fail & { /** The message as a person reads it. */ readonly text: string })
  | NotApplicable
  | (Unknown & { readonly missing: readonly string[]; readonly detail: string })
  | { readonly status: "gone" }
) & {
  /** The age of the oldest evidence. */
  readonly evidenceAt: Instant;
};

/* ---------- messages ---------- */

export type Messages = Readonly<Record<string, string>>;
type Holes<T extends string> = T extends `${string}{${infer K}}${infer Rest}` ? K | Holes<Rest> : never;
/** `{name}`, `{region}` and the like are filled from the resource; the others must be in the evidence. */
type Asked<T extends string> = Exclude<Holes<T>, keyof ResourceRef>;

export interface FailDetails extends Details {
  readonly covered?: boolean;
}
/** A message with holes makes their evidence obligatory. */
export type DetailsFor<T extends string> = [Asked<T>] extends [never]
  ? [details?: FailDetails]
  : [details: FailDetails & { readonly evidence: Evidence & { readonly [K in Asked<T>]: string | number } }];

/** Fills the holes of a template from the evidence and the resource; `write` is how a value is written. */
export function render(template: string, ref: ResourceRef, evidence: Evidence, write: (text: string) => string = (text) => text): string {
  const values: Readonly<Record<string, unknown>> = { ...evidence, ...ref };
  return template.replaceAll(/\{(\w+)\}/g, (hole, key: string) => {
    const text = Object.hasOwn(values, key) ? textOf(values[key]) : undefined;
    return text === undefined ? hole : write(text);
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || value === undefined || value === null ? (value ?? undefined) : JSON.stringify(value);
}
