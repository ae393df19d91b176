import { resolve } from "node:path";
import { createPosture, openStore, type Posture, type PostureOptions } from "@posture/runtime";

export interface OpenOptions extends Pick<PostureOptions, "regions" | "sweepDeadline" | "patience"> {
  readonly store?: string | undefined;
  readonly config?: string | undefined;
  /** Reading commands take no lock, so that they work beside a running bot. */
  readonly readOnly?: boolean;
}

const DEFAULT_STORE = ".posture";

/** The store that is meant: `memory`, or the path of a folder. */
export function placeOf(store: string = DEFAULT_STORE): string {
  return store === "memory" ? store : resolve(store);
}

/** Opens the store and what works on it, hands it to `use`, and closes both whatever happens. */
export async function withPosture<T>(
  { store, config, readOnly = false, ...rest }: OpenOptions,
  use: (posture: Posture) => Promise<T>,
): Promise<T> {
  const now = (): string => new Date().toISOString();
  const place = placeOf(store);
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
