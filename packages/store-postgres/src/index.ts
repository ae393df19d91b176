export { isPostgresUrl } from "./place.ts";
export { openPostgresStore, type PostgresOptions, type PostgresStore } from "./store.ts";
