import { createHash } from "node:crypto";
import { z } from "zod";
import { GENESIS, hashOf } from "./audit.ts";
import { inOneGo, weighed, type Work } from "./parts.ts";
import { sizeOf } from "./state.ts";
import type { Change, LogRecord } from "./store.ts";
import { auditEventSchema, conforms, logRecordSchema, problemOf, writeSchema } from "./stored.ts";

/** Where a chain ends. */
export type Head = Pick<LogRecord, "seq" | "hash">;
export const START: Head = { seq: 0, hash: GENESIS };

/**
 * Seals a change into the record that follows `head`, and reads it back from its own text: what a store keeps in memory is what it would read from its log.
 * The record is frozen to its depth.
 * @throws {TypeError} for a change that could not be read back.
 */
export function recordOf(head: Head, change: Change): { readonly record: LogRecord; readonly line: string } {
  const { record, pieces } = inOneGo(sealing(head, change));
  return { record, line: pieces.join("") };
}

/** So many events or writes are written, read back and hashed in a few milliseconds. */
const FEW = 400;

/**
 * The same, in parts: `pieces` are the line. A record's line and what is hashed of it are the same text but for the names of its members, so it is written once.
 * @throws {TypeError} for a change that could not be read back.
 */
export function* sealing(
  { seq: before, hash: prev }: Head,
  { at, events, writes }: Change,
): Work<{ readonly record: LogRecord; readonly pieces: readonly string[] }> {
  const seq = before + 1;
  const stamp = JSON.stringify(at);
  const pieces = [`{"seq":${seq},"prev":"${prev}","at":${stamp},"events":[`];
  const digest = createHash("sha256").update(`[${seq},"${prev}",${stamp},[`);
  const take = (text: string): void => {
    pieces.push(text);
    digest.update(text);
  };
  const told = yield* readBack("events", events, auditEventSchema, () => 1, take);
  pieces.push('],"writes":[');
  digest.update("],[");
  const written = yield* readBack("writes", writes, writeSchema, sizeOf, take);
  const hash = digest.update("]]").digest("hex");
  pieces.push(`],"hash":"${hash}"}`);
  const shell = { seq, prev, at, events: [], writes: [], hash };
  if (!conforms(logRecordSchema, shell)) throw notRecord(problemOf(logRecordSchema, shell));
  return { record: Object.freeze({ ...shell, events: told, writes: written }), pieces };
}

/** What a reader will make of these members, part by part; `take` is given their text. */
function* readBack<T>(
  name: string,
  items: readonly T[],
  schema: z.ZodType<T>,
  sizeOfOne: (item: T) => number,
  take: (text: string) => void,
): Work<readonly T[]> {
  const back: T[] = [];
  for (const part of weighed(items, sizeOfOne, FEW)) {
    if (back.length > 0) yield;
    const text = JSON.stringify(part);
    take(`${back.length > 0 ? "," : ""}${text.slice(1, -1)}`);
    const members: unknown = JSON.parse(text);
    if (!conforms(z.array(schema), members)) throw notRecord(`${name}, from ${back.length} on: ${problemOf(z.array(schema), members)}`);
    for (const member of members) back.push(freeze(member));
  }
  return Object.freeze(back);
}

/** @throws {TypeError} when the text is not a record, or its hash is not that of its content. */
export function parseRecord(line: string): LogRecord {
  const value: unknown = JSON.parse(line);
  if (!conforms(logRecordSchema, value)) throw notRecord(problemOf(logRecordSchema, value));
  if (hashOf(value) !== value.hash) throw new TypeError("its content does not have its hash");
  return freeze(value);
}

function notRecord(problem: string): TypeError {
  return new TypeError(`not a record (${problem})`);
}

export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}

export function isEmpty({ events, writes }: Change): boolean {
  return events.length === 0 && writes.length === 0;
}
