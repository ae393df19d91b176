import { type Actor, type FindingStore, type Head, type Instant, type LogRecord, postureError } from "@posture/core";
import { kindOfPlace, shownPlace } from "./places.ts";
import { totalOf } from "./store-info.ts";

/** A store that says where its log ends. */
export interface MovableStore extends FindingStore {
  head(): Head | Promise<Head>;
}
/** One that takes over the log of another. */
interface TakingStore extends MovableStore {
  take(records: AsyncIterable<LogRecord>, onTaken?: (head: Head) => void): Promise<void>;
}

export interface MovePlan {
  /** Records that the other store has already, from an earlier attempt. */
  readonly there: number;
  /** Records that are still to be copied. */
  readonly left: number;
}

export interface Moved {
  /** Copied now. */
  readonly copied: number;
  /** Where both logs end. */
  readonly head: Head;
  readonly findings: number;
}

/**
 * Opens the two ends of a move: a store in a folder or a database, and one in a database.
 * @throws {PostureError} POSTURE_STORE_…
 */
export async function openMovable(
  from: string,
  to: string,
  { now, readOnly }: { readonly now: () => Instant; readonly readOnly: boolean },
): Promise<{ readonly from: MovableStore; readonly to: TakingStore; close(): Promise<void> }> {
  if (kindOfPlace(to) !== "postgres")
    throw postureError("POSTURE_STORE_PLACE_INVALID", {
      place: shownPlace(to),
      problem: "a store is moved into a Postgres database",
      instead: "a database as postgres://user@host/database",
    });
  const source = await openSource(from, now, readOnly);
  try {
    const { openPostgresStore } = await import("@posture/store-postgres");
    const target = await openPostgresStore({ url: to, now, readOnly });
    return { from: source, to: target, close: async () => void (await Promise.all([source.close(), target.close()])) };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Held as a writer would, so that nobody writes to it while it is copied. */
async function openSource(place: string, now: () => Instant, readOnly: boolean): Promise<MovableStore> {
  switch (kindOfPlace(place)) {
    case "memory":
      throw postureError("POSTURE_STORE_PLACE_INVALID", {
        place,
        problem: "what is in memory cannot be moved",
        instead: "a folder, or a database as postgres://user@host/database",
      });
    case "folder": {
      const { openLowdbStore } = await import("@posture/store-lowdb");
      return openLowdbStore({ folder: place, now, readOnly });
    }
    case "postgres": {
      const { openPostgresStore } = await import("@posture/store-postgres");
      return openPostgresStore({ url: place, now, readOnly: true });
    }
  }
}

/**
 * What a move would copy.
 * @throws {PostureError} POSTURE_STORE_OTHER when the other store holds another log, or has gone on by itself
 */
export async function planMove(from: MovableStore, to: MovableStore): Promise<MovePlan> {
  const [source, target] = [await from.head(), await to.head()];
  const shared = Math.min(source.seq, target.seq);
  const other = (problem: string): Error => postureError("POSTURE_STORE_OTHER", { place: to.place, problem });
  if (source.seq === 0 && target.seq > 0) throw other(`it has ${target.seq} records, and ${from.place} has none`);
  if (shared > 0 && (await hashAt(from, shared)) !== (await hashAt(to, shared)))
    throw other(`record ${shared} is not that of ${from.place}`);
  return { there: shared, left: source.seq - shared };
}

/**
 * Copies every record into the other store, byte for byte, so that the chain stays what it was; goes on where an earlier attempt ended. Then the two
 * are compared, and the other store's audit log says that it was moved.
 * @throws {PostureError} POSTURE_STORE_OTHER, POSTURE_STORE_…
 */
export async function moveStore(
  from: MovableStore,
  to: TakingStore,
  { by, now, onMoved = () => {} }: { readonly by: Actor; readonly now: () => Instant; readonly onMoved?: (head: Head) => void },
): Promise<Moved> {
  const { there, left } = await planMove(from, to);
  if (left > 0) await to.take(from.records(there), onMoved);
  const source = await from.head();
  const target = await to.head();
  // One that has more was moved before, and is in use.
  if (target.seq > source.seq) return { copied: left, head: source, findings: totalOf(await to.counts({}, now())) };
  const at = now();
  const [before, after] = [totalOf(await from.counts({}, at)), totalOf(await to.counts({}, at))];
  if (target.hash !== source.hash || before !== after)
    throw postureError("POSTURE_STORE_OTHER", {
      place: to.place,
      problem: `it ends with record ${target.seq} and ${after} findings, ${from.place} with record ${source.seq} and ${before}`,
    });
  const event = {
    type: "store-moved",
    subject: from.place,
    at,
    actor: by,
    source: "cli",
    note: `to ${to.place}`,
    after: source.hash,
  } as const;
  await to.transact({}, () => ({ at, events: [event], writes: [], result: undefined }));
  return { copied: left, head: source, findings: after };
}

async function hashAt(store: FindingStore, seq: number): Promise<string | null> {
  for await (const record of store.records(seq - 1)) return record.hash;
  return null;
}
