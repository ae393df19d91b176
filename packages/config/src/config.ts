import type { CollectorDefinition, Plugin, Severity } from "@posture/core";
import { z } from "zod";

export interface CheckSetting {
  /** Default: true. */
  readonly enabled?: boolean;
  readonly severity?: Severity;
  /** What the check's own `params` accept; left out, its defaults. */
  readonly params?: unknown;
}

/** What `posture.config.ts` exports. Everything may be left out. */
export interface Config {
  /** Default: all first-party plugins. A list replaces the default. */
  readonly plugins?: readonly Plugin[];
  /** Collectors of kinds that plugins bring along. Ours are always there. */
  readonly collectors?: readonly CollectorDefinition<never>[];
  /** Regions to watch. Default: every enabled region of the account. */
  readonly regions?: readonly string[];
  /** By check id. */
  readonly checks?: Readonly<Record<string, CheckSetting>>;
  /** The folder of the store. Default: `.posture`. */
  readonly store?: string;
}

/** Types the configuration; it is checked when it is loaded. */
export function defineConfig(config: Config): Config {
  return config;
}

const setting = z.strictObject({
  enabled: z.boolean().optional(),
  severity: z.enum(["critical", "high", "medium", "low"]).optional(),
  params: z.unknown().optional(),
});

/** The outer shape. Plugins are judged by the loader, which has better words for what is wrong with them. */
export const configShape: z.ZodType<{
  plugins?: unknown[] | undefined;
  collectors?: unknown[] | undefined;
  regions?: string[] | undefined;
  checks?: Record<string, { enabled?: boolean | undefined; severity?: Severity | undefined; params?: unknown }> | undefined;
  store?: string | undefined;
}> = z.strictObject({
  plugins: z.array(z.unknown()).optional(),
  collectors: z.array(z.unknown()).optional(),
  regions: z.array(z.string().min(1)).min(1).optional(),
  checks: z.record(z.string(), setting).optional(),
  store: z.string().min(1).optional(),
});
