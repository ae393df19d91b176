import type { Gap } from "./coverage.ts";
import type { Absent, Known, Observed, Unreadable } from "./facets.ts";
import type { Instant } from "./instant.ts";
import type { UnknownReason } from "./outcome.ts";
import type { Kind, ResourceRef, Selector } from "./resource.ts";

/** A selector in one region, `GLOBAL` for a collector whose reach is `global`, and its partition. */
export interface Sought extends Selector {
  readonly region: string;
  readonly partition: string;
}

/** Where a listing looks. `region` is `GLOBAL` for a collector whose reach is `global`. */
export interface Target {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
}

/** A resource that a listing names, with the facets that the listing brought along. */
export interface Listed {
  readonly ref: ResourceRef;
  readonly facets: Readonly<Record<string, Observed>>;
}

/** AWS's own not-found for the resource itself, on a read addressed to it. */
export interface Gone {
  readonly state: "gone";
  readonly asOf: Instant;
}
export type Answer = Known<unknown> | Absent | Unreadable | Gone;

/** Thrown by `list` when what it yielded so far is not everything. What it did yield stays true. */
export class ListingFailure extends Error {
  override readonly name = "ListingFailure";
  readonly gap: Gap;
  constructor(gap: Gap, options?: ErrorOptions) {
    super(gap.detail, options);
    this.gap = gap;
  }
}

/** How a kind is listed and read, bound to the credentials of one run. Decides nothing. */
export interface Collector {
  readonly kind: Kind;
  /** `global`: listed once per account. `regional`: once per account and region. */
  readonly reach: "global" | "regional";
  /**
   * Every resource of the kind, with what listing brings. `wanted` are the facets that enabled checks ask for.
   * Returns at its end how old the source of the listing is, where AWS gives a time of its own: what is not in it may have come since.
   * @throws {ListingFailure} when the listing is incomplete.
   */
  list(target: Target, wanted: ReadonlySet<string>): AsyncIterable<Listed, Instant | void>;
  /**
   * One facet of one resource, live. What AWS refuses or garbles is an answer, never an exception. `hints` name parts of it that must not be
   * left out.
   */
  read(ref: ResourceRef, facet: string, options: unknown, hints?: readonly string[]): Promise<Answer>;
  /**
   * The resources that an event touches without naming them, as they are now. There is one for each `by` that the kind declares in `finds`.
   * @throws {ListingFailure} when they could not all be found.
   */
  find?(selector: Sought): Promise<readonly ResourceRef[]>;
}

/** A collector before it is bound. `Host` is what gives it SDK clients (`AwsHost` of @posture/aws-access). */
export interface CollectorDefinition<Host> {
  readonly kind: Kind;
  readonly reach: "global" | "regional";
  bind(host: Host): Collector;
}

export function unreadable(reason: UnknownReason, asOf: Instant, rest: Partial<Pick<Unreadable, "call" | "detail">> = {}): Unreadable {
  return { state: "unreadable", reason, asOf, ...rest };
}
