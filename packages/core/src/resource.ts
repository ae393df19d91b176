import type { Call, EventName, Facet, FacetSpec, Observed } from "./facets.ts";
import { postureError } from "./errors.ts";
import type { Instant } from "./instant.ts";

export interface ResourceRef {
  readonly type: string;
  readonly arn: string;
  /** For what has no ARN of its own: an access key id, the name of an inline policy. */
  readonly subResourceId?: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
}

/** When the resource was first seen, and whether the account's first complete sweep saw it. */
export interface Seen {
  readonly first: Instant;
  readonly baseline: boolean;
}

/** Resources an event touches without naming them; the collector turns it into references. */
export interface Selector {
  readonly type: string;
  readonly by: string;
  readonly value: string;
  readonly accountId: string;
  /** `null`: every region that is watched. */
  readonly region: string | null;
}

/** How the collector turns one kind of selector into references. */
export interface Find {
  readonly calls: readonly [Call, ...Call[]];
  /** What is gone is not found any more: whether a resource that fails may be one that the selector's `value` meant. Left out: none is. */
  readonly andFailing?: (ref: ResourceRef, value: string) => boolean;
}

export interface CloudEvent extends EventName {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  readonly detail: unknown;
}

interface KindFacts {
  readonly type: string;
  /** Calls that list the resources of this kind. */
  readonly lists: readonly [Call, ...Call[]];
  /** Events after which one may exist that did not, or the reverse. */
  readonly lifecycle: readonly EventName[];
  locate(event: CloudEvent): readonly (ResourceRef | Selector)[];
  /** By a selector's `by`, how what it selects is found. What has nothing here is left to the next sweep. */
  readonly finds?: Readonly<Record<string, Find>>;
  /** Path and query of its page in AWS's console; `name` is encoded already. Left out: no link. */
  console?(ref: ResourceRef): string;
  /** What an event itself proves of the resource that it locates. Left out: nothing; an event is a hint to read. */
  primedBy?(event: CloudEvent): Readonly<Record<string, Observed>>;
}

/** A kind as the engine holds it. */
export interface Kind extends KindFacts {
  readonly facets: Readonly<Record<string, Facet>>;
}

declare const table: unique symbol;
/** A kind that remembers, for the compiler only, the table of its facets. */
export interface ResourceKind<F> extends Kind {
  readonly [table]?: F;
}

export interface KindSpec<F> extends KindFacts {
  readonly facets: { readonly [K in keyof F]: FacetSpec<F, K> };
}

const RESERVED: ReadonlySet<string> = new Set(["type", "arn", "subResourceId", "name", "accountId", "region", "seen"]);

/** One key per resource: two access keys of one user differ. */
export function resourceKey({ accountId, type, arn, subResourceId }: ResourceRef): string {
  return JSON.stringify([accountId, type, arn, subResourceId ?? null]);
}

/**
 * Declares a resource kind.
 * F comes from the annotation, `const bucket: ResourceKind<Bucket> = defineResource({...})`, never from the argument.
 * @throws {PostureError} POSTURE_KIND_INVALID for a reserved facet name, or facets that wait for each other.
 */
export function defineResource<F extends object>(spec: NoInfer<KindSpec<F>>): ResourceKind<F> {
  const facets = Object.fromEntries(Object.entries(spec.facets).map(([name, facet]) => [name, complete(facet)]));
  for (const name of Object.keys(facets)) {
    if (RESERVED.has(name))
      throw postureError("POSTURE_KIND_INVALID", {
        type: spec.type,
        problem: `"${name}" is a word of every resource and cannot name a facet`,
      });
    if (waitsFor(facets, name, new Set()).has(name))
      throw postureError("POSTURE_KIND_INVALID", { type: spec.type, problem: `the facet "${name}" waits for itself` });
  }
  return Object.freeze({ ...spec, facets });
}

function complete(facet: unknown): Facet {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a generic mapped type cannot be walked by Object.entries; KindSpec<F> has already been checked member by member
  const given = facet as Partial<Facet> & Pick<Facet, "schema" | "changedBy">;
  return Object.freeze({ read: [], prime: [], after: [], options: null, moot: () => null, ...given });
}

/** All facets that must be settled before this one. */
export function waitsFor(facets: Kind["facets"], name: string, found: Set<string>): Set<string> {
  for (const before of facetOf(facets, name).after) {
    if (found.has(before)) continue;
    found.add(before);
    waitsFor(facets, before, found);
  }
  return found;
}

export function facetOf(facets: Kind["facets"], name: string): Facet {
  const facet = facets[name];
  if (!facet) throw new Error(`there is no facet "${name}"`);
  return facet;
}
