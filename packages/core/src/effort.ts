/** In steps as those who evaluate count them: a comparison of two characters, a statement looked at. */
export const MOST_STEPS = 2_000_000;

/** A document or a pattern would take more steps than one evaluation may. It is unknown then, never passed. */
export class TooComplex extends Error {
  override readonly name = "TooComplex";
}

/** Evaluations are synchronous, so that at most one is under way; outside of any, steps are free. */
let left = Number.POSITIVE_INFINITY;
/** Ever; only the difference of two readings says something. */
let spent = 0;

/**
 * Counts steps against what the evaluation that is under way may take.
 * @throws {TooComplex} when that is used up
 */
export function spend(steps: number): void {
  spent += steps;
  left -= steps;
  if (left < 0) throw new TooComplex(`it would take more than ${MOST_STEPS.toLocaleString("en")} steps`);
}

/** Runs one evaluation; what it spends is its own. */
export function withEffort<T>(most: number, evaluate: () => T): T {
  const before = left;
  left = most;
  try {
    return evaluate();
  } finally {
    left = before;
  }
}

/** Runs something, and says how many steps it spent: all of the evaluations within it, those that were too complex included. */
export function metered<T>(run: () => T): { readonly value: T; readonly steps: number } {
  const before = spent;
  const value = run();
  return { value, steps: spent - before };
}
