import { hash } from "node:crypto";
import { hashOf } from "./audit.ts";
import type { Head } from "./record.ts";
import type { LogRecord } from "./store.ts";
import { conforms, logRecordSchema, problemOf, sealedSchema } from "./stored.ts";

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
  if (typeof entry !== "string") return judged(entry, null, head);
  const sealed = sealedIn(entry, head);
  if (sealed) return sealed;
  const value = parsed(entry);
  return value === undefined ? { record: null, sealed: false, problem: "it is not JSON" } : judged(value, entry, head);
}

export function isSuspect(link: LogRecord | Suspect): link is Suspect {
  return "sealed" in link;
}

/**
 * The record of a line that is proved byte by byte, with one hash of its own text: it begins with the number and the hash that must come, and ends with the
 * hash of what stands between. A record's line and what is hashed of it are the same text but for four names, so nothing needs to be written anew to be
 * hashed; and since what was hashed is what is parsed, a name that stands twice, or elsewhere, makes no other record of it. `null`: it is not so simple.
 */
function sealedIn(line: string, { seq: before, hash: prev }: Head): LogRecord | null {
  const seq = before + 1;
  const begins = `{"seq":${seq},"prev":"${prev}","at":"`;
  const end = line.length - SEAL;
  if (!line.startsWith(begins) || !line.startsWith(EVENTS, begins.length + INSTANT)) return null;
  const start = begins.length + INSTANT + EVENTS.length;
  const middle = line.indexOf(WRITES, start);
  if (middle < 0 || middle > end) return null;
  const at = line.slice(begins.length, begins.length + INSTANT);
  const told = line.slice(start, middle);
  const text = `[${seq},"${prev}","${at}",${told},${line.slice(middle + WRITES.length, end)}]`;
  const sealed = hash("sha256", text, "hex");
  if (!line.endsWith(`,"hash":"${sealed}"}`)) return null;
  const content = parsed(text);
  if (!conforms(sealedSchema, content)) return null;
  const [, , instant, events, writes] = content;
  return instant === at && JSON.stringify(events) === told ? { seq, prev, hash: sealed, at, events, writes } : null;
}
const INSTANT = "2026-01-01T00:00:00.000Z".length;
const EVENTS = '","events":';
const WRITES = ',"writes":';
const SEAL = ',"hash":""}'.length + 64;

/** Also a text that means the same is not what was written. */
function judged(value: unknown, line: string | null, head: Head): LogRecord | Suspect {
  if (!conforms(logRecordSchema, value))
    return { record: null, sealed: false, problem: `it is no record (${problemOf(logRecordSchema, value)})` };
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
