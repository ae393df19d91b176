import { Worker } from "node:worker_threads";
import { postureError } from "@posture/core";
import type { Found } from "@posture/engine";
import { type Answers, type Ask, errorOf, type FromWorker, type ToWorker } from "./protocol.ts";

interface Waiting {
  readonly worker: Worker;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
  onFound?: ((found: Found, calls: number) => void) | undefined;
}

export interface AskOptions {
  readonly onFound?: (found: Found, calls: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Whoever lists, reads and judges, wherever that happens. */
export interface Asking {
  /** @throws {PostureError} what went wrong there. */
  ask<A extends Ask>(ask: A, options?: AskOptions): Promise<Answers[A["op"]]>;
  close(): Promise<void>;
}

/** The collecting thread as the main thread sees it. It is started by the first question, and again after it died. */
export class CollectingThread implements Asking {
  readonly #data: { readonly file?: string | undefined; readonly folder: string };
  readonly #env: NodeJS.ProcessEnv;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #last = 0;

  constructor(data: { readonly file?: string | undefined; readonly folder: string }, env: NodeJS.ProcessEnv) {
    this.#data = data;
    this.#env = env;
  }

  /** @throws {PostureError} what the thread threw, or POSTURE_WORKER_STOPPED when it died. */
  async ask<A extends Ask>(ask: A, { onFound, signal }: AskOptions = {}): Promise<Answers[A["op"]]> {
    const worker = (this.#worker ??= this.#start());
    const id = (this.#last += 1);
    const abort = (): void => worker.postMessage({ abort: id } satisfies ToWorker);
    signal?.addEventListener("abort", abort, { once: true });
    worker.ref();
    try {
      const answer = await new Promise<unknown>((resolve, reject) => {
        this.#waiting.set(id, { worker, resolve, reject, onFound });
        worker.postMessage({ id, ask } satisfies ToWorker);
      });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own code on the other side of the thread; the protocol types both ends
      return answer as Answers[A["op"]];
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener("abort", abort);
      if (this.#waiting.size === 0) worker.unref();
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (!worker) return;
    worker.ref();
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    worker.postMessage({ close: true } satisfies ToWorker);
    const patience = setTimeout(() => void worker.terminate(), 2000);
    await ended;
    clearTimeout(patience);
  }

  #start(): Worker {
    const source = import.meta.url.endsWith(".ts");
    const worker = new Worker(new URL(source ? "./worker.ts" : "./worker.js", import.meta.url), {
      workerData: this.#data,
      env: this.#env,
      execArgv: source ? ["--conditions=@posture/source"] : [],
    });
    worker.on("message", (message: FromWorker) => this.#hear(message));
    worker.once("error", (error) => this.#fail(worker, error.message));
    worker.once("exit", (code) => this.#fail(worker, `it ended with code ${code}`));
    worker.unref();
    return worker;
  }

  #hear(message: FromWorker): void {
    const waiting = this.#waiting.get(message.id);
    if ("found" in message) waiting?.onFound?.(message.found, message.calls);
    else if ("failure" in message) waiting?.reject(errorOf(message.failure));
    else waiting?.resolve(message.answer);
  }

  /** Who waits for this thread waits in vain; those of a later one do not. */
  #fail(worker: Worker, cause: string): void {
    if (this.#worker === worker) this.#worker = undefined;
    for (const waiting of this.#waiting.values()) {
      if (waiting.worker === worker) waiting.reject(postureError("POSTURE_WORKER_STOPPED", { cause }));
    }
  }
}
