import { setTimeout as pause } from "node:timers/promises";
import type { z } from "zod";
import pg from "pg";
import { faultOf, isFromServer, isLost, isPassing } from "./faults.ts";
import type { Place } from "./place.ts";
import { compiled, sql, type Sql } from "./sql.ts";

/** One transaction. */
export interface Session {
  /** The rows, as the schema reads them. */
  rows<T>(schema: z.ZodType<T>, query: Sql): Promise<readonly T[]>;
  run(query: Sql): Promise<void>;
}

export interface Limits {
  /** How long one statement may take, in milliseconds; the client gives up a little later. */
  readonly statement: number;
  /** How long a transaction may be left alone before the server ends it, in milliseconds. */
  readonly idle: number;
}

const LIMITS: Limits = { statement: 30_000, idle: 30_000 };
/** A reader of a long list takes its time. */
export const PATIENT: Limits = { statement: 600_000, idle: 3_600_000 };
const CONNECT = 10_000;
const KEEPALIVE = { idle: 10, interval: 5, count: 3 };
const CHECK_CLIENT = 5_000;
const CONNECTIONS = 10;
/** Milliseconds between the tries of what a lost connection, a deadlock or a restart of the server interrupted. */
const WAITS = [50, 100, 200, 400, 800, 1_600, 3_200];

/** `look`: one snapshot, changes nothing. `write`: sees what was committed before each statement. */
export type Mode = "look" | "write";

export class Sessions {
  readonly place: Place;
  readonly #pool: pg.Pool;
  readonly #open = new Set<Transaction>();
  #closed: Promise<void> | undefined;
  #checksClients = false;

