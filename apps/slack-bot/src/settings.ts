import { postureError } from "@posture/core";
import { takenFromFiles } from "@posture/runtime";
import { Cron } from "croner";
import { z } from "zod";

/** What the bot takes from its environment. */
export interface Settings {
  readonly botToken: string;
  /** For HTTP, where Slack comes to the bot; `undefined`: `appToken` is there. */
  readonly signingSecret: string | undefined;
  /** For Socket Mode, where the bot opens a connection to Slack; left out: `signingSecret` is there. */
  readonly appToken?: string | undefined;
  /** A channel's id, or its name with or without `#`. */
  readonly channel: string;
  readonly port: number;
  /** The address to listen on; `undefined`: all. */
  readonly host: string | undefined;
  /** `memory`, the folder of the store, or the URL of its database; `undefined`: what the configuration says. */
  readonly store: string | undefined;
  /** A configuration file; `undefined`: posture.config.ts in the working directory, if there is one. */
  readonly configFile: string | undefined;
  /** The URL of the queue that tells of changes in AWS; `undefined`: what the configuration says. */
  readonly eventQueue?: string | undefined;
  /** A cron pattern (seconds allowed), or `null`: one sweep at start and none after it. */
  readonly schedule: string | null;
  /** The Web API's base, ending in `/api/`; `undefined`: Slack's own. */
  readonly slackApiUrl: string | undefined;
}

const DEFAULT_SCHEDULE = "*/15 * * * *";

const variables = z.object({
  SLACK_BOT_TOKEN: z
    .string("set it to the bot token of your Slack app (it begins with xoxb-)")
    .startsWith("xoxb-", "it is not a bot token; those begin with xoxb-"),
  SLACK_SIGNING_SECRET: z.string().min(8, "it is too short to be a signing secret").optional(),
  SLACK_APP_TOKEN: z.string().startsWith("xapp-", "it is not an app-level token; those begin with xapp-").optional(),
  SLACK_CHANNEL: z.string("set it to the channel to post in, by id or by name").min(1, "it is empty"),
  PORT: z.coerce
    .number("it is not a number")
    .int("it is not a whole number")
    .min(1, "ports begin at 1")
    .max(65_535, "ports end at 65535")
    .default(3000),
  HOST: z.string().optional(),
  POSTURE_STORE: z.string().optional(),
  POSTURE_CONFIG: z.string().optional(),
  POSTURE_EVENT_QUEUE: z.url({ protocol: /^https?$/, error: "it is not the URL of a queue" }).optional(),
  POSTURE_SCHEDULE: z
    .string()
    .refine(isSchedule, 'it is neither a cron pattern such as "*/15 * * * *" nor "off"')
    .default(DEFAULT_SCHEDULE),
  SLACK_API_URL: z
    .url({ protocol: /^https?$/, error: "it is not a web address" })
    .endsWith("/api/", "it has to end in /api/")
    .optional(),
});

/**
 * Reads the settings from the environment, and from the files that it names.
 * @throws {PostureError} POSTURE_SETTINGS_INVALID, which names every setting that is missing or wrong.
 */
export function settingsOf(env: NodeJS.ProcessEnv): Settings {
  const { env: taken, problems: ofFiles } = takenFromFiles(env);
  // An empty variable is one that somebody meant to fill in.
  const given = Object.fromEntries(Object.entries(taken).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = variables.safeParse(given);
  const named = new Set<string>([...Object.keys(given), ...ofFiles.keys()]);
  const ofWays = problemsOfWays(named);
  if (!parsed.success || ofWays.length > 0 || ofFiles.size > 0) {
    // What a file should have said is missing, and the file is why.
    const issues = parsed.error?.issues.filter(({ path }) => !ofFiles.has(path.join("."))) ?? [];
    const lines = [...ofFiles.values(), ...issues.map(({ path, message }) => `${path.join(".")}: ${message}`), ...ofWays];
    throw postureError("POSTURE_SETTINGS_INVALID", { problems: lines.map((line) => `  ${line}`).join("\n") });
  }
  const it = parsed.data;
  return {
    botToken: it.SLACK_BOT_TOKEN,
    signingSecret: it.SLACK_SIGNING_SECRET,
    appToken: it.SLACK_APP_TOKEN,
    channel: it.SLACK_CHANNEL,
    port: it.PORT,
    host: it.HOST,
    store: it.POSTURE_STORE,
    configFile: it.POSTURE_CONFIG,
    eventQueue: it.POSTURE_EVENT_QUEUE,
    schedule: it.POSTURE_SCHEDULE === "off" ? null : it.POSTURE_SCHEDULE,
    slackApiUrl: it.SLACK_API_URL,
  };
}

/** How Slack reaches the bot has to be said, and only once. */
function problemsOfWays(named: ReadonlySet<string>): readonly string[] {
  const [isHttp, isSocket] = [named.has("SLACK_SIGNING_SECRET"), named.has("SLACK_APP_TOKEN")];
  if (isHttp && isSocket)
    return [
      "SLACK_APP_TOKEN: SLACK_SIGNING_SECRET is set as well; leave one of them out, since the secret is for HTTP and the token for Socket Mode",
    ];
  if (isHttp || isSocket) return [];
  return [
    "SLACK_SIGNING_SECRET: set it to the signing secret of your Slack app (Basic Information); or, for Socket Mode, set SLACK_APP_TOKEN to an app-level token",
  ];
}

function isSchedule(text: string): boolean {
  if (text === "off") return true;
  try {
    new Cron(text, { paused: true }).stop();
    return true;
  } catch {
    return false;
  }
}
