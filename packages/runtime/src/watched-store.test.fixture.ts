import { type Decision, type FindingStore, type Instant, isWork, type Work } from "@posture/core";

type Live = ReadonlyMap<string, Instant>;

/** The store, with a note of what was read live when the decision of each sweep began. */
export function watchedStore(store: FindingStore, readLive: () => Live, live: Map<string, Live>): FindingStore {
  function* watched<T>(work: Work<Decision<T>>): Work<Decision<T>> {
    const before = new Map(readLive());
    const decision = yield* work;
    for (const { type, subject } of decision.events) if (type === "sweep-finished") live.set(subject, before);
    return decision;
  }
  const transact: FindingStore["transact"] = (wanted, decide) =>
    store.transact(wanted, (view) => {
      const decision = decide(view);
      return isWork(decision) ? watched(decision) : decision;
    });
  return { ...store, transact };
}
