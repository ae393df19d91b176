import { setImmediate } from "node:timers/promises";
import { applyRecord, daysEndedInParts, emptyState, endsDay, isPostureError, type Instant, postureError } from "@posture/core";
import { Low } from "lowdb";
import { readAnchor } from "./anchor.ts";
import { codeOf, corrupt, type Files, type Handle, messageOf } from "./files.ts";
import { checkHeader, createLog, LOG, mustHold, ORIGIN, type Position, replay } from "./log.ts";
import { type Data, seqOf, SnapshotAdapter, snapshotsAmong } from "./snapshot.ts";

export interface Place {
  readonly folder: string;
  readonly files: Files;
  readonly now: () => Instant;
  readonly warn: (warning: string) => void;
}

export interface Opened {
  readonly low: Low<Data>;
  /** The end of the log, as far as it is whole. */
  readonly position: Position;
  /** Of the snapshot that was used. */
  readonly snapshotAt: Position;
}

/**
 * Newest whole snapshot, and the log from there on.
 * @throws {PostureError} POSTURE_STORE_CORRUPT, POSTURE_STORE_FOREIGN, POSTURE_STORE_VERSION, POSTURE_STORE_UNREADABLE
 */
export async function load(place: Place, readOnly: boolean): Promise<Opened> {
  const { folder, files } = place;
  try {
    const names = await namesIn(files, folder, readOnly);
    const adapter = new SnapshotAdapter(folder, files, place.now, readOnly ? () => {} : place.warn);
    const low = new Low<Data>(adapter, { position: ORIGIN, state: emptyState() });
    if (!names.includes(LOG)) {
      const left = names.find((name) => seqOf(name) !== undefined || name === "anchor.json");
      if (left !== undefined) throw corrupt(folder, LOG, `it is missing, though ${left} is there`);
      if (!readOnly) await createLog(files, folder);
      return { low, position: ORIGIN, snapshotAt: ORIGIN };
    }
    const handle = await files.open(`${folder}/${LOG}`, "r");
    try {
      return await readLog(handle, low, adapter, place, names, readOnly);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isPostureError(error)) throw error;
    if (codeOf(error) === "ENOTDIR")
      throw postureError("POSTURE_STORE_FOREIGN", { file: folder, problem: "it is a file, and a store is a folder" }, error);
    throw postureError("POSTURE_STORE_UNREADABLE", { place: folder, cause: messageOf(error) }, error);
  }
}

/** To a reader a folder that is not there is a store to which nothing has been written. */
async function namesIn(files: Files, folder: string, readOnly: boolean): Promise<string[]> {
  try {
    return await files.readdir(folder);
  } catch (error) {
    if (readOnly && codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

async function readLog(
  handle: Handle,
  low: Low<Data>,
  adapter: SnapshotAdapter,
  { folder, files, warn }: Place,
  names: readonly string[],
  readOnly: boolean,
): Promise<Opened> {
  await checkHeader(handle, folder);
  // Before the log is read: what they claim must then be in it, also when a writer goes on meanwhile.
  const anchor = await readAnchor(files, folder, warn);
  await low.read();
  const { position: snapshotAt, state } = low.data;
  await mustHold(handle, folder, snapshotAt);
  if (adapter.olderAt) await mustHold(handle, folder, adapter.olderAt);
  const { position, torn } = await replay(handle, folder, snapshotAt, async (record) => {
    if (record.seq === anchor?.seq && record.hash !== anchor.hash)
      throw corrupt(folder, LOG, `record ${record.seq} is not the one that anchor.json names`);
    applyRecord(state, record, endsDay(state, record.at) ? await daysEndedInParts(state, record.at, setImmediate) : []);
  });
  const claimed = Math.max(anchor?.seq ?? 0, ...snapshotsAmong(names).map((name) => seqOf(name) ?? 0));
  if (position.seq < claimed)
    throw corrupt(folder, LOG, `it is whole only up to record ${position.seq}, and record ${claimed} had been written`);
  if (torn > 0 && !readOnly)
    warn(
      `The last write to ${folder}/${LOG} was cut short (${torn} bytes after record ${position.seq}); it had not been acknowledged and is dropped.`,
    );
  low.data = { position, state };
  return { low, position, snapshotAt };
}
