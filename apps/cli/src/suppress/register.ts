import { BASES } from "@posture/core/basis";
import { type Command, Option } from "commander";
import { type HelpedSuppressions, SUPPRESS_HELP, SUPPRESSIONS_HELP, UNSUPPRESS_HELP } from "./help.ts";
import { ruleOptions, untilOptions } from "./options.ts";

export interface Shared {
  readonly done: (code: number) => void;
  readonly format: (text: "table" | "text") => Option;
  readonly store: () => Option;
  readonly configuration: () => Option;
}

/** Adds the commands about suppressions to the program. */
export function registerSuppressions(program: Command, shared: Shared): void {
  registerSuppress(program, shared);
  const unsuppress = commandOf(program, "unsuppress", "lift a suppression: what it hid is open again at once", UNSUPPRESS_HELP);
  withShared(unsuppress.argument("<id>", "a suppression's id (or its beginning), or a finding's"), shared).action(async (id, options) =>
    shared.done(await (await import("../commands/suppressions.ts")).lifted(id, options)),
  );
  registerBelow(program, shared);
}

function registerSuppress(program: Command, shared: Shared): void {
  const suppress = commandOf(program, "suppress", "hide a finding, or what a rule holds, for a time and a reason", SUPPRESS_HELP)
    .argument("[id]", "a finding's id (or its beginning), or an ARN; left out: a rule")
    .option("--reason <text>", "why this is acceptable; everybody reads it")
    .addOption(new Option("--basis <basis>", "what sort of reason that is").choices(BASES))
    .option("--ticket <https address>", "where it is spoken about");
  const sets = ruleOptions(untilOptions(suppress));
  withShared(suppress, shared)
    .option("--dry-run", "say what it would hide, and do nothing")
    .option("-y, --yes", "make a rule without a question")
    .action(async (id, options) => shared.done(await (await import("../commands/suppress.ts")).suppress(id, { ...options, sets: sets() })));
}

function registerBelow(program: Command, shared: Shared): void {
  const all = commandOf(program, "suppressions", "list what is suppressed, approve or decline what waits", SUPPRESSIONS_HELP.list);
  const below = (name: HelpedSuppressions, description: string): Command =>
    commandOf(all, name, description, SUPPRESSIONS_HELP[name], name === "list");
  const named = (name: HelpedSuppressions, description: string): Command =>
    withShared(below(name, description).argument("<id>", "a suppression's id (or its beginning), or a finding's"), shared);
  below("list", "list the suppressions that have not ended; without a word, this is meant")
    .addOption(shared.format("table"))
    .addOption(shared.store())
    .addOption(shared.configuration())
    .action(async (options) => shared.done(await (await import("../commands/suppressions.ts")).suppressions(options)));
  named("show", "say all there is to know of one").action(async (id, options) =>
    shared.done(await (await import("../commands/suppressions.ts")).suppressionShown(id, options)),
  );
  for (const name of ["approve", "decline"] as const)
    named(name, name === "approve" ? "agree to what another person asked for" : "say no to what waits for approval").action(
      async (id, options) => shared.done(await (await import("../commands/suppressions.ts")).judged(name, id, options)),
    );
  untilOptions(named("extend", "give a suppression a later expiry")).action(async (id, options) =>
    shared.done(await (await import("../commands/suppressions.ts")).extended(id, options)),
  );
}

function commandOf(parent: Command, name: string, description: string, help: string, isDefault = false): Command {
  const whole = parent.parent ? `${parent.name()} ${name}` : name;
  return parent
    .command(name, { isDefault })
    .description(description)
    .showHelpAfterError(`(\`posture ${whole} --help\` shows what there is)`)
    .addHelpText("after", `\n${help}`);
}

function withShared(command: Command, { format, store, configuration }: Shared): Command {
  return command.addOption(format("text")).addOption(store()).addOption(configuration());
}
