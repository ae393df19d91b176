import type { Limit } from "./limits.ts";

/** From a throttle on, the rate comes back evenly over this time. */
const RECOVERY_MS = 120_000;
/** Requests in flight when AWS throttles are throttled together; that is one lesson and not fifty. */
const ONE_LESSON_MS = 1000;
const SLOWEST = 1 / 50;

/** A token bucket that learns: a throttle empties it and halves its rate. Times are milliseconds of any one clock. */
export class Pace {
  readonly #seed: Limit;
  #tokens: number;
  #at: number;
  #slowed: { readonly perSecond: number; readonly at: number } | null = null;

  constructor(seed: Limit, now: number) {
    this.#seed = seed;
    this.#tokens = seed.burst;
    this.#at = now;
  }

  /** Takes the next place and says how many milliseconds to wait for it. Places are given in order. */
  reserve(now: number): number {
    this.#refill(now);
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.rateAt(this.#at)) * 1000;
  }

  /** AWS has throttled a request of this bucket. */
  throttled(now: number): void {
    if (this.#slowed && now - this.#slowed.at < ONE_LESSON_MS) return;
    this.#refill(now);
    this.#tokens = Math.min(this.#tokens, 0);
    this.#slowed = { perSecond: Math.max(this.rateAt(now) / 2, this.#seed.perSecond * SLOWEST), at: now };
  }

  /** Requests per second, as of now. */
  rateAt(now: number): number {
    if (!this.#slowed) return this.#seed.perSecond;
    const regained = (this.#seed.perSecond * Math.max(0, now - this.#slowed.at)) / RECOVERY_MS;
    return Math.min(this.#seed.perSecond, this.#slowed.perSecond + regained);
  }

  /** The rate only rises between two throttles, so the one at the start of the interval never refills too much. */
  #refill(now: number): void {
    if (now <= this.#at) return;
    this.#tokens = Math.min(this.#seed.burst, this.#tokens + (this.rateAt(this.#at) * (now - this.#at)) / 1000);
    this.#at = now;
  }
}
