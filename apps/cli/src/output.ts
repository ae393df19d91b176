import { writeFile } from "node:fs/promises";
import { postureError } from "@posture/core";

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
  await writeFile(file, result).catch((error: unknown) => {
    throw postureError("POSTURE_OUTPUT_FAILED", { cause: error instanceof Error ? error.message : String(error) }, error);
  });
}

/** The columns of the terminal; in a pipe or a file a line is as long as it is. */
export function widthOf(stream: NodeJS.WriteStream = process.stdout): number {
  return stream.isTTY ? stream.columns : Number.POSITIVE_INFINITY;
}
