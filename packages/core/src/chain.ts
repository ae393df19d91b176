import { hash } from "node:crypto";
import { hashOf } from "./audit.ts";
import type { Head } from "./memory-store.ts";
import type { LogRecord } from "./store.ts";
import { conforms, logRecordSchema, problemOf } from "./stored.ts";

/** What stands in the place of the next record and is not it, or not as it was written. */
export interface Suspect {
  /** What can be made of it. `null`: it is no record. */
  readonly record: LogRecord | null;
  /** Is it as it was when its hash was made? */
  readonly sealed: boolean;
  readonly problem: string;
}

/** The record that follows `head`, or why this is not it. A line is the text that a store wrote; a record is checked by its content alone. */
export function linkOf(entry: string | LogRecord, head: Head): LogRecord | Suspect {
  if (typeof entry !== "string") return judged(entry, entry, null, head);
  const value = parsed(entry);
  if (isSealedText(entry, value, head)) return value;
  if (value === undefined) return { record: null, sealed: false, problem: "it is not JSON" };
  return judged(value, value, entry, head);
}

export function isSuspect(link: LogRecord | Suspect): link is Suspect {
  return "sealed" in link;
}

/**
 * Proves the whole line, byte by byte, with one hash of its own text: it begins with the number and the hash that must come, and ends with the hash of what
 * stands between. A record's line and what is hashed of it are the same text but for four names, so nothing needs to be written anew to be hashed.
 */
function isSealedText(line: string, value: unknown, { seq, hash: prev }: Head): value is LogRecord {
  const begins = `{"seq":${seq + 1},"prev":"${prev}","at":"`;
  if (!line.startsWith(begins) || !conforms(logRecordSchema, value)) return false;
  const start = `${begins}${value.at}","events":`;
  if (!line.startsWith(start)) return false;
  const writes = line.indexOf(WRITES, start.length);
  const end = line.length - SEAL;
  // Between quotes this text cannot stand, and an event has no such member: so it is where the list of events ends.
  if (writes < 0 || writes > end || value.events.some((event) => "writes" in event)) return false;
  const events = line.slice(start.length, writes);
  const hashed = `[${seq + 1},"${prev}","${value.at}",${events},${line.slice(writes + WRITES.length, end)}]`;
  return line.endsWith(`,"hash":"${hash("sha256", hashed, "hex")}"}`);
}
const WRITES = ',"writes":';
const SEAL = ',"hash":""}'.length + 64;

/** Also a text that means the same is not what was written. */
function judged(value: unknown, content: unknown, line: string | null, head: Head): LogRecord | Suspect {
  if (!conforms(logRecordSchema, value))
    return { record: null, sealed: false, problem: `it is no record (${problemOf(logRecordSchema, content)})` };
  const changed = hashOf(value) !== value.hash;
  if (changed) return { record: value, sealed: false, problem: "its content does not have its hash" };
  if (line !== null && line !== JSON.stringify(value))
    return { record: value, sealed: false, problem: "its text is not as it was written" };
  if (value.seq !== head.seq + 1) return { record: value, sealed: true, problem: `it is record ${value.seq}` };
  if (value.prev !== head.hash) return { record: value, sealed: true, problem: `it does not follow record ${head.seq}` };
  return value;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
