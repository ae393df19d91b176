import { createHash } from "node:crypto";
import {
  conforms,
  dayCountsSchema,
  emptyState,
  findingSchema,
  freeze,
  inboxSchema,
  type Instant,
  outboxSchema,
  postureError,
  seenSchema,
  type StoreState,
  suppressionSchema,
  sweepSchema,
  tallySchema,
} from "@posture/core";
import type { Adapter } from "lowdb";
import { z } from "zod";
import { type Files, jsonOf, type Line, linesOf, messageOf, writeAll, writeWhole } from "./files.ts";
import type { Position } from "./log.ts";

/** What lowdb holds: the state, and the record it is the state after. */
export interface Data {
  readonly position: Position;
  readonly state: StoreState;
}

const FORMAT = "posture-snapshot";
/** Of snapshots alone; the log has its own. 2: with what was open and what happened on each day. */
const VERSION = 2;
/** What an older Posture left: it lacks tables, and the log has everything. */
const OLDER = "it is of an older Posture";
const KEPT = 2;
/** Text made between two turns of the event loop, in characters. */
const CHUNK = 1 << 17;

const head = z.object({ format: z.string(), version: z.int() });
const heading = z.object({
  format: z.literal(FORMAT),
  version: z.int(),
  at: z.string(),
  position: z.object({ seq: z.int().positive(), hash: z.string(), start: z.int(), end: z.int() }),
});
const row = z.tuple([z.string(), z.string(), z.unknown()]);
const ending = z.object({ rows: z.int(), sha256: z.string() });

const TABLES = {
  findings: findingSchema,
  aliases: z.string(),
  suppressions: suppressionSchema,
  outbox: outboxSchema,
  inbox: inboxSchema,
  sweeps: sweepSchema,
  swept: z.string(),
  seen: seenSchema,
  days: dayCountsSchema.nullable(),
  tallies: tallySchema,
} as const satisfies { readonly [T in keyof StoreState]: z.ZodType };

function nameOf(seq: number): string {
  return `snapshot-${String(seq).padStart(12, "0")}.jsonl`;
}
/** The number of the record a snapshot was made after, by its name. */
export function seqOf(name: string): number | undefined {
  const digits = /^snapshot-(\d{12,})\.jsonl$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
export function snapshotsAmong(names: readonly string[]): string[] {
  return names
    .filter((name) => seqOf(name) !== undefined)
    .toSorted()
    .toReversed();
}

/** lowdb's file, written so that it is whole under its name or not there, and never in one piece. */
export class SnapshotAdapter implements Adapter<Data> {
  readonly #folder: string;
  readonly #files: Files;
  readonly #now: () => Instant;
  readonly #warn: (warning: string) => void;
  #olderAt: Position | null = null;

  constructor(folder: string, files: Files, now: () => Instant, warn: (warning: string) => void) {
    this.#folder = folder;
    this.#files = files;
    this.#now = now;
    this.#warn = warn;
  }

  /**
   * The newest snapshot that is whole and of this version; `null` if none is: then the log tells everything.
   * @throws {PostureError} POSTURE_STORE_VERSION
   */
  async read(): Promise<Data | null> {
    for (const name of snapshotsAmong(await this.#files.readdir(this.#folder))) {
      const found = await this.#readOne(name);
      if (typeof found !== "string") return found;
      if (found === OLDER) continue;
      this.#warn(`The snapshot ${name} is damaged (${found}); what it held is read from what came before it and the log.`);
    }
    return null;
  }

  /** The record after which an older Posture made the newest of its snapshots that `read` has passed over: the log must hold it all the same. */
  get olderAt(): Position | null {
    return this.#olderAt;
  }

  async #readOne(name: string): Promise<Data | string> {
    const handle = await this.#files.open(`${this.#folder}/${name}`, "r");
    try {
      return await dataIn(linesOf(handle), this.#folder, (older) => (this.#olderAt ??= older));
    } finally {
      await handle.close();
    }
  }

  /** What is written is the state at the moment of the call, whatever changes while it is being written. */
  async write({ position, state }: Data): Promise<void> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of a constant
    const tables = (Object.keys(TABLES) as (keyof StoreState)[]).map((table) => ({ table, entries: [...state[table]] }));
    const name = nameOf(position.seq);
    await writeWhole(this.#files, this.#folder, name, async (handle) => {
      const hash = createHash("sha256");
      let text = `${JSON.stringify({ format: FORMAT, version: VERSION, at: this.#now(), position })}\n`;
      let at = 0;
      let rows = 0;
      const flush = async (): Promise<void> => {
        const bytes = Buffer.from(text);
        hash.update(bytes);
        text = "";
        await writeAll(handle, bytes, at);
        at += bytes.length;
      };
      for (const { table, entries } of tables) {
        for (const [key, value] of entries) {
          text += `${JSON.stringify([table, key, value])}\n`;
          rows += 1;
          if (text.length > CHUNK) await flush();
        }
      }
      await flush();
      await writeAll(handle, Buffer.from(`${JSON.stringify({ rows, sha256: hash.digest("hex") })}\n`), at);
    });
    await this.#removeOld();
  }

  async #removeOld(): Promise<void> {
    const old = snapshotsAmong(await this.#files.readdir(this.#folder)).slice(KEPT);
    for (const name of old) await this.#files.unlink(`${this.#folder}/${name}`);
  }
}

