import {
  type FindingStore,
  type Head,
  inOneGo,
  type Instant,
  isEmpty,
  isWork,
  type LogRecord,
  memoryStore,
  postureError,
  type SharedStore,
  START,
  viewOf,
} from "@posture/core";
import type { PoolConfig } from "pg";
import { z } from "zod";
import { headIn, transact } from "./commits.ts";
import { sharing } from "./leases.ts";
import { stateFor } from "./load.ts";
import { recordsOf, takeRecords } from "./log.ts";
import { lookups } from "./lookups.ts";
import { migrate, mustKnow, VERSION, versionOf } from "./migrations.ts";
import { type Place, placeOfPool, placeOfUrl } from "./place.ts";
import { type Session, Sessions } from "./sessions.ts";
import { sql } from "./sql.ts";
import { Values } from "./values.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database?schema=posture`, with whatever else the driver knows, such as `sslmode`. */
  readonly url?: string;
  /** The driver's own settings, in place of a URL. */
  readonly pool?: PoolConfig;
  /** Of `pool`: the schema that holds the tables. Default: `posture`. */
  readonly schema?: string;
  readonly now: () => Instant;
  /** Changes nothing, also where the schema is not there or older; the user needs to be able to read only. */
  readonly readOnly?: boolean;
  /** One sentence each. */
  readonly onWarning?: (warning: string) => void;
}

export interface PostgresStore extends FindingStore {
  readonly kind: "postgres";
  readonly shared: SharedStore;
  /** The last committed record. */
  head(): Promise<Head>;
  /** Takes over records of another log that follow this one's head, byte for byte; `onTaken` hears how far it is. */
  take(records: AsyncIterable<LogRecord>, onTaken?: (head: Head) => void): Promise<void>;
  /** Of its schema; `null`: no store was made there yet. */
  version(): Promise<number | null>;
  /** How many connections this store's programs have, this one's included. */
  connections(): Promise<number>;
}

const OLDEST = 140_000;
const serverRow = z.object({ number: z.coerce.number(), name: z.string(), encoding: z.string() });
const countRow = z.object({ count: z.coerce.number() });

/**
 * Opens the store in a Postgres database; makes its schema, or brings it up to date.
 * @throws {PostureError} POSTURE_STORE_PLACE_INVALID, POSTURE_STORE_UNREACHABLE, POSTURE_STORE_REFUSED, POSTURE_STORE_DATABASE_MISSING,
 * POSTURE_STORE_UNSUPPORTED, POSTURE_STORE_VERSION, POSTURE_STORE_OUTDATED, POSTURE_STORE_FOREIGN, POSTURE_STORE_READ_ONLY
 */
export async function openPostgresStore(options: PostgresOptions): Promise<PostgresStore> {
  const place = options.url === undefined ? placeOfPool(options.pool ?? {}, options.schema) : placeOfUrl(options.url);
  const sessions = new Sessions(place);
  try {
    await sessions.persistently(() => checkServer(sessions));
    if (!options.readOnly) {
      await migrate(sessions);
      return new Store(sessions);
    }
    const there = await sessions.look((session) => versionOf(session, place));
    mustKnow(place, there);
    if (there !== null && there < VERSION)
      throw postureError("POSTURE_STORE_OUTDATED", { place: place.name, theirs: there, ours: VERSION });
    return reader(new Store(sessions), there !== null);
  } catch (error) {
    await sessions.close();
    throw error;
  }
}

/** @throws {PostureError} POSTURE_STORE_UNSUPPORTED */
async function checkServer(sessions: Sessions): Promise<void> {
  const { place } = sessions;
  const [server] = await sessions.look((session) =>
    session.rows(
      serverRow,
      sql`SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS name, current_setting('server_encoding') AS encoding`,
    ),
  );
  if (!server) return;
  const unsupported = (problem: string, needed: string): Error =>
    postureError("POSTURE_STORE_UNSUPPORTED", { place: place.name, problem, needed });
  if (server.number < OLDEST) throw unsupported(`it is Postgres ${server.name}`, "Postgres 14 or newer");
  if (server.encoding !== "UTF8") {
    throw unsupported(
      `the database has the encoding ${server.encoding}`,
      `a database made with \`createdb --encoding=UTF8 --template=template0 ${place.database}\``,
    );
  }
  await sessions.checkClients();
}

class Store implements PostgresStore {
  readonly kind = "postgres";
  readonly place: string;
  readonly shared: SharedStore;
  readonly #sessions: Sessions;
  readonly #place: Place;
  readonly #values: Values;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#place = sessions.place;
    this.#values = new Values(sessions.place);
    this.place = sessions.place.name;
    this.shared = sharing(sessions);
    const { list, counts, named, days, tally, history } = lookups(sessions, this.#values);
    this.list = list;
    this.counts = counts;
    this.named = named;
    this.days = days;
    this.tally = tally;
    this.history = history;
  }

  list: FindingStore["list"];
  counts: FindingStore["counts"];
  named: FindingStore["named"];
  days: FindingStore["days"];
  tally: FindingStore["tally"];
  history: FindingStore["history"];

  read: FindingStore["read"] = async (wanted, look) => {
    const state = await this.#sessions.look((session) => stateFor(session, this.#values, wanted));
    return look(viewOf(state, wanted));
  };

  transact: FindingStore["transact"] = (wanted, decide) => this.#inTurn(() => transact(this.#sessions, this.#values, wanted, decide));

  records(after = 0): AsyncIterable<LogRecord> {
    return recordsOf(this.#sessions, after);
  }

  head(): Promise<Head> {
    return this.#sessions.look((session) => headIn(session, this.#place));
  }

  take(records: AsyncIterable<LogRecord>, onTaken: (head: Head) => void = () => {}): Promise<void> {
    return this.#inTurn(() => takeRecords(this.#sessions, this.#values, records, onTaken));
  }

  version(): Promise<number | null> {
    return this.#sessions.look((session) => versionOf(session, this.#place));
  }

  async connections(): Promise<number> {
    const [row] = await this.#sessions.look(connectionsIn);
    return row?.count ?? 0;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#sessions.close();
  }

  /** One after another: those who wait for the head would only keep connections from others. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}

function connectionsIn(session: Session): Promise<readonly { readonly count: number }[]> {
  return session.rows(
    countRow,
    sql`SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = current_setting('application_name')`,
  );
}

/** To a reader a schema that is not there is a store to which nothing was written. */
function reader(store: PostgresStore, isThere: boolean): PostgresStore {
  const from: FindingStore = isThere ? store : memoryStore();
  const { kind, place, shared } = store;
  return {
    kind,
    place,
    shared,
    read: (wanted, look) => from.read(wanted, look),
    transact: (wanted, decide) =>
      from.read(wanted, (view) => {
        const decision = decide(view);
        const { result, ...change } = isWork(decision) ? inOneGo(decision) : decision;
        if (isEmpty(change)) return result;
        throw readOnly(place);
      }),
    list: (filter, now, options) => from.list(filter, now, options),
    counts: (filter, now) => from.counts(filter, now),
    named: (typed, now) => from.named(typed, now),
    days: (first, now) => from.days(first, now),
    tally: (day) => from.tally(day),
    history: () => from.history(),
    records: (after) => from.records(after),
    head: async () => (isThere ? store.head() : START),
    take: async () => {
      throw readOnly(place);
    },
    version: () => store.version(),
    connections: () => store.connections(),
    close: () => store.close(),
  };
}

function readOnly(place: string): Error {
  return postureError("POSTURE_STORE_READ_ONLY", { place, cause: "it was opened for reading only" });
}
