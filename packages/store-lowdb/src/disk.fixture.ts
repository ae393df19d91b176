import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Chance } from "./chance.fixture.ts";
import type { Files, Handle } from "./files.ts";

const SECTOR = 512;
/** What the one folder of every disk is called. */
const FOLDER = "store";

type Op = { readonly kind: "write"; readonly at: number; readonly bytes: Buffer } | { readonly kind: "truncate"; readonly size: number };
type Entry =
  | { readonly kind: "link"; readonly name: string; readonly file: File }
  | { readonly kind: "rename"; readonly from: string; readonly name: string; readonly file: File }
  | { readonly kind: "unlink"; readonly name: string };

/** What stands in a file, what of it would survive a cut, and what was done to it since. */
class File {
  content: Buffer;
  durable: Buffer;
  pending: Op[] = [];
  constructor(content: Buffer) {
    this.content = content;
    this.durable = content;
  }
  do(op: Op): void {
    this.content = done(this.content, op);
    this.pending.push(op);
  }
}

/** Never in place: what is durable may be the same bytes. */
function done(content: Buffer, op: Op): Buffer {
  const size = op.kind === "truncate" ? op.size : Math.max(content.length, op.at + op.bytes.length);
  const next = Buffer.alloc(size);
  content.copy(next);
  if (op.kind === "write") op.bytes.copy(next, op.at);
  return next;
}

/**
 * A disk with one folder. After a cut of the power it holds for certain only what was synced: of a file its content, of the folder its entries; of
 * everything since it may have kept any part, in any order, torn at any sector.
 */
export class Disk {
  readonly #entries: Map<string, File>;
  #durable: ReadonlyMap<string, File>;
  #pending: Entry[] = [];
  #steps = 0;
  readonly #atStep: (step: number, what: string) => void;

  /** `atStep` is called before each step is done: the power may be cut there. */
  constructor(files: ReadonlyMap<string, Buffer> = new Map(), atStep: (step: number, what: string) => void = () => {}) {
    this.#entries = new Map([...files].map(([name, bytes]) => [name, new File(bytes)]));
    this.#durable = new Map(this.#entries);
    this.#atStep = atStep;
  }

  /** What stands on it now. */
  all(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#entries].map(([name, file]) => [name, file.content]));
  }

  /** What a cut at this moment may leave. */
  cut(chance: Chance): ReadonlyMap<string, Buffer> {
    const entries = new Map(this.#durable);
    for (const entry of kept(this.#pending, chance)) {
      if (entry.kind === "unlink") entries.delete(entry.name);
      else entries.set(entry.name, entry.file);
      if (entry.kind === "rename") entries.delete(entry.from);
    }
    return new Map([...entries].map(([name, file]) => [name, leftOf(file, chance)]));
  }

  readonly files: Files = {
    open: async (path, flags) => {
      await this.#step(`open ${flags}`);
      const name = basename(path);
      if (name === FOLDER) return this.#folder();
      const known = this.#entries.get(name);
      if (flags === "wx" && known) throw failure("EEXIST");
      if (flags !== "wx" && !known) throw failure("ENOENT");
      const file = known ?? new File(Buffer.alloc(0));
      if (!known) this.#link(name, file);
      return this.#handle(file, name);
    },
    rename: async (from, to) => {
      await this.#step("rename");
      const file = this.#entries.get(basename(from));
      if (!file) throw failure("ENOENT");
      this.#entries.set(basename(to), file);
      this.#entries.delete(basename(from));
      this.#pending.push({ kind: "rename", from: basename(from), name: basename(to), file });
    },
    unlink: async (path) => {
      await this.#step("unlink");
      if (!this.#entries.has(basename(path))) throw failure("ENOENT");
      this.#unlink(basename(path));
    },
    readdir: async () => [...this.#entries.keys()],
    mkdir: async () => undefined,
  };

  #link(name: string, file: File): void {
    this.#entries.set(name, file);
    this.#pending.push({ kind: "link", name, file });
  }
  #unlink(name: string): void {
    this.#entries.delete(name);
    this.#pending.push({ kind: "unlink", name });
  }

  /** The cut comes before the step, and what is called at the same time may come between. */
  async #step(what: string): Promise<void> {
    this.#steps += 1;
    this.#atStep(this.#steps, what);
    await setImmediate();
  }

  #handle(file: File, name: string): Handle {
    const sync = async (): Promise<void> => {
      // Only what was written before the call is covered by it.
      const content = file.content;
      const covered = file.pending.length;
      await this.#step(`sync ${name}`);
      file.durable = content;
      file.pending = file.pending.slice(covered);
    };
    return {
      read: async (buffer, offset, length, position) => ({
        buffer,
        bytesRead: file.content.copy(buffer, offset, position, Math.min(file.content.length, position + length)),
      }),
      write: async (bytes, offset, length, position) => {
        await this.#step(`write ${name}`);
        file.do({ kind: "write", at: position, bytes: Buffer.from(bytes.subarray(offset, offset + length)) });
        return { bytesWritten: length };
      },
      truncate: async (size) => {
        await this.#step(`truncate ${name}`);
        file.do({ kind: "truncate", size });
      },
      readFile: async () => file.content.toString("utf8"),
      stat: async () => ({ size: file.content.length }),
      sync,
      datasync: sync,
      close: async () => {},
    };
  }

  #folder(): Handle {
    const cannot = async (): Promise<never> => {
      throw failure("EISDIR");
    };
    const sync = async (): Promise<void> => {
      const entries = new Map(this.#entries);
      const covered = this.#pending.length;
      await this.#step("sync folder");
      this.#durable = entries;
      this.#pending = this.#pending.slice(covered);
    };
    return { read: cannot, write: cannot, truncate: cannot, readFile: cannot, stat: cannot, sync, datasync: sync, close: async () => {} };
  }
}

/** Nothing, everything, a beginning, or any of them. */
function kept<T>(items: readonly T[], chance: Chance): readonly T[] {
  switch (chance.oneOf(["none", "all", "beginning", "any"] as const)) {
    case "none":
      return [];
    case "all":
      return items;
    case "beginning":
      return items.slice(0, chance.below(items.length + 1));
    case "any":
      return items.filter(() => chance.isOneIn(2));
  }
}

function leftOf({ durable, pending }: File, chance: Chance): Buffer {
  const pieces = pending.flatMap((op) => (op.kind === "truncate" ? [op] : sectorsOf(op)));
  const left = kept(pieces, chance).reduce(done, durable);
  // The file may have been given its size before its content.
  const size = pieces.reduce(done, durable).length;
  return size > left.length && chance.isOneIn(3) ? done(left, { kind: "truncate", size }) : left;
}

function sectorsOf({ at, bytes }: Extract<Op, { kind: "write" }>): Op[] {
  const pieces: Op[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + SECTOR - ((at + from) % SECTOR));
    pieces.push({ kind: "write", at: at + from, bytes: bytes.subarray(from, to) });
    from = to;
  }
  return pieces;
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: the disk says no`), { code });
}
