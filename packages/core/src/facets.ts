import { z } from "zod";
import type { Instant } from "./instant.ts";
import { UNKNOWN_REASONS, type UnknownReason } from "./outcome.ts";
import type { ResourceRef } from "./resource.ts";

/** One AWS call. The operation and the IAM action differ in name more often than one would like. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly action: string;
}

const READS = /^(Get|List|Describe|Head|Lookup|BatchGet|Search|Select)[A-Z]|^GenerateCredentialReport$/;

/** True for an operation that changes nothing, by its name. Posture sends no other, whatever a plugin declares. */
export function isRead({ operation }: Pick<Call, "operation">): boolean {
  return READS.test(operation);
}

export interface EventName {
  readonly source: string;
  readonly name: string;
}

/* ---------- the table of a kind: facet name -> value type ---------- */

declare const value: unique symbol;
declare const options: unique symbol;
declare const conditional: unique symbol;

/** In a kind's table: checks may ask for this facet with options. */
export interface Optioned<T, O> {
  readonly [value]: T;
  readonly [options]: O;
}
/** In a kind's table: this facet is read last, and not at all when others already make it moot. */
export interface Conditional<T, O = never> extends Optioned<T, O> {
  readonly [conditional]: true;
}

export type IsConditional<X> = [X] extends [Conditional<unknown, unknown>] ? true : false;
export type OptionsOf<X> = [X] extends [Optioned<unknown, infer O>] ? O : never;
/** What a reader of the facet returns; `| null` says that AWS can answer "there is none". */
export type ValueOf<X> = [X] extends [Optioned<infer T, unknown>] ? T : X;

/* ---------- what was learnt of one facet of one resource ---------- */

/** `asOf` is the instant the read began, or the source's own time where AWS gives one. */
export interface Known<T> {
  readonly state: "known";
  readonly value: T;
  readonly asOf: Instant;
}
export interface Absent {
  readonly state: "absent";
  readonly asOf: Instant;
}
export interface Unreadable {
  readonly state: "unreadable";
  readonly reason: UnknownReason;
  readonly call?: Call;
  /** For people: what AWS answered. */
  readonly detail?: string;
  readonly asOf: Instant;
}
/** Not read, because what is known makes it irrelevant. As old as the oldest of what is known. */
export interface Moot {
  readonly state: "moot";
  readonly reason: string;
  readonly asOf: Instant;
}
export type Observed = Known<unknown> | Absent | Unreadable | Moot;

/** What a check gets for a `mayNeed` facet: only the states this facet can be in. `value` is out of reach until they are told apart. */
export type Reading<X> =
  | Known<NonNullable<ValueOf<X>>>
  | Unreadable
  | (null extends ValueOf<X> ? Absent : never)
  | (IsConditional<X> extends true ? Moot : never);

/** One of many reads behind a facet; a denied one leaves the others usable. */
export type Part<T> = { readonly state: "known"; readonly value: T } | UnreadPart;
export type UnreadPart = Omit<Unreadable, "asOf">;
export type Parts<T> = Readonly<Record<string, Part<T>>>;

const call: z.ZodType<Call> = z.object({ service: z.string(), operation: z.string(), action: z.string() });
export const unreadPart: z.ZodType<UnreadPart> = z.object({
  state: z.literal("unreadable"),
  reason: z.enum(UNKNOWN_REASONS),
  call: call.exactOptional(),
  detail: z.string().exactOptional(),
});

/** The parts of a facet's value that could not be read, at its top or in one of its members; none where the value is not made of parts. */
export function unreadParts(value: unknown): readonly UnreadPart[] {
  return membersOf(value).flatMap((member) => {
    const part = unreadPart.safeParse(member).data;
    return part ? [part] : membersOf(member).flatMap((inner) => unreadPart.safeParse(inner).data ?? []);
  });
}
function membersOf(value: unknown): readonly unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

export function parts<T>(part: z.ZodType<T>): z.ZodType<Parts<T>> {
  const read = z.object({ state: z.literal("known"), value: part });
  return z.record(z.string(), z.union([read, unreadPart]));
}

/* ---------- how a facet is declared ---------- */

interface Options<O> {
  readonly default: O;
  /** What to read so that both askers are served. */
  union(a: O, b: O): O;
}

/** What is known of the facets named in `after`: `null` is absent, a missing member is unreadable or moot. */
export type KnownOf<F> = { readonly [K in keyof F]?: ValueOf<F[K]> };

interface Condition<F, O> {
  readonly after: readonly [keyof F & string, ...(keyof F & string)[]];
  /** Why it need not be read; `null`: it must be. `options` are what enabled checks ask of this facet together. */
  moot(ref: ResourceRef, known: KnownOf<F>, options: O): string | null;
}
interface NoCondition {
  readonly after?: never;
  readonly moot?: never;
}

/** A facet as its author writes it, inside the kind whose table is F. */
export type FacetSpec<F, K extends keyof F> = {
  readonly schema: z.ZodType<ValueOf<F[K]>>;
  /** Calls that read it for one resource. Left out: only a listing can bring it. */
  readonly read?: readonly [Call, ...Call[]];
  /** Calls of a listing that brings it along for many. */
  readonly prime?: readonly [Call, ...Call[]];
  readonly changedBy: readonly EventName[];
} & (IsConditional<F[K]> extends true ? Condition<F, OptionsOf<F[K]>> : NoCondition) &
  ([OptionsOf<F[K]>] extends [never] ? { readonly options?: never } : { readonly options: Options<OptionsOf<F[K]>> });

/** A facet as the engine holds it: the table forgotten, the defaults filled in. */
export interface Facet {
  readonly schema: z.ZodType;
  readonly read: readonly Call[];
  readonly prime: readonly Call[];
  readonly changedBy: readonly EventName[];
  readonly after: readonly string[];
  readonly options: Options<unknown> | null;
  moot(ref: ResourceRef, known: Readonly<Record<string, unknown>>, options: unknown): string | null;
}
