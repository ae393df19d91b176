import { APP_TOKEN_SCOPE, requestAddress, type SlackWay } from "@posture/runtime";
import { err } from "../colours.ts";
import { printed } from "../output.ts";
import { type ManifestFormat, manifestText, SAMPLE_BASE } from "../slack/manifest-text.ts";

export interface ManifestOptions {
  readonly socket?: boolean;
  readonly url?: string;
  readonly format: ManifestFormat;
}

/** How Slack is to reach the bot. `null`: the address is none that Slack takes. Pure. */
export function wayOf({ socket, url = SAMPLE_BASE }: Pick<ManifestOptions, "socket" | "url">): SlackWay | null {
  if (socket) return { kind: "socket" };
  const address = requestAddress(url);
  return address === null ? null : { kind: "http", url: address };
}

/** `posture slack manifest`. What is to be done with it goes to standard error. Answers the exit code. */
export async function manifest(way: SlackWay, { url, format }: ManifestOptions): Promise<number> {
  await printed(manifestText(way, format));
  const isSample = way.kind === "http" && url === undefined;
  process.stderr.write(
    `\n${err.bold("Next")}\n${stepsFor(way, isSample)
      .map((step, at) => `  ${at + 1}. ${step}\n`)
      .join("")}`,
  );
  return 0;
}

/** Pure: from the manifest to a bot that posts. */
export function stepsFor(way: SlackWay, isSample: boolean): readonly string[] {
  const tokens =
    way.kind === "http"
      ? ["Set SLACK_SIGNING_SECRET to the signing secret, under Basic Information."]
      : [`Under Basic Information, make an app-level token with the scope ${APP_TOKEN_SCOPE}; set SLACK_APP_TOKEN to it (xapp-…).`];
  return [
    ...(isSample ? [`Put the address of your bot in the place of ${SAMPLE_BASE}, or give it with --url.`] : []),
    "Create the app at https://api.slack.com/apps: Create New App, From a manifest; paste the manifest.",
    "Install it in the workspace (Install App), and set SLACK_BOT_TOKEN to the token that is shown (xoxb-…).",
    ...tokens,
    "In the channel, /invite @posture; set SLACK_CHANNEL to it.",
    "`posture doctor` says whether anything is missing. Then start the bot.",
    ...(way.kind === "http" ? ["Once the bot runs, have Slack verify the address: `Event Subscriptions`, Retry."] : []),
  ];
}
