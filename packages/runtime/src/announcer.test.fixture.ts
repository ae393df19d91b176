import type { StoreView } from "@posture/core";
import type { Announcer, StatusChange } from "./posture.ts";

/** Makes nothing due, and tells `hear` of the changes one by one, while others have their turn between them. */
export function listener(hear: (change: StatusChange, view: StoreView) => void): Announcer {
  return {
    *planning({ changes }, view) {
      for (const change of changes) {
        hear(change, view);
        yield;
      }
      return [];
    },
    *planningSweep() {
      yield;
      return [];
    },
  };
}
