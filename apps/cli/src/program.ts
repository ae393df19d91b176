import { Argument, Command, CommanderError, Option } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { registerAssigning } from "./assigning/register.ts";
import { collected, day, days, moment, port, regions, seconds } from "./arguments.ts";
import { err, out } from "./colours.ts";
import { DEFAULT_BELOW } from "./completion/line.ts";
import { SHELLS } from "./completion/scripts.ts";
import { addFilters, addFiltersOfAnyStatus, frameworkOption, severityOption } from "./filter-options.ts";
import { EXIT_CODES, HELP, type Helped } from "./help.ts";
import { AUDIT_HELP, CHECKS_HELP, FINDINGS_HELP, type HelpedAudit, STORE_HELP } from "./help-below.ts";
import { noWordIn, wordOf } from "./misspelt.ts";
import { registerRoutes } from "./routes/register.ts";
import { registerEvents } from "./events/register.ts";
import { registerSlack } from "./slack/register.ts";
import { sortOption } from "./sorting.ts";
import { Stopped } from "./stoppable.ts";
import { registerSuppressions } from "./suppress/register.ts";

/** What narrows a summary. */
const FILTERS = ["severity", "framework", "service", "check", "account", "region", "tag", "text", "since", "until"];
const SEVERITIES = ["critical", "high", "medium", "low"];
/** Those of `@posture/export`, which is loaded when it is needed. */
export const EXPORT_FORMATS: readonly string[] = ["csv", "json", "jsonl", "ocsf", "sarif", "html"];
const NODE_NEEDED = 24;
/** What sysexits.h calls EX_CONFIG: trying again does not help. */
const OTHER_VERSION = 78;

/** Runs one command line; answers the exit code. What a command prints as its result goes to standard output, everything else to standard error. */
export async function run(words: readonly string[]): Promise<number> {
  if (Number.parseInt(process.versions.node, 10) < NODE_NEEDED) {
    process.stderr.write(
      `Posture needs Node.js ${NODE_NEEDED}.11 or newer; this is ${process.version}.\nInstall a newer Node.js, then try again.\n`,
    );
    return 1;
  }
  // Nobody is left to be told that nobody listens.
  process.stderr.on("error", () => undefined);
  try {
    return await parsed(words);
  } catch (error) {
    if (error instanceof Stopped) {
      process.stderr.write(`${err.yellow("Stopped.")} Nothing of this sweep was kept; what was known before is as it was.\n`);
      return error.code;
    }
    const { explain, isOtherVersion } = await import("./errors.ts");
    process.stderr.write(explain(error));
    return isOtherVersion(error) ? OTHER_VERSION : 1;
  }
}

