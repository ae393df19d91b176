import { DAY } from "@posture/core";
import type { Message } from "./port.ts";
import type { Taken } from "./respond.ts";

/** Whether the workspace takes Slack's newer blocks. It is asked by sending them, and not again for a day where it does not. */
export class NewerBlocks {
  readonly #clock: () => number;
  /** Milliseconds since 1970. */
  #notBefore = 0;

  /** `clock`: milliseconds since 1970. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** What to send: the message as it is where its blocks may be taken. */
  of(message: Message): Message {
    const { text, plainer } = message;
    return plainer !== undefined && this.#clock() < this.#notBefore ? { text, blocks: plainer } : message;
  }

  refused(): void {
    this.#notBefore = this.#clock() + DAY;
  }

  /** Sends the message, and where its newer blocks are refused, the one without them. */
  async deliver(message: Message, send: (message: Message) => Promise<Taken>): Promise<Taken> {
    const first = this.of(message);
    const taken = await send(first);
    if (taken !== "blocks" || first.plainer === undefined) return taken;
    const again = await send({ text: first.text, blocks: first.plainer });
    // Where not even that is taken, the newer blocks were not what is wrong.
    if (again === "taken") this.refused();
    return again;
  }
}
