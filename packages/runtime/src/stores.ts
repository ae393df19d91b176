import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { loadConfig } from "@posture/config";
import { type AuditSource, type FindingStore, type Instant, memoryStore, postureError } from "@posture/core";
import { kindOfPlace, shownPlace } from "./places.ts";
import { firstPartyPlugins } from "./plugins.ts";

export interface OpenStoreOptions {
  readonly readOnly?: boolean;
  readonly now: () => Instant;
  /** One sentence each: a torn record that was cut, a store that has outgrown its kind. */
  readonly onWarning?: (warning: string) => void;
}

const DEFAULT_PLACE = ".posture";

export interface StorePlace {
  /** What a flag or the environment says; it comes before the configuration. */
  readonly given: string | undefined;
  /** A configuration file that must exist. Left out: the one in `folder`, if any. */
  readonly file?: string | undefined;
  /** Relative paths begin here. */
  readonly folder: string;
}

/**
 * Where the store is: `memory`, the path of a folder, or the URL of a database (with its password: `shownPlace` takes it away).
 * @throws {PostureError} POSTURE_CONFIG_…, POSTURE_PLUGIN_…, POSTURE_CHECK_UNKNOWN
 */
export async function placeOfStore({ given, file, folder }: StorePlace): Promise<string> {
  const place = given ?? (await loadConfig({ file, folder, defaults: firstPartyPlugins })).store ?? DEFAULT_PLACE;
  return kindOfPlace(place) === "folder" ? resolve(folder, place) : place;
}

/**
 * Opens a store by its place: `memory`, `postgres://…`, or a folder. What each needs is loaded only then.
 * @throws {PostureError} POSTURE_STORE_…
 */
export async function openStore(place: string, options: OpenStoreOptions): Promise<FindingStore> {
  const kind = kindOfPlace(place);
  if (kind === "memory") return memoryStore(setImmediate);
  if (kind === "postgres") {
    const { openPostgresStore } = await import("@posture/store-postgres");
    return openPostgresStore({ url: place, ...options });
  }
  const { openLowdbStore } = await import("@posture/store-lowdb");
  return openLowdbStore({ folder: place, ...options });
}

/**
 * Opens the audit log of a store so that it can be verified: its entries, and what the store claims of them. It takes no lock.
 * @throws {PostureError} POSTURE_AUDIT_MISSING, POSTURE_STORE_…
 */
export async function openAudit(place: string, { onWarning }: Pick<OpenStoreOptions, "onWarning"> = {}): Promise<AuditSource> {
  const kind = kindOfPlace(place);
  if (kind === "memory") throw postureError("POSTURE_AUDIT_MISSING", { place: "a store that keeps nothing" });
  const source = kind === "postgres" ? await databaseAudit(place) : await folderAudit(place, onWarning);
  if (!source) throw postureError("POSTURE_AUDIT_MISSING", { place: shownPlace(place) });
  return source;
}

async function databaseAudit(url: string): Promise<AuditSource | null> {
  const { openPostgresAudit } = await import("@posture/store-postgres");
  return openPostgresAudit({ url });
}

async function folderAudit(folder: string, onWarning: OpenStoreOptions["onWarning"]): Promise<AuditSource | null> {
  const { openLowdbAudit } = await import("@posture/store-lowdb");
  return openLowdbAudit({ folder, ...(onWarning && { onWarning }) });
}
