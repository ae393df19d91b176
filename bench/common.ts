import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

/** The path of what stands beside the benchmarks. */
export const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

/** Writes `results/<name>.json`, with the machine, and shows it. */
export function keep(name: string, result: object): void {
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpus: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
  };
  mkdirSync(at("results/"), { recursive: true });
  writeFileSync(at(`results/${name}.json`), `${JSON.stringify({ ...result, machine }, null, 2)}\n`);
  console.log(JSON.stringify({ ...result, machine }));
}

export interface Sandbox {
  readonly url: string;
  stop(): Promise<void>;
}

/** In a process of its own, as the demo and the suites have it: only so is it not the client that is measured. */
export async function startSandbox(...more: readonly string[]): Promise<Sandbox> {
  const words = ["--conditions=@posture/source", at("../packages/sandbox/src/main.ts"), "aws", "--port", "0", ...more];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
    if (url === undefined) continue;
    return {
      url,
      stop: async () => {
        child.kill("SIGTERM");
        await once(child, "exit");
      },
    };
  }
  throw new Error(`the sandbox did not start: ${said}`);
}
