import type { Class, Retry } from "./classify.ts";

interface Policy {
  readonly attempts: number;
  readonly baseMs: number;
}
const POLICY: Readonly<Record<Retry, Policy>> = {
  throttle: { attempts: 8, baseMs: 500 },
  transient: { attempts: 3, baseMs: 100 },
  // The SDK has taken over the server's time by then; once is enough.
  skew: { attempts: 2, baseMs: 0 },
  never: { attempts: 1, baseMs: 0 },
};
const CAP_MS = 20_000;

/**
 * How long to wait before the next attempt; `null`: there is none. Full jitter: `chance` (0 to 1) of a bound that doubles, at most 20 s.
 * Source: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export function pauseAfter(
  attempt: number,
  { retry, retryAfterMs = 0 }: Pick<Class, "retry" | "retryAfterMs">,
  chance: number,
): number | null {
  const { attempts, baseMs } = POLICY[retry];
  if (attempt >= attempts) return null;
  return Math.max(chance * Math.min(CAP_MS, baseMs * 2 ** (attempt - 1)), Math.min(CAP_MS, retryAfterMs));
}
