import {
  type Answer,
  type Call,
  type Collector,
  type CollectorDefinition,
  facetOf,
  type Instant,
  type Kind,
  type Listed,
  ListingFailure,
  type Observed,
  oldest,
  type OptionsOf,
  postureError,
  type ResourceKind,
  type ResourceRef,
  type Sought,
  type Target,
  unreadable,
  type ValueOf,
} from "@posture/core";
import { z } from "zod";
import { AwsFault, clean } from "./fault.ts";
import type { AwsHost } from "./run.ts";

/** What a facet's reader is handed. */
export interface ReadAsk<O, N> {
  readonly aws: AwsHost;
  /** By ARN: what the listing or an earlier reader of this run has noted for a later reader. */
  readonly notes: Map<string, N>;
  readonly ref: ResourceRef;
  /** What enabled checks ask of the facet; only a facet that takes options has any. */
  readonly options: O;
  /** What failing findings name of this facet: a reader that does not read everything reads these. */
  readonly hints: readonly string[];
}

/** How one facet of one resource is read. `null` says that AWS answered "there is none". */
export interface FacetReader<T, O, N = never> {
  /** AWS's error codes that say "there is none". */
  readonly absent?: readonly string[];
  read(ask: ReadAsk<O, N>): Promise<T>;
}

/** What a listing is handed. `F` is the table of the kind's facets. */
export interface ListAsk<F, N = never> {
  readonly aws: AwsHost;
  readonly notes: Map<string, N>;
  readonly target: Target;
  /** The facets that enabled checks ask for. */
  readonly wanted: ReadonlySet<string>;
  /** A facet that the listing brought along; one that makes no sense is unreadable, and the rest of the listing stays whole. */
  readonly prime: <K extends keyof F & string>(facet: K, value: () => ValueOf<F[K]>, asOf: Instant) => Readonly<Record<string, Observed>>;
}

/** What turns a selector into references is handed. */
export interface FindAsk {
  readonly aws: AwsHost;
  readonly sought: Sought;
}

/** `N` is what its readers note for each other. */
export interface CollectorSpec<F, N = never> {
  readonly kind: ResourceKind<F>;
  readonly reach: Collector["reach"];
  /** AWS's error codes that say "this resource does not exist", on reads addressed to it. */
  readonly gone: readonly string[];
  /** Returns at its end how old the source of the listing is, where AWS gives a time of its own. */
  list(ask: ListAsk<F, N>): AsyncGenerator<Listed, Instant | void, undefined>;
  /** By a selector's `by`: one for each that the kind declares. */
  readonly finds?: Readonly<Record<string, (ask: FindAsk) => Promise<readonly ResourceRef[]>>>;
  /** A reader for each facet; `"listed"` for one that only a listing brings. */
  readonly facets: { readonly [K in keyof F]: FacetReader<ValueOf<F[K]>, OptionsOf<F[K]>, N> | "listed" };
}

/**
 * Makes a collector out of readers that know AWS's answers only. What AWS refuses or garbles becomes an answer here, once for all kinds.
 * @throws {PostureError} POSTURE_KIND_INVALID when a facet that declares calls has no reader, or a selector that it declares nobody who finds; or the
 * reverse.
 */
export function defineCollector<F extends object, N = never>(spec: CollectorSpec<F, N>): CollectorDefinition<AwsHost> {
  const { kind, reach } = spec;
  const readers = new Map(Object.entries<FacetReader<unknown, never, N> | "listed">(spec.facets));
  for (const [name, { read }] of Object.entries(kind.facets)) {
    const isReadable = readers.has(name) && readers.get(name) !== "listed";
    if (isReadable !== read.length > 0)
      throw postureError("POSTURE_KIND_INVALID", { type: kind.type, problem: `calls and reader of the facet "${name}" do not agree` });
  }
  const [declared, able] = [Object.keys(kind.finds ?? {}), Object.keys(spec.finds ?? {})].map((names) => names.toSorted().join(", "));
  if (declared !== able)
    throw postureError("POSTURE_KIND_INVALID", {
      type: kind.type,
      problem: `it declares finds by "${declared}", and its collector has "${able}"`,
    });
  return { kind, reach, bind: (aws) => bound(spec, readers, aws) };
}

/**
 * The call that a kind declares under this name (`ec2:DescribeVolumes`), so that its IAM action is written once.
 * @throws {PostureError} POSTURE_KIND_INVALID when the kind declares no such call.
 */
export function callOf({ type, lists, finds, facets }: Kind, name: string): Call {
  const found = Object.values(finds ?? {}).flatMap(({ calls }) => calls);
  const declared = [...lists, ...found, ...Object.values(facets).flatMap(({ read, prime }) => [...read, ...prime])];
  const call = declared.find(({ service, operation }) => `${service}:${operation}` === name);
  if (!call) throw postureError("POSTURE_KIND_INVALID", { type, problem: `it declares no call ${name}` });
  return call;
}

