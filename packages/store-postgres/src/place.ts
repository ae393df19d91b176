import { postureError } from "@posture/core";
import type { PoolConfig } from "pg";

export interface Place {
  /** For people: server, database and schema, never a password. */
  readonly name: string;
  readonly database: string;
  readonly schema: string;
  /** By this name the server knows the connections of this store's programs. */
  readonly application: string;
  readonly pool: PoolConfig;
}

const SCHEMA = "posture";

/**
 * Where `postgres://user:password@host:5432/database?schema=name&sslmode=…` leads. Whatever else it says is for the driver.
 * @throws {PostureError} POSTURE_STORE_PLACE_INVALID, without the password
 */
export function placeOfUrl(text: string): Place {
  const url = /^postgres(ql)?:/i.test(text) ? URL.parse(text) : null;
  if (!url) throw invalid(text, "it is no URL of a database");
  const database = decoded(url.pathname.slice(1)) || decoded(url.username);
  if (database === "") throw invalid(text, "it names no database");
  const schema = url.searchParams.get("schema") ?? SCHEMA;
  url.searchParams.delete("schema");
  return placeOf(url.host, database, schema, { connectionString: url.href });
}

/** Where the settings of a pool lead, with the driver's own defaults for what they leave out. */
export function placeOfPool(pool: PoolConfig, schema: string = SCHEMA): Place {
  if (pool.connectionString !== undefined) {
    const { host } = new URL(pool.connectionString, "postgres://localhost");
    const { database, pool: parsed } = placeOfUrl(pool.connectionString);
    return placeOf(host, database, schema, { ...pool, ...parsed });
  }
  const database = pool.database ?? process.env["PGDATABASE"] ?? pool.user ?? process.env["PGUSER"] ?? "";
  const host = `${pool.host ?? process.env["PGHOST"] ?? "localhost"}:${pool.port ?? process.env["PGPORT"] ?? 5432}`;
  return placeOf(host, database, schema, pool);
}

function placeOf(host: string, database: string, schema: string, pool: PoolConfig): Place {
  const isUsual = schema === SCHEMA;
  return {
    name: `postgres://${host}/${database}${isUsual ? "" : `?schema=${schema}`}`,
    database,
    schema,
    application: isUsual ? SCHEMA : `${SCHEMA} ${schema}`,
    pool,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // the driver says what is wrong with it
  }
}

function invalid(text: string, problem: string): Error {
  const place = text.replace(/:\/\/[^@]*@/, "://…@").replace(/\?.*$/, "");
  return postureError("POSTURE_STORE_PLACE_INVALID", {
    place,
    problem,
    instead: "a folder, or a database as postgres://user@host/database",
  });
}