  constructor(place: Place) {
    this.place = place;
    this.#pool = new pg.Pool({
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEPALIVE.idle * 1_000,
      application_name: place.application,
      ...place.pool,
    });
    // Whatever ends a connection fails the statement that runs, or the next one; between statements nobody needs to know.
    this.#pool.on("connect", (client) => client.on("error", ignore));
    this.#pool.on("error", ignore);
  }

  /** @throws {PostureError} what the database says; nobody has been told anything yet, so it may be tried again */
  async begin(mode: Mode, limits: Limits = LIMITS): Promise<Transaction> {
    if (this.#closed) throw new Error(`the store ${this.place.name} has been closed`);
    const client = await this.#pool.connect();
    const settings = this.#checksClients ? { client_connection_check_interval: CHECK_CLIENT } : {};
    const transaction = new Transaction(client, limits, settings, () => this.#open.delete(transaction));
    this.#open.add(transaction);
    try {
      await transaction.begin(mode, this.place.schema);
      return transaction;
    } catch (error) {
      await transaction.abandon(error);
      throw error;
    }
  }

  /** From now on the server looks, while a statement runs, whether its client is still there. Not every platform can. */
  async checkClients(): Promise<void> {
    const transaction = await this.begin("look");
    try {
      await transaction.run(sql`SELECT set_config('client_connection_check_interval', ${String(CHECK_CLIENT)}, true)`);
      this.#checksClients = true;
    } catch (error) {
      if (isLost(error)) throw error;
    } finally {
      await transaction.abandon();
    }
  }

  /** One look in one snapshot, on another connection when one is lost. */
  look<T>(work: (session: Session) => Promise<T>, limits?: Limits): Promise<T> {
    return this.persistently(() => this.#once("look", work, limits));
  }

  /** Changes whose commit needs no proof: they can be made twice. */
  write<T>(work: (session: Session) => Promise<T>, limits?: Limits): Promise<T> {
    return this.persistently(() => this.#once("write", work, limits));
  }

  /**
   * Tries again what failed in passing, for about six seconds.
   * @throws {PostureError} POSTURE_STORE_…
   */
  async persistently<T>(attempt: () => Promise<T>): Promise<T> {
    for (let tried = 0; ; tried += 1) {
      try {
        return await attempt();
      } catch (error) {
        const wait = isPassing(error) ? WAITS[tried] : undefined;
        if (wait === undefined) throw faultOf(this.place, error);
        await pause(wait);
      }
    }
  }

  faultOf(error: unknown): unknown {
    return faultOf(this.place, error);
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    // Lists that nobody reads to their end would keep their connections for ever.
    for (const transaction of this.#open) transaction.destroy();
    await this.#pool.end();
  }

  async #once<T>(mode: Mode, work: (session: Session) => Promise<T>, limits?: Limits): Promise<T> {
    const transaction = await this.begin(mode, limits);
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.abandon(error);
      throw error;
    }
  }
}

export class Transaction implements Session {
  readonly #client: pg.PoolClient;
  readonly #limits: Limits;
  readonly #settings: Readonly<Record<string, number>>;
  readonly #over: () => void;
  #isOver = false;

  constructor(client: pg.PoolClient, limits: Limits, settings: Readonly<Record<string, number>>, over: () => void) {
    this.#client = client;
    this.#limits = limits;
    this.#settings = settings;
    this.#over = over;
  }

  async begin(mode: Mode, schema: string): Promise<void> {
    const { statement, idle } = this.#limits;
    const settings = {
      search_path: `${pg.escapeIdentifier(schema)}, pg_catalog`,
      statement_timeout: statement,
      idle_in_transaction_session_timeout: idle,
      synchronous_commit: "on",
      tcp_keepalives_idle: KEEPALIVE.idle,
      tcp_keepalives_interval: KEEPALIVE.interval,
      tcp_keepalives_count: KEEPALIVE.count,
      ...this.#settings,
    };
    // For this transaction only, since a pooler may hand the connection to others afterwards.
    const local = Object.entries(settings).map(([name, value]) => `SET LOCAL ${name} = ${name === "search_path" ? value : `'${value}'`}`);
    const isolation = mode === "look" ? "REPEATABLE READ READ ONLY" : "READ COMMITTED";
    await this.#query({ text: [`BEGIN ISOLATION LEVEL ${isolation}`, ...local].join("; ") });
  }

  async rows<T>(schema: z.ZodType<T>, query: Sql): Promise<readonly T[]> {
    const { sql, parameters } = compiled(query);
    const { rows } = await this.#query(parameters.length === 0 ? { text: sql } : { text: sql, values: [...parameters] });
    return rows.map((row) => schema.parse(row));
  }

  async run(query: Sql): Promise<void> {
    const { sql, parameters } = compiled(query);
    await this.#query(parameters.length === 0 ? { text: sql } : { text: sql, values: [...parameters] });
  }

  /** @throws what the connection or the server says: then nobody knows whether it was committed, but where `isRefusal` */
  async commit(): Promise<void> {
    const { command } = await this.#query({ text: "COMMIT" });
    this.#release();
    if (command !== "COMMIT") throw new NotCommitted(`the server answered ${command}`);
  }

  /** Takes everything back. What cannot be taken back by asking is by the end of the connection. */
  async abandon(error?: unknown): Promise<void> {
    if (this.#isOver) return;
    if (isLost(error)) return this.destroy();
    try {
      await this.#query({ text: "ROLLBACK" });
      this.#release();
    } catch {
      this.destroy();
    }
  }

  destroy(): void {
    this.#release(true);
  }

  #release(destroy = false): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#client.release(destroy);
    this.#over();
  }

  #query(config: { readonly text: string; readonly values?: unknown[] }): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error("Query read timeout"));
        this.destroy();
      }, this.#limits.statement + CONNECT);
      this.#client
        .query<Record<string, unknown>>({ ...config })
        .then((answer) => resolve(last(answer)), reject)
        .finally(() => clearTimeout(timer));
    });
  }
}

class NotCommitted extends Error {}

/** Did the server itself say that it did not commit? */
export function isRefusal(error: unknown): boolean {
  return error instanceof NotCommitted || (isFromServer(error) && !isLost(error));
}

interface Answer {
  readonly command: string;
  readonly rows: readonly unknown[];
}

/** Several statements in one text have several answers. */
function last(answer: Answer | readonly Answer[]): Answer {
  return "rows" in answer ? answer : (answer.at(-1) ?? { command: "", rows: [] });
}

function ignore(): void {}
