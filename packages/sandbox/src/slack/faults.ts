/** Something that goes wrong with one of Slack's methods. */
export interface SlackFault {
  /** As in `chat.postMessage`, or `upload` for the bytes of a file, which can only be cut off; left out: any. */
  readonly method?: string;
  readonly kind: /** 429, with `Retry-After`. */
    | "ratelimited"
    /** The connection is cut before anything happened. */
    | "reset_before"
    /** It happened, and then the connection is cut. */
    | "reset_after"
    /** No answer at all. */
    | "hang"
    /** Slack refuses, with the code `error`. */
    | "error";
  readonly error?: string;
  /** How often; 1 unless told. */
  readonly times?: number;
  /** Seconds. */
  readonly retryAfter?: number;
}

/** Which faults are still to come. */
export class SlackFaults {
  #left: { readonly fault: SlackFault; times: number }[] = [];

  add(fault: SlackFault): void {
    this.#left.push({ fault, times: fault.times ?? 1 });
  }
  clear(): void {
    this.#left = [];
  }
  /** The fault that this call meets, which then has one time less. */
  meet(method: string): SlackFault | undefined {
    const met = this.#left.find(({ fault, times }) => times > 0 && (fault.method === undefined || fault.method === method));
    if (met) met.times -= 1;
    return met?.fault;
  }
}
