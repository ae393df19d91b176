import { randomUUID } from "node:crypto";
import { dayOf, type Head, type LogRecord, parseRecord, START } from "@posture/core";
import { z } from "zod";
import { commit, headIn, lockHead } from "./commits.ts";
import { endDays } from "./counting.ts";
import { damaged, messageOf } from "./faults.ts";
import { cursorOf } from "./load.ts";
import type { Place } from "./place.ts";
import { save } from "./save.ts";
import type { Session, Sessions } from "./sessions.ts";
import { sql } from "./sql.ts";
import type { Values } from "./values.ts";

const lineRow = z.object({ line: z.string() });

/** What is read, or taken over, at once: by number, and by characters. */
const MOST = { records: 200, characters: 4_000_000 };
/** Lines of one answer to whoever verifies: one may be as long as a whole sweep. */
const LINES = 10;

/**
 * The log from the record after `after` to where it ends now. Some at a time, and with no transaction in between: what is in the log stays as it is.
 * @throws {PostureError} POSTURE_STORE_DATABASE_CORRUPT when a record is missing, or is not what its hash says
 */
export async function* recordsOf(sessions: Sessions, after: number): AsyncGenerator<LogRecord, void, undefined> {
  const { place } = sessions;
  const end = await sessions.look((session) => headIn(session, place));
  let before: Head | null = after === 0 ? START : null;
  let seq = after;
  while (seq < end.seq) {
    const lines = await linesAfter(sessions, seq, end.seq);
    if (lines.length === 0) throw damaged(place, `record ${seq + 1} of its log is missing`);
    for (const { line } of lines) {
      const record = readLine(place, line, seq + 1, before);
      yield record;
      before = record;
      seq = record.seq;
    }
  }
}

function linesAfter(sessions: Sessions, after: number, to: number): Promise<readonly { readonly line: string }[]> {
  const some = sql`SELECT seq, size, line FROM log WHERE seq > ${after} AND seq <= ${to} ORDER BY seq LIMIT ${sql.lit(MOST.records)}`;
  const added = sql`SELECT seq, line, sum(size) OVER (ORDER BY seq) - size AS sum_before FROM (${some}) s`;
  return sessions.look((session) =>
    session.rows(lineRow, sql`SELECT line FROM (${added}) a WHERE sum_before < ${sql.lit(MOST.characters)} ORDER BY seq`),
  );
}

/** The lines of the whole log as they are kept, in one transaction. */
export async function* linesIn(session: Session): AsyncGenerator<string, void, undefined> {
  for await (const lines of cursorOf(session, sql`SELECT line AS value FROM log ORDER BY seq`, LINES)) {
    for (const { value } of lines) yield value;
  }
}

function readLine(place: Place, line: string, seq: number, before: Head | null): LogRecord {
  let record: LogRecord;
  try {
    record = parseRecord(line);
  } catch (error) {
    throw damaged(place, `record ${seq} of its log: ${messageOf(error)}`);
  }
  if (record.seq !== seq) throw damaged(place, `record ${seq} of its log is missing`);
  if (before && record.prev !== before.hash) throw damaged(place, `record ${seq} of its log does not follow the one before`);
  return record;
}

/**
 * Takes over the records of another log, each with its number and its hash: the chain stays what it was.
 * @throws {TypeError} when one does not follow the one before, or is not what its hash says
 */
export async function takeRecords(
  sessions: Sessions,
  values: Values,
  records: AsyncIterable<LogRecord>,
  onTaken: (head: Head) => void,
): Promise<void> {
  for await (const part of partsOf(records)) {
    const head = await sessions.persistently(() => takePart(sessions, values, part));
    onTaken(head);
  }
}

async function takePart(sessions: Sessions, values: Values, part: readonly Line[]): Promise<Head> {
  const transaction = await sessions.begin("write");
  try {
    const attempt = randomUUID();
    let head = await lockHead(transaction, sessions.place);
    for (const { record, line } of part) {
      mustFollow(head, record);
      await endDays(transaction, values, head.day, record.at);
      await save(transaction, record, line, attempt);
      const day = dayOf(record.at);
      head = { ...record, day: head.day !== null && head.day > day ? head.day : day };
    }
    await commit(sessions, transaction, head.seq, attempt);
    return head;
  } catch (error) {
    await transaction.abandon(error);
    throw error;
  }
}

function mustFollow(head: Head, record: LogRecord): void {
  if (record.seq !== head.seq + 1 || record.prev !== head.hash)
    throw new TypeError(`record ${record.seq} does not follow record ${head.seq}`);
}

interface Line {
  readonly record: LogRecord;
  readonly line: string;
}

async function* partsOf(records: AsyncIterable<LogRecord>): AsyncGenerator<readonly Line[], void, undefined> {
  let part: Line[] = [];
  let size = 0;
  for await (const given of records) {
    const line = JSON.stringify({ ...given });
    const it = { record: parseRecord(line), line };
    part.push(it);
    size += line.length;
    if (part.length < MOST.records && size < MOST.characters) continue;
    yield part;
    [part, size] = [[], 0];
  }
  if (part.length > 0) yield part;
}
