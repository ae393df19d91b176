import * as fs from "node:fs/promises";
import { postureError, type PostureError } from "@posture/core";

export interface Handle {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ readonly buffer: Buffer; readonly bytesRead: number }>;
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>;
  readFile(encoding: "utf8"): Promise<string>;
  stat(): Promise<{ readonly size: number }>;
  truncate(size: number): Promise<void>;
  sync(): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** The file operations of the store, as Node has them; tests hand in a disk that fails, or loses its power. */
export interface Files {
  open(path: string, flags: string, mode?: number): Promise<Handle>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  readdir(path: string): Promise<string[]>;
  mkdir(path: string, options: { readonly recursive: true; readonly mode: number }): Promise<unknown>;
}
export const FILES: Files = fs;

export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

const CHUNK = 1 << 20;

export interface Line {
  readonly bytes: Buffer;
  /** Offsets in the file: of the first byte, and of the byte after the line's end. */
  readonly start: number;
  readonly end: number;
  /** False: the file ends before the line does. */
  readonly complete: boolean;
}

/** The lines of a file from `from` to before `to`, as bytes: a damaged file need not be text. */
export async function* linesOf(handle: Handle, from: number = 0, to: number = Infinity): AsyncGenerator<Line, void, undefined> {
  let pieces: Buffer[] = [];
  let start = from;
  let at = from;
  while (at < to) {
    const length = Math.min(CHUNK, to - at);
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, at);
    if (bytesRead === 0) break;
    const bytes = buffer.subarray(0, bytesRead);
    let done = 0;
    for (let newline = bytes.indexOf(10); newline >= 0; newline = bytes.indexOf(10, done)) {
      const piece = bytes.subarray(done, newline);
      done = newline + 1;
      yield { bytes: pieces.length === 0 ? piece : Buffer.concat([...pieces, piece]), start, end: at + done, complete: true };
      pieces = [];
      start = at + done;
    }
    if (done < bytes.length) pieces.push(bytes.subarray(done));
    at += bytes.length;
  }
  if (pieces.length > 0) yield { bytes: Buffer.concat(pieces), start, end: at, complete: false };
}

/** A write may take fewer bytes than it was given; this one takes all or throws. */
export async function writeAll(handle: Handle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new Error("the disk took no bytes");
    done += bytesWritten;
  }
}

/** A renamed or new file is durable only when its folder is. */
async function syncFolder(files: Files, folder: string): Promise<void> {
  const handle = await files.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The whole file appears under its name, or nothing of it does. `fill` writes to the handle it is given. */
export async function writeWhole(files: Files, folder: string, name: string, fill: (handle: Handle) => Promise<void>): Promise<void> {
  const temporary = `${folder}/${name}.${process.pid}-${process.hrtime.bigint()}.tmp`;
  try {
    const handle = await files.open(temporary, "wx", FILE_MODE);
    try {
      await fill(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.rename(temporary, `${folder}/${name}`);
    await syncFolder(files, folder);
  } catch (error) {
    await files.unlink(temporary).catch(() => {}); // it may never have come to be, and the first error says more
    throw error;
  }
}

export async function readWhole(files: Files, path: string): Promise<string | null> {
  try {
    const handle = await files.open(path, "r");
    try {
      return await handle.readFile("utf8");
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function corrupt(place: string, file: string, problem: string, cause?: unknown): PostureError {
  return postureError("POSTURE_STORE_CORRUPT", { place, file, problem: `${file}: ${problem}` }, cause);
}
