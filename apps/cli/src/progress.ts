import type { SweepProgress } from "@posture/runtime";
import pc from "picocolors";
import { plural } from "./words.ts";

/** One line on a terminal that is written over while a sweep runs. Elsewhere: nothing. */
export function progressLine(stream: NodeJS.WriteStream, quiet: boolean): { show: (progress: SweepProgress) => void; end: () => void } {
  if (quiet || !stream.isTTY) return { show: () => undefined, end: () => undefined };
  let last = 0;
  stream.write(pc.dim("  Asking AWS who we are…"));
  return {
    show(progress) {
      const at = Date.now();
      if (at - last < 80) return;
      last = at;
      stream.write(`\r\u001B[K${text(progress)}`);
    },
    end() {
      stream.write("\r\u001B[K");
    },
  };
}

function text({ scopesDone, scopes, resources, calls }: SweepProgress): string {
  const width = 20;
  const done = scopes === 0 ? 0 : Math.round((scopesDone / scopes) * width);
  return `  ${pc.cyan("█".repeat(done))}${pc.dim("░".repeat(width - done))} ${scopesDone} of ${plural(scopes, "listing")}, ${plural(resources, "resource")}, ${plural(calls, "call")}`;
}
