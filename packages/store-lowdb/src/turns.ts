import type { Breathe } from "@posture/core";

/** A pause that lasts until everybody else had a turn. Of many who pause at once one goes on in each turn of the event loop, so that together they take no longer at a time than one. */
export function turns(): Breathe {
  const waiting: (() => void)[] = [];
  const next = (): void => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(next);
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(next);
    });
}
