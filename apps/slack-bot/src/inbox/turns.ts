/** Most of this work waits for Slack or AWS. */
const MOST_AT_ONCE = 32;
/** Who comes next may be on the way already. In milliseconds. */
const QUIET = 10;
/** Work waits no longer than this for a quiet moment. In milliseconds. */
const PATIENCE = 1000;

interface Waiting {
  readonly since: number;
  readonly begin: () => void;
}

/**
 * Lets work begin when nobody waits for an acknowledgement, and not all of it at once: there is one thread, and people are told first
 * that they were heard.
 */
export class Turns {
  readonly #clock: () => number;
  readonly #queue: Waiting[] = [];
  #taking = 0;
  #quietSince = 0;
  #working = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `clock` in milliseconds. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** A request is being taken; until the answer is called, no work begins. */
  taking(): () => void {
    this.#taking += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#taking -= 1;
      this.#quietSince = this.#clock();
      this.#next();
    };
  }

  /** Does the work when its turn has come. Turns come in the order in which they were asked for. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.#queue.push({ since: this.#clock(), begin });
      this.#next();
    });
    try {
      return await work();
    } finally {
      this.#working -= 1;
      this.#next();
    }
  }

  #next(): void {
    if (this.#timer !== undefined) return;
    const [first] = this.#queue;
    if (!first || this.#working >= MOST_AT_ONCE) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#begin();
    }, this.#delay(first));
  }

  /** One piece of work in each turn of the event loop, so that requests are looked for between them. */
  #begin(): void {
    const [first] = this.#queue;
    if (first && this.#working < MOST_AT_ONCE && this.#delay(first) === 0) {
      this.#queue.shift();
      this.#working += 1;
      first.begin();
    }
    this.#next();
  }

  #delay({ since }: Waiting): number {
    const now = this.#clock();
    if (now - since >= PATIENCE) return 0;
    if (this.#taking > 0) return QUIET;
    return Math.max(0, Math.ceil(this.#quietSince + QUIET - now));
  }
}
