import type { Logger } from "pino";

/** Whether the app may speak in the workspace. What is due is kept while it may not. */
export class Installation {
  #ended: string | null = null;
  readonly #log: Logger;
  readonly #onChange: () => void;

  /** `onChange`: it may have begun or ended. */
  constructor(log: Logger, onChange: () => void = () => {}) {
    this.#log = log;
    this.#onChange = onChange;
  }

  /** Why nothing may be posted; `null`: it may. */
  get ended(): string | null {
    return this.#ended;
  }

  /** From now on nothing is posted. `why` is for people: "the app was taken out of the workspace". */
  end(why: string): void {
    if (this.#ended !== null) return;
    this.#ended = why;
    this.#log.error(
      { why },
      "nothing is posted any more; sweeps go on, and messages are kept. Install the app again, and start with its new token",
    );
    this.#onChange();
  }

  /** Slack knows the token again. */
  resume(): void {
    if (this.#ended === null) return;
    this.#ended = null;
    this.#log.info("Slack knows the app again: posting goes on");
    this.#onChange();
  }
}
