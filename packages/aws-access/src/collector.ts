import {
  type Answer, type Call, type Collector, type CollectorDefinition, facetOf, type Instant, type Kind, type Listed, ListingFailure, type Observed,
  oldest, type OptionsOf, postureError, type ResourceKind, type ResourceRef, type Target, unreadable, type ValueOf,
} from "@posture/core";
import { z } from "zod";
import { AwsFault, clean } from "./fault.ts";
import type { AwsHost } from "./run.ts";

/** What a facet's reader is handed. */
export interface ReadAsk<O> {
  readonly aws: AwsHost;
  readonly ref: ResourceRef;
  /** What enabled checks ask of the facet; only a facet that takes options has any. */
  readonly options: O;
}

/** How one facet of one resource is read. `null` says that AWS answered "there is none". */
export interface FacetReader<T, O> {
  /** AWS's error codes that say "there is none". */
  readonly absent?: readonly string[];
  read(ask: ReadAsk<O>): Promise<T>;
}

/** What a listing is handed. `F` is the table of the kind's facets. */
export interface ListAsk<F> {
  readonly aws: AwsHost;
  readonly target: Target;
  /** The facets that enabled checks ask for. */
  readonly wanted: ReadonlySet<string>;
  /** A facet that the listing brought along; a value that its schema refuses is unreadable, not left out. */
  prime<K extends keyof F & string>(facet: K, value: ValueOf<F[K]>, asOf: Instant): Readonly<Record<string, Observed>>;
}

export interface CollectorSpec<F> {
  readonly kind: ResourceKind<F>;
  readonly reach: Collector["reach"];
  /** AWS's error codes that say "this resource does not exist", on reads addressed to it. */
  readonly gone: readonly string[];
  list(ask: ListAsk<F>): AsyncIterable<Listed>;
  /** A reader for each facet; `"listed"` for one that only a listing brings. */
  readonly facets: { readonly [K in keyof F]: FacetReader<ValueOf<F[K]>, OptionsOf<F[K]>> | "listed" };
}

/**
 * Makes a collector out of readers that know AWS's answers only. What AWS refuses or garbles becomes an answer here, once for all kinds.
 * @throws {PostureError} POSTURE_KIND_INVALID when a facet that declares calls has no reader, or the reverse.
 */
export function defineCollector<F extends object>(spec: CollectorSpec<F>): CollectorDefinition<AwsHost> {
  const { kind, reach } = spec;
  const readers = new Map(Object.entries<FacetReader<unknown, never> | "listed">(spec.facets));
  for (const [name, { read }] of Object.entries(kind.facets)) {
    const isReadable = readers.has(name) && readers.get(name) !== "listed";
    if (isReadable !== read.length > 0) throw postureError("POSTURE_KIND_INVALID", { type: kind.type, problem: `calls and reader of the facet "${name}" do not agree` });
  }
  return {
    kind,
    reach,
    bind: (aws) => ({
      kind,
      reach,
      list: (target, wanted) => listing(spec, aws, target, wanted),
      read: async (ref, facet, options) => {
        const reader = readers.get(facet);
        if (!reader || reader === "listed") throw new Error(`nobody reads the facet "${facet}" of ${kind.type}`);
        // The engine hands over the union of what checks ask, which the kind's own `union` has made.
        return readFacet({ kind, facet, reader, gone: spec.gone }, aws, ref, options as never);
      },
    }),
  };
}

async function* listing<F>(spec: CollectorSpec<F>, aws: AwsHost, target: Target, wanted: ReadonlySet<string>): AsyncIterable<Listed> {
  const prime: ListAsk<F>["prime"] = (facet, value, asOf) => ({ [facet]: observed(spec.kind, facet, value, asOf) });
  try {
    yield* spec.list({ aws, target, wanted, prime });
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    throw new ListingFailure({ reason: error.reason, missing: [error.call.action], detail: error.detail }, { cause: error });
  }
}

interface Reading {
  readonly kind: Kind;
  readonly facet: string;
  readonly reader: FacetReader<unknown, never>;
  readonly gone: readonly string[];
}

async function readFacet({ kind, facet, reader, gone }: Reading, aws: AwsHost, ref: ResourceRef, options: never): Promise<Answer> {
  const { dated, asOf } = dating(aws);
  try {
    return observed(kind, facet, await reader.read({ aws: dated, ref, options }), asOf());
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
  return unreadable("malformed", asOf, { ...(call && { call }), detail: `${facet} of ${kind.type} makes no sense: ${clean(z.prettifyError(parsed.error))}` });
}

/** A facet is as old as the oldest of the answers it was made of. */
function dating(aws: AwsHost): { readonly dated: AwsHost; asOf(): Instant } {
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
  };
  return { dated, asOf: () => (dates[0] === undefined ? begun : oldest(dates[0], ...dates.slice(1))) };
}
