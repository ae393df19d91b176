import {
  type FindingStore,
  type Head,
  inOneGo,
  type Instant,
  isEmpty,
  isPostureError,
  isWork,
  type LogRecord,
  postureError,
  viewOf,
} from "@posture/core";
import type { Low } from "lowdb";
import { writeAnchor } from "./anchor.ts";
import { Commits } from "./commits.ts";
import { codeOf, type Files, FILES, FOLDER_MODE, messageOf } from "./files.ts";
import { type Lock, takeLock } from "./lock.ts";
import { lookups } from "./lookups.ts";
import { LOG, LogWriter, type Position, recordsOf } from "./log.ts";
import { load, type Opened, type Place } from "./open.ts";
import type { Data } from "./snapshot.ts";
import { turns } from "./turns.ts";

export interface LowdbOptions {
  readonly folder: string;
  /** Takes no lock, changes nothing, and shows the store as it is at this moment. */
  readonly readOnly?: boolean;
  readonly now: () => Instant;
  /** One sentence each: a torn record that was cut, a damaged snapshot, a store that has outgrown its kind. */
  readonly onWarning?: (warning: string) => void;
  /** A snapshot is due when the log has grown by so many bytes since the last, or after so many milliseconds with commits. Default: 10 MB, 10 minutes. */
  readonly snapshotEvery?: { readonly bytes?: number; readonly milliseconds?: number };
  /** The file operations; tests hand in some that fail. */
  readonly files?: Files;
}

export interface LowdbStore extends FindingStore {
  /** The last durable record. */
  head(): Head;
  /** Writes a snapshot now. @throws {Error} of the file system; the log stays whole and the store goes on. */
  snapshot(): Promise<void>;
}

const MANY = 100_000;
const DEFAULTS = { bytes: 10_000_000, milliseconds: 600_000 };

/**
 * Opens the embedded store: a folder with a log (the write-ahead log and the audit) and lowdb's snapshot of the state behind it.
 * @throws {PostureError} POSTURE_STORE_LOCKED (within 2 s), POSTURE_STORE_CORRUPT, POSTURE_STORE_FOREIGN, POSTURE_STORE_VERSION, POSTURE_STORE_READ_ONLY,
 * POSTURE_STORE_UNREADABLE
 */
export async function openLowdbStore(options: LowdbOptions): Promise<LowdbStore> {
  const { folder, now, files = FILES, onWarning = () => {} } = options;
  const place: Place = { folder, files, now, warn: onWarning };
  if (options.readOnly) return reader(place, await load(place, true));
  const lock = await makeAndLock(place);
  try {
    const opened = await load(place, false);
    const log = new LogWriter(files, folder, opened.position.end);
    await log.mend();
    await removeLeftovers(place);
    return new Writer(place, opened, log, lock, { ...DEFAULTS, ...options.snapshotEvery });
  } catch (error) {
    await lock.release();
    throw isPostureError(error) ? error : readOnlyError(place, error);
  }
}

async function makeAndLock({ folder, files }: Place): Promise<Lock> {
  try {
    await files.mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    return await takeLock(folder, files);
  } catch (error) {
    if (isPostureError(error)) throw error;
    if (["EEXIST", "ENOTDIR"].includes(codeOf(error)))
      throw postureError("POSTURE_STORE_FOREIGN", { file: folder, problem: "it is a file, and a store is a folder" }, error);
    throw readOnlyError({ folder }, error);
  }
}

function readOnlyError({ folder }: Pick<Place, "folder">, cause: unknown): Error {
  return postureError("POSTURE_STORE_READ_ONLY", { place: folder, cause: messageOf(cause) }, cause);
}

/** Only the holder of the lock does this: the files were being written by a process that was stopped. */
async function removeLeftovers({ folder, files }: Place): Promise<void> {
  for (const name of await files.readdir(folder)) {
    if (/^(snapshot-\d+\.jsonl|anchor\.json|owner\.json|log\.jsonl)\..*\.tmp$/.test(name)) await files.unlink(`${folder}/${name}`);
  }
}

function reader(place: Place, { low, position }: Opened): LowdbStore {
  return {
    place: place.folder,
    head: () => ({ seq: position.seq, hash: position.hash }),
    snapshot: () => Promise.reject(readOnlyError(place, new Error("it was opened for reading only"))),
    read: async (wanted, look) => look(viewOf(low.data.state, wanted)),
    transact: async (wanted, decide) => {
      const decision = decide(viewOf(low.data.state, wanted));
      const { result, ...change } = isWork(decision) ? inOneGo(decision) : decision;
      if (isEmpty(change)) return result;
      throw readOnlyError(place, new Error("it was opened for reading only"));
    },
    ...lookups(async (look) => look(low.data.state, position.seq)),
    records: (after = 0) => records(place, after, position),
    close: async () => {},
  };
}

