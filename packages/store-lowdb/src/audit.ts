import { isUtf8 } from "node:buffer";
import { type Anchor, type AuditSource, isPostureError, postureError, type Shown } from "@posture/core";
import { readAnchor } from "./anchor.ts";
import { codeOf, FILES, type Files, type Handle, linesOf, messageOf } from "./files.ts";
import { checkHeader, LOG, ORIGIN, TOGETHER } from "./log.ts";
import { contentIn, headingIn, seqOf, snapshotsAmong } from "./snapshot.ts";

export interface LowdbAuditOptions {
  readonly folder: string;
  /** One sentence each: an anchor that is damaged, a last line that was never finished. */
  readonly onWarning?: (warning: string) => void;
  /** The file operations; tests hand in some that fail. */
  readonly files?: Files;
}

/**
 * The log of a store as text, and what the store claims of it: where it once ended, and the states of its snapshots. Takes no lock and changes nothing.
 * `null`: there is no log, nor anything that one leaves behind.
 * @throws {PostureError} POSTURE_STORE_CORRUPT, POSTURE_STORE_FOREIGN, POSTURE_STORE_VERSION, POSTURE_STORE_UNREADABLE
 */
export async function openLowdbAudit({ folder, onWarning = () => {}, files = FILES }: LowdbAuditOptions): Promise<AuditSource | null> {
  const opened: Handle[] = [];
  const open = async (name: string): Promise<Handle> => {
    const handle = await files.open(`${folder}/${name}`, "r");
    opened.push(handle);
    return handle;
  };
  const close = async (): Promise<void> => {
    for (const handle of opened.splice(0)) await handle.close();
  };
  try {
    const names = await files.readdir(folder);
    // What is claimed comes before the log: it must be in it also when a writer goes on meanwhile.
    const anchor = await readAnchor(files, folder, onWarning);
    const snapshots = snapshotsAmong(names);
    if (!names.includes(LOG) && !anchor && snapshots.length === 0) return null;
    const claims = await Promise.all(snapshots.map(async (name) => claimOf(name, await open(name), folder)));
    const lines = names.includes(LOG) ? linesIn(await open(LOG), folder, onWarning) : nothing();
    const anchors = [...(anchor ? [{ ...anchor, name: "anchor.json" }] : []), ...claims.flatMap((claim) => claim.anchors)];
    return { place: folder, entries: lines, anchors, shown: claims.flatMap(({ shown }) => shown), close };
  } catch (error) {
    await close();
    if (codeOf(error) === "ENOENT") return null;
    throw wrapped(folder, error);
  }
}

function wrapped(folder: string, error: unknown): unknown {
  if (isPostureError(error)) return error;
  if (codeOf(error) === "ENOTDIR")
    return postureError("POSTURE_STORE_FOREIGN", { file: folder, problem: "it is a file, and a store is a folder" }, error);
  return postureError("POSTURE_STORE_UNREADABLE", { place: folder, cause: messageOf(error) }, error);
}

async function* nothing(): AsyncGenerator<string, void, undefined> {}

async function* linesIn(handle: Handle, folder: string, warn: (warning: string) => void): AsyncGenerator<string, void, undefined> {
  await checkHeader(handle, folder);
  try {
    for await (const { bytes, start, end, complete } of linesOf(handle, ORIGIN.end)) {
      // What is not UTF-8 is handed on byte by byte: so it cannot be taken for what was written.
      if (complete) yield textOf(bytes);
      else
        warn(
          `The last ${end - start} bytes of ${folder}/${LOG} are no finished line: nothing that was acknowledged, or a write that is under way.`,
        );
    }
  } catch (error) {
    throw wrapped(folder, error);
  }
}

/** Without what only says how the record was appended, since that is no part of it. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString(isUtf8(bytes) ? "utf8" : "latin1");
  return text.startsWith(TOGETHER) ? text.slice(TOGETHER.length) : text;
}

async function claimOf(
  name: string,
  handle: Handle,
  folder: string,
): Promise<{ readonly shown: readonly Shown[]; readonly anchors: readonly Anchor[] }> {
  const heading = await headingIn(linesOf(handle));
  const seq = heading?.position.seq ?? seqOf(name) ?? 0;
  return {
    anchors: heading ? [{ seq, hash: heading.position.hash, name }] : [],
    shown: heading?.isOlder
      ? []
      : [{ name, seq, rows: (each) => contentIn(linesOf(handle), folder, { row: (table, key, value) => each({ table, key, value }) }) }],
  };
}
