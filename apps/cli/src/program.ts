import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { explain } from "./errors.ts";

const SEVERITIES = ["critical", "high", "medium", "low"];
const NODE_NEEDED = 24;

/** Runs one command line; answers the exit code. What a command prints as its result goes to standard output, everything else to standard error. */
export async function run(words: readonly string[]): Promise<number> {
  if (Number.parseInt(process.versions.node, 10) < NODE_NEEDED) {
    process.stderr.write(
      `Posture needs Node.js ${NODE_NEEDED}.11 or newer; this is ${process.version}.\nInstall a newer Node.js, then try again.\n`,
    );
    return 1;
  }
  let code = 0;
  const program = programOf((result) => (code = result));
  try {
    await program.parseAsync([...words], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    process.stderr.write(explain(error));
    return 1;
  }
}

function programOf(done: (code: number) => void): Command {
  const program = new Command("posture")
    .description("Finds dangerous settings in an AWS account, and keeps what it found true.")
    .version(packageJson.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .showHelpAfterError("(`posture --help` shows what there is)")
    .exitOverride()
    .addHelpText(
      "after",
      `
Start here:
  posture demo                       a simulated account and a local Slack, nothing to set up
  posture scan --store memory        look at the account your AWS credentials belong to, keep nothing
  posture scan && posture findings   look, keep what was found, list it

Exit codes: 0 done · 1 could not be done · 2 findings at or above --fail-on · 3 coverage incomplete with --strict`,
    );

  program
    .command("scan")
    .description("sweep the account: list, read and judge everything that is watched")
    .addOption(new Option("-f, --format <format>", "what to print").choices(["table", "json"]).default("table"))
    .addOption(storeOption())
    .option("-r, --region <region>", "a region to watch; may be given more than once (default: every enabled region)", collect)
    .addOption(new Option("--fail-on <severity>", "exit with 2 when a finding this severe or worse is open").choices(SEVERITIES))
    .option("--strict", "exit with 3 when anything could not be read")
    .option("-c, --config <file>", "the configuration file (default: posture.config.ts, if there is one)")
    .option("--deadline <seconds>", "end the sweep after this time, with what was read by then", seconds, 1800)
    .option("-q, --quiet", "no progress")
    .addHelpText(
      "after",
      `
Examples:
  posture scan --region eu-west-1
  posture scan --format json --store memory > findings.json
  posture scan --fail-on high --strict          for a pipeline`,
    )
    .action(async (options) => done(await (await import("./commands/scan.ts")).scan(options)));

  program
    .command("findings")
    .description("list the findings of the store, or show one")
    .argument("[id]", "a finding's id (or its beginning), or an ARN: show that one")
    .addOption(new Option("-f, --format <format>", "what to print").choices(["table", "json"]).default("table"))
    .addOption(storeOption())
    .addOption(
      new Option("--severity <severity>", "only this severity; may be given more than once").choices(SEVERITIES).argParser(collect),
    )
    .addOption(new Option("--status <status>", "only this status; may be given more than once (default: open)").argParser(collect))
    .option("-c, --config <file>", "the configuration file")
    .action(async (id, options) => done(await (await import("./commands/findings.ts")).findings(id, options)));

  program
    .command("recheck")
    .description("read the resource of one finding live, and say what is true now")
    .argument("<id>", "a finding's id (or its beginning), or an ARN")
    .addOption(new Option("-f, --format <format>", "what to print").choices(["text", "json"]).default("text"))
    .addOption(storeOption())
    .option("-c, --config <file>", "the configuration file")
    .action(async (id, options) => done(await (await import("./commands/recheck.ts")).recheck(id, options)));

  program
    .command("summary")
    .description("count what is open, and say what could not be read")
    .addOption(new Option("-f, --format <format>", "what to print").choices(["table", "json"]).default("table"))
    .addOption(storeOption())
    .option("-c, --config <file>", "the configuration file")
    .action(async (options) => done(await (await import("./commands/summary.ts")).summary(options)));

  program
    .command("checks")
    .description("list the checks that are loaded")
    .addOption(new Option("-f, --format <format>", "what to print").choices(["table", "json"]).default("table"))
    .option("-c, --config <file>", "the configuration file")
    .action(async (options) => done(await (await import("./commands/checks.ts")).checks(options)));

  program
    .command("permissions")
    .description("print the least-privilege IAM policy for the checks that are loaded")
    .option("-c, --config <file>", "the configuration file")
    .action(async (options) => done(await (await import("./commands/checks.ts")).permissions(options)));

  program
    .command("demo")
    .description("run everything on this machine: a simulated account swept into a local Slack workspace")
    .option("--once", "run the story unattended, print the channel as text and end")
    .option("-p, --port <port>", "port of the local Slack page (default: 4780, or a free one)", port)
    .option("-c, --config <file>", "the configuration file of the bot (default, in a checkout: the example plugin's)")
    .option("-v, --verbose", "show what the bot logs")
    .action(async (options) => done(await (await import("./commands/demo.ts")).demo(options)));

  return program;
}

function storeOption(): Option {
  return new Option("-s, --store <place>", "the folder of the store, or `memory` to keep nothing (default: .posture)").env("POSTURE_STORE");
}

function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("It is not a number of seconds.");
  return value;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new InvalidArgumentError("It is not a port (1 to 65535).");
  return value;
}
