import { type Command, InvalidArgumentError, Option } from "commander";
import { regions as region } from "../arguments.ts";
import type { Shared } from "../suppress/register.ts";

const EVENTS_HELP = `Examples:
  posture events template > events.yaml        CloudFormation, for every region
  posture events template --format terraform > posture-events.tf

docs/guide/events.md goes through it step by step.

Exit codes: 0 done, 1 could not be done.`;

const TEMPLATE_HELP = `Examples:
  posture events template --home eu-west-1 > events.yaml
  aws cloudformation deploy --stack-name posture-events --region eu-west-1 \\
      --template-file events.yaml --capabilities CAPABILITY_IAM
      the queue in the home region, and the rules that lead to it

  posture events template --home eu-west-1 --regions us-east-1 us-west-2
      names these regions in its steps; deploy it in each of them too

  posture events template --format terraform --home eu-west-1 \\
      --regions us-east-1 us-west-2 > posture-events.tf
      all regions at once

  posture events template --home eu-west-1 --organization o-a1b2c3d4e5 > events.yaml
  posture events template --home eu-west-1 --for member > events-members.yaml
      the same for all accounts of an organization: the first in the bot's
      account, the second in the others, by a stack set

The rules let through what the enabled checks hear, and nothing else:
print it anew after checks were switched on or added. IAM and
Organizations tell of changes in us-east-1 alone, so it is always among
the regions. Nobody is asked anything, and nothing is changed.

Exit codes: 0 done, 1 could not be done.`;

/** Adds the commands about changes in AWS to the program. */
export function registerEvents(program: Command, { done, configuration }: Pick<Shared, "done" | "configuration">): void {
  const events = program
    .command("events")
    .description("print what AWS needs to tell the bot of changes within seconds")
    .showHelpAfterError("(`posture events --help` shows what there is)")
    .addHelpText("after", `\n${EVENTS_HELP}`);
  events
    .command("template")
    .description("print the queue and the rules that lead to it, from what the enabled checks hear")
    .addOption(new Option("-f, --format <format>", "what to print").choices(["cloudformation", "terraform"]).default("cloudformation"))
    .addOption(
      new Option("--for <account>", "the account that it is for: the bot's own, or one that sends to it")
        .choices(["home", "member"])
        .default("home"),
    )
    .addOption(
      new Option("-a, --accounts <ids...>", "the other accounts whose changes are taken (default: those of the configuration)").argParser(
        accounts,
      ),
    )
    .addOption(
      new Option("--organization <id>", "the organization of which every account's changes are taken")
        .argParser(organization)
        .conflicts("accounts"),
    )
    .option("--home <region>", "the region of the queue (default: AWS_REGION, or that of IAM)", one)
    .addOption(
      new Option("-r, --regions <regions...>", "the regions that are watched (default: those of the configuration)").argParser(several),
    )
    .addOption(new Option("--name <name>", "what the queue is called, and the rules begin with").default("posture-events").argParser(named))
    .addOption(configuration())
    .showHelpAfterError("(`posture events template --help` shows what there is)")
    .addHelpText("after", `\n${TEMPLATE_HELP}`)
    .action(async (options) => done(await (await import("../commands/events.ts")).template(options)));
}

function one(typed: string): string {
  region(typed, undefined);
  return typed;
}

function several(typed: string, before: readonly string[] | undefined): string[] {
  if (typed.includes(",")) throw new InvalidArgumentError("Put blanks between regions: --regions eu-west-1 us-west-2.");
  return region(typed, before);
}

function accounts(typed: string, before: readonly string[] | undefined): string[] {
  if (!/^\d{12}$/.test(typed)) throw new InvalidArgumentError("An account has twelve digits; put blanks between several.");
  return [...(before ?? []), typed];
}

/** Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html */
function organization(typed: string): string {
  if (/^o-[a-z0-9]{10,32}$/.test(typed)) return typed;
  throw new InvalidArgumentError(
    "An organization is named o- and 10 to 32 letters and digits, as `aws organizations describe-organization` says.",
  );
}

/** SQS takes 80 characters, EventBridge 64 for each rule, of which the rest says what it is about. */
function named(typed: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,31}$/.test(typed)) return typed;
  throw new InvalidArgumentError("It has at most 32 letters, digits and hyphens, and begins with a letter.");
}
