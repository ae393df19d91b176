import { shownPlace } from "../places.ts";
import type { HomeRegion } from "@posture/aws-access";
import { type Config, type ResolvedConfig, ROLES, type ResolvedDigests } from "@posture/config";
import { nameOfPlugin, SEVERITIES } from "@posture/core";

/** Who said what a setting is. `profile`: the AWS profile. */
export type Origin = "flag" | "environment" | "file" | "profile" | "default";

export interface Setting {
  readonly name: string;
  /** For people. Of a secret only whether it is set. */
  readonly value: string;
  readonly origin: Origin;
}

export interface Sources {
  readonly flags: { readonly config: string | undefined; readonly store: string | undefined };
  readonly env: NodeJS.ProcessEnv;
  /** `null`: it could not be loaded. */
  readonly config: ResolvedConfig | null;
  /** `null`: the region of environment and profile is none. */
  readonly region: HomeRegion | null;
}

/** Pure: every setting with its origin, in the order of the guide. */
export function settingsOf(sources: Sources): readonly Setting[] {
  return [...ofConfiguration(sources), ...ofAws(sources), ...ofTerminal(sources.env), ...ofBot(sources.env)];
}

function ofConfiguration({ flags, env, config }: Sources): Setting[] {
  const place = storeSetting(flags.store, env, config);
  const path = config ? (config.file ?? "none") : (flags.config ?? "not loaded");
  const file: Setting = { name: "configuration", value: path, origin: flags.config === undefined ? "default" : "flag" };
  if (!config) return [file, ...(place ? [place] : [])];
  const rest = Object.entries(SAYS).map(([name, { isGiven, say, wins }]): Setting => {
    const given = wins === undefined ? undefined : env[wins];
    if (given) return { name, value: withoutPassword(given), origin: "environment" };
    return { name, value: say(config), origin: isGiven(config) ? "file" : "default" };
  });
  return [file, ...(place ? [place] : []), ...rest];
}

function storeSetting(flag: string | undefined, env: NodeJS.ProcessEnv, config: ResolvedConfig | null): Setting | null {
  const given = env["POSTURE_STORE"];
  if (flag !== undefined) return { name: "store", value: shownPlace(flag), origin: "flag" };
  if (given !== undefined) return { name: "store", value: shownPlace(given), origin: "environment" };
  if (!config) return null;
  return { name: "store", value: shownPlace(config.store ?? ".posture"), origin: config.store === null ? "default" : "file" };
}

interface Said {
  readonly isGiven: (config: ResolvedConfig) => boolean;
  readonly say: (config: ResolvedConfig) => string;
  /** The variable that is taken instead, where it is there. */
  readonly wins?: string;
}

/** The settings of the file besides the store; the compiler sees to it that none is left out. */
const SAYS: Readonly<Record<Exclude<keyof Config, "store">, Said>> = {
  plugins: { isGiven: ({ given }) => given.plugins !== undefined, say: ({ plugins }) => plugins.map(nameOfPlugin).join(", ") || "none" },
  collectors: {
    isGiven: ({ given }) => given.collectors !== undefined,
    say: ({ collectors }) => (collectors.length === 0 ? "ours" : `ours, and ${collectors.length} more`),
  },
  accounts: {
    isGiven: ({ given }) => given.accounts !== undefined,
    say: ({ accounts }) => ["that of the credentials", ...accounts.map(({ id }) => id)].join(", "),
  },
  regions: {
    isGiven: ({ given }) => given.regions !== undefined,
    say: ({ regions }) => regions?.join(", ") ?? "every enabled region of each account",
  },
  checks: {
    isGiven: ({ given }) => given.checks !== undefined,
    say: ({ checks, plugins }) => `${checks.length} of ${plugins.flatMap((plugin) => plugin.checks).length} on`,
  },
  targets: {
    isGiven: ({ given }) => given.targets !== undefined,
    say: ({ targets }) => SEVERITIES.map((severity) => `${severity} ${targets[severity]} d`).join(", "),
  },
  events: {
    wins: "POSTURE_EVENT_QUEUE",
    isGiven: ({ given }) => given.events !== undefined,
    say: ({ events }) => (events === null ? "none: sweeps alone see what changes" : events.queue),
  },
  suppressions: {
    isGiven: ({ given }) => given.suppressions !== undefined,
    say: ({ suppressions: { maxDays, approval } }) =>
      SEVERITIES.map((severity) => `${severity} ${maxDays[severity]} d${approval[severity] ? " with approval" : ""}`).join(", "),
  },
  slack: {
    isGiven: ({ given }) => given.slack !== undefined,
    say: ({ slack: { routes, owners, digests }, given }) =>
      [
        routes.length === 0 ? "every finding to one channel" : `${routes.length} routes`,
        ...(owners?.principal === true ? ["whoever made a change owns what failed after it"] : []),
        rolesSaid(given.slack?.roles),
        digestsSaid(digests),
      ].join("; "),
  },
  overrides: { isGiven: ({ given }) => given.overrides !== undefined, say: ({ given }) => String(given.overrides?.length ?? "none") },
};