/** The data of a snapshot, or what is wrong with it. */
async function dataIn(lines: AsyncIterable<Line>, place: string, older: (position: Position) => void): Promise<Data | string> {
  const state = emptyState();
  let position: Position | undefined;
  const wrong = await contentIn(lines, place, {
    heading: (at) => (position = at),
    row: (table, key, content) => put(state, table, key, freeze(content)),
  });
  if (wrong === OLDER && position) older(position);
  return wrong ?? (position ? { position, state } : "it is empty");
}

/** The record a snapshot was made after, as its heading says; `null`: it has none. Of what an older Posture left only the heading can be held against the log. */
export async function headingIn(lines: AsyncIterable<Line>): Promise<{ readonly position: Position; readonly isOlder: boolean } | null> {
  for await (const { bytes } of lines) {
    const found = heading.safeParse(jsonOf(bytes.toString("utf8")));
    return found.success ? { position: found.data.position, isOlder: found.data.version < VERSION } : null;
  }
  return null;
}

interface Take {
  readonly heading?: (position: Position) => void;
  /** @throws {Error} whose message says what is wrong with the row */
  readonly row: (table: keyof StoreState, key: string, content: unknown) => void;
}

/**
 * Hands out what a snapshot holds, and answers what is wrong with it; `null`: nothing.
 * @throws {PostureError} POSTURE_STORE_VERSION
 */
export async function contentIn(lines: AsyncIterable<Line>, place: string, take: Take): Promise<string | null> {
  const hash = createHash("sha256");
  let headed = false;
  let rows = 0;
  for await (const { bytes, complete } of lines) {
    if (!complete) return "its last line does not end";
    const value = jsonOf(bytes.toString("utf8"));
    if (!headed) {
      const found = head.safeParse(value);
      if (found.success && found.data.format === FORMAT && found.data.version > VERSION)
        throw postureError("POSTURE_STORE_VERSION", { place, theirs: found.data.version, ours: VERSION });
      const whole = heading.safeParse(value);
      if (!whole.success) return "its first line is not the heading of a snapshot";
      take.heading?.(whole.data.position);
      if (whole.data.version < VERSION) return OLDER;
      headed = true;
    } else if (Array.isArray(value)) {
      const problem = problemOfRow(value, take.row);
      if (problem !== null) return `line ${rows + 2}: ${problem}`;
      rows += 1;
    } else {
      const end = ending.safeParse(value);
      if (!end.success) return `line ${rows + 2} is neither a row nor the end`;
      return end.data.rows === rows && end.data.sha256 === hash.digest("hex") ? null : "its content does not have its checksum";
    }
    hash.update(bytes).update("\n");
  }
  return headed ? "it has no end" : "it is empty";
}

function problemOfRow(value: unknown, take: Take["row"]): string | null {
  try {
    const [table, key, content] = row.parse(value);
    if (!isTable(table)) return `there is no table ${table}`;
    take(table, key, content);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function isTable(table: string): table is keyof StoreState {
  return Object.hasOwn(TABLES, table);
}

function put(state: StoreState, table: keyof StoreState, key: string, value: unknown): void {
  const schema: z.ZodType = TABLES[table];
  if (!conforms(schema, value)) throw new TypeError(`not what the table ${table} holds`);
  // The table and its schema are one pair in TABLES; the compiler does not follow that through a union.
  (state[table] as Map<string, unknown>).set(key, value);
}
