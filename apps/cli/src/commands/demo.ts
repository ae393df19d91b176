import pc from "picocolors";
import wrapAnsi from "wrap-ansi";
import { closeGroup, OPENED, openGroup } from "../demo/changes.ts";
import { type House, openHouse } from "../demo/house.ts";
import { listenToKeys } from "../demo/keys.ts";
import { play } from "../demo/story.ts";
import { Stopped, stoppable } from "../stoppable.ts";

export interface DemoOptions {
  readonly once?: boolean;
  readonly port?: number;
  readonly config?: string;
  readonly verbose?: boolean;
}

const SWEEP_EVERY = 30;
const SOMEBODY_OPENS_A_PORT_AFTER = 10_000;

/** Runs everything on this machine until Ctrl-C; with `once`, plays the story unattended and ends. */
export async function demo(options: DemoOptions): Promise<number> {
  const began = performance.now();
  const log = (line: string): void => void (options.verbose && process.stderr.write(line));
  try {
    return await stoppable(async (signal) => {
      say(pc.dim("Starting a simulated AWS account, a local Slack workspace, and the bot …"));
      const house = await openHouse({ pagePort: options.port, config: options.config, sweepEvery: SWEEP_EVERY, log });
      try {
        signal.throwIfAborted();
        await (options.once ? playOnce(house, signal) : stay(house, signal, performance.now() - began));
        return 0;
      } finally {
        await house.close();
      }
    });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    say(pc.dim("Stopped, and all of it has ended."));
    return error.code;
  }
}

async function playOnce(house: House, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  const tell = (happened: string, seen: string): void => say(`${pc.green("✓")} ${happened}\n${indented(seen)}`);
  const played = play(house, tell, signal).then(() => null);
  const lost = await Promise.race([played, house.bot.ended]);
  if (lost) throw lost;
  say(pc.dim(`All of it took ${seconds(performance.now() - began)}. This is the channel as it stands now:`));
  process.stdout.write(`\n${house.slack.asText()}\n`);
}

async function stay(house: House, signal: AbortSignal, readyAfter: number): Promise<void> {
  const { aws, slack, accountId, bot } = house;
  say(introduction(house, readyAfter));
  const open = (news: string): void => {
    aws.patchWorld(openGroup(accountId));
    say(pc.yellow(news));
  };
  const timer = setTimeout(
    () => open(`● Somebody has opened SSH to the internet in the security group ${OPENED.name}.`),
    SOMEBODY_OPENS_A_PORT_AFTER,
  );
  const keys = listenToKeys((key) => {
    if (key === "o") open(`● ${OPENED.name} is open to the internet. AWS tells of it, and its message comes at once.`);
    if (key !== "f") return;
    aws.patchWorld(closeGroup(accountId));
    say(pc.green(`● ${OPENED.name} is closed again. Its message says so by itself.`));
  });
  const asked = Promise.race([keys.ended, aborted(signal)]).then(() => null);
  const lost = await Promise.race([asked, bot.ended]);
  clearTimeout(timer);
  keys.close();
  if (lost && !signal.aborted) throw lost;
  say(pc.dim(`Ending; ${slack.channel} is gone with it.`));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function introduction({ aws, slack, accountId, example }: House, readyAfter: number): string {
  const [account] = aws.world().accounts;
  const resources = (account?.buckets.length ?? 0) + (account?.securityGroups.length ?? 0);
  const fix = process.stdin.isTTY
    ? `Press ${pc.bold("f")} here to fix it`
    : `Write a line ${pc.bold("f")} to this program's input to fix it`;
  return `
  ${pc.bold("Open this in a browser")}   ${pc.cyan(pc.underline(slack.url))}

  It is a local Slack workspace. The account behind it is simulated:
  ${accountId}, ${resources} resources in two regions, at ${aws.url}.

  ${pc.bold("Try this")}
  1  The first sweep is told in one digest. Press ${pc.bold("Post the criticals")}, or open
     any finding from its menu${example ? '; type "versions" for one of the example plugin' : ""}.
  2  In ten seconds somebody opens a port. Its message appears within a second,
     and says after which change, and by whom.
  3  Press ${pc.bold("Re-check")} on it: the one resource is read live, and still fails.
     ${fix}: the same message turns to
     resolved by itself. (${pc.bold("o")} opens the port again.)
  4  Press ${pc.bold("Suppress")} on another. It wants to know why, and until when.
  5  Type ${pc.bold("/posture summary")} into the box at the bottom.

  ${pc.dim(`Ready after ${seconds(readyAfter)}. Ctrl-C, or q, ends everything.`)}
`;
}

function indented(text: string): string {
  const width = Math.min(process.stderr.columns ?? 80, 100) - 4;
  return pc.dim(wrapAnsi(text, width, { hard: true }).replaceAll(/^/gm, "  "));
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
