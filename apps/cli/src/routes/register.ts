import { type Command, InvalidArgumentError, Option } from "commander";
import { regionsOrGlobal } from "../arguments.ts";
import type { Shared } from "../suppress/register.ts";
import { ROUTES_HELP } from "./help.ts";

/** Adds the commands about routes to the program. */
export function registerRoutes(program: Command, { done, format, store, configuration }: Shared): void {
  const routes = program
    .command("routes")
    .description("say which findings go to which channel of Slack, and why")
    .showHelpAfterError("(`posture routes --help` shows what there is)")
    .addHelpText("after", `\n${ROUTES_HELP.list}`);
  const below = (name: "list" | "test", description: string): Command =>
    routes
      .command(name, { isDefault: name === "list" })
      .description(description)
      .showHelpAfterError(`(\`posture routes ${name} --help\` shows what there is)`)
      .addHelpText("after", `\n${ROUTES_HELP[name]}`);
  below("list", "list the routes; without a word, this is meant")
    .addOption(format("table"))
    .addOption(configuration())
    .allowExcessArguments()
    .action(async (options, self: Command) => {
      await (await import("../misspelt.ts")).noWordIn(self);
      done(await (await import("../commands/routes.ts")).routes(options));
    });
  below("test", "say where a finding would go, and why")
    .argument("[id]", "a finding's id (or its beginning), or an ARN; left out: one that the options describe")
    .option("--check <id>", "the check of one that is not there yet")
    .addOption(new Option("--severity <severity>", "its severity (default: the check's)").choices(["critical", "high", "medium", "low"]))
    .addOption(new Option("--account <id>", "its account").argParser(account))
    .addOption(new Option("--region <region>", "its region, or `global`").argParser(region))
    .addOption(new Option("--tag <key=value>", "a tag of its resource; may be given more than once").argParser(tag))
    .addOption(
      new Option(
        "--principal <who>",
        "who made the change after which it failed: an ARN, or the name of a user or a role's session",
      ).argParser(principal),
    )
    .addOption(format("text"))
    .addOption(store())
    .addOption(configuration())
    .action(async (id, options, self: Command) => {
      const described = ["check", "severity", "account", "region", "tag", "principal"].filter(
        (name) => self.getOptionValueSource(name) === "cli",
      );
      if (id === undefined && !described.includes("check")) self.error("error: name a finding, or describe one with --check");
      if (id !== undefined && described.length > 0)
        self.error(`error: ${id} is a finding already; --${described.join(" and --")} would describe another one`);
      done(await (await import("../commands/routes.ts")).routeTested(id, options));
    });
}

function account(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError("The id of an account has 12 digits.");
}

function region(text: string): string {
  return regionsOrGlobal(text, []).join("");
}

function principal(text: string): string {
  if (/^(?:arn:[a-z-]+:(?:iam|sts)::\d{12}:.+|[\w+=,.@-]+)$/.test(text)) return text;
  throw new InvalidArgumentError("Give the ARN of a principal of IAM or STS, or the name of a user or of a role's session.");
}

function tag(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, key, value] = /^([^=]+)=(.*)$/su.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError("The tag of a resource is written as key=value.");
  return Object.fromEntries([...Object.entries(before), [key, value]]);
}
