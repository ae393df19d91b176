import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import {
  type Day,
  type Decision,
  type Head,
  inParts,
  isEmpty,
  isWork,
  type LogRecord,
  postureError,
  sealing,
  type StoreView,
  viewOf,
  type Wanted,
  type Work,
} from "@posture/core";
import { z } from "zod";
import { endDays } from "./counting.ts";
import { damaged, messageOf } from "./faults.ts";
import { stateFor } from "./load.ts";
import { mustKnow } from "./migrations.ts";
import type { Place } from "./place.ts";
import { save } from "./save.ts";
import { isRefusal, type Session, type Sessions, type Transaction } from "./sessions.ts";
import { sql } from "./sql.ts";
import type { Values } from "./values.ts";

const headRow = z.object({ seq: z.coerce.number(), hash: z.string(), day: z.string().nullable(), version: z.int() });
const foundRow = z.object({ found: z.boolean() });

/** What came of asking `decide`: an error of its own, or a result and what is to be kept. */
type Decided<T> =
  | { readonly refusal: unknown }
  | { readonly result: T; readonly sealed: { readonly record: LogRecord; readonly line: string } | null };

/** The record where the log ends. */
export async function headIn(session: Session, place: Place): Promise<Head> {
  const [head] = await session.rows(headRow, sql`SELECT seq, hash, day, version FROM head`);
  if (!head) throw damaged(place, "it does not say where its log ends");
  return { seq: head.seq, hash: head.hash };
}

/** Whoever has this row may write, and everybody else waits: commits are one after another, in however many processes. */
export async function lockHead(session: Session, place: Place): Promise<Head & { readonly day: Day | null }> {
  const [head] = await session.rows(headRow, sql`SELECT seq, hash, day, version FROM head FOR UPDATE`);
  if (!head) throw damaged(place, "it does not say where its log ends");
  // A newer Posture may have come since this one opened the store.
  mustKnow(place, head.version);
  return head;
}

/**
 * Locks, loads, decides and commits. Nobody is told anything before the server said that it committed, or the log was seen to hold the record. What is
 * interrupted before that is begun anew, `decide` included.
 */
export async function transact<T>(
  sessions: Sessions,
  values: Values,
  wanted: Wanted,
  decide: (view: StoreView) => Decision<T> | Work<Decision<T>>,
): Promise<T> {
  const decided = await sessions.persistently(() => attempted(sessions, values, wanted, decide));
  if ("refusal" in decided) throw decided.refusal;
  return decided.result;
}

async function attempted<T>(
  sessions: Sessions,
  values: Values,
  wanted: Wanted,
  decide: (view: StoreView) => Decision<T> | Work<Decision<T>>,
): Promise<Decided<T>> {
  const transaction = await sessions.begin("write");
  try {
    const head = await lockHead(transaction, sessions.place);
    const view = viewOf(await stateFor(transaction, values, wanted), wanted);
    const decided = await decidedOn(head, () => decide(view));
    if ("refusal" in decided || !decided.sealed) return decided;
    const { record, line } = decided.sealed;
    const attempt = randomUUID();
    await endDays(transaction, values, head.day, record.at);
    await save(transaction, record, line, attempt);
    await commit(sessions, transaction, record.seq, attempt);
    return decided;
  } catch (error) {
    await transaction.abandon(error);
    throw error;
  } finally {
    await transaction.abandon();
  }
}

async function decidedOn<T>(head: Head, decide: () => Decision<T> | Work<Decision<T>>): Promise<Decided<T>> {
  try {
    const decision = decide();
    const { result, at, events, writes } = isWork(decision) ? await inParts(decision, setImmediate) : decision;
    const change = { at, events, writes };
    if (isEmpty(change)) return { result, sealed: null };
    const { record, pieces } = await inParts(sealing(head, change), setImmediate);
    return { result, sealed: { record, line: pieces.join("") } };
  } catch (refusal) {
    return { refusal };
  }
}

/** @throws what prevented it, where it is certain that it did not happen */
export async function commit(sessions: Sessions, transaction: Transaction, seq: number, attempt: string): Promise<void> {
  try {
    await transaction.commit();
  } catch (error) {
    transaction.destroy();
    if (isRefusal(error) || !(await holds(sessions, seq, attempt))) throw error;
  }
}

/**
 * Did that attempt come to be record `seq`? Asked with the head locked: the transaction in question had it locked too, so by then it is over. Another
 * process may have committed the very same record, so the hash would not tell.
 * @throws {PostureError} POSTURE_STORE_OUTCOME_UNKNOWN when nobody answers
 */
async function holds(sessions: Sessions, seq: number, attempt: string): Promise<boolean> {
  try {
    return await sessions.write(async (session) => {
      await lockHead(session, sessions.place);
      const [answer] = await session.rows(
        foundRow,
        sql`SELECT EXISTS (SELECT FROM log WHERE seq = ${seq} AND attempt = ${attempt}) AS found`,
      );
      return answer?.found === true;
    });
  } catch (error) {
    throw postureError("POSTURE_STORE_OUTCOME_UNKNOWN", { place: sessions.place.name, seq, cause: messageOf(error) }, error);
  }
}
