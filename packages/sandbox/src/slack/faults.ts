/** Something that goes wrong with one of Slack's methods. */
export interface SlackFault {
  /** As in `chat.postMessage`, or `upload` for the bytes of a file, which can only be cut off; left out: any. */
  readonly method?: string;
  /** Only calls about this channel, by its id; left out: any. */
  readonly channel?: string;
  readonly kind: /** 429, with `Retry-After`. */
    | "ratelimited"
    /** The connection is cut before anything happened. */
    | "reset_before"
    /** It happened, and then the connection is cut. */
    | "reset_after"
    /** No answer at all, and nothing happened. */
    | "hang"
    /** No answer at all, although it happened. */
    | "hang_after"
    /** Slack refuses, with the code `error`. */
    | "error"
    /** 500, before anything happened. */
    | "error_500"
    /** 500, although it happened. */
    | "error_500_after"
    /** It happened; the answer ends in the middle. */
    | "broken_json"
    /** It happened; the answer is somebody's page, with 200. */
    | "html";
  readonly error?: string;
  /** How often; 1 unless told. */
  readonly times?: number;
  /** Seconds; a string is sent to the letter, `null`: the header is not there. */
  readonly retryAfter?: number | string | null;
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
  meet(method: string, channel?: string): SlackFault | undefined {
    const met = this.#left.find(
      ({ fault, times }) =>
        times > 0 && (fault.method === undefined || fault.method === method) && (fault.channel === undefined || fault.channel === channel),
    );
    if (met) met.times -= 1;
    return met?.fault;
  }
}
