import { createHmac, timingSafeEqual } from "node:crypto";

/** Both ways: Slack's clock and ours may differ, but a request from the future is as suspect as an old one. In seconds. */
const WINDOW = 300;
/** In bytes. Slack's own requests are far smaller. */
export const BODY_LIMIT = 1_000_000;

export interface SignedRequest {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Buffer;
}

export type Verified = { readonly ok: true } | { readonly ok: false; readonly why: string };

/**
 * Did Slack sign this, just now? Pure; `now` in milliseconds since 1970.
 * Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function verify({ timestamp, signature, body }: SignedRequest, secret: string, now: number): Verified {
  if (timestamp === undefined || signature === undefined) return refused("it is not signed");
  if (!/^\d{1,12}$/.test(timestamp)) return refused("its timestamp is not a number of seconds");
  if (Math.abs(now / 1000 - Number(timestamp)) > WINDOW) return refused("its timestamp is too far from now");
  const expected = Buffer.from(`v0=${createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex")}`);
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return refused("its signature is wrong");
  return { ok: true };
}

function refused(why: string): Verified {
  return { ok: false, why };
}

/** Remembers signatures for twice the window, so that a request is taken once. */
export class ReplayGuard {
  readonly #seen = new Map<string, number>();

  /** True the first time. `now` in milliseconds. */
  admits(signature: string, now: number): boolean {
    // The oldest are first, since a Map keeps the order in which they came.
    for (const [old, at] of this.#seen) {
      if (now - at <= 2 * WINDOW * 1000) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(signature)) return false;
    this.#seen.set(signature, now);
    return true;
  }
}
