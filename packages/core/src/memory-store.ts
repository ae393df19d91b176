import { counted, historyIn, listed, namedIn } from "./listing.ts";
import { type Breathe, inParts, isWork, WITHOUT_PAUSE } from "./parts.ts";
import { isEmpty, recordOf, START } from "./record.ts";
import { emptyState, viewOf } from "./state.ts";
import type { Decision, FindingStore, LogRecord } from "./store.ts";
import { daysOf } from "./days.ts";
import { applyRecord, tallyOf } from "./trend.ts";

/**
 * A store that lives as long as the process: for tests, and for a single look. `breathe`: lists, counts and what is decided in parts let others have
 * their turn by it; a record is made and applied in one go.
 */
export function memoryStore(breathe: Breathe = WITHOUT_PAUSE): FindingStore {
  const state = emptyState();
  const log: LogRecord[] = [];
  let deciding: Promise<void> | undefined;
  const commit = <T>({ result, at, events, writes }: Decision<T>): T => {
    if (isEmpty({ at, events, writes })) return result;
    const { record } = recordOf(log.at(-1) ?? START, { at, events, writes });
    applyRecord(state, record);
    log.push(record);
    return result;
  };
  return {
    place: "memory",
    read: async (wanted, look) => look(viewOf(state, wanted)),
    transact: async (wanted, decide) => {
      // oxlint-disable-next-line no-unmodified-loop-condition -- whoever decides in parts sets it
      while (deciding) await deciding;
      const decision = decide(viewOf(state, wanted));
      if (!isWork(decision)) return commit(decision);
      const { promise, resolve } = Promise.withResolvers<void>();
      deciding = promise;
      try {
        return commit(await inParts(decision, breathe));
      } finally {
        deciding = undefined;
        resolve();
      }
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
