import { type ChildProcess, execFile, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const NODE = ["--conditions=@posture/source"];

/** How a command line ended. */
export interface Ended {
  readonly code: number;
  /** Standard output. */
  readonly out: string;
  /** Standard error. */
  readonly said: string;
}

/** The command as a person runs it: a process of its own in a folder of its own, without anything of this machine's AWS settings. */
export interface CommandLine {
  run(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** `output`: the file that standard output goes to; left out, a pipe. */
  start(words: readonly string[], env?: Readonly<Record<string, string>>, output?: number): ChildProcess;
}

export const KEYS: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_REGION: "us-east-1",
};

export function commandLine(folder: string): CommandLine {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|POSTURE|VITEST|NODE_OPTIONS|NO_COLOR|FORCE_COLOR|CI$)/.test(name));
  const base = { ...Object.fromEntries(own), HOME: folder, AWS_EC2_METADATA_DISABLED: "true" };
  return {
    run: (words, env = {}) =>
      new Promise((resolve) => {
        execFile(
          process.execPath,
          [...NODE, MAIN, ...words],
          { env: { ...base, ...env }, cwd: folder, timeout: 60_000, maxBuffer: 2 ** 26 },
          (error, out, said) => resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, out, said }),
        );
      }),
    start: (words, env = {}, output) =>
      spawn(process.execPath, [...NODE, MAIN, ...words], {
        env: { ...base, ...env },
        cwd: folder,
        stdio: ["pipe", output ?? "pipe", "pipe"],
      }),
  };
}
