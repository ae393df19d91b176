import { setImmediate } from "node:timers/promises";
import { counted, daysOf, type FindingStore, historyIn, listed, namedIn, type StoreState, tallyOf } from "@posture/core";

/** Calls back with the state when everything in it is durable. */
type Look = <T>(look: (state: StoreState) => T) => Promise<T>;

/** What people ask a store: lists and counts, out of the state in memory. */
export function lookups(look: Look): Pick<FindingStore, "list" | "counts" | "named" | "days" | "tally" | "history"> {
  return {
    async *list(filter, now, options) {
      yield* await look((state) => listed(state, filter, now, options, setImmediate));
    },
    counts: async (filter, now) => look((state) => counted(state, filter, now, setImmediate)),
    named: async (typed, now) => look((state) => namedIn(state, typed, now, setImmediate)),
    days: async (from, now) => look((state) => daysOf(state, from, now, setImmediate)),
    tally: (day) => look((state) => tallyOf(state, day)),
    history: () => look(historyIn),
  };
}
