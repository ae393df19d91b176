import { type Head, type LogRecord, parseRecord, postureError, START } from "@posture/core";
import { z } from "zod";
import { corrupt, type Files, type Handle, jsonOf, type Line, linesOf, messageOf, writeAll, writeWhole } from "./files.ts";

export const LOG = "log.jsonl";
export const VERSION = 1;
const FORMAT = "posture-log";
const HEADER = `${JSON.stringify({ format: FORMAT, version: VERSION })}\n`;

/** Begins the line of a record that was appended together with the one before it: either both were acknowledged or neither was. */
export const TOGETHER = " ";

/** Text that is written at once, in characters. */
const CHUNK = 1 << 17;

/** A record, and where in the log it stands. Of record 0, the header. */
export interface Position extends Head {
  readonly start: number;
  readonly end: number;
}
export const ORIGIN: Position = { ...START, start: 0, end: Buffer.byteLength(HEADER) };

export async function createLog(files: Files, folder: string): Promise<void> {
  await writeWhole(files, folder, LOG, (handle) => writeAll(handle, Buffer.from(HEADER), 0));
}

const header = z.object({ format: z.string(), version: z.int() });

/** @throws {PostureError} POSTURE_STORE_FOREIGN, POSTURE_STORE_VERSION, POSTURE_STORE_CORRUPT */
export async function checkHeader(handle: Handle, place: string): Promise<void> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
  const start = buffer.subarray(0, bytesRead);
  if (start.every((byte) => byte === 0)) throw corrupt(place, LOG, bytesRead === 0 ? "it is empty" : "it begins with zeros");
  const line = start.toString("utf8").split("\n", 1)[0] ?? "";
  if (line.length < HEADER.length - 1 && bytesRead < HEADER.length && HEADER.startsWith(line))
    throw corrupt(place, LOG, "it ends within its first line");
  const found = header.safeParse(jsonOf(line));
  if (!found.success || found.data.format !== FORMAT)
    throw postureError("POSTURE_STORE_FOREIGN", { file: `${place}/${LOG}`, problem: "its first line is not the heading of a Posture log" });
  if (found.data.version !== VERSION) throw postureError("POSTURE_STORE_VERSION", { place, theirs: found.data.version, ours: VERSION });
  if (line !== HEADER.trimEnd()) throw corrupt(place, LOG, "line 1 is not as it was written");
}

export interface Replayed {
  readonly position: Position;
  /** Bytes of a record at the end that was never finished. */
  readonly torn: number;
}

/**
 * Hands out the records after `from`, checked and in order, and stops at the first that is not whole.
 * A disk that loses power may keep the end of what was last appended and lose its beginning; what was appended later proves that nothing may be missing before it.
 * @throws {PostureError} POSTURE_STORE_CORRUPT for a record that does not follow the one before, or a bad one with a whole one of a later append behind it.
 */
export async function replay(
  handle: Handle,
  place: string,
  from: Position,
  apply: (record: LogRecord) => void | Promise<void>,
): Promise<Replayed> {
  let position = from;
  let torn = 0;
  let bad: { readonly line: number; readonly why: string } | undefined;
  for await (const line of linesOf(handle, from.end)) {
    const found = recordIn(line);
    if (bad) {
      if (typeof found !== "string" && !isTogether(line))
        throw corrupt(place, LOG, `line ${bad.line} is damaged (${bad.why}), and whole records follow it`);
    } else if (typeof found === "string") bad = { line: lineOf(position.seq + 1), why: found };
    else {
      mustFollow(found, position, place);
      await apply(found);
      position = { seq: found.seq, hash: found.hash, start: line.start, end: line.end };
    }
    if (bad) torn += line.end - line.start;
  }
  return { position, torn };
}

