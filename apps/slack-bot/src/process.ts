import { isPostureError } from "@posture/core";
import pino from "pino";
import { type Bot, type BotOptions, startBot } from "./bot.ts";
import { settingsOf } from "./settings.ts";

/** An orchestrator kills after 30 s; whatever is left then is taken up by the next start. */
const LONGEST_GOODBYE = 25_000;

/** The bot as a process: started by the environment, ended by a signal. */
export async function runBot(options: BotOptions = {}): Promise<void> {
  const log = pino();
  log.info("Posture starts");

  let bot: Bot | undefined;
  let ending: Promise<void> | undefined;
  const goodbye = async (signal: string): Promise<void> => {
    log.info({ signal }, "ending");
    setTimeout(() => process.exit(1), LONGEST_GOODBYE).unref();
    await bot?.stop();
    log.info("ended");
    process.exit(0);
  };
  // Before it starts: Slack may keep a start waiting, and the first process of a container hears no signal that it does not listen to.
  // A terminal reaches the whole group of processes, and a wrapper passes on what it got: the same signal may come twice.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => (ending ??= goodbye(signal)));

  try {
    bot = await startBot(settingsOf(process.env), log, options);
  } catch (error) {
    process.stderr.write(
      isPostureError(error) ? `${error.message}\n${error.next}\n` : `${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 1;
    // A worker thread or a timer must not keep a process alive that cannot do its work.
    setTimeout(() => process.exit(1), 1000).unref();
  }
}
