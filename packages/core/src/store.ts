import type { AuditEvent } from "./audit.ts";
import type { SweepRecord } from "./coverage.ts";
import type { Counts, FindingFilter, FindingOrder, Found } from "./filter.ts";
import type { Finding, View } from "./finding.ts";
import type { Instant } from "./instant.ts";
import type { Json } from "./outcome.ts";
import type { Work } from "./parts.ts";
import type { Seen } from "./resource.ts";
import type { Suppression, SuppressionScope } from "./suppression.ts";
import type { Day, DayCounts, Tally } from "./trend.ts";

/** A message that is due, or was sent. The store keeps it; what is in `body` belongs to whoever sends it. */
export interface OutboxRow {
  /** Unique for ever; carried in the message's metadata, so that an unknown outcome can be read back. */
  readonly key: string;
  /** What it is about: a fingerprint, or the id of a sweep or of a suppression. */
  readonly subject: string;
  readonly state: "due" | "sending" | "sent" | "unknown" | "dead";
  /** Not before this instant. `null`: nothing to do. */
  readonly dueAt: Instant | null;
  readonly body: Json;
}

/** A request that was accepted and acknowledged, and is worked off afterwards. */
export interface InboxRow {
  readonly key: string;
  readonly receivedAt: Instant;
  readonly state: "received" | "done";
  readonly body: Json;
}

/** Resources that a listing showed for the first time. */
export interface FirstSeen {
  readonly keys: readonly string[];
  readonly seen: Seen;
}

export type Write =
  | { readonly kind: "finding"; readonly value: Finding }
  | { readonly kind: "suppression"; readonly value: Suppression }
  | { readonly kind: "sweep"; readonly value: SweepRecord }
  | { readonly kind: "seen"; readonly value: FirstSeen }
  | { readonly kind: "outbox"; readonly value: OutboxRow }
  | { readonly kind: "inbox"; readonly value: InboxRow }
  | { readonly kind: "forget"; readonly value: { readonly inbox: readonly string[] } };

/** What one commit changes. Nothing in it: nothing is written. */
export interface Change {
  readonly at: Instant;
  readonly events: readonly AuditEvent[];
  readonly writes: readonly Write[];
}

/** One record of the log: append-only, gapless, chained. */
export interface LogRecord extends Change {
  /** 1, 2, 3, … */
  readonly seq: number;
  /** The hash of the record before; of the first, 64 zeros. */
  readonly prev: string;
  /** SHA-256, hex, of `JSON.stringify([seq, prev, at, events, writes])`. */
  readonly hash: string;
}

/** Which findings a transaction looks at. Their covers come along. */
export type FindingQuery =
  | "all"
  | {
      /** Fingerprints, aliases included. */
      readonly fingerprints?: readonly string[];
      readonly arns?: readonly string[];
      readonly accountId?: string;
      readonly region?: string;
      readonly type?: string;
      /** Those that one of these scopes holds, and every other finding of their resources: a cover changes its status with what it covers. */
      readonly heldBy?: readonly SuppressionScope[];
    };

export interface Wanted {
  readonly findings?: FindingQuery;
  readonly outbox?: {
    readonly states?: readonly OutboxRow["state"][];
    readonly subjects?: readonly string[];
    readonly keys?: readonly string[];
  };
  readonly inbox?: { readonly states?: readonly InboxRow["state"][]; readonly keys?: readonly string[] };
  /** Keys from `resourceKey`. */
  readonly seen?: "all" | readonly string[];
}

/** What a transaction asked to see: immutable, and true for as long as the transaction lasts. */
export interface StoreView extends View {
  readonly findings: readonly Finding[];
  /** Those that have not ended. */
  readonly suppressions: readonly Suppression[];
  readonly outbox: readonly OutboxRow[];
  readonly inbox: readonly InboxRow[];
  /** The latest sweep of each account, and for each account whether one was ever complete. */
  readonly sweeps: readonly SweepRecord[];
  readonly sweptAccounts: ReadonlySet<string>;
  /** When resources were first seen, by `resourceKey`: the wanted ones that are known. */
  readonly seen: ReadonlyMap<string, Seen>;
}

export interface Decision<T> extends Change {
  readonly result: T;
}

export interface ListOptions {
  /** Default: the gravest first. */
  readonly order?: FindingOrder;
  readonly skip?: number;
  readonly limit?: number;
}

export const MOST_NAMED = 20;

/** What processes that have one store open at the same time agree on. None of it is in the log. */
export interface SharedStore {
  /**
   * Takes a lease, or renews it, for so many milliseconds by the store's own clock; it ends by itself. `owner`: of one process alone. `false`: somebody
   * else has it.
   */
  hold(name: string, owner: string, milliseconds: number): Promise<boolean>;
  /** Ends all that this owner has. */
  letGo(owner: string): Promise<void>;
  /** Whoever has a lease that has not ended. */
  holders(): Promise<ReadonlySet<string>>;
  /** Of the last record of the log: another one, and somebody has committed. */
  seq(): Promise<number>;
}

export interface FindingStore {
  /** For people: "memory", or the folder or host. */
  readonly place: string;
  /** Left out: one process alone has it. */
  readonly shared?: SharedStore;
  read<T>(wanted: Wanted, look: (view: StoreView) => T): Promise<T>;
  /**
   * Loads what is wanted, lets `decide` (pure, synchronous) choose, and commits its change as one record. What takes long to decide is decided in parts:
   * others have their turn of the event loop between them, and what they commit comes after it.
   * Transactions that touch the same rows run one after another; when the promise resolves, the record is durable.
   * @throws {PostureError} POSTURE_STORE_READ_ONLY when the record could not be made durable: then nothing has changed.
   */
  transact<T>(wanted: Wanted, decide: (view: StoreView) => Decision<T> | Work<Decision<T>>): Promise<T>;
  /**
   * Findings that the filter wants, with their status at `now`. All of one moment, however long the reader takes; memory does not grow with how many
   * there are, as far as the store can help it.
   */
  list(filter: FindingFilter, now: Instant, options?: ListOptions): AsyncIterable<Found>;
  counts(filter: FindingFilter, now: Instant): Promise<Counts>;
  /** Findings of which a person's text may be the name: the beginning of a fingerprint or of a former one, with or without `v1-`, or an ARN. At most `MOST_NAMED`. */
  named(typed: string, now: Instant): Promise<readonly Found[]>;
  /** What was open at the end of each day from `from` on, oldest first, as the log has it: without the day of `now`, and without days before the first record. */
  days(from: Day, now: Instant): Promise<readonly DayCounts[]>;
  /** How often it happened on this day, by the events of the records of the day. */
  tally(day: Day): Promise<Tally>;
  /** Suppressions that were ever made, the newest first: those that have ended too. */
  history(): Promise<readonly Suppression[]>;
  /** The log, oldest first, from the record after `after`. */
  records(after?: number): AsyncIterable<LogRecord>;
  close(): Promise<void>;
}
