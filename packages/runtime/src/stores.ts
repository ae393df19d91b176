import { type FindingStore, type Instant, memoryStore } from "@posture/core";

export interface OpenStoreOptions {
  readonly readOnly?: boolean;
  readonly now: () => Instant;
  /** One sentence each: a torn record that was cut, a store that has outgrown its kind. */
  readonly onWarning?: (warning: string) => void;
}

/**
 * Opens a store by its place: `memory`, or a folder.
 * @throws {PostureError} POSTURE_STORE_…
 */
export async function openStore(place: string, options: OpenStoreOptions): Promise<FindingStore> {
  if (place === "memory") return memoryStore();
  const { openLowdbStore } = await import("@posture/store-lowdb");
  return openLowdbStore({ folder: place, ...options });
}