function digestsSaid({ daily, channels, weekly }: ResolvedDigests): string {
  const each = daily ? `a digest each day at ${daily.at} ${daily.timeZone}` : "no daily digest";
  const others = channels.size === 0 ? "" : `, otherwise in ${[...channels.keys()].join(", ")}`;
  return `${each}${others}; ${weekly ? `owners on ${weekly.day} at ${weekly.at} ${weekly.timeZone}` : "no weekly one"}`;
}

function rolesSaid(given: object | undefined): string {
  const named = ROLES.filter((role) => given && role in given);
  return named.length === 0 ? "every full member may do all" : `roles given: ${named.join(", ")}`;
}

const ALWAYS_SHOWN = ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"];

function ofAws({ env, region }: Sources): Setting[] {
  const others = Object.keys(env).filter((name) => name.startsWith("AWS_") && name !== "AWS_REGION" && !ALWAYS_SHOWN.includes(name));
  const home: Setting[] = region ? [{ name: "AWS_REGION", value: region.name, origin: region.origin }] : [variable("AWS_REGION", env)];
  return [...home, ...[...ALWAYS_SHOWN, ...others.toSorted()].map((name) => variable(name, env))];
}

function ofTerminal(env: NodeJS.ProcessEnv): Setting[] {
  return ["NO_COLOR", "FORCE_COLOR"].filter((name) => env[name] !== undefined).map((name) => variable(name, env));
}

/** What the Slack bot takes from the environment, and what it takes where that says nothing. */
export const BOT_SETTINGS: Readonly<Record<string, string | null>> = {
  SLACK_BOT_TOKEN: null,
  SLACK_SIGNING_SECRET: null,
  SLACK_APP_TOKEN: null,
  SLACK_CHANNEL: null,
  PORT: "3000",
  HOST: "all addresses",
  POSTURE_CONFIG: "posture.config.ts, if there is one",
  POSTURE_SCHEDULE: "*/15 * * * *",
  POSTURE_EVENT_QUEUE: "what the configuration says",
  SLACK_API_URL: "Slack's own",
};

function ofBot(env: NodeJS.ProcessEnv): Setting[] {
  return Object.entries(BOT_SETTINGS).map(([name, preset]) => {
    const { value, origin } = variable(name, env);
    return { name: `${name} (bot)`, value: origin === "default" ? (preset ?? value) : value, origin };
  });
}

/** An empty variable is one that somebody meant to fill in. */
function variable(name: string, env: NodeJS.ProcessEnv): Setting {
  const value = env[name];
  if (value === undefined || value === "") return { name, value: "not set", origin: "default" };
  return { name, value: isSecret(name) ? "set" : withoutPassword(value), origin: "environment" };
}

/** Rather one too many: whatever may hold a key, a token or a password. */
function isSecret(name: string): boolean {
  return /KEY|SECRET|TOKEN|PASS|AUTH|CREDENTIAL|SIGNING/.test(name);
}

/** An address may carry a password. */
export function withoutPassword(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1…@");
}
