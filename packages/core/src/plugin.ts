import type { Check } from "./check.ts";

/** Raised when a plugin written for the older one could misbehave under the newer. */
export const API_VERSION = 1;

const BRAND: unique symbol = Symbol.for("posture.plugin");

export interface PluginSpec {
  /** The npm package's name. */
  readonly name: string;
  /** The part of its check ids before the slash. */
  readonly namespace: string;
  readonly checks: readonly Check[];
}

export interface Plugin extends PluginSpec {
  readonly apiVersion: number;
  readonly [BRAND]: true;
}

/** Declares a plugin, and stamps it with the API it was written for. */
export function definePlugin(plugin: PluginSpec): Plugin {
  return Object.freeze({ ...plugin, apiVersion: API_VERSION, [BRAND]: true as const });
}

/** True also for the plugin of another copy of this package. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === "object" && value !== null && BRAND in value;
}
