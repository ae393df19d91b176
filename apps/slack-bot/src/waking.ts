import type { FindingStore } from "@posture/core";

/** Every commit may have made a message due. */
export function waking(store: FindingStore, wake: () => void): FindingStore {
  return {
    place: store.place,
    read: (wanted, look) => store.read(wanted, look),
    list: (filter, now, options) => store.list(filter, now, options),
    counts: (filter, now) => store.counts(filter, now),
    named: (typed, now) => store.named(typed, now),
    days: (from, now) => store.days(from, now),
    tally: (day) => store.tally(day),
    history: () => store.history(),
    transact: async (wanted, decide) => {
      const result = await store.transact(wanted, decide);
      wake();
      return result;
    },
    records: (after) => store.records(after),
    close: () => store.close(),
  };
}