async function* records({ folder, files }: Place, after: number, to: Position): AsyncGenerator<LogRecord, void, undefined> {
  if (to.seq === 0) return;
  const handle = await files.open(`${folder}/${LOG}`, "r");
  try {
    yield* recordsOf(handle, folder, after, to);
  } finally {
    await handle.close();
  }
}

class Writer implements LowdbStore {
  readonly place: string;
  readonly #place: Place;
  readonly #low: Low<Data>;
  readonly #log: LogWriter;
  readonly #lock: Lock;
  readonly #commits: Commits;
  readonly #breathe = turns();
  readonly #every: { readonly bytes: number; readonly milliseconds: number };
  #snapshotAt: Position;
  #snapshotting: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  #saidMany = false;

  constructor(
    place: Place,
    { low, position, snapshotAt }: Opened,
    log: LogWriter,
    lock: Lock,
    every: { readonly bytes: number; readonly milliseconds: number },
  ) {
    this.place = place.folder;
    this.#place = place;
    this.#low = low;
    this.#log = log;
    this.#lock = lock;
    this.#every = every;
    this.#snapshotAt = snapshotAt;
    this.#commits = new Commits(
      log,
      low.data.state,
      position,
      (cause) => readOnlyError(place, cause),
      (at) => this.#grown(at),
      this.#breathe,
    );
    this.#grown(position);
  }

  head(): Head {
    const { seq, hash } = this.#commits.position;
    return { seq, hash };
  }

  read: FindingStore["read"] = async (wanted, look) => {
    this.#mustBeOpen();
    return this.#commits.read((state) => look(viewOf(state, wanted)));
  };

  transact: FindingStore["transact"] = async (wanted, decide) => {
    this.#mustBeOpen();
    return this.#commits.transact(wanted, decide);
  };

  readonly #lookups = lookups((look) => {
    this.#mustBeOpen();
    return this.#commits.read(look);
  }, this.#breathe);
  list = this.#lookups.list;
  counts = this.#lookups.counts;
  named = this.#lookups.named;
  days = this.#lookups.days;
  tally = this.#lookups.tally;
  history = this.#lookups.history;

  records(after = 0): AsyncIterable<LogRecord> {
    return records(this.#place, after, this.#commits.position);
  }

  /** One at a time; one that is asked for while another is written comes after it. */
  snapshot(): Promise<void> {
    const turn = (this.#snapshotting ?? Promise.resolve()).catch(() => {}).then(() => this.#writeSnapshot());
    this.#snapshotting = turn;
    return turn;
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new Error(`the store ${this.place} has been closed`);
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#commits.idle();
    // A snapshot only makes the next start quicker; the log has everything.
    await this.snapshot().catch((error: unknown) =>
      this.#place.warn(`The snapshot of ${this.place} could not be written: ${messageOf(error)}.`),
    );
    await this.#log.close().catch(() => {}); // every acknowledged byte was synced
    await this.#lock.release();
  }

  async #writeSnapshot(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Between two batches: what is in memory is what is in the log.
    const { written, position } = await this.#commits.read((state) => {
      const at = this.#commits.position;
      if (at.seq === this.#snapshotAt.seq) return { written: Promise.resolve(), position: at };
      this.#low.data = { position: at, state };
      return { written: this.#low.write(), position: at };
    });
    await written;
    this.#snapshotAt = position;
    if (position.seq > 0) await writeAnchor(this.#place.files, this.place, position);
  }

  #grown({ seq, end }: Position): void {
    if (!this.#saidMany && this.#low.data.state.findings.size > MANY) {
      this.#saidMany = true;
      this.#place.warn(`The store ${this.place} holds more than ${MANY} findings; beyond that, use Postgres.`);
    }
    if (seq === this.#snapshotAt.seq) return;
    if (end - this.#snapshotAt.end >= this.#every.bytes) this.#snapshotSoon(0);
    else this.#snapshotSoon(this.#every.milliseconds);
  }

  #snapshotSoon(milliseconds: number): void {
    if (this.#closed || (this.#timer && milliseconds > 0)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.snapshot().catch((error: unknown) =>
        this.#place.warn(`The snapshot of ${this.place} could not be written: ${messageOf(error)}. The log is whole.`),
      );
    }, milliseconds);
    this.#timer.unref();
  }
}
