import { GENESIS, hashOf, seal } from "./audit.ts";
import { counted, historyIn, listed, namedIn } from "./listing.ts";
import type { Breathe } from "./parts.ts";
import { emptyState, viewOf } from "./state.ts";
import { conforms, logRecordSchema, problemOf } from "./stored.ts";
import type { Change, FindingStore, LogRecord } from "./store.ts";
import { daysOf } from "./days.ts";
import { applyRecord, tallyOf } from "./trend.ts";

/** Where a chain ends. */
export type Head = Pick<LogRecord, "seq" | "hash">;
export const START: Head = { seq: 0, hash: GENESIS };

/**
 * Seals a change into the record that follows `head`, and reads it back from its own text: what a store keeps in memory is what it would read from its log.
 * The record is frozen to its depth.
 * @throws {TypeError} for a change that could not be read back.
 */
export function recordOf(head: Head, change: Change): { readonly record: LogRecord; readonly line: string } {
  const line = JSON.stringify(seal(head, change));
  return { record: parseRecord(line), line };
}

/** @throws {TypeError} when the text is not a record, or its hash is not that of its content. */
export function parseRecord(line: string): LogRecord {
  const value: unknown = JSON.parse(line);
  if (!conforms(logRecordSchema, value)) throw new TypeError(`not a record (${problemOf(logRecordSchema, value)})`);
  if (hashOf(value) !== value.hash) throw new TypeError("its content does not have its hash");
  return freeze(value);
}

export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}

export function isEmpty({ events, writes }: Change): boolean {
  return events.length === 0 && writes.length === 0;
}

/** A store that lives as long as the process: for tests, and for a single look. `breathe`: lists and counts let others have their turn by it. */
export function memoryStore(breathe?: Breathe): FindingStore {
  const state = emptyState();
  const log: LogRecord[] = [];
  return {
    place: "memory",
    read: async (wanted, look) => look(viewOf(state, wanted)),
    transact: async (wanted, decide) => {
      const { result, at, events, writes } = decide(viewOf(state, wanted));
      if (isEmpty({ at, events, writes })) return result;
      const { record } = recordOf(log.at(-1) ?? START, { at, events, writes });
      applyRecord(state, record);
      log.push(record);
      return result;
    },
    list: (filter, now, options) => listed(state, filter, now, options, breathe),
    counts: (filter, now) => counted(state, filter, now, breathe),
    named: (typed, now) => namedIn(state, typed, now, breathe),
    days: (from, now) => daysOf(state, from, now, breathe),
    tally: async (day) => tallyOf(state, day),
    history: async () => historyIn(state),
    async *records(after = 0) {
      yield* log.slice(after);
    },
    close: async () => {},
  };
}
