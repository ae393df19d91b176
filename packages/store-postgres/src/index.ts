export { openPostgresAudit } from "./audit.ts";
export { openPostgresStore, type PostgresOptions, type PostgresStore } from "./store.ts";
