import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { postureError } from "@posture/core";
import { z } from "zod";
import { codeOf, FILE_MODE, type Files, jsonOf, messageOf, readWhole, writeAll, writeWhole } from "./files.ts";

const LOCK = "lock";
const OWNER = "owner.json";
const PATIENCE = 1_000;
const BUSY = 5;

const owner = z.object({ pid: z.int(), command: z.string() });

/** The process that writes to a store. */
export interface Holder {
  /** `null`: it has not said. */
  readonly pid: number | null;
  readonly command: string | null;
}

export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the writers' lock of a folder. It is a lock of the operating system, held through SQLite on an empty file: it goes with its process, however that
 * ends, so none is ever stale and none has to be judged by a pid that another container, or a later process, may have too.
 * @throws {PostureError} POSTURE_STORE_LOCKED within two seconds, with the holder's pid.
 */
export async function takeLock(folder: string, files: Files): Promise<Lock> {
  const { DatabaseSync } = await import("node:sqlite");
  await createPrivately(`${folder}/${LOCK}`, files);
  const database = new DatabaseSync(`${folder}/${LOCK}`, { timeout: 0 });
  const deadline = performance.now() + PATIENCE;
  while (!hasLocked(database)) {
    const holder = owner.safeParse(jsonOf((await readWhole(files, `${folder}/${OWNER}`)) ?? ""));
    if ((holder.success && isAlive(holder.data.pid)) || performance.now() > deadline) {
      database.close();
      const { pid, command } = holder.success ? holder.data : { pid: "?", command: "unknown" };
      throw postureError("POSTURE_STORE_LOCKED", { place: folder, pid, command });
    }
    await pause(25); // it has the lock and has not yet said who it is, or is about to let go; or it runs where its pid cannot be seen
  }
  const me = { pid: process.pid, command: [basename(process.argv[1] ?? "node"), process.argv[2] ?? ""].join(" ").trim() };
  try {
    await writeWhole(files, folder, OWNER, (handle) => writeAll(handle, Buffer.from(JSON.stringify(me)), 0));
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    release: async () => {
      await files.unlink(`${folder}/${OWNER}`).catch(() => {}); // only says who; the lock itself is let go below
      database.close();
    },
  };
}

/**
 * Who holds the writers' lock; `null`: nobody. A reader's lock is taken for the moment of the question, which a writer that is just starting waits
 * out. Not for the process that holds the lock itself: closing the file would let it go.
 */
export async function holderOf(folder: string, files: Files): Promise<Holder | null> {
  // Looked for without opening it.
  if (!(await files.readdir(folder)).includes(LOCK)) return null;
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(`${folder}/${LOCK}`, { readOnly: true, timeout: 0 });
  try {
    database.exec("SELECT count(*) FROM sqlite_schema");
    return null;
  } catch (error) {
    if (!isBusy(error)) throw error;
    const said = owner.safeParse(jsonOf((await readWhole(files, `${folder}/${OWNER}`)) ?? ""));
    return said.success ? said.data : { pid: null, command: null };
  } finally {
    database.close();
  }
}

/** Never opened again while it may be held: closing any descriptor of the file would drop this process's own lock on it. */
async function createPrivately(path: string, files: Files): Promise<void> {
  try {
    await (await files.open(path, "wx", FILE_MODE)).close();
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

function hasLocked(database: { exec(sql: string): void }): boolean {
  try {
    database.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw new Error(`the file system does not lock (${messageOf(error)})`, { cause: error });
  }
}

function isBusy(error: unknown): boolean {
  return typeof error === "object" && error !== null && "errcode" in error && error.errcode === BUSY;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}
