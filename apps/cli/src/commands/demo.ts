import { createInterface } from "node:readline";
import pc from "picocolors";
import { closeGroup, OPENED, openGroup } from "../demo/changes.ts";
import { type House, openHouse } from "../demo/house.ts";
import { play } from "../demo/story.ts";

export interface DemoOptions {
  readonly once?: boolean;
  readonly port?: number;
  readonly config?: string;
  readonly verbose?: boolean;
}

const SWEEP_EVERY = 5;
const SOMEBODY_OPENS_A_PORT_AFTER = 10_000;

/** Runs everything on this machine until Ctrl-C; with `once`, plays the story unattended and ends. */
export async function demo(options: DemoOptions): Promise<number> {
  const log = (line: string): void => void (options.verbose && process.stderr.write(line));
  say(pc.dim("Starting a simulated AWS account, a local Slack workspace, and the bot …"));
  const house = await openHouse({ pagePort: options.port, config: options.config, sweepEvery: options.once ? 2 : SWEEP_EVERY, log });
  try {
    await (options.once ? playOnce(house) : stay(house));
    return 0;
  } finally {
    await house.close();
  }
}

async function playOnce(house: House): Promise<void> {
  await play(house, (line) => say(`${pc.green("✓")} ${line}`));
  process.stdout.write(`\n${house.slack.asText()}\n`);
}

async function stay(house: House): Promise<void> {
  const { aws, slack, accountId } = house;
  say(introduction(house));
  const timer = setTimeout(() => {
    aws.patchWorld(openGroup(accountId));
    say(pc.yellow(`Somebody has just opened SSH to the internet in the security group ${OPENED.name}. Look at the channel.`));
  }, SOMEBODY_OPENS_A_PORT_AFTER);
  try {
    await untilStopped((key) => {
      if (key === "f") {
        aws.patchWorld(closeGroup(accountId));
        say(pc.green(`${OPENED.name} is closed again. Press Re-check on its message.`));
      }
      if (key === "o") {
        aws.patchWorld(openGroup(accountId));
        say(pc.yellow(`${OPENED.name} is open to the internet. The next sweep finds it within ${SWEEP_EVERY} s.`));
      }
    });
  } finally {
    clearTimeout(timer);
  }
  say(pc.dim(`Ending; ${slack.channel} is gone with it.`));
}

function introduction({ aws, slack, accountId }: House): string {
  const [account] = aws.world().accounts;
  const resources = (account?.buckets.length ?? 0) + (account?.securityGroups.length ?? 0);
  const fix = process.stdin.isTTY
    ? `Type ${pc.bold("f")} and Enter here to fix it`
    : `Fix it:\n       curl -X PATCH ${aws.url}/_sandbox/world -d '${JSON.stringify(closeGroup(accountId))}'\n     Then`;
  return `
  ${pc.bold("Open this in a browser")}   ${pc.cyan(pc.underline(slack.url))}
  ${pc.dim(`A local Slack workspace. Behind it: a simulated account ${accountId}, ${resources} resources in two regions, at ${aws.url}`)}

  ${pc.bold("Try this")}
  1  The first sweep is told in one digest. Press ${pc.bold("Post the criticals")}, or open any finding from its menu.
  2  In ten seconds somebody opens a port. Its message appears by itself.
  3  Press ${pc.bold("Re-check")} on it: it reads the one resource live, and says that it is still failing.
     ${fix} and press ${pc.bold("Re-check")} again: the same message turns to resolved.
  4  Press ${pc.bold("Suppress")} on another. It wants to know why, and until when.
  5  Type ${pc.bold("/posture summary")} into the box at the bottom.

  ${pc.dim("Ctrl-C ends everything.")}
`;
}

/** Resolves at Ctrl-C, at a request to end, or at `q`; what else is typed is handed on. */
function untilStopped(typed: (key: string) => void): Promise<void> {
  return new Promise((resolve) => {
    const lines = process.stdin.isTTY ? createInterface({ input: process.stdin }) : undefined;
    const end = (): void => {
      lines?.close();
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, end);
    lines?.on("SIGINT", end);
    lines?.on("line", (line) => (line.trim() === "q" ? end() : typed(line.trim().toLowerCase())));
  });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
