import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface Child {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  readonly lines: readonly string[];
  /** Resolves with the first line that starts so. */
  said(start: string): Promise<string>;
  kill(): Promise<void>;
  /** Resolves when it has ended by itself, and everything that it said is in `lines`. */
  ended(): Promise<void>;
}

/** A process that writes to a store for as long as it lives. `failpoint`: it kills itself before the file operation of this number. */
export function writer(folder: string, run: string, failpoint?: number): Child {
  const script = new URL("./writer.fixture.ts", import.meta.url).pathname;
  const words = ["--conditions=@posture/source", script, folder, run, ...(failpoint === undefined ? [] : [`${failpoint}`])];
  const env = { NODE_COMPILE_CACHE: resolve("node_modules/.cache/node-compile"), ...process.env };
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"], env });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  const ended = once(reader, "close");
  return {
    process: child,
    lines,
    said: (start) =>
      new Promise((done, failed) => {
        const look = (): void => {
          const line = lines.find((it) => it.startsWith(start));
          if (line !== undefined) done(line);
        };
        reader.on("line", look);
        child.on("exit", () => failed(new Error(`it ended without saying ${start}; it said ${lines.join("; ")}`)));
        look();
      }),
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    ended: async () => void (await ended),
  };
}
