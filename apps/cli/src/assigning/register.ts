import { Argument, type Command } from "commander";
import type { Shared } from "../suppress/register.ts";
import { assignee } from "../arguments.ts";
import { ASSIGN_HELP, UNASSIGN_HELP } from "./help.ts";

/** Adds the commands about who sees to a finding to the program. */
export function registerAssigning(program: Command, { done, format, store, configuration }: Shared): void {
  const named = (name: "assign" | "unassign", description: string, help: string): Command =>
    program
      .command(name)
      .description(description)
      .showHelpAfterError(`(\`posture ${name} --help\` shows what there is)`)
      .addHelpText("after", `\n${help}`)
      .argument("<id>", "a finding's id (or its beginning), or an ARN");
  const shared = (command: Command): Command => command.addOption(format("text")).addOption(store()).addOption(configuration());
  shared(
    named("assign", "say who sees to a finding", ASSIGN_HELP).addArgument(
      new Argument("<user>", "the id of a person in Slack (U…), an ARN, a user of this machine, or `me`").argParser(assignee),
    ),
  ).action(async (id, user, options) => done(await (await import("../commands/assign.ts")).assign(id, user, options)));
  shared(named("unassign", "say that nobody in particular sees to a finding", UNASSIGN_HELP)).action(async (id, options) =>
    done(await (await import("../commands/assign.ts")).unassign(id, options)),
  );
}
