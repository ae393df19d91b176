import type { Call, UnknownReason } from "@posture/core";
import { type Class, classify } from "./classify.ts";

/** A call that AWS refused, garbled or did not answer; thrown by `send` once retries are used up. */
export class AwsFault extends Error {
  override readonly name = "AwsFault";
  readonly reason: UnknownReason;
  /** AWS's error code, or the name of the network's error. */
  readonly code: string;
  readonly call: Call;
  readonly status: number | undefined;
  /** The region that S3 says the bucket is in. */
  readonly elsewhere: string | undefined;
  /** What AWS or the network said: one line, at most 200 characters. */
  readonly said: string;
  /** One sentence for people: the call, and what AWS answered. */
  readonly detail: string;
  constructor(call: Call, { reason, code, status, elsewhere, message }: Omit<Class, "retry" | "retryAfterMs">, options?: ErrorOptions) {
    const said = clean(message || code);
    const detail = sentence(call, reason, said);
    super(detail, options);
    this.reason = reason;
    this.code = code;
    this.call = call;
    this.status = status;
    this.elsewhere = elsewhere;
    this.said = said;
    this.detail = detail;
  }
}

/** The fault that an error of the SDK amounts to. */
export function faultOf(call: Call, error: unknown, region: string): AwsFault {
  return error instanceof AwsFault ? error : new AwsFault(call, classify(error, region), { cause: error });
}

/** An answer that is no answer: what is missing or wrong in it. */
export function malformed(call: Call, what: string): AwsFault {
  return new AwsFault(call, { reason: "malformed", code: "Malformed", message: what });
}

/**
 * A member that AWS always sends, an empty list included. The SDK leaves it `undefined` when a proxy answers in AWS's stead.
 * @throws {AwsFault} malformed, when it is not there.
 */
export function present<T>(value: T | null | undefined, member: string, call: Call): T {
  if (value === undefined || value === null) throw malformed(call, `the answer has no ${member}`);
  return value;
}

const SAYS: Readonly<Partial<Record<UnknownReason, string>>> = {
  denied: "was denied",
  throttled: "was throttled until the last attempt",
  network: "was not answered",
  credentials: "was refused for its credentials",
  "region-unavailable": "found the region not enabled",
};

function sentence({ service, operation }: Call, reason: UnknownReason, said: string): string {
  return `${service}:${operation} ${SAYS[reason] ?? "was answered with something that is not AWS's answer"}: ${said}`;
}

const LONGEST = 200;
/** What AWS or a proxy said is shown to people: one line, no control characters, not long. */
export function clean(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
