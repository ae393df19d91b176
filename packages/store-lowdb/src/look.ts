import { stat } from "node:fs/promises";
import type { Head } from "@posture/core";
import { readAnchor } from "./anchor.ts";
import { codeOf, FILES } from "./files.ts";
import { type Holder, holderOf } from "./lock.ts";
import { LOG, VERSION } from "./log.ts";

/** What can be seen of a store from outside. */
export interface StoreLook {
  readonly version: number;
  /** Of the log, in bytes. */
  readonly bytes: number;
  /** Up to where the log was known to be whole when it was last written down; `null`: it has not been, or that cannot be read. */
  readonly anchor: Head | null;
  readonly holder: Holder | null;
}

/**
 * Looks at a store and changes nothing. `null`: there is none in the folder. Whether it is whole is what opening it says.
 * @throws {Error} of the file system
 */
export async function lookAtStore(folder: string): Promise<StoreLook | null> {
  const log = await stat(`${folder}/${LOG}`).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
  if (!log) return null;
  const anchor = await readAnchor(FILES, folder, () => {});
  return {
    version: VERSION,
    bytes: log.size,
    anchor: anchor && { seq: anchor.seq, hash: anchor.hash },
    holder: await holderOf(folder, FILES),
  };
}
