import type { SweepProgress } from "@posture/runtime";
import { createLogUpdate } from "log-update";
import { err } from "./colours.ts";
import { accountsText, plural } from "./words.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const EVERY_MS = 100;
const BAR = 24;

/** A few lines on a terminal that are written over while a sweep runs, and gone when it ends. Elsewhere: nothing. */
export function liveProgress(stream: NodeJS.WriteStream, quiet: boolean): { show: (progress: SweepProgress) => void; end: () => void } {
  if (quiet || !stream.isTTY) return { show: () => undefined, end: () => undefined };
  const log = createLogUpdate(stream);
  const begun = Date.now();
  let latest: SweepProgress | null = null;
  const draw = (): void => {
    const elapsed = Date.now() - begun;
    const frame = FRAMES[Math.floor(elapsed / EVERY_MS) % FRAMES.length] ?? "";
    log(`${err.cyan(frame)} ${progressLines(latest, elapsed).join("\n  ")}`);
  };
  draw();
  const timer = setInterval(draw, EVERY_MS);
  return {
    show: (progress) => void (latest = progress),
    end() {
      clearInterval(timer);
      log.clear();
      log.done();
    },
  };
}

/** Pure: what is shown of a sweep after so many milliseconds. `null`: AWS has not yet said who we are. */
export function progressLines(progress: SweepProgress | null, elapsed: number): string[] {
  const time = err.dim(`${Math.floor(elapsed / 1000)} s`);
  if (!progress) return [`Asking AWS who we are and which regions there are  ${time}`];
  const { accounts, scopes, ended, resources, calls, doubted } = progress;
  const filled = scopes === 0 ? 0 : Math.round((ended.length / scopes) * BAR);
  const regions = new Set(accounts.flatMap((account) => account.regions));
  return [
    `Sweeping ${accountsText(accounts)}, ${plural(regions.size, "region")}  ${time}`,
    `${err.cyan("█".repeat(filled))}${err.dim("░".repeat(BAR - filled))} ${ended.length} of ${plural(scopes, "listing")}`,
    `${plural(resources, "resource")}, ${plural(calls, "call")}`,
    ...(doubted === undefined
      ? []
      : [err.yellow(`${plural(doubted, "finding")} would be resolved at once; they are read again in a minute, to be sure`)]),
    ...[...Map.groupBy(ended, ({ type }) => type)].map(([type, lines]) => typeLine(type, lines, regions.size)),
  ];
}

function typeLine(type: string, ended: SweepProgress["ended"], regions: number): string {
  const gaps = ended.filter(({ state }) => state === "incomplete").length;
  const isGlobal = ended.some(({ region }) => region === "global");
  const where = isGlobal ? "listed" : `listed in ${ended.length} of ${plural(regions, "region")}`;
  return `${gaps > 0 ? err.yellow("?") : err.green("✓")} ${type} ${err.dim(gaps > 0 ? `${where}, ${gaps} incomplete` : where)}`;
}

/** One line on a terminal that counts on while something is gone through, and is gone when it ends. Elsewhere: nothing. */
export function counted(
  stream: NodeJS.WriteStream,
  quiet: boolean,
  doing: string,
  what: string,
): { show: (count: number) => void; end: () => void } {
  if (quiet || !stream.isTTY) return { show: () => undefined, end: () => undefined };
  const log = createLogUpdate(stream);
  let next = Date.now() + EVERY_MS;
  return {
    show(count) {
      const now = Date.now();
      if (now < next) return;
      next = now + EVERY_MS;
      log(err.dim(`${doing}: ${plural(count, what)}`));
    },
    end() {
      log.clear();
      log.done();
    },
  };
}
