import { resolve } from "node:path";
import { createPosture, openStore, placeOfStore, type Posture, type PostureOptions, shownPlace } from "@posture/runtime";

export interface StoreOptions {
  readonly store?: string | undefined;
  readonly config?: string | undefined;
}

export interface OpenOptions extends StoreOptions, Pick<PostureOptions, "regions" | "framework" | "sweepDeadline" | "patience"> {
  /** Reading commands take no lock, so that they work beside a running bot. */
  readonly readOnly?: boolean;
}

/**
 * The store that is meant: `memory`, the path of a folder, or the URL of a database.
 * @throws {PostureError} POSTURE_CONFIG_…, POSTURE_PLUGIN_…
 */
export function placeOf({ store, config }: StoreOptions): Promise<string> {
  return placeOfStore({ given: store, file: config, folder: resolve(".") });
}

/** The words with which another command finds the same store: none where it is found by itself. */
export function storeWords(store: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  if (store === undefined || store === env["POSTURE_STORE"]) return "";
  const shown = shownPlace(store);
  return ` --store ${/[\s?&;]/.test(shown) ? JSON.stringify(shown) : shown}`;
}

/** Opens the store and what works on it, hands it to `use`, and closes both whatever happens. */
export async function withPosture<T>(
  { store, config, readOnly = false, ...rest }: OpenOptions,
  use: (posture: Posture) => Promise<T>,
): Promise<T> {
  const now = (): string => new Date().toISOString();
  const place = await placeOf({ store, config });
  const opened = await openStore(place, { now, readOnly, onWarning: (warning) => process.stderr.write(`${warning}\n`) });
  try {
    const posture = await createPosture({ store: opened, now, configFile: config, ...rest });
    try {
      return await use(posture);
    } finally {
      await posture.close();
    }
  } finally {
    await opened.close();
  }
}
