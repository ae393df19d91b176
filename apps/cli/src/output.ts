import { randomUUID } from "node:crypto";
import { open, rename, stat, unlink } from "node:fs/promises";
import { postureError } from "@posture/core/errors";

/**
 * Writes a result to standard output, to its end: a pipe may be slower than we are, and nothing may be cut off. Whoever reads may stop reading
 * (`posture findings | head`): then the rest is not wanted, and that is no failure.
 * @throws {PostureError} POSTURE_OUTPUT_FAILED
 */
export function printed(text: string | Uint8Array): Promise<void> {
  const { stdout } = process;
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === "EPIPE") resolve();
      else reject(postureError("POSTURE_OUTPUT_FAILED", { cause: error.message }, error));
    };
    stdout.once("error", failed);
    stdout.write(text, (error) => {
      if (error) return failed(error);
      stdout.off("error", failed);
      resolve();
    });
  });
}

/**
 * Writes a result into a file, or where none is named to standard output.
 * @throws {PostureError} POSTURE_OUTPUT_FAILED
 */
export async function delivered(result: string | Uint8Array, file: string | undefined): Promise<void> {
  if (file === undefined) return printed(result);
  await inFile(file, (write) => write(result));
}

const PIECE = 1 << 16;

/**
 * Writes pieces of text one after the other, and asks for the next ones when they are taken. A file has its name only when it is whole; a half one is removed.
 * @throws {PostureError} POSTURE_OUTPUT_FAILED, and whatever the pieces throw.
 */
export async function streamed(pieces: AsyncIterable<string>, file: string | undefined): Promise<void> {
  // Whoever stopped reading wants no more of it.
  if (file === undefined) return inPieces(pieces, printed, () => !process.stdout.writable);
  await inFile(file, (write) => inPieces(pieces, write));
}

type Write = (part: string | Uint8Array) => Promise<void>;

/** A file has its name only when it is whole; a half one is removed. */
async function inFile(file: string, fill: (write: Write) => Promise<void>): Promise<void> {
  const isPlain = await stat(file).then(
    (it) => it.isFile(),
    () => true,
  );
  // A device or a pipe is written to; it may not be replaced.
  const name = isPlain ? `${file}.${randomUUID().slice(0, 8)}.part` : file;
  const handle = await open(name, "w", 0o600).catch(failed);
  try {
    await fill((part) => handle.writeFile(part).catch(failed));
    if (isPlain) await handle.sync().catch(failed);
    await handle.close();
    if (isPlain) await rename(name, file).catch(failed);
  } catch (error) {
    await handle.close().catch(() => {});
    if (isPlain) await unlink(name).catch(() => {});
    throw error;
  }
}

function failed(error: unknown): never {
  throw postureError("POSTURE_OUTPUT_FAILED", { cause: error instanceof Error ? error.message : String(error) }, error);
}

async function inPieces(
  pieces: AsyncIterable<string>,
  write: (text: string) => Promise<void>,
  isOver: () => boolean = () => false,
): Promise<void> {
  let waiting = "";
  for await (const text of pieces) {
    waiting += text;
    if (waiting.length < PIECE) continue;
    await write(waiting);
    if (isOver()) return;
    waiting = "";
  }
  if (waiting !== "") await write(waiting);
}

/** The columns of the terminal; in a pipe or a file a line is as long as it is. */
export function widthOf(stream: NodeJS.WriteStream = process.stdout): number {
  return stream.isTTY ? stream.columns : Number.POSITIVE_INFINITY;
}