/** @throws {PostureError} POSTURE_STORE_CORRUPT when the log does not hold this record where it should be. */
export async function mustHold(handle: Handle, place: string, claim: Position): Promise<void> {
  if (claim.seq === 0) return;
  const { size } = await handle.stat();
  if (size < claim.end) throw corrupt(place, LOG, `it ends before record ${claim.seq}, which the snapshot already holds`);
  for await (const line of linesOf(handle, claim.start, claim.end)) {
    const found = recordIn(line);
    if (typeof found === "string") throw corrupt(place, LOG, `line ${lineOf(claim.seq)} is damaged (${found})`);
    if (found.seq === claim.seq && found.hash === claim.hash && line.end === claim.end) return;
    throw corrupt(place, LOG, `line ${lineOf(claim.seq)} is not the record that the snapshot was made after`);
  }
}

/** The records after number `after`, up to and with the one at `to`. */
export async function* recordsOf(handle: Handle, place: string, after: number, to: Position): AsyncGenerator<LogRecord, void, undefined> {
  let seq = 0;
  let before: Head | undefined = after === 0 ? START : undefined;
  for await (const line of linesOf(handle, ORIGIN.end, to.end)) {
    seq += 1;
    if (seq <= after) continue;
    const found = recordIn(line);
    if (typeof found === "string") throw corrupt(place, LOG, `line ${lineOf(seq)} is damaged (${found})`);
    mustFollow(found, before ?? { seq: seq - 1, hash: found.prev }, place);
    before = found;
    yield found;
  }
}

function mustFollow(record: LogRecord, { seq, hash }: Head, place: string): void {
  if (record.seq !== seq + 1 || record.prev !== hash)
    throw corrupt(place, LOG, `line ${lineOf(seq + 1)} holds record ${record.seq}, which does not follow record ${seq}`);
}

function isTogether({ bytes }: Line): boolean {
  return bytes[0] === TOGETHER.charCodeAt(0);
}

function lineOf(seq: number): number {
  return seq + 1;
}

/** The record, or why it is none. */
function recordIn({ bytes, complete }: Line): LogRecord | string {
  if (!complete) return "it does not end";
  try {
    return parseRecord(bytes.toString("utf8"));
  } catch (error) {
    return messageOf(error);
  }
}

/** Appends to the log. What an append that failed left behind is cut away before the next one. */
export class LogWriter {
  readonly #files: Files;
  readonly #path: string;
  #handle: Handle | undefined;
  #end: number;

  constructor(files: Files, folder: string, end: number) {
    this.#files = files;
    this.#path = `${folder}/${LOG}`;
    this.#end = end;
  }

  /**
   * Appends records, each the pieces of its line. When this resolves they are on the disk, and it says where the last of them stands; when it rejects
   * nothing of them counts.
   */
  async append(lines: readonly (readonly string[])[]): Promise<{ readonly start: number; readonly end: number }> {
    const handle = this.#handle ?? (await this.mend());
    let [start, written, end] = [this.#end, this.#end, this.#end];
    let text = "";
    const flush = async (): Promise<void> => {
      await writeAll(handle, Buffer.from(text), written);
      [text, written] = ["", end];
    };
    try {
      for (const [i, pieces] of lines.entries()) {
        start = end;
        for (const piece of [i > 0 ? TOGETHER : "", ...pieces, "\n"]) {
          text += piece;
          end += Buffer.byteLength(piece);
          if (text.length > CHUNK) await flush();
        }
      }
      await flush();
      await handle.datasync();
    } catch (error) {
      // After a failed sync the kernel may call unwritten pages clean, so the handle is given up and what it wrote is cut.
      await this.close().catch(() => {});
      await this.mend().catch(() => {}); // while the disk refuses, the next append tries again
      throw error;
    }
    this.#end = end;
    return { start, end };
  }

  /** Opens the log, and cuts what stands behind the last durable record. */
  async mend(): Promise<Handle> {
    const handle = await this.#files.open(this.#path, "r+");
    try {
      const { size } = await handle.stat();
      if (size < this.#end) throw new Error(`${LOG} has become shorter than what was written to it`);
      if (size > this.#end) {
        await handle.truncate(this.#end);
        await handle.datasync();
      }
    } catch (error) {
      await handle.close();
      throw error;
    }
    this.#handle = handle;
    return handle;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}
