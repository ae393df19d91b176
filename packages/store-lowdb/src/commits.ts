import {
  applying,
  type Breathe,
  type DayCounts,
  daysEndedInParts,
  type Decision,
  endsDay,
  inParts,
  isEmpty,
  isWork,
  type LogRecord,
  sealing,
  type StoreState,
  type StoreView,
  type Undo,
  viewOf,
  type Wanted,
  type Work,
} from "@posture/core";
import type { LogWriter, Position } from "./log.ts";

/** Something that waits for its turn. `decided` is called in its turn, exactly one of the others afterwards. */
interface Waiting {
  decide(view: StoreView): Decision<unknown> | Work<Decision<unknown>>;
  readonly wanted: Wanted;
  done(result: unknown): void;
  failed(error: unknown): void;
}

/**
 * One queue for all that reads and writes. A batch is what waited while the disk was busy: its transactions are decided one after another, share one
 * fdatasync, and are told only then. Reads wait for that too, since what is not durable has not happened. What is long is done in parts, so that it is the
 * queue that waits for it and not the event loop.
 */
export class Commits {
  readonly #log: LogWriter;
  readonly #state: StoreState;
  readonly #refusal: (cause: unknown) => Error;
  readonly #committed: (position: Position) => void;
  readonly #breathe: Breathe;
  #position: Position;
  #writes: Waiting[] = [];
  #reads: (() => void)[] = [];
  #running: Promise<void> | undefined;

  constructor(
    log: LogWriter,
    state: StoreState,
    position: Position,
    refusal: (cause: unknown) => Error,
    committed: (position: Position) => void,
    breathe: Breathe,
  ) {
    this.#log = log;
    this.#state = state;
    this.#position = position;
    this.#refusal = refusal;
    this.#committed = committed;
    this.#breathe = breathe;
  }

  /** The last durable record. */
  get position(): Position {
    return this.#position;
  }

  transact<T>(wanted: Wanted, decide: (view: StoreView) => Decision<T> | Work<Decision<T>>): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      const keep = (decision: Decision<T>): Decision<T> => {
        result = { value: decision.result };
        return decision;
      };
      const kept = (view: StoreView): Decision<T> | Work<Decision<T>> => {
        const decision = decide(view);
        return isWork(decision) ? keptOf(decision, keep) : keep(decision);
      };
      this.#writes.push({ wanted, decide: kept, done: () => result && resolve(result.value), failed: reject });
      this.#run();
    });
  }

  /** Calls `look` when everything in memory is durable. */
  read<T>(look: (state: StoreState, seq: number) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reads.push(() => {
        try {
          resolve(look(this.#state, this.#position.seq));
        } catch (error) {
          reject(error);
        }
      });
      this.#run();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  #run(): void {
    this.#running ??= this.#drain();
  }

  async #drain(): Promise<void> {
    await Promise.resolve(); // what is asked for in the same turn shares the first fdatasync
    while (this.#writes.length > 0 || this.#reads.length > 0) {
      const [writes, reads] = [this.#writes, this.#reads];
      this.#writes = [];
      this.#reads = [];
      await this.#commit(writes);
      for (const read of reads) read();
    }
    // In the same turn as the last look at the queue: what is pushed after it must start a new run.
    this.#running = undefined;
  }

  /** Counting is long work, so that others have their turn meanwhile; nothing is decided before it is done. */
  async #daysEnded({ at }: LogRecord): Promise<readonly DayCounts[]> {
    return endsDay(this.#state, at) ? daysEndedInParts(this.#state, at, this.#breathe) : [];
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const undos: Undo[] = [];
    const decided: Waiting[] = [];
    let head: Pick<Position, "seq" | "hash"> = this.#position;
    const lines: (readonly string[])[] = [];
    for (const one of batch) {
      try {
        const decision = one.decide(viewOf(this.#state, one.wanted));
        const change = isWork(decision) ? await inParts(decision, this.#breathe) : decision;
        decided.push(one);
        if (isEmpty(change)) continue;
        const { record, pieces } = await inParts(sealing(head, change), this.#breathe);
        undos.push(await inParts(applying(this.#state, record, await this.#daysEnded(record)), this.#breathe));
        head = record;
        lines.push(pieces);
      } catch (error) {
        if (decided.at(-1) === one) decided.pop();
        one.failed(error);
      }
    }
    if (lines.length > 0) {
      try {
        this.#position = { seq: head.seq, hash: head.hash, ...(await this.#log.append(lines)) };
      } catch (error) {
        for (const undo of undos.toReversed()) undo();
        // All of them, also those that wrote nothing: they may have decided upon what is now undone.
        for (const one of decided) one.failed(this.#refusal(error));
        return;
      }
      this.#committed(this.#position);
    }
    for (const one of decided) one.done(undefined);
  }
}

function* keptOf<T>(work: Work<T>, keep: (value: T) => T): Work<T> {
  return keep(yield* work);
}