async function parsed(words: readonly string[]): Promise<number> {
  let code = 0;
  const written: Promise<void>[] = [];
  const program = programOf(
    (result) => (code = result),
    (text) => written.push(import("./output.ts").then(({ printed }) => printed(text))),
  );
  try {
    // Without a word the help is what was asked for.
    await program.parseAsync(words.length === 0 ? ["--help"] : [...words], { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    await Promise.all(written);
    return error.exitCode === 0 ? 0 : 1;
  }
}

function programOf(done: (code: number) => void, write: (text: string) => void): Command {
  const program = new Command("posture")
    .description("Finds dangerous settings in an AWS account, and keeps what it found true.")
    .version(packageJson.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .configureHelp({ styleTitle: (text) => out.bold(text) })
    .configureOutput({ writeOut: write, getOutHasColors: () => out.isColorSupported, getErrHasColors: () => err.isColorSupported })
    .exitOverride()
    .addHelpText("after", `\n${HELP.posture}\n\n${EXIT_CODES}`);
  /** A command that says where its help is when it is used wrongly, and teaches when it is asked. */
  const command = (name: Helped, description: string): Command =>
    program
      .command(name)
      .description(description)
      .showHelpAfterError(`(\`posture ${name} --help\` shows what there is)`)
      .addHelpText("after", `\n${HELP[name]}`);
  program.showHelpAfterError("(`posture --help` shows what there is)");

  program.commandsGroup("Findings:");
  command("scan", "sweep the account: list, read and judge everything that is watched")
    .addOption(formatOption("table"))
    .addOption(storeOption())
    .option("-r, --region <region>", "a region to watch; may be given more than once (default: every enabled region)", regions)
    .addOption(frameworkOption("only the checks that map to it, and a summary by control"))
    .addOption(new Option("--fail-on <severity>", "exit with 2 when a finding this severe or worse is open").choices(SEVERITIES))
    .option("--strict", "exit with 3 when anything could not be read")
    .addOption(configOption())
    .option("--deadline <seconds>", "end the sweep after this time, with what was read by then", seconds, 1800)
    .option("-q, --quiet", "no progress")
    .action(async (options) => done(await (await import("./commands/scan.ts")).scan(options)));

  const findings = command("findings", "list the findings of the store, or show one");
  addFilters(
    below(findings, "list", "list findings; without a word, this is meant, and `findings <id>` shows one", FINDINGS_HELP.list)
      .addOption(formatOption("table"))
      .addOption(storeOption()),
  )
    .addOption(sortOption())
    .addOption(configOption())
    .allowExcessArguments()
    .action(async (options, self: Command) => done(await (await import("./commands/findings.ts")).findings(await wordOf(self), options)));
  below(findings, "show", "show one finding, with its evidence and the steps to fix it", FINDINGS_HELP.show)
    .argument("<id>", "a finding's id (or its beginning), or an ARN")
    .addOption(formatOption("text"))
    .addOption(storeOption())
    .addOption(configOption())
    .action(async (id, options) => done(await (await import("./commands/findings.ts")).finding(id, options)));

  command("recheck", "read the resource of one finding live, and say what is true now")
    .argument("<id>", "a finding's id (or its beginning), or an ARN")
    .addOption(formatOption("text"))
    .addOption(storeOption())
    .addOption(configOption())
    .action(async (id, options) => done(await (await import("./commands/recheck.ts")).recheck(id, options)));

  registerAssigning(program, { done, format: formatOption, store: storeOption, configuration: configOption });
  registerSuppressions(program, { done, format: formatOption, store: storeOption, configuration: configOption });

  addFiltersOfAnyStatus(command("summary", "count what is open, and say how that changed and what could not be read"))
    .addOption(new Option("-f, --format <format>", "what to print").choices(["table", "json", "svg", "png"]).default("table"))
    .option("-o, --output <file>", "write it into this file")
    .option("-d, --days <number>", "how many days the trend has", days, 30)
    .addOption(new Option("--theme <theme>", "the ground of a picture").choices(["light", "dark"]).default("light"))
    .addOption(new Option("--day <day>", "what was open at the end of this day of UTC, such as 2026-01-31").argParser(day))
    .addOption(storeOption())
    .addOption(configOption())
    .action(async (options, self: Command) => {
      if (options.day !== undefined && ["svg", "png"].includes(options.format))
        self.error("error: one day has no picture; give --day with table or json, or --days for a picture of several");
      const past = self.getOptionValueSource("days") === "cli" || options.day !== undefined || ["svg", "png"].includes(options.format);
      if (past && FILTERS.some((name) => options[name] !== undefined))
        self.error("error: earlier days are known of all findings together; leave out the filter, or --day, --days and the picture");
      done(await (await import("./commands/summary.ts")).summary(options));
    });

  program.commandsGroup("Kept and taken along:");
  addFilters(
    command("export", "write findings in a format that other tools take: those that are open, unless asked otherwise")
      .addOption(new Option("-f, --format <format>", "what to write").choices(EXPORT_FORMATS).default("csv"))
      .option("-o, --output <file>", "write it into this file")
      .addOption(storeOption()),
  )
    .addOption(configOption())
    .option("-q, --quiet", "do not say what was written")
    .action(async (options) => done(await (await import("./commands/export.ts")).exportFindings(options)));

  const audit = command("audit", "verify the audit log, and read it");
  const inAudit = (name: HelpedAudit, description: string): Command =>
    audit
      .command(name)
      .description(description)
      .showHelpAfterError(`(\`posture audit ${name} --help\` shows what there is)`)
      .addHelpText("after", `\n${AUDIT_HELP[name]}`)
      .addOption(formatOption("text"))
      .addOption(storeOption())
      .addOption(configOption());
  inAudit("verify", "prove that the audit log is whole, in order and explained, and that the store shows what it adds up to")
    .addOption(
      new Option("--anchor <seq:hash|file>", "where the log ended once, kept elsewhere; may be given more than once").argParser(collected),
    )
    .option("--strict", "exit with 5 when no anchor holds the end, and with 1 when a record is dated before the one in front")
    .option("-q, --quiet", "no progress")
    .action(async (options) => done(await (await import("./commands/audit.ts")).verify(options)));
  inAudit("show", "tell the story of one finding or of one suppression")
    .argument("<id>", "the id of a finding (or its beginning, or an ARN), or of a suppression")
    .action(async (id, options) => done(await (await import("./commands/audit.ts")).auditShown(id, options)));
  inAudit("list", "list what happened, oldest first")
    .addOption(new Option("--since <when>", "nothing before: 24h, 7d, 2026-01-31").argParser(moment))
    .addOption(new Option("--actor <id>", "only by this person, or `system`; may be given more than once").argParser(collected))
    .addOption(new Option("--type <type>", "only this type of event; may be given more than once").argParser(collected))
    .action(async (options) => done(await (await import("./commands/audit.ts")).auditListed(options)));

  const store = command("store", "say what a store holds, or move it into a database");
  below(store, "info", "say where the store is, what it holds and who has it open", STORE_HELP.info)
    .addOption(formatOption("text"))
    .addOption(storeOption())
    .addOption(configOption())
    .action(async (options) => done(await (await import("./commands/store.ts")).info(options)));
  below(store, "migrate", "copy the store into a Postgres database, with its whole log", STORE_HELP.migrate)
    .addOption(new Option("--to <url>", "the database, as postgres://user@host/database").makeOptionMandatory())
    .option("--dry-run", "say what would be copied, and change nothing")
    .addOption(storeOption())
    .addOption(configOption())
    .action(async (options) => done(await (await import("./commands/store.ts")).migrate(options)));
  program.commandsGroup("Set up:");
  const checks = command("checks", "say what is looked for");
  below(checks, "list", "list the checks that are loaded; without a word, this is meant", CHECKS_HELP.list)
    .addOption(formatOption("table"))
    .addOption(frameworkOption("only checks that map to it"))
    .addOption(severityOption())
    .addOption(new Option("--category <category>", "only this category; may be given more than once").argParser(collected))
    .addOption(configOption())
    .allowExcessArguments()
    .action(async (options, self: Command) => {
      await noWordIn(self);
      return done(await (await import("./commands/checks.ts")).checks(options));
    });
  below(checks, "show", "say all there is to know of one check", CHECKS_HELP.show)
    .argument("<id>", "the check's id")
    .addOption(formatOption("text"))
    .addOption(configOption())
    .action(async (id, options) => done(await (await import("./commands/checks.ts")).checkShown(id, options)));

  registerRoutes(program, { done, format: formatOption, store: storeOption, configuration: configOption });

  command("permissions", "print the least-privilege IAM policy, or a role with it, for the checks that are loaded")
    .addOption(new Option("-f, --format <format>", "what to print").choices(["json", "cloudformation", "terraform"]).default("json"))
    .addOption(
      new Option("--for <role>", "the role that Posture runs with, or one of another account that it reads")
        .choices(["bot", "member"])
        .default("bot"),
    )
    .option("--check", "try instead, with real reads, whether everything in it is granted; with --format json, as JSON")
    .addOption(configOption())
    .action(async (options, self: Command) =>
      done(
        await (
          await import("./commands/permissions.ts")
        ).permissions({ ...options, formatGiven: self.getOptionValueSource("format") === "cli" }),
      ),
    );

  command("init", "write a posture.config.ts that says what each setting is for")
    .option("-y, --yes", "ask nothing, and take every default")
    .option("--force", "write over a configuration that is there")
    .option("-c, --config <file>", "where to write it (default: posture.config.ts)")
    .action(async (options) => done(await (await import("./commands/init.ts")).init(options)));

  command("doctor", "look at everything that a sweep and the bot need, and say where each setting comes from")
    .addOption(formatOption("text"))
    .addOption(storeOption())
    .addOption(configOption())
    .option("--no-permissions", "do not try the reads that the checks need")
    .action(async (options, self: Command) => {
      const store = self.getOptionValueSource("store") === "cli" ? options.store : undefined;
      return done(await (await import("./commands/doctor.ts")).doctor({ ...options, store }));
    });

  registerSlack(program, done);
  registerEvents(program, { done, configuration: configOption });

  command("completion", "print what makes a shell complete commands, options, ids and names")
    .addArgument(new Argument("<shell>", "the shell that you use").choices(SHELLS))
    .action(async (shell) => done(await (await import("./commands/completion.ts")).completion(shell)));
  program
    .command("complete <shell> [words...]", { hidden: true })
    .action(async (shell, words) => done(await (await import("./commands/completion.ts")).complete(program, shell, words)));

  command("demo", "run everything on this machine: a simulated account swept into a local Slack workspace")
    .option("--once", "run the story unattended, print the channel as text and end")
    .option("-p, --port <port>", "port of the local Slack page (default: 4780, or a free one)", port)
    .option("-c, --config <file>", "the configuration file of the bot (default, in a checkout: the example plugin's)")
    .option("-v, --verbose", "show what the bot logs")
    .action(async (options) => done(await (await import("./commands/demo.ts")).demo(options)));

  return program;
}

/** A command below another one; `list` is meant where none is named. */
function below(parent: Command, name: "list" | "show" | "info" | "migrate", description: string, help: string): Command {
  return parent
    .command(name, { isDefault: name === DEFAULT_BELOW })
    .description(description)
    .showHelpAfterError(`(\`posture ${parent.name()} ${name} --help\` shows what there is)`)
    .addHelpText("after", `\n${help}`);
}

function formatOption(text: "table" | "text"): Option {
  return new Option("-f, --format <format>", "what to print").choices([text, "json"]).default(text);
}

function storeOption(): Option {
  return new Option("-s, --store <place>", "the folder of the store, postgres://…, or `memory` to keep nothing (default: .posture)").env(
    "POSTURE_STORE",
  );
}

function configOption(): Option {
  return new Option("-c, --config <file>", "the configuration file (default: posture.config.ts, if there is one)");
}
