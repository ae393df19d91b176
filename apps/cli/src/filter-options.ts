import { type Command, Option } from "commander";
import { accounts, assignees, collected, moment, momentAtEnd, regionsOrGlobal, severities, tags } from "./arguments.ts";

/** The options with which findings are chosen; each that is given must be true, and of one that may be given more than once one value is enough. */
export function addFilters(command: Command): Command {
  return addRest(
    command
      .addOption(severityOption())
      .addOption(new Option("--status <status>", "only this status; may be given more than once (default: open)").argParser(collected)),
  );
}

/** The same for what counts findings of every status. */
export function addFiltersOfAnyStatus(command: Command): Command {
  return addRest(command.addOption(severityOption()));
}

function addRest(command: Command): Command {
  return command
    .addOption(frameworkOption("only findings of checks that map to it"))
    .addOption(
      new Option("--service <category>", "only checks of this category: iam, s3, …; may be given more than once").argParser(collected),
    )
    .addOption(new Option("--check <id>", "only this check; may be given more than once").argParser(collected))
    .addOption(new Option("--account <id>", "only this account; may be given more than once").argParser(accounts))
    .addOption(new Option("--region <region>", "only this region, or `global`; may be given more than once").argParser(regionsOrGlobal))
    .addOption(new Option("--tag <key=value>", "only resources with this tag; a key alone takes any value").argParser(tags))
    .addOption(
      new Option(
        "--assignee <user>",
        "only what this person sees to: a Slack user id, an ARN, `me`, or `none` for nobody's; may be given more than once",
      ).argParser(assignees),
    )
    .option("--text <text>", "only those with this in title, message, name, ARN or check")
    .option("--since <when>", "first seen then or later: a date, an instant, or an age such as 7d", moment)
    .option("--until <when>", "first seen before that; of a date, its end", momentAtEnd);
}

export function frameworkOption(what: string): Option {
  return new Option("--framework <framework>", `${what}, such as cis-3.0 or fsbp`);
}

export function severityOption(): Option {
  return new Option("--severity <severity>", "only this severity; may be given more than once").argParser(severities);
}
