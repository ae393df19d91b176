import pc from "picocolors";

/**
 * Colours belong on a terminal. NO_COLOR takes them away everywhere, FORCE_COLOR brings them anywhere; of both, NO_COLOR counts.
 * Sources: https://no-color.org, https://force-color.org
 */
export function wantsColour(env: NodeJS.ProcessEnv, isTerminal: boolean | undefined): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTerminal === true && TERM !== "dumb";
}

/** For what goes to standard output. */
export const out: ReturnType<typeof pc.createColors> = pc.createColors(wantsColour(process.env, process.stdout.isTTY));
/** For what goes to standard error: the other may be in a pipe. */
export const err: ReturnType<typeof pc.createColors> = pc.createColors(wantsColour(process.env, process.stderr.isTTY));
