import { Socket } from "node:net";

/** The process kills itself before, or just after, it hands the kernel so many messages to the server. */
export interface Failpoint {
  readonly moment: string;
  /** 0: it lives. */
  readonly messages: number;
}

/** What the driver takes as the maker of its sockets. */
export function dyingSockets({ moment, messages }: Failpoint): () => Socket {
  let left = messages;
  class Watched extends Socket {
    override _write(...given: Parameters<Socket["_write"]>): void {
      left -= 1;
      if (left === 0 && moment === "before") process.kill(process.pid, "SIGKILL");
      super._write(...given); // oxlint-disable-line no-underscore-dangle -- what Node calls it
      if (left === 0 && moment === "after") process.kill(process.pid, "SIGKILL");
    }
  }
  // Without `_writev`, what is corked is written message by message.
  return () => Object.defineProperty(new Watched(), "_writev", { value: null });
}
