import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const PREFIX = "posture-export-";
/** Folders that this process works in. */
const own = new Set<string>();

/** Text that would be longer than it may be. */
export class TooLong extends Error {}

/**
 * Writes pieces of text into a file that only this user can read, has it used, and removes it whatever happens.
 * @throws {TooLong} where there are more than `most` bytes, and whatever the pieces and the use throw.
 */
export async function withFile<T>(pieces: AsyncIterable<string>, most: number, use: (path: string) => Promise<T>): Promise<T> {
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  own.add(folder);
  try {
    const path = join(folder, "findings");
    await pipeline(Readable.from(atMost(pieces, most)), createWriteStream(path, { flags: "wx", mode: 0o600 }));
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
    own.delete(folder);
  }
}

const PIECE = 1 << 16;

/** Small pieces are put together: each has to be asked for. */
async function* atMost(pieces: AsyncIterable<string>, most: number): AsyncGenerator<string> {
  let bytes = 0;
  let waiting = "";
  for await (const piece of pieces) {
    bytes += Buffer.byteLength(piece);
    if (bytes > most) throw new TooLong(`more than ${most} bytes`);
    waiting += piece;
    if (waiting.length < PIECE) continue;
    yield waiting;
    waiting = "";
  }
  if (waiting !== "") yield waiting;
}

/** What a process could not remove, since it was killed. */
export async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1] ?? Number.NaN);
    const folder = join(tmpdir(), name);
    // After a restart in a container another process may have had this one's number.
    const isLeft = pid === process.pid ? !own.has(folder) : Number.isInteger(pid) && !isRunning(pid);
    if (isLeft) await rm(folder, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
