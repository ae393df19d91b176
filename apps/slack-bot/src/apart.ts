import { setTimeout as pause } from "node:timers/promises";
import type { SharedStore } from "@posture/core";

/** Does something about a finding when no other bot does the same to it. */
export type Apart = <T>(fingerprint: string, work: () => Promise<T>) => Promise<T>;

/** Nobody else can have the store open. */
export const AT_ONCE: Apart = (_, work) => work();

/** In milliseconds. A read of one resource takes a second or two; what takes longer than the lease is not waited for. */
const LEASE = 20_000;
const ASKED_EVERY = 250;

/** Several bots have one store open. `owner`: of this one; what it does itself at the same time is its own to join. */
export function apartOf(shared: SharedStore, owner: string): Apart {
  return async (fingerprint, work) => {
    const name = `re-check:${fingerprint}`;
    while (!(await shared.hold(name, owner, LEASE))) await pause(ASKED_EVERY);
    try {
      return await work();
    } finally {
      await shared.hold(name, owner, 0).catch(() => {}); // then it ends by itself
    }
  };
}
