import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Plugin, postureError } from "@posture/core";
import { type ResolvedConfig, resolveConfig } from "./resolve.ts";

const NAMES = ["posture.config.ts", "posture.config.mts", "posture.config.js", "posture.config.mjs"];

export interface LoadOptions {
  /** A path that must exist. Left out: `posture.config.ts` (or .mts, .js, .mjs) in `folder`, if there is one. */
  readonly file?: string | undefined;
  readonly folder: string;
  /** Plugins to use where the configuration names none. */
  readonly defaults: readonly Plugin[];
}

/**
 * Finds, imports and checks the configuration.
 * @throws {PostureError} POSTURE_CONFIG_UNREADABLE, POSTURE_CONFIG_INVALID, POSTURE_CHECK_UNKNOWN, POSTURE_PLUGIN_…
 */
export async function loadConfig({ file, folder, defaults }: LoadOptions): Promise<ResolvedConfig> {
  const path = file ? resolve(folder, file) : await configFileIn(folder);
  return path ? resolveConfig(await exported(path), defaults, path) : resolveConfig({}, defaults, null);
}

/** The configuration file that is taken where none is named; `null`: there is none. */
export async function configFileIn(folder: string): Promise<string | null> {
  for (const name of NAMES) if (await exists(join(folder, name))) return join(folder, name);
  return null;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function exported(file: string): Promise<unknown> {
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw postureError("POSTURE_CONFIG_UNREADABLE", { file, cause: error instanceof Error ? error.message : String(error) }, error);
  });
  if (typeof module === "object" && module !== null && "default" in module) return module.default;
  throw postureError("POSTURE_CONFIG_UNREADABLE", { file, cause: "it has no default export" });
}
