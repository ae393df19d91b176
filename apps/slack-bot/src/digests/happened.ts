import type { FindingStore, Instant, LogRecord } from "@posture/core";

/** A record of the log, as an anchor names it. */
export type Anchor = Pick<LogRecord, "seq" | "hash">;

/** Where a digest begins to tell: after this record; with 0, after the instant. */
export interface Since {
  readonly seq: number;
  readonly at: Instant;
}

/** To which findings it happened, by fingerprint; a finding is in each list once, however often it flapped. */
export interface Happened {
  readonly opened: ReadonlySet<string>;
  readonly reopened: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
  /** The last record that was looked at. `null`: there is none. */
  readonly until: Anchor | null;
}

/** What the log says has happened since, up to the record `until` where that is given. Its records are the one count, so two digests in a row neither leave out nor repeat anything. */
export async function happenedSince(store: Pick<FindingStore, "records">, since: Since, until = Infinity): Promise<Happened> {
  const happened = { opened: new Set<string>(), reopened: new Set<string>(), resolved: new Set<string>() };
  let last: Anchor | null = null;
  // From the record itself on, since its hash is wanted where nothing has come after it.
  for await (const { seq, hash, at, events } of store.records(Math.max(0, since.seq - 1))) {
    if (seq > until) break;
    last = { seq, hash };
    if (seq <= since.seq || (since.seq === 0 && at <= since.at)) continue;
    for (const { type, subject } of events)
      if (type === "opened" || type === "reopened" || type === "resolved") happened[type].add(subject);
  }
  return { ...happened, until: last };
}

/** When the log begins. `null`: it is empty. */
export async function beginningOf(store: Pick<FindingStore, "records">): Promise<Instant | null> {
  for await (const { at } of store.records()) return at;
  return null;
}
