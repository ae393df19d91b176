import type { AwsSettings } from "@posture/aws-access";
import type { Answers, Ask } from "./protocol.ts";
import type { Asking, AskOptions } from "./thread.ts";

/** Collects in this thread: for tests, whose clock and patience are their own, and for programs that do nothing else meanwhile. */
export async function collectHere(
  source: { readonly file?: string | undefined; readonly folder: string },
  settings: AwsSettings,
): Promise<Asking> {
  const { startCollecting } = await import("./collecting.ts");
  const collecting = await startCollecting(source, settings);
  async function answer(ask: Ask, { onFound, signal }: AskOptions): Promise<unknown> {
    switch (ask.op) {
      case "identity":
        return collecting.identity();
      case "regions":
        return collecting.regions(ask);
      case "sweep":
        return collecting.sweep(ask, (found, calls) => onFound?.(found, calls), signal ?? new AbortController().signal);
      case "recheck":
        return collecting.recheck(ask);
      case "find":
        return collecting.find(ask);
      case "receive":
        return collecting.receive(ask, signal ?? new AbortController().signal);
      case "remove":
        return collecting.remove(ask);
      case "queue":
        return collecting.queue(ask);
    }
  }
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the switch above pairs them
    ask: async <A extends Ask>(ask: A, options: AskOptions = {}) => (await answer(ask, options)) as Answers[A["op"]],
    close: () => Promise.resolve(collecting.close()),
  };
}
