/** What `posture init` asks. */
export interface Wishes {
  /** Empty: every enabled region. */
  readonly regions: readonly string[];
  readonly store: string;
  /** Ids of checks to switch off. */
  readonly off: readonly string[];
  /** `null`: findings are not told in Slack, or not yet. */
  readonly slack: SlackWishes | null;
}

export interface SlackWishes {
  /** As people write it, `#security`. */
  readonly channel: string;
  /** How Slack reaches the bot: at an address of its own, or over a connection that the bot opens. */
  readonly way: "http" | "socket";
}

export const DEFAULT_WISHES: Wishes = { regions: [], store: ".posture", off: [], slack: null };

/**
 * Pure: a `posture.config.ts` that says what each setting is for. It imports a type alone, which is not there any more when Node runs the file:
 * so it loads also where the package is not installed.
 */
export function configurationFile({ regions, store, off, slack }: Wishes): string {
  // oxlint-disable-next-line posture/one-word-per-idea -- code, which names the type and the package as they are named
  return `// What Posture watches. Every setting may be left out, and \`posture doctor\` shows which are in force.
// Flags and the environment come before this file.
import type { Config } from "@posture/config";

export default {
  // Regions to watch. Left out: every enabled region of each account.
  ${regions.length === 0 ? '// regions: ["eu-west-1", "us-east-1"],' : `regions: ${list(regions)},`}

  // The folder that keeps findings, suppressions and the audit log.
  store: ${JSON.stringify(store)},

  // By check id: enabled, severity, params. \`posture checks\` lists the ids, \`posture checks show <id>\` says what the params are.
  checks: {
    // "s3/bucket-website-enabled": { severity: "low" },
    // "s3/bucket-no-default-encryption": { params: { acceptedAlgorithms: ["aws:kms", "aws:kms:dsse"] } },
${off.map((id) => `    ${JSON.stringify(id)}: { enabled: false },\n`).join("")}  },

  // Other settings of checks for some accounts, regions or tags; of several that hold for a resource, the later win.
  overrides: [
    // { accounts: ["111122223333"], checks: { "security-group/web-open-to-internet": { enabled: false } } },
    // { tags: { env: ["prod", "production"] }, checks: { "s3/bucket-website-enabled": { severity: "high" } } },
  ],

${slackLines(slack)}
  // Which channels of Slack are told what. What no route takes goes to the channel that the bot was given; \`posture routes\` lists them.
  // slack: { routes: [{ when: { severities: ["critical"] }, channel: "#security-urgent" }] },

  // Plugins to load. A list replaces the default, which is every first-party plugin. They are imported at the top, as in
  //   import s3 from "@posture/plugin-s3";
  // plugins: [s3],
} satisfies Config;
`;
}

/** Comments alone: what is secret is never in this file. */
function slackLines(slack: SlackWishes | null): string {
  const way = slack?.way === "socket" ? "--socket" : "--url https://<your host>";
  const lines = [
    "The Slack bot takes its own settings from the environment, since some of them are secrets:",
    ...(slack?.way === "socket" ? [] : ["  SLACK_SIGNING_SECRET   of the app, under Basic Information"]),
    ...(slack?.way === "http" ? [] : ["  SLACK_APP_TOKEN        for Socket Mode in its place: an app-level token, xapp-…"]),
    "  SLACK_BOT_TOKEN        of the installed app, xoxb-…",
    `  SLACK_CHANNEL          ${slack ? JSON.stringify(slack.channel) : "where it tells what it finds"}; bring the bot in with /invite @posture`,
    `\`posture slack manifest ${way}\` prints what the app is made from, and \`posture doctor\` looks whether all of it is right.`,
  ];
  return lines.map((line) => `  // ${line}\n`).join("");
}

function list(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
}

/** Pure: ids of the checks all of whose categories are unwanted. */
export function unwantedChecks(
  checks: readonly { readonly id: string; readonly categories: readonly string[] }[],
  wanted: readonly string[],
): readonly string[] {
  return checks.filter(({ categories }) => !categories.some((category) => wanted.includes(category))).map(({ id }) => id);
}
