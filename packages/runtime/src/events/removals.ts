import type { QueuePlace } from "@posture/aws-access";
import type { Asking } from "../thread.ts";

/** SQS removes at most ten messages at once. */
const MOST = 10;
/** In milliseconds, how long one waits for others to be removed with it. */
const PAUSE = 200;

/** Removes from the queue what was worked on, several messages in one request. */
export class Removals {
  readonly #thread: Asking;
  readonly #from: QueuePlace;
  readonly #onFailure: (error: unknown) => void;
  #receipts: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(thread: Asking, from: QueuePlace, onFailure: (error: unknown) => void) {
    this.#thread = thread;
    this.#from = from;
    this.#onFailure = onFailure;
  }

  add(receipt: string): void {
    this.#receipts.push(receipt);
    if (this.#receipts.length >= MOST) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), PAUSE);
  }

  /** What could not be removed comes again, and is known by its event. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const receipts = this.#receipts.splice(0);
    if (receipts.length === 0) return;
    await this.#thread.ask({ op: "remove", from: this.#from, receipts }).catch(this.#onFailure);
  }
}
