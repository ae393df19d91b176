import { type Check, type CollectorDefinition, type Plugin, postureError, type ResolvedCheck, type Severity } from "@posture/core";
import { z } from "zod";
import { type ResolvedAccount, resolveAccounts } from "./accounts.ts";
import { configShape } from "./config.ts";
import { type ResolvedEvents, resolveEvents } from "./events.ts";
import { resolveCheck } from "./overrides.ts";
import { nearest } from "./nearest.ts";
import { verifiedPlugins } from "./plugins.ts";
import { type ResolvedSlack, resolveSlack } from "./slack.ts";
import { type ResolvedSuppressions, resolveSuppressions } from "./suppressions.ts";

export interface ResolvedConfig {
  /** Where it was read from; `null`: the defaults. */
  readonly file: string | null;
  /** What the file gives, as it gives it; every other setting is a default. */
  readonly given: Readonly<z.infer<typeof configShape>>;
  readonly plugins: readonly Plugin[];
  /** Those that are on, at least for some resources. */
  readonly checks: readonly ResolvedCheck[];
  /** Collectors that the configuration adds. */
  readonly collectors: readonly CollectorDefinition<never>[];
  /** Those besides the account of the credentials, by id. */
  readonly accounts: readonly ResolvedAccount[];
  /** `null`: every enabled region. */
  readonly regions: readonly string[] | null;
  readonly suppressions: ResolvedSuppressions;
  readonly slack: ResolvedSlack;
  readonly store: string | null;
  /** `null`: nothing tells of changes. */
  readonly events: ResolvedEvents | null;
  /** In days, how long a finding may be open before it is overdue. */
  readonly targets: Readonly<Record<Severity, number>>;
}

/** The product gives medium its 30 days; what is graver has less, what is less grave has more. */
export const TARGETS: Readonly<Record<Severity, number>> = { critical: 1, high: 7, medium: 30, low: 90 };

/**
 * Checks a configuration and fills in what it leaves out. Pure.
 * @throws {PostureError} POSTURE_CONFIG_INVALID, POSTURE_CHECK_UNKNOWN, POSTURE_PLUGIN_…
 */
export function resolveConfig(config: unknown, defaults: readonly Plugin[], file: string | null): ResolvedConfig {
  const shape = configShape.safeParse(config);
  if (!shape.success) throw postureError("POSTURE_CONFIG_INVALID", { problems: z.prettifyError(shape.error).replaceAll("\n", " ") });
  const {
    plugins,
    collectors = [],
    checks = {},
    overrides = [],
    accounts,
    regions,
    suppressions,
    slack,
    store,
    targets,
    events,
  } = shape.data;
  const loaded = verifiedPlugins(plugins ?? defaults);
  const known = loaded.flatMap((plugin) => plugin.checks);
  requireKnown(checks, known);
  for (const [i, override] of overrides.entries()) requireKnown(override.checks, known, `, which overrides[${i}].checks names`);
  const each = known.map((check) => resolveCheck(check, { checks, overrides }));
  const told = resolveSlack(slack, known);
  const problems = [...each.flatMap((it) => it.problems), ...told.problems];
  const heard = events ? resolveEvents(events) : null;
  if (heard && "problem" in heard) problems.push(`\`events\`: ${heard.problem}`);
  if (!collectors.every(isDefinition)) problems.push("`collectors` lists something that was not made by defineCollector");
  if (problems.length > 0) throw postureError("POSTURE_CONFIG_INVALID", { problems: problems.join("; ") });
  return {
    file,
    given: shape.data,
    plugins: loaded,
    checks: each.flatMap((it) => it.resolved),
    collectors: collectors.filter(isDefinition),
    accounts: resolveAccounts(accounts),
    regions: regions ?? null,
    suppressions: resolveSuppressions(suppressions),
    slack: told.slack,
    store: store ?? null,
    events: heard && "queue" in heard ? heard : null,
    targets: {
      critical: targets?.critical ?? TARGETS.critical,
      high: targets?.high ?? TARGETS.high,
      medium: targets?.medium ?? TARGETS.medium,
      low: targets?.low ?? TARGETS.low,
    },
  };
}

function requireKnown(settings: object, known: readonly Check[], where = ""): void {
  const ids = known.map(({ id }) => id);
  const stranger = Object.keys(settings).find((it) => !ids.some((id) => id === it));
  if (stranger === undefined) return;
  const renamed = known.find(({ formerIds = [] }) => formerIds.some((former) => former === stranger));
  if (!renamed) throw unknownCheck(stranger, ids, where);
  throw postureError("POSTURE_CHECK_UNKNOWN", { id: `${stranger}${where}`, nearest: `; it is called ${renamed.id} now.` });
}

function isDefinition(value: unknown): value is CollectorDefinition<never> {
  return typeof value === "object" && value !== null && "kind" in value && "bind" in value && typeof value.bind === "function";
}

/** The error for a misspelt check id, with the nearest known one. */
export function unknownCheck(id: string, known: readonly string[], where = ""): Error {
  const near = nearest(id, known);
  return postureError("POSTURE_CHECK_UNKNOWN", { id: `${id}${where}`, nearest: near ? `; did you mean ${near}?` : "." });
}
