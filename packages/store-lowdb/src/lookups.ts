import { setImmediate } from "node:timers/promises";
import { countsOf, daysOf, type FindingStore, historyIn, listed, namedIn, type StoreState } from "@posture/core";

/** Calls back with the state when everything in it is durable. */
type Look = <T>(look: (state: StoreState) => T) => Promise<T>;

/** What people ask a store: lists and counts, out of the state in memory. */
export function lookups(look: Look): Pick<FindingStore, "list" | "counts" | "named" | "days" | "history"> {
  return {
    async *list(filter, now, options) {
      yield* await look((state) => listed(state, filter, now, options, setImmediate));
    },
    counts: (filter, now) => look((state) => countsOf(state, now, filter)),
    named: (typed, now) => look((state) => namedIn(state, typed, now)),
    days: (from, now) => look((state) => daysOf(state, from, now)),
    history: () => look(historyIn),
  };
}