function bound<F, N>(
  spec: CollectorSpec<F, N>,
  readers: ReadonlyMap<string, FacetReader<unknown, never, N> | "listed">,
  aws: AwsHost,
): Collector {
  const { kind, reach, gone } = spec;
  const notes = new Map<string, N>();
  return {
    kind,
    reach,
    list: (target, wanted) => listing(spec, aws, notes, target, wanted),
    async read(ref, facet, options, hints = []) {
      const reader = readers.get(facet);
      if (!reader || reader === "listed") throw new Error(`nobody reads the facet "${facet}" of ${kind.type}`);
      const { dated, asOf } = dating(aws);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the engine hands over what the kind's own `union` has made
      const own = options as never;
      return settle({ kind, facet, reader, gone }, asOf, () => reader.read({ aws: dated, notes, ref, options: own, hints }));
    },
    find: (sought) => finding(spec, aws, sought),
  };
}

async function finding<F, N>({ kind, finds }: CollectorSpec<F, N>, aws: AwsHost, sought: Sought): Promise<readonly ResourceRef[]> {
  const find = finds?.[sought.by];
  if (!find) throw new Error(`nobody finds ${kind.type} by ${sought.by}`);
  try {
    return await find({ aws, sought });
  } catch (error) {
    throw error instanceof AwsFault ? failureOf(error) : error;
  }
}

function failureOf(fault: AwsFault): ListingFailure {
  const { reason, call, detail } = fault;
  return new ListingFailure({ reason, missing: reason === "denied" ? [call.action] : [], detail }, { cause: fault });
}

async function* listing<F, N>(
  spec: CollectorSpec<F, N>,
  aws: AwsHost,
  notes: Map<string, N>,
  target: Target,
  wanted: ReadonlySet<string>,
): AsyncGenerator<Listed, Instant | void, undefined> {
  const prime: ListAsk<F>["prime"] = (facet, value, asOf) => ({ [facet]: primed(spec.kind, facet, value, asOf) });
  try {
    return yield* spec.list({ aws, notes, target, wanted, prime });
  } catch (error) {
    throw error instanceof AwsFault ? failureOf(error) : error;
  }
}

function primed(kind: Kind, facet: string, value: () => unknown, asOf: Instant): Observed {
  try {
    return observed(kind, facet, value(), asOf);
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    return unreadable(error.reason, asOf, { call: error.call, detail: error.detail });
  }
}

interface Reading {
  readonly kind: Kind;
  readonly facet: string;
  readonly reader: Pick<FacetReader<unknown, never>, "absent">;
  readonly gone: readonly string[];
}

async function settle({ kind, facet, reader, gone }: Reading, asOf: () => Instant, read: () => Promise<unknown>): Promise<Answer> {
  try {
    return observed(kind, facet, await read(), asOf());
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    if (gone.includes(error.code)) return { state: "gone", asOf: asOf() };
    if (reader.absent?.includes(error.code)) return observed(kind, facet, null, asOf());
    return unreadable(error.reason, asOf(), { call: error.call, detail: error.detail });
  }
}

type Settled = Exclude<Answer, { readonly state: "gone" }>;

/** The schema is asked whether AWS can answer "there is none" at all. */
function observed(kind: Kind, facet: string, value: unknown, asOf: Instant): Settled {
  const { schema, read, prime } = facetOf(kind.facets, facet);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data === null ? { state: "absent", asOf } : { state: "known", value: parsed.data, asOf };
  const call: Call | undefined = read[0] ?? prime[0];
  return unreadable("malformed", asOf, {
    ...(call && { call }),
    detail: `${facet} of ${kind.type} makes no sense: ${clean(z.prettifyError(parsed.error))}`,
  });
}

/** A facet is as old as the oldest of the answers it was made of. */
function dating(aws: AwsHost): { readonly dated: AwsHost; readonly asOf: () => Instant } {
  const begun = new Date().toISOString();
  const dates: Instant[] = [];
  const dated: AwsHost = {
    accountId: aws.accountId,
    partition: aws.partition,
    async send(service, command, options) {
      const reply = await aws.send(service, command, options);
      dates.push(reply.asOf);
      return reply;
    },
    async once(name, work) {
      const reply = await aws.once(name, work);
      dates.push(reply.asOf);
      return reply;
    },
    pause: (milliseconds, call) => aws.pause(milliseconds, call),
  };
  return { dated, asOf: () => (dates[0] === undefined ? begun : oldest(dates[0], ...dates.slice(1))) };
}
