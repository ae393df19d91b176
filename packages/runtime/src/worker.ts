import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { type Collecting, startCollecting } from "./collecting.ts";
import { type Ask, failureOf, type FromWorker, type ToWorker } from "./protocol.ts";

/** The collecting thread: the AWS SDK and the engine are loaded here and nowhere else. */
const { file, folder } = z.object({ file: z.string().optional(), folder: z.string() }).parse(workerData);

const port = parentPort;
if (!port) throw new Error("this file is the entry of a worker thread");
const say = (message: FromWorker): void => port.postMessage(message);
const running = new Map<number, AbortController>();
let collecting: Promise<Collecting> | undefined;

port.on("message", (message: ToWorker) => {
  if ("close" in message) void collecting?.then((it) => it.close()).finally(() => port.close());
  else if ("abort" in message) running.get(message.abort)?.abort();
  else void work(message.id, message.ask);
  if ("close" in message && !collecting) port.close();
});

async function work(id: number, ask: Ask): Promise<void> {
  const control = new AbortController();
  running.set(id, control);
  try {
    collecting ??= startCollecting({ file, folder });
    say({ id, answer: await answer(await collecting, id, ask, control.signal) });
  } catch (error) {
    say({ id, failure: failureOf(error) });
  } finally {
    running.delete(id);
  }
}

function answer(it: Collecting, id: number, ask: Ask, signal: AbortSignal): Promise<unknown> {
  switch (ask.op) {
    case "identity":
      return it.identity();
    case "regions":
      return it.regions(ask);
    case "sweep":
      return it.sweep(ask, (found, calls) => say({ id, found, calls }), signal);
    case "recheck":
      return it.recheck(ask);
    case "find":
      return it.find(ask);
    case "receive":
      return it.receive(ask, signal);
    case "remove":
      return it.remove(ask);
    case "queue":
      return it.queue(ask);
  }
}
