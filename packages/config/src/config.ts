import type { CollectorDefinition, Plugin, Severity } from "@posture/core";
import { z } from "zod";
import { type AccountSettings, accountsShape } from "./accounts.ts";
import { type EventsSettings, eventsShape } from "./events.ts";
import { account, region, tags } from "./shapes.ts";
import { type SlackSettings, slackShape } from "./slack.ts";
import { type SuppressionSettings, suppressionsShape } from "./suppressions.ts";

export interface CheckSetting {
  /** Default: true. */
  readonly enabled?: boolean;
  readonly severity?: Severity;
  /** What the check's own `params` accept; left out, its defaults. */
  readonly params?: unknown;
}

/** Other settings of checks for some resources. All that is given of `accounts`, `regions` and `tags` must be true. */
export interface Override {
  /** Account ids, as text. */
  readonly accounts?: readonly string[];
  /** `global` stands for what belongs to no region, as IAM does. */
  readonly regions?: readonly string[];
  /** By key, a value or several; `*` is any value. */
  readonly tags?: Readonly<Record<string, string | readonly string[]>>;
  /** By check id. What is left out stays as it is; params are replaced as a whole. */
  readonly checks: Readonly<Record<string, CheckSetting>>;
}

/** What `posture.config.ts` exports. Everything may be left out. */
export interface Config {
  /** Default: all first-party plugins. A list replaces the default. */
  readonly plugins?: readonly Plugin[];
  /** Collectors of kinds that plugins bring along. Ours are always there. */
  readonly collectors?: readonly CollectorDefinition<never>[];
  /** Other accounts to watch, each by a role of it. Default: the account of the credentials alone, which is always watched. */
  readonly accounts?: readonly AccountSettings[];
  /** Regions to watch. Default: every enabled region of each account. */
  readonly regions?: readonly string[];
  /** By check id. */
  readonly checks?: Readonly<Record<string, CheckSetting>>;
  /** For some accounts, regions or tags; of several that hold for a resource, the later win. */
  readonly overrides?: readonly Override[];
  /** For how long findings may be suppressed, and who has to agree. */
  readonly suppressions?: SuppressionSettings;
  /** Which channels of Slack are told what, and whom. */
  readonly slack?: SlackSettings;
  /** The folder of the store, or the URL of its database (`postgres://user@host/database`; the password is better in PGPASSWORD). Default: `.posture`. */
  readonly store?: string;
  /** The queue that tells of changes in AWS, so that they are seen within seconds. Default: none; sweeps alone see them. */
  readonly events?: EventsSettings;
  /** How many days a finding of each severity may be open before it is overdue. Default: critical 1, high 7, medium 30, low 90. */
  readonly targets?: Partial<Readonly<Record<Severity, number>>>;
}

/** Types the configuration; it is checked when it is loaded. */
export function defineConfig(config: Config): Config {
  return config;
}

interface SettingShape {
  enabled?: boolean | undefined;
  severity?: Severity | undefined;
  params?: unknown;
}
interface OverrideShape {
  accounts?: string[] | undefined;
  regions?: string[] | undefined;
  tags?: Record<string, string | string[]> | undefined;
  checks: Record<string, SettingShape>;
}

const setting: z.ZodType<SettingShape> = z.strictObject({
  enabled: z.boolean().optional(),
  severity: z.enum(["critical", "high", "medium", "low"]).optional(),
  params: z.unknown().optional(),
});
const settings = z.record(z.string(), setting);

const days = z.number().positive().max(3650).optional();

const override: z.ZodType<OverrideShape> = z
  .strictObject({
    accounts: z.array(account).min(1).optional(),
    regions: z.array(region).min(1).optional(),
    tags: tags.optional(),
    checks: settings,
  })
  .refine(
    ({ accounts, regions, tags: tagged }) => accounts ?? regions ?? tagged,
    "it names no accounts, regions or tags; what holds everywhere belongs into `checks` of the configuration",
  );

/** The outer shape. Plugins are judged by the loader, which has better words for what is wrong with them. */
export const configShape: z.ZodType<{
  plugins?: unknown[] | undefined;
  collectors?: unknown[] | undefined;
  accounts?: z.infer<typeof accountsShape> | undefined;
  regions?: string[] | undefined;
  checks?: Record<string, SettingShape> | undefined;
  overrides?: OverrideShape[] | undefined;
  suppressions?: z.infer<typeof suppressionsShape> | undefined;
  slack?: z.infer<typeof slackShape> | undefined;
  store?: string | undefined;
  events?: z.output<typeof eventsShape> | undefined;
  targets?: Partial<Record<Severity, number | undefined>> | undefined;
}> = z.strictObject({
  plugins: z.array(z.unknown()).optional(),
  collectors: z.array(z.unknown()).optional(),
  accounts: accountsShape.optional(),
  regions: z.array(z.string().min(1)).min(1).optional(),
  checks: settings.optional(),
  overrides: z.array(override).optional(),
  suppressions: suppressionsShape.optional(),
  slack: slackShape.optional(),
  store: z.string().min(1).optional(),
  events: eventsShape.optional(),
  targets: z.strictObject({ critical: days, high: days, medium: days, low: days }).optional(),
});
