import { type Check, type CollectorDefinition, type Plugin, postureError, type Severity } from "@posture/core";
import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { configShape } from "./config.ts";
import { verifiedPlugins } from "./plugins.ts";

/** A check as the configuration leaves it. */
export interface ResolvedCheck {
  readonly check: Check;
  readonly severity: Severity;
  /** As the check's own schema parsed them. */
  readonly params: unknown;
}

export interface ResolvedConfig {
  /** Where it was read from; `null`: the defaults. */
  readonly file: string | null;
  readonly checks: readonly ResolvedCheck[];
  /** Collectors that the configuration adds. */
  readonly collectors: readonly CollectorDefinition<never>[];
  /** `null`: every enabled region. */
  readonly regions: readonly string[] | null;
  readonly store: string | null;
}

/**
 * Checks a configuration and fills in what it leaves out. Pure.
 * @throws {PostureError} POSTURE_CONFIG_INVALID, POSTURE_CHECK_UNKNOWN, POSTURE_PLUGIN_…
 */
export function resolveConfig(config: unknown, defaults: readonly Plugin[], file: string | null): ResolvedConfig {
  const shape = configShape.safeParse(config);
  if (!shape.success) throw postureError("POSTURE_CONFIG_INVALID", { problems: z.prettifyError(shape.error).replaceAll("\n", " ") });
  const { plugins, collectors = [], checks: settings = {}, regions, store } = shape.data;
  const known = verifiedPlugins(plugins ?? defaults).flatMap((plugin) => plugin.checks);
  for (const id of Object.keys(settings)) {
    if (!known.some((check) => check.id === id))
      throw unknownCheck(
        id,
        known.map((check) => check.id),
      );
  }
  const problems: string[] = [];
  const checks = known.flatMap((check): ResolvedCheck[] => {
    const { enabled = true, severity = check.severity, params } = settings[check.id] ?? {};
    if (!enabled) return [];
    const parsed = check.params ? check.params.safeParse(params ?? {}) : undefined;
    if (parsed && !parsed.success) problems.push(`the params of ${check.id}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
    if (!check.params && params !== undefined) problems.push(`${check.id} takes no params`);
    return [{ check, severity, params: parsed?.data }];
  });
  if (!collectors.every(isDefinition)) problems.push("`collectors` lists something that was not made by defineCollector");
  if (problems.length > 0) throw postureError("POSTURE_CONFIG_INVALID", { problems: problems.join("; ") });
  return { file, checks, collectors: collectors.filter(isDefinition), regions: regions ?? null, store: store ?? null };
}

function isDefinition(value: unknown): value is CollectorDefinition<never> {
  return typeof value === "object" && value !== null && "kind" in value && "bind" in value && typeof value.bind === "function";
}

/** The error for a misspelt check id, with the nearest known one. */
export function unknownCheck(id: string, known: readonly string[]): Error {
  const near = nearest(id, known);
  return postureError("POSTURE_CHECK_UNKNOWN", { id, nearest: near ? `; did you mean ${near}?` : "" });
}

/** The word that was probably meant, if one is near enough. */
export function nearest(typed: string, words: readonly string[]): string | null {
  const [best] = words.map((word) => ({ word, far: distance(typed, word) })).toSorted((a, b) => a.far - b.far);
  return best && best.far <= Math.max(2, typed.length / 3) ? best.word : null;
}
