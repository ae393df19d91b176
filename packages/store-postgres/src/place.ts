import { postureError } from "@posture/core";
import type { PoolConfig } from "pg";

export interface Place {
  /** For people: server, database and schema, never a password. */
  readonly name: string;
  readonly database: string;
  readonly schema: string;
  readonly pool: PoolConfig;
}

const SCHEMA = "posture";

/** Is it the place of a store in Postgres? */
function isPostgresUrl(place: string): boolean {
  return /^postgres(ql)?:/i.test(place);
}

/**
 * Where `postgres://user:password@host:5432/database?schema=name&sslmode=…` leads. Whatever else it says is for the driver.
 * @throws {PostureError} POSTURE_STORE_PLACE_INVALID, without the password
 */
export function placeOfUrl(text: string): Place {
  const url = URL.parse(text);
  if (!url || !isPostgresUrl(text))
    throw postureError("POSTURE_STORE_PLACE_INVALID", { place: withoutPassword(text), problem: "it is not a URL" });
  const database = decodeURIComponent(url.pathname.slice(1)) || decodeURIComponent(url.username);
  if (database === "") throw postureError("POSTURE_STORE_PLACE_INVALID", { place: withoutPassword(text), problem: "it names no database" });
  const schema = url.searchParams.get("schema") ?? SCHEMA;
  url.searchParams.delete("schema");
  return { name: nameOf(url.host, database, schema), database, schema, pool: { connectionString: url.href } };
}

/** Where the settings of a pool lead, with the driver's own defaults for what they leave out. */
export function placeOfPool(pool: PoolConfig, schema: string = SCHEMA): Place {
  if (pool.connectionString !== undefined) return { ...placeOfUrl(pool.connectionString), schema, pool };
  const database = pool.database ?? process.env["PGDATABASE"] ?? pool.user ?? process.env["PGUSER"] ?? "";
  const host = `${pool.host ?? process.env["PGHOST"] ?? "localhost"}:${pool.port ?? process.env["PGPORT"] ?? 5432}`;
  return { name: nameOf(host, database, schema), database, schema, pool };
}

function nameOf(host: string, database: string, schema: string): string {
  return `postgres://${host}/${database}${schema === SCHEMA ? "" : `?schema=${schema}`}`;
}

function withoutPassword(text: string): string {
  return text.replace(/:\/\/[^@]*@/, "://…@");
}
