import { type Command, Option } from "commander";

const SLACK_HELP = `Examples:
  posture slack manifest --url https://posture.example.com > manifest.yaml
  posture slack manifest --socket         without an address of your own

docs/guide/slack.md goes through the installation step by step.

Exit codes: 0 done, 1 could not be done.`;

const MANIFEST_HELP = `Examples:
  posture slack manifest --url https://posture.example.com
      Slack reaches the bot at this address; /slack/events is added
  posture slack manifest --socket
      the bot opens a connection to Slack; nothing has to reach it
  posture slack manifest --socket --format json | pbcopy

It asks for exactly the scopes that the bot uses. What to do with it is
said on standard error. Nobody is asked anything.

Exit codes: 0 done, 1 could not be done.`;

/** Adds the commands about the Slack app to the program. */
export function registerSlack(program: Command, done: (code: number) => void): void {
  const slack = program
    .command("slack")
    .description("print what Slack needs to make the app")
    .showHelpAfterError("(`posture slack --help` shows what there is)")
    .addHelpText("after", `\n${SLACK_HELP}`);
  slack
    .command("manifest")
    .description("print the manifest of the Slack app, from what the bot uses")
    .option("--socket", "for Socket Mode, where nothing has to reach the bot")
    .addOption(new Option("--url <address>", "where Slack reaches the bot, as https://posture.example.com").conflicts("socket"))
    .addOption(new Option("-f, --format <format>", "what to print").choices(["yaml", "json"]).default("yaml"))
    .showHelpAfterError("(`posture slack manifest --help` shows what there is)")
    .addHelpText("after", `\n${MANIFEST_HELP}`)
    .action(async (options, self: Command) => {
      const { manifest, wayOf } = await import("../commands/slack.ts");
      const way = wayOf(options);
      if (way === null) self.error("error: Slack takes only https addresses, without a password; give one as https://posture.example.com");
      else done(await manifest(way, options));
    });
}
