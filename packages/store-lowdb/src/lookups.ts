import {
  type Breathe,
  counted,
  daysOf,
  everythingOf,
  type FindingStore,
  historyIn,
  listed,
  type Moment,
  namedIn,
  type StoreState,
  tallyOf,
} from "@posture/core";
import { turns } from "./turns.ts";

/** Calls back with the state when everything in it is durable, and the number of the last record in it. */
type Look = <T>(look: (state: StoreState, seq: number) => T) => Promise<T>;

/** What people ask a store: lists and counts, out of the state in memory. */
export function lookups(
  look: Look,
  breathe: Breathe = turns(),
): Pick<FindingStore, "list" | "counts" | "named" | "days" | "tally" | "history"> {
  let latest: { readonly seq: number; readonly moment: Moment } | undefined;
  // A summary asks seven times for the same: what can be shared between two commits is.
  const at = <T>(use: (state: StoreState, moment: Moment) => T): Promise<T> =>
    look((state, seq) => {
      if (latest?.seq !== seq) latest = { seq, moment: everythingOf(state) };
      return use(state, latest.moment);
    });
  return {
    async *list(filter, now, options) {
      yield* await at((state, moment) => listed(state, filter, now, options, breathe, moment));
    },
    counts: async (filter, now) => at((state, moment) => counted(state, filter, now, breathe, moment)),
    named: async (typed, now) => at((state, moment) => namedIn(state, typed, now, breathe, moment)),
    days: async (from, now) => at((state, moment) => daysOf(state, from, now, breathe, moment)),
    tally: (day) => look((state) => tallyOf(state, day)),
    history: () => look(historyIn),
  };
}
